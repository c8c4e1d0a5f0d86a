"""CX2, for Cytoscape and NDEx: declared attributes, and a style by kind and force."""

import json
from collections.abc import Iterable
from typing import Any

from kg.export.columns import Cells, Schema, first, gather, text
from kg.export.d3 import plain
from kg.export.held import Out
from kg.export.told import Options, Told
from kg.look import Look
from kg.spool import Value
from kg.view import Projection

_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}
_SHAPES = {"box": "rectangle", "rounded": "round-rectangle", "trapezium": "parallelogram"}


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes the file; nodes and edges are numbered, their ids are the attribute `id`."""
    nodes, edges = gather(projection)
    for spool, name in ((nodes, "name"), (edges, "interaction")):
        spool.schema.see({name: ("",), "id": ("",)} if spool.count else {})
    numbers: dict[str, int] = {}
    kinds: set[str] = set()
    forces: set[str] = set()
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"[{_json({'CXVersion': '2.0', 'hasFragments': False})},\n")
        counts = {"attributeDeclarations": 1, "networkAttributes": 1, "nodes": nodes.count,
                  "edges": edges.count, "visualProperties": 1}  # fmt: skip
        meta = [{"name": name, "elementCount": count} for name, count in counts.items()]
        file.write(f"{_json({'metaData': meta})},\n")
        declared = {
            "networkAttributes": {name: {"d": "string"} for name in ("name", "description")},
            "nodes": _declared(nodes.schema),
            "edges": _declared(edges.schema),
        }
        file.write(f"{_json({'attributeDeclarations': [declared]})},\n")
        about = {"name": projection.title, "description": projection.description}
        file.write(f"{_json({'networkAttributes': [about]})},\n")
        file.write('{"nodes": [')
        cast = _Cast(nodes.schema)
        for at, row in enumerate(nodes):
            numbers[row.ids[0]] = at
            kinds.add(first(row.head, "kind"))
            told = {"id": at, "v": cast(row.cells | {"id": row.ids, "name": row.head["label"]})}
            file.write(",\n" * (at > 0) + _json(told))
        file.write(']},\n{"edges": [')
        cast = _Cast(edges.schema)
        for at, row in enumerate(edges):
            forces.add(first(row.rest, "forceId"))
            values = cast(row.cells | {"id": row.ids[:1], "interaction": row.head["label"]})
            source, target = (numbers[end] for end in row.ids[1:])
            told = {"id": at, "s": source, "t": target, "v": values}
            file.write(",\n" * (at > 0) + _json(told))
        style = _style(Look(projection.store), sorted(kinds - {""}), sorted(forces - {""}))
        file.write(f"]}},\n{_json({'visualProperties': [style]})},\n")
        file.write(f"{_json({'status': [{'success': True}]})}]\n")
    return Told(nodes.count, edges.count)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _declared(schema: Schema) -> dict[str, dict[str, str]]:
    return {
        name: {"d": f"list_of_{_TYPES[kind]}" if many else _TYPES[kind]}
        for name, kind, many in schema
    }


class _Cast:
    """Values of the types that their columns are declared with."""

    def __init__(self, schema: Schema) -> None:
        self._many = {name for name, _, several in schema if several}
        self._texts = {name for name, kind, _ in schema if kind is str}

    def __call__(self, cells: Cells) -> dict[str, Any]:
        """The values of one node or edge."""
        told = {
            name: tuple(map(text, values)) if name in self._texts else values
            for name, values in cells.items()
        }
        return plain(told, self._many)


def _style(look: Look, kinds: Iterable[str], forces: Iterable[str]) -> dict[str, Any]:
    shapes = {kind: look.shape(kind) for kind in kinds}
    lines = {force: look.line(force) for force in forces}

    def by(attribute: str, values: dict[str, Value]) -> dict[str, Any]:
        pairs = [{"v": value, "vp": shown} for value, shown in values.items()]
        return {
            "type": "DISCRETE",
            "definition": {"attribute": attribute, "type": "string", "map": pairs},
        }

    def as_is(attribute: str) -> dict[str, Any]:
        return {"type": "PASSTHROUGH", "definition": {"attribute": attribute, "type": "string"}}

    nodes = {
        "NODE_LABEL": as_is("label"),
        "NODE_BACKGROUND_COLOR": by("kind", {k: one.colour for k, one in shapes.items()}),
        "NODE_SHAPE": by("kind", {k: _SHAPES.get(one.shape, one.shape)
                                  for k, one in shapes.items()}),
        "NODE_WIDTH": by("kind", {k: 4 * one.size for k, one in shapes.items()}),
        "NODE_HEIGHT": by("kind", {k: 4 * one.size for k, one in shapes.items()}),
    }  # fmt: skip
    edges = {
        "EDGE_LABEL": as_is("label"),
        "EDGE_LINE_COLOR": by("forceId", {f: one.colour for f, one in lines.items()}),
        "EDGE_LINE_STYLE": by("forceId", {f: one.style for f, one in lines.items()}),
    }
    usual = {
        "node": {"NODE_LABEL_POSITION": {"HORIZONTAL_ALIGN": "center", "VERTICAL_ALIGN": "bottom",
                                         "HORIZONTAL_ANCHOR": "center", "VERTICAL_ANCHOR": "top",
                                         "JUSTIFICATION": "center", "MARGIN_X": 0, "MARGIN_Y": 2},
                 "NODE_LABEL_FONT_SIZE": 12},
        "edge": {"EDGE_TARGET_ARROW_SHAPE": "triangle", "EDGE_LABEL_FONT_SIZE": 9,
                 "EDGE_WIDTH": 2},
        "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
    }  # fmt: skip
    return {"default": usual, "nodeMapping": nodes, "edgeMapping": edges}
