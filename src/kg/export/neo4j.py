"""Neo4j: import CSV with header files, and the commands that load it, in two ways."""

import csv
import json
import re
from collections.abc import Iterator
from typing import TextIO

from kg.export.columns import Cells, Schema, Spool, first, gather, text
from kg.export.held import Out
from kg.export.told import Options, Told
from kg.view import Projection

APART = "\x1f"  # between the members of an array: labels hold any visible sign
_TYPES: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}
_CASTS = {"boolean": "toBoolean", "long": "toInteger", "double": "toFloat"}
_CONTROL = re.compile("[\x00\x1f]")  # ends a text or an array in the reader
_ALL = "Thing"  # a label of every node, for the constraint
_IMPORT = """#!/bin/sh
# Imports the view into a database that is to be made; its server must be stopped.
# Usage: NEO4J_HOME=/path/to/neo4j ./import.sh [DATABASE]
set -eu
cd "$(dirname "$0")"
"${NEO4J_HOME:+$NEO4J_HOME/bin/}neo4j-admin" database import full "${1:-neo4j}" \\
  --overwrite-destination=true --multiline-fields=true --id-type=string \\
  --array-delimiter=U+001F \\
  --nodes=nodes-header.csv,nodes.csv \\
  --relationships=edges-header.csv,edges.csv
"""


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes headers and rows, import.sh and load.cypher into the folder `out`."""
    nodes, edges = gather(projection)
    told = Told(nodes.count, edges.count)
    labels, kinds = set(), set()
    with _table(out, "nodes", ["id:ID", ":LABEL"], nodes.schema) as file:
        for row in nodes:
            of = (label(text(one)) for one in row.head.get("types", row.head.get("kind", ())))
            named = (_ALL, *dict.fromkeys(of))
            labels.add(named)
            file.write(_row((*row.ids, APART.join(named)), row.cells, nodes.schema, told))
    with _table(out, "edges", ["id:string", ":START_ID", ":END_ID", ":TYPE"], edges.schema) as file:
        for row in edges:
            kind = first(row.head, "kind")
            kinds.add(kind)
            file.write(_row((*row.ids, label(kind)), row.cells, edges.schema, told))
    (out / "import.sh").write_text(_IMPORT, encoding="utf-8")
    (out / "import.sh").chmod(0o755)
    cypher = _cypher(projection, sorted(labels), sorted(kinds), nodes, edges)
    (out / "load.cypher").write_text(cypher, encoding="utf-8")
    return told


def label(kind: str) -> str:
    """What Neo4j calls a class or a property: the local name."""
    return re.split("[:/#]", kind.rstrip(">/#"))[-1]


def _table(out: Out, name: str, head: list[str], schema: Schema) -> TextIO:
    """The file for the rows; the header is written beside it."""
    with (out / f"{name}-header.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([*head, *_header(schema)])
    return (out / f"{name}.csv").open("w", encoding="utf-8", newline="")


def _row(fixed: tuple[str, ...], cells: Cells, schema: Schema, told: Told) -> str:
    """One row, each value in quotes: an empty text and no value are two things to Neo4j."""
    fields = [_quoted(one) for one in fixed]
    for name, _, _ in schema:
        parts = []
        for value in cells.get(name, ()):
            part, replaced = _CONTROL.subn("\ufffd", text(value))
            told.replaced += replaced
            parts.append(part)
        fields.append(_quoted(APART.join(parts)) if parts else "")
    return ",".join(fields) + "\n"


def _header(schema: Schema) -> Iterator[str]:
    for name, kind, many in schema:
        # A colon ends the name of a property in a header.
        yield f"{name.replace(':', '_')}:{_TYPES[kind]}{'[]' if many else ''}"


def _quoted(told: str) -> str:
    return '"' + told.replace('"', '""') + '"'


def _cypher(
    projection: Projection, labels: list[tuple[str, ...]], kinds: list[str], nodes: Spool,
    edges: Spool,
) -> str:  # fmt: skip
    """Statements that load the tables into a server that runs, and a first question."""

    def tick(name: str) -> str:
        return f"`{name.replace('`', '``')}`"

    def values(spool: Spool, first: int) -> str:
        return ", ".join(
            ["id: row[0]", *(
                f"{tick(name.replace(':', '_'))}: {_read(at, kind, many)}"
                for at, (name, kind, many) in enumerate(spool.schema, first)
            )]
        )  # fmt: skip

    lines = [
        f"// {projection.title}: {' '.join(projection.description.split())}",
        "// Put nodes.csv and edges.csv into the import folder of the server, then run this file.",
        f"CREATE CONSTRAINT thing_id IF NOT EXISTS FOR (n:{_ALL}) REQUIRE n.id IS UNIQUE;",
    ]
    for of in labels:
        lines.append(
            "LOAD CSV FROM 'file:///nodes.csv' AS row\n"
            f"WITH row WHERE split(row[1], '\\u001f') = {json.dumps(of, ensure_ascii=False)}\n"
            f"CREATE (:{':'.join(map(tick, of))} {{{values(nodes, 2)}}});"
        )
    for kind in sorted(set(map(label, kinds))):
        lines.append(
            "LOAD CSV FROM 'file:///edges.csv' AS row\n"
            f"WITH row WHERE row[3] = {json.dumps(kind, ensure_ascii=False)}\n"
            f"MATCH (a:{_ALL} {{id: row[1]}}), (b:{_ALL} {{id: row[2]}})\n"
            f"CREATE (a)-[:{tick(kind)} {{{values(edges, 4)}}}]->(b);"
        )
    lines.append("MATCH (a)-[e]->(b) RETURN a.label, e.label, b.label LIMIT 25;")
    return "\n".join(lines) + "\n"


def _read(at: int, kind: type, many: bool) -> str:
    """The Cypher that reads a value of this type from a row."""
    cast = _CASTS.get(_TYPES[kind])
    if many:
        parts = f"split(row[{at}], '\\u001f')"
        return f"[one IN {parts} | {cast}(one)]" if cast else parts
    return f"{cast}(row[{at}])" if cast else f"row[{at}]"
