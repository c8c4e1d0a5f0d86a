"""The rows of a view's queries, sorted and each once, on disk where they are many."""

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter

import pyoxigraph as ox

from kg.errors import KGError
from kg.prefixes import shrink
from kg.store import Node, Store

# Names that formats and their readers use for themselves, in small letters.
RESERVED = frozenset([
    "id", "iri", "kind", "kindlabel", "label", "label_zh", "label_en", "name", "source", "target",
    "type", "types", "statement", "interaction", "parent", "index", "weight", "color", "size",
    "shape", "thickness", "x", "y", "z", "fx", "fy", "vx", "vy",
    "colour", "linestyle", "measure", "measurelabel", "role",
])  # fmt: skip
Value = str | int | float | bool
Told = list[tuple[str, Value, str]]
"""What a row says besides its IRIs: name of the column, value as shown, id of a thing or ""."""
End = tuple[str, str, str, Told]
"""One edge: IRIs of source, kind and target, and what its rows say besides."""


class Rows:
    """The rows of both queries of a view.

    Args:
        store: is asked.
        name: of the view, for messages.
        nodes: the query for nodes.
        edges: the query for edges.
        shown: gives the value of a term as it is shown, and the id where it is a thing.

    Raises:
        KGError: a query is broken or selects what it must not, an end is no node, or a node is
            an edge too.
    """

    def __init__(
        self, store: Store, name: str, nodes: str, edges: str,
        shown: Callable[[Node], tuple[Value, str]],
    ) -> None:  # fmt: skip
        self._store, self._name, self._shown = store, name, shown
        self._db = _database()
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("CREATE TABLE node (node, told)")
        self._db.execute("CREATE TABLE edge (source, kind, target, edge, told)")
        self._db.executemany("INSERT INTO node VALUES (?, ?)", self._ask(nodes, "node"))
        self._db.execute("CREATE INDEX nodes ON node (node, told)")
        asked = self._ask(edges, "source", "kind", "target", "edge")
        self._db.executemany("INSERT INTO edge VALUES (?, ?, ?, ?, ?)", asked)
        self._check()

    def nodes(self) -> Iterator[tuple[str, Told]]:
        """The IRI of each node, and what its rows say besides; by IRI."""
        rows = self._db.execute("SELECT node, told FROM node ORDER BY node, told")
        for iri, group in groupby(rows, key=itemgetter(0)):
            yield iri, _told(row[1] for row in group)

    def edges(self) -> Iterator[tuple[str, Iterator[End]]]:
        """For each ?edge, "" first for none: its IRI and the edges by source, kind and target."""
        rows = self._db.execute(
            "SELECT edge, source, kind, target, told FROM edge"
            " ORDER BY edge, source, kind, target, told"
        )
        for edge, group in groupby(rows, key=itemgetter(0)):
            ends = groupby(group, key=itemgetter(1, 2, 3))
            yield edge, ((*end, _told(row[4] for row in them)) for end, them in ends)

    def _ask(self, text: str, *columns: str) -> Iterator[tuple[str, ...]]:
        names, rows = self._store.stream(text)
        for name in columns:
            if name not in names and name != "edge":
                raise KGError(f"a query of the view {self._name} selects no ?{name}")
        more = [(at, name) for at, name in enumerate(names) if name not in columns]
        for _, name in more:
            if name.lower() in RESERVED:
                raise KGError(
                    f"a query of the view {self._name} selects ?{name}, a name with a meaning of "
                    "its own in some format",
                    hint="call the variable something else",
                )
        places = [(name, names.index(name) if name in names else None) for name in columns]
        for row in rows:
            iris = []
            for name, at in places:
                term = None if at is None else row[at]
                if isinstance(term, ox.NamedNode):
                    iris.append(term.value)
                elif name == "edge" and term is None:
                    iris.append("")
                else:
                    raise KGError(f"?{name} has no IRI in a row of the view {self._name}: {term}")
            told = [(name, *self._shown(one)) for at, name in more if (one := row[at]) is not None]
            yield (*iris, json.dumps(told) if told else "")

    def _check(self) -> None:
        for end in ("source", "target"):
            lost = f"SELECT {end} FROM edge WHERE {end} NOT IN (SELECT node FROM node) LIMIT 1"
            for (iri,) in self._db.execute(lost):
                raise KGError(
                    f"an edge of the view {self._name} ends at {shrink(iri)}, which nodes.rq does "
                    "not list",
                    hint="select it in nodes.rq, or leave it out of edges.rq",
                )
        both = "SELECT edge FROM edge WHERE edge IN (SELECT node FROM node) LIMIT 1"
        for (iri,) in self._db.execute(both):
            raise KGError(f"the view {self._name} has {shrink(iri)} both as node and as edge")


def _database() -> sqlite3.Connection:
    """A database in a file of its own that goes with it; in memory where none can be opened."""
    try:
        tempfile.TemporaryFile().close()
        return sqlite3.connect("")
    except OSError:
        made = sqlite3.connect(":memory:")
        made.execute("PRAGMA temp_store = MEMORY")
        return made


def _told(texts: Iterator[str]) -> Told:
    rows = [tuple(one) for text in texts if text for one in json.loads(text)]
    return list(dict.fromkeys(rows))
