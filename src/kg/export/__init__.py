"""Exports: a view written in the formats that other tools open, each with its account.

One module a format, or a family of them; each has `write(projection, out, options)`. A format
that is several files writes into a folder.
"""

import csv
import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from kg.errors import KGError
from kg.export.told import Options, Told
from kg.view import BUCKETS, Projection

Account = Sequence[tuple[str, dict[str, int]]]


@dataclass(frozen=True)
class Format:
    """One format.

    Attributes:
        name: as on the command line.
        module: of this package, that writes it.
        opens: the tools that open it.
        folder: it is several files.
        suffix: of the file, where it is not the name.
    """

    name: str
    module: str
    opens: str
    folder: bool = False
    suffix: str = ""

    def file(self, view: str) -> Path:
        """How the output is called where nobody says."""
        return Path(f"{view}-{self.name}" if self.folder else f"{view}.{self.suffix or self.name}")


FORMATS = {
    one.name: one
    for one in (
        Format("csv", "tables", "spreadsheets, Gephi: nodes.csv and edges.csv", True),
        Format("cytoscape", "cytoscape", "Cytoscape.js, Cytoscape", suffix="cyjs"),
        Format("cx2", "cx2", "Cytoscape, NDEx"),
        Format("d3", "d3", "D3: node-link JSON", suffix="json"),
        Format("dot", "dot", "Graphviz"),
        Format("gexf", "gexf", "Gephi, graphology"),
        Format("graphml", "graphml", "igraph, graphology, networkx, Cytoscape"),
        Format("graphml-yed", "graphml", "yEd: with labels, shapes and lines", suffix="graphml"),
        Format("html", "html", "any browser, without a network"),
        Format("jsonld", "triples", "RDF tools"),
        Format("mermaid", "mermaid", "GitHub, Markdown: small graphs", suffix="mmd"),
        Format("neo4j", "neo4j", "Neo4j: import CSV, with the commands that load it", True),
        Format("nq", "triples", "RDF stores, with the layers as named graphs"),
        Format("pdf", "dot", "printers: small graphs, drawn by Graphviz"),
        Format("png", "dot", "slides: small graphs, drawn by Graphviz"),
        Format("svg", "dot", "browsers: small graphs, drawn by Graphviz"),
        Format("ttl", "triples", "RDF tools, Protégé"),
    )
}


def export(projection: Projection, out: Path, options: Options) -> Told:
    """Writes a view, and beside it its account: `<out>.account.csv`, in a folder account.csv.

    Both are written aside and then put in place, or nothing is.

    Args:
        projection: the view of a graph; its nodes and edges are read to their end.
        out: a file, or a folder for a format that is several files.
        options: the format, and what it is asked for.

    Raises:
        KGError: the view is broken, `out` cannot be written, or it is a folder that an export did
            not make.
    """
    chosen = FORMATS[options.format]
    account = "account.csv" if chosen.folder else f"{out.name}.account.csv"
    if chosen.folder and out.exists() and not (out / account).is_file() and any(out.iterdir()):
        raise KGError("this folder is not of an earlier export, and is not empty", (str(out), 0),
                      "name another folder for the output")  # fmt: skip
    if not chosen.folder and out.is_dir():
        raise KGError("this is a folder", (str(out), 0), "name a file for the output")
    writer = import_module(f"kg.export.{chosen.module}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as aside:
            fresh = Path(aside) / "new"
            if chosen.folder:
                fresh.mkdir()
            told: Told = writer.write(projection, fresh, options)
            beside = fresh / account if chosen.folder else Path(aside) / account
            write_account(beside, projection.account())
            if chosen.folder and out.exists():
                out.rename(Path(aside) / "old")
            fresh.replace(out)
            if not chosen.folder:
                beside.replace(out.with_name(account))
    except OSError as error:
        raise KGError(f"the output cannot be written: {error.strerror}", (str(out), 0)) from None
    return told


def write_account(path: Path, account: Account) -> None:
    """The account as a table: a predicate a row, a bucket a column."""
    path.write_text(account_table(account), encoding="utf-8", newline="")


def account_table(account: Account) -> str:
    """See `write_account`."""
    made = io.StringIO(newline="")
    table = csv.writer(made, lineterminator="\n")
    table.writerow(["predicate", *BUCKETS, "all"])
    for predicate, counts in account:
        numbers = [counts[bucket] for bucket in BUCKETS]
        table.writerow([predicate, *numbers, sum(numbers)])
    return made.getvalue()
