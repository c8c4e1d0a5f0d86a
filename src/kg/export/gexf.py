"""GEXF 1.3, for Gephi: typed and list attributes, colours, sizes, parallel edges, spells."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache

from kg.export.columns import Cells, Row, Schema, first, gather, text
from kg.export.held import Out
from kg.export.markup import Cleaner, Shared
from kg.export.told import Options, Told
from kg.look import Look
from kg.spool import Value
from kg.view import Projection

_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}
_APART = {"label", "kind"}  # of an edge: attributes of the element itself
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes the file; see `Options.dynamic`."""
    nodes, edges = gather(projection)
    look, clean = Look(projection.store), Cleaner()
    spells = look.spells if options.dynamic else {}
    named = (_Columns(nodes.schema, {"label"}, clean), _Columns(edges.schema, _APART, clean))
    times = {projection.attribute(one): which for one, which in spells.items()}
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_head(projection, options, clean))
        file.writelines(named[0].declared("node"))
        file.writelines(named[1].declared("edge"))
        file.write("<nodes>\n")
        for row in nodes:
            shape = look.shape(first(row.head, "kind"))
            own, label = clean.escaped(row.ids[0]), clean.escaped(first(row.head, "label"))
            file.write(
                f'<node id="{own}" label="{label}">'
                f"{named[0].values(row)}{_spell(row.rest, times)}"
                f'{_colour(shape.colour)}<viz:size value="{shape.size}"/>'
                "</node>\n"
            )
        file.write("</nodes>\n<edges>\n")
        for row in edges:
            line = look.line(first(row.rest, "forceId"))
            own, source, target = map(clean.escaped, row.ids)
            file.write(
                f'<edge id="{own}" source="{source}" target="{target}" '
                f'label="{clean.escaped(first(row.head, "label"))}" '
                f'kind="{clean.escaped(first(row.head, "kind"))}">'
                f"{named[1].values(row)}{_spell(row.rest, times)}"
                f'{_colour(line.colour)}<viz:shape value="{line.style}"/>'
                "</edge>\n"
            )
        file.write("</edges>\n</graph>\n</gexf>\n")
    return Told(nodes.count, edges.count, replaced=clean.replaced)


def _head(projection: Projection, options: Options, clean: Cleaner) -> str:
    told = f"{projection.title}: {projection.description}"
    mode = (
        'mode="dynamic" timeformat="date" timerepresentation="interval"'
        if options.dynamic
        else 'mode="static"'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">\n'
        f"<meta>\n<creator>kg export</creator>\n<description>{clean.escaped(told)}</description>\n"
        f'</meta>\n<graph defaultedgetype="directed" idtype="string" {mode}>\n'
    )


class _Columns:
    """The attributes of nodes, or of edges, by the numbers that the file gives them."""

    def __init__(self, schema: Schema, apart: set[str], clean: Cleaner) -> None:
        self._clean = clean
        self._shared = Shared(self._told, clean)
        kept = (column for column in schema if column[0] not in apart)
        self._all = {name: (at, kind, many) for at, (name, kind, many) in enumerate(kept)}

    def declared(self, of: str) -> Iterator[str]:
        """The declarations."""
        yield f'<attributes class="{of}">\n'
        for name, (at, kind, many) in self._all.items():
            title, listed = self._clean.escaped(name), "list" if many else ""
            yield f'<attribute id="{at}" title="{title}" type="{listed}{_TYPES[kind]}"/>\n'
        yield "</attributes>\n"

    def values(self, row: Row) -> str:
        """The values of one node or edge."""
        return f"<attvalues>{self._told(row.head)}{self._shared.text(row.rest)}</attvalues>"

    def _told(self, cells: Cells) -> str:
        out = []
        for name, values in cells.items():
            if column := self._all.get(name):
                at, _, many = column
                told = self._listed(values) if many else text(values[0])
                out.append(f'<attvalue for="{at}" value="{self._clean.escaped(told)}"/>')
        return "".join(out)

    def _listed(self, values: Iterable[Value]) -> str:
        """A list as Gephi and graphology read it: texts in quotes, escaped as in JSON."""
        told = (
            json.dumps(self._clean.clean(one), ensure_ascii=False)
            if isinstance(one, str)
            else text(one)
            for one in values
        )
        return f"[{', '.join(told)}]"


@cache
def _colour(code: str) -> str:
    red, green, blue = (int(code[at : at + 2], 16) for at in (1, 3, 5))
    return f'<viz:color r="{red}" g="{green}" b="{blue}"/>'


def _spell(cells: Cells, times: dict[str, str]) -> str:
    """The time in which a thing is, where whole dates say so."""
    dates: dict[str, list[str]] = {"start": [], "end": []}
    for name, which in times.items():
        dates[which] += [one for one in map(text, cells.get(name, ())) if _DATE.fullmatch(one)]
    ends = [f'start="{min(dates["start"])}"'] if dates["start"] else []
    ends += [f'end="{max(dates["end"])}"'] if dates["end"] else []
    return f"<spells><spell {' '.join(ends)}/></spells>" if ends else ""
