"""CSV: nodes.csv and edges.csv, for spreadsheets and for the import of most tools."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from kg.export import Options, Told
from kg.export.columns import Cells, Schema, of, text
from kg.view import Projection, Value

_MARK = "\ufeff"  # by which Excel knows UTF-8


def write(projection: Projection, out: Path, options: Options) -> Told:
    """Writes both tables into the folder `out`; several values of a cell are a JSON list."""
    nodes: list[tuple[Cells, Cells]] = [
        ({"Id": (one.id,)}, of(projection, one)) for one in projection.nodes
    ]
    edges: list[tuple[Cells, Cells]] = [
        (
            {"Id": (one.id,), "Source": (one.source,), "Target": (one.target,),
             "Type": ("Directed",)},
            of(projection, one),
        )
        for one in projection.edges()
    ]  # fmt: skip
    for name, rows in (("nodes", nodes), ("edges", edges)):
        _table(out / f"{name}.csv", rows, options.excel)
    return Told(len(nodes), len(edges))


def _table(path: Path, rows: list[tuple[Cells, Cells]], excel: bool) -> None:
    schema = Schema()
    for _, cells in rows:
        schema.see(cells)
    # The label is what a reader looks for: it stands right after the ids.
    names = sorted((name for name, _, _ in schema), key=lambda name: (name[:5] != "label", name))
    head = list(rows[0][0]) if rows else ["Id"]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_MARK if excel else "")
        table = csv.writer(file, lineterminator="\r\n" if excel else "\n")
        table.writerow([*head, *(name.capitalize() if name == "label" else name for name in names)])
        for ids, cells in rows:
            table.writerow(
                [
                    *(_cell(ids[name]) for name in head),
                    *(_cell(cells.get(name, ("",))) for name in names),
                ]
            )


def _cell(values: Sequence[Value]) -> str:
    return text(values[0]) if len(values) == 1 else json.dumps(values, ensure_ascii=False)
