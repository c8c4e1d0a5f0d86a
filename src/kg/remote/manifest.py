"""What a server keeps of what was published there: names of graphs, sizes and digests.

Beside the layers there is their union, each triple once, since the unions that servers make
themselves give a row twice when two layers say the same. It is the default graph of all queries.
"""

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from kg.prefixes import BASE

MANIFEST = f"{BASE}published"
UNION = f"{MANIFEST}/union"
STAGING = f"{MANIFEST}/staging/"
TRIPLES = "http://rdfs.org/ns/void#triples"
DIGEST = "http://purl.org/dc/terms/identifier"
REPLACES = "http://purl.org/dc/terms/replaces"
# Blank nodes have no name by which a later request could ask for them, and an update of several
# requests would make several of one: they go by these IRIs, as RDF 1.1 has it.
GENID = f"{BASE}.well-known/genid/"

QUERY = f"SELECT ?graph ?said ?value WHERE {{ GRAPH <{MANIFEST}> {{ ?graph ?said ?value }} }}"


class Graph(NamedTuple):
    """What is told of a graph: number of its triples, and sha256 of its sorted lines."""

    triples: int
    digest: str


class Manifest(NamedTuple):
    """What the server has.

    Attributes:
        graphs: by IRI, those that are live, the union among them.
        staging: IRIs of graphs that a publish has begun to fill.
    """

    graphs: dict[str, Graph]
    staging: frozenset[str]


def read(rows: Iterable[tuple[object, ...]]) -> Manifest:
    """The manifest from the rows of `QUERY`."""
    told: dict[str, dict[str, str]] = {}
    for graph, said, value in rows:
        told.setdefault(_text(graph), {})[_text(said)] = _text(value)
    live = {
        name: Graph(int(one[TRIPLES]), one[DIGEST])
        for name, one in sorted(told.items())
        if TRIPLES in one and DIGEST in one
    }
    return Manifest(live, frozenset(name for name, one in told.items() if REPLACES in one))


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))


def triples(graphs: dict[str, Graph]) -> list[str]:
    """The manifest as N-Triples, a line each."""
    number = "<http://www.w3.org/2001/XMLSchema#integer>"
    return [
        line
        for name, graph in sorted(graphs.items())
        for line in (
            f'<{name}> <{TRIPLES}> "{graph.triples}"^^{number} .',
            f'<{name}> <{DIGEST}> "{graph.digest}" .',
        )
    ]


def sent(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    """A term as it is sent."""
    return f"<{GENID}{term.value}>" if isinstance(term, ox.BlankNode) else str(term)
