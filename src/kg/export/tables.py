"""CSV: nodes.csv and edges.csv, for spreadsheets and for the import of most tools."""

import json
import re
from collections.abc import Sequence

from kg.export.columns import Spool, gather, text
from kg.export.held import Out
from kg.export.told import Options, Told
from kg.spool import Value
from kg.view import Projection

_MARK = "\ufeff"  # by which Excel knows UTF-8
_SPECIAL = re.compile('[",\r\n]')
_FORMULA = re.compile("[=+@\t\r-]")


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes both tables into the folder `out`; several values of a cell are a JSON list."""
    nodes, edges = gather(projection)
    _table(out / "nodes.csv", ["Id"], nodes, [], options.excel)
    _table(
        out / "edges.csv", ["Id", "Source", "Target", "Type"], edges, ["Directed"], options.excel
    )
    return Told(nodes.count, edges.count)


def _table(path: Out, head: list[str], rows: Spool, more: list[str], excel: bool) -> None:
    # The label is what a reader looks for: it stands right after the ids.
    names = sorted((name for name, *_ in rows.schema), key=lambda name: (name[:5] != "label", name))
    titles = [*head, *("Label" if name == "label" else name for name in names)]
    end = "\r\n" if excel else "\n"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write((_MARK if excel else "") + ",".join(map(field, titles)) + end)
        for row in rows:
            cells = row.cells
            values = (*((one,) for one in (*row.ids, *more)), *(cells.get(n, ("",)) for n in names))
            file.write(",".join([field(_cell(one, excel)) for one in values]) + end)


def _cell(values: Sequence[Value], excel: bool) -> str:
    if len(values) > 1:
        return json.dumps(values, ensure_ascii=False)
    # Excel would run a text that looks like a formula.
    guard = "'" if excel and isinstance(values[0], str) and _FORMULA.match(values[0]) else ""
    return guard + text(values[0])


def field(text: str) -> str:
    """A text as a field of CSV; in quotes where it must be."""
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text
