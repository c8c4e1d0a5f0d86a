"""CSV: nodes.csv and edges.csv, for spreadsheets and for the import of most tools."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from kg.export import Options, Told
from kg.export.columns import Spool, gather, text
from kg.rows import Value
from kg.view import Projection

_MARK = "\ufeff"  # by which Excel knows UTF-8


def write(projection: Projection, out: Path, options: Options) -> Told:
    """Writes both tables into the folder `out`; several values of a cell are a JSON list."""
    nodes, edges = gather(projection)
    _table(out / "nodes.csv", ["Id"], nodes, [], options.excel)
    _table(
        out / "edges.csv", ["Id", "Source", "Target", "Type"], edges, ["Directed"], options.excel
    )
    return Told(nodes.count, edges.count)


def _table(path: Path, head: list[str], rows: Spool, more: list[str], excel: bool) -> None:
    # The label is what a reader looks for: it stands right after the ids.
    names = sorted(
        (name for name, _, _ in rows.schema), key=lambda name: (name[:5] != "label", name)
    )
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_MARK if excel else "")
        table = csv.writer(file, lineterminator="\r\n" if excel else "\n")
        table.writerow([*head, *("Label" if name == "label" else name for name in names)])
        for row in rows:
            cells = row.cells
            table.writerow([*row.ids, *more, *(_cell(cells.get(name, ("",))) for name in names)])


def _cell(values: Sequence[Value]) -> str:
    return text(values[0]) if len(values) == 1 else json.dumps(values, ensure_ascii=False)
