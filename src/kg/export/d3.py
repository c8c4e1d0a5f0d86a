"""D3: node-link JSON."""

import json
from collections.abc import Iterable
from typing import Any

from kg.export.columns import Cells, gather
from kg.export.held import Out
from kg.export.told import Options, Told
from kg.view import Projection


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes `nodes` and `links`; an attribute that anywhere has several values is a list."""
    nodes, edges = gather(projection)
    with out.open("w", encoding="utf-8", newline="\n") as file:
        head = {"directed": True, "multigraph": True, "graph": {"name": projection.title}}
        file.write(json.dumps(head, ensure_ascii=False)[:-1])
        for name, keys, spool in (
            ("nodes", ("id",), nodes),
            ("links", ("id", "source", "target"), edges),
        ):
            many = {column for column, _, several in spool.schema if several}
            file.write(f', "{name}": [\n')
            for at, row in enumerate(spool):
                told = dict(zip(keys, row.ids, strict=True)) | plain(row.cells, many)
                file.write(",\n" * (at > 0) + json.dumps(told, ensure_ascii=False))
            file.write("\n]")
        file.write("}\n")
    return Told(nodes.count, edges.count)


def plain(cells: Cells, many: Iterable[str]) -> dict[str, Any]:
    """Cells as JSON has them: the columns in `many` as lists, the others as single values."""
    return {name: list(values) if name in many else values[0] for name, values in cells.items()}
