"""GraphML: for most tools, and in the dialect of yEd with labels, shapes and lines."""

import json
from collections.abc import Iterator

from kg.export.columns import Cells, Row, Spool, first, gather, text
from kg.export.held import Out
from kg.export.markup import Cleaner, Shared
from kg.export.picture import labelled, line_caption, width
from kg.export.told import Options, Told
from kg.look import Look, ink
from kg.view import Projection

_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_PLAIN = (
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
    ' http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)
_YED = (
    ' xmlns:y="http://www.yworks.com/xml/graphml"'
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns'
    ' http://www.yworks.com/xml/schema/graphml/1.1/ygraphml.xsd">\n'
    '<key id="look-n" for="node" yfiles.type="nodegraphics"/>\n'
    '<key id="look-e" for="edge" yfiles.type="edgegraphics"/>\n'
)
_SHAPES = {"box": "rectangle", "rounded": "roundrectangle", "trapezium": "trapezoid"}
_COLUMNS = 8  # of the grid on which yEd first sees the nodes


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes the file; several values of an attribute are a JSON list, since GraphML has none."""
    nodes, edges = gather(projection)
    clean, yed = Cleaner(), options.format == "graphml-yed"
    drawn = _Drawn(Look(projection.store), clean) if yed else None
    of_nodes, of_edges = (
        _Keys(nodes, ("name",), clean),
        _Keys(edges, ("interaction", "name"), clean),
    )
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEAD + (_YED if yed else _PLAIN))
        file.writelines(of_nodes.declared("node"))
        file.writelines(of_edges.declared("edge"))
        file.write(f'<graph id="{clean.escaped(projection.view.id)}" edgedefault="directed">\n')
        for at, row in enumerate(nodes):
            look = drawn.node(at, row.head) if drawn else ""
            own = clean.escaped(row.ids[0])
            file.write(f'<node id="{own}">{of_nodes.data(row)}{look}</node>\n')
        for row in edges:
            own, source, target = map(clean.escaped, row.ids)
            look = drawn.edge(row.cells) if drawn else ""
            data = of_edges.data(row)
            file.write(
                f'<edge id="{own}" source="{source}" target="{target}">{data}{look}</edge>\n'
            )
        file.write("</graph>\n</graphml>\n")
    return Told(nodes.count, edges.count, replaced=clean.replaced)


class _Keys:
    """The attributes of nodes, or of edges, by the keys that the file gives them.

    Args:
        of: nodes or edges.
        more: texts besides, which Cytoscape and igraph look for.
        clean: escapes.
    """

    def __init__(self, of: Spool, more: tuple[str, ...], clean: Cleaner) -> None:
        self._more, self._clean = more, clean
        self._shared = Shared(self._told, clean)
        schema = [*of.schema, *((name, str, False) for name in more)]
        self._all = {
            name: (f"{more[0][0]}{at}", kind, many) for at, (name, kind, many) in enumerate(schema)
        }

    def declared(self, of: str) -> Iterator[str]:
        """The declarations."""
        for name, (key, kind, many) in self._all.items():
            title, told = self._clean.escaped(name), "string" if many else _TYPES[kind]
            yield f'<key id="{key}" for="{of}" attr.name="{title}" attr.type="{told}"/>\n'

    def data(self, row: Row) -> str:
        """The values of one node or edge."""
        label = row.head["label"]
        more = zip(self._more, (label, row.ids[:1]), strict=False)
        return self._told(row.head | dict(more)) + self._shared.text(row.rest)

    def _told(self, cells: Cells) -> str:
        out = []
        for name, values in cells.items():
            key, _, many = self._all[name]
            told = json.dumps(values, ensure_ascii=False) if many else text(values[0])
            out.append(f'<data key="{key}">{self._clean.escaped(told)}</data>')
        return "".join(out)


class _Drawn:
    """What yEd shows of nodes and edges."""

    def __init__(self, look: Look, clean: Cleaner) -> None:
        self._look, self._clean = look, clean

    def node(self, at: int, cells: Cells) -> str:
        """A shape with its label, on a grid until somebody lays the graph out."""
        shape = self._look.shape(first(cells, "kind"))
        label = labelled(cells)
        wide, high = 20 + 7 * width(label), 14 + 16 * len(label)
        x, y = at % _COLUMNS * 240, at // _COLUMNS * 120
        return (
            '<data key="look-n"><y:ShapeNode>'
            f'<y:Geometry height="{high}" width="{wide}" x="{x}" y="{y}"/>'
            f'<y:Fill color="{shape.colour}" transparent="false"/>'
            '<y:BorderStyle color="#333333" type="line" width="1.0"/>'
            f'<y:NodeLabel textColor="{ink(shape.colour)}">{self._text(label)}</y:NodeLabel>'
            f'<y:Shape type="{_SHAPES.get(shape.shape, shape.shape)}"/>'
            "</y:ShapeNode></data>"
        )

    def edge(self, cells: Cells) -> str:
        """A line by its force, labelled by role and force."""
        line = self._look.line(first(cells, "forceId"))
        style = {"solid": "line"}.get(line.style, line.style)
        return (
            '<data key="look-e"><y:PolyLineEdge>'
            f'<y:LineStyle color="{line.colour}" type="{style}" width="2.0"/>'
            '<y:Arrows source="none" target="standard"/>'
            f"<y:EdgeLabel>{self._text([line_caption(cells)])}</y:EdgeLabel>"
            "</y:PolyLineEdge></data>"
        )

    def _text(self, label: list[str]) -> str:
        return self._clean.escaped("\n".join(label))
