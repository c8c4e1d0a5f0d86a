"""What a worker answers from its store: queries, graphs, and what the service says of itself.

Every answer is whole, or it is a Problem: rows and bytes are counted before anything is sent.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import IO, Any, NamedTuple, cast

import pyoxigraph as ox

from kg import sparql, write
from kg.accept import choose
from kg.describe import DATASET
from kg.load import GRAPH
from kg.prefixes import expand, table
from kg.serve.media import GRAPHS, NAMES, RESULTS
from kg.serve.problem import Problem

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_DCAT = "http://www.w3.org/ns/dcat#"
_RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OF_ROWS, _OF_GRAPHS = tuple(RESULTS), tuple(GRAPHS)
_PREFIXED = re.compile(r"([A-Za-z][\w-]*):(?!//)")
_LEAST_ROW = 1  # byte: that of nothing, in TSV


class Answer(NamedTuple):
    """A media type and what is sent."""

    media: str
    body: bytes


class Limits(NamedTuple):
    """How large an answer may be."""

    rows: int
    bytes: int


class _Sink:
    """What the engine writes to: it stops what grows too large."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.size += len(data)
        if self.size > self.most:
            raise Problem("bytes", limit=("bytes", self.most))
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass


class Answerer:
    """Answers from one generation of a build.

    Args:
        store: opened for reading; the union of the layers is its default graph.
        void: the description of the graph, triples.
        limits: how large an answer may be.
    """

    def __init__(self, store: ox.Store, void: Iterable[ox.Triple], limits: Limits) -> None:
        self.store, self.void, self.limits = store, list(void), limits

    def answer(self, asked: dict[str, Any]) -> Answer:
        """The answer to what `protocol` made of a request.

        Args:
            asked: `do` is `query`, `graph`, `void` or `service`.

        Raises:
            Problem: there is none.
        """
        return {
            "query": self._query,
            "graph": self._graph,
            "void": self._void,
            "service": self._service,
        }[asked["do"]](asked)

    # ------------------------------------------------------------ queries

    def _query(self, asked: dict[str, Any]) -> Answer:
        try:
            return self._queried(asked["query"], asked)
        except SyntaxError as error:
            told = sparql.explain(error, asked["query"])
            raise Problem("syntax", "\n".join(filter(None, (told.message, told.hint)))) from None
        except MemoryError:
            raise Problem("memory") from None
        except (OSError, RuntimeError, ValueError) as error:
            raise Problem("syntax", f"the query cannot be answered: {error}") from None

    def _queried(self, text: str, asked: dict[str, Any]) -> Answer:
        dataset: dict[str, Any] = {}
        if asked.get("default") or asked.get("named"):
            dataset = {
                "default_graph": [_iri(one) for one in asked["default"]],
                "named_graphs": [_iri(one) for one in asked["named"]],
            }
        # To hand over all prefixes takes as long as to parse a small query.
        prefixes = {}
        if text.count(":") > text.count("://"):  # not in IRIs alone
            known = table()
            prefixes = {name: known[name] for name in known.keys() & set(_PREFIXED.findall(text))}
        found = self.store.query(text, prefixes=prefixes, **dataset)
        if isinstance(found, ox.QueryTriples):
            media = _media(asked, _OF_GRAPHS)
            return self._triples(found, media)
        media = _media(asked, _OF_ROWS)
        kind = RESULTS[media]
        if isinstance(found, ox.QueryBoolean) and kind in (
            ox.QueryResultsFormat.CSV,
            ox.QueryResultsFormat.TSV,
        ):
            return Answer(media, b"true\n" if found else b"false\n")
        sink = _Sink(self.limits.bytes)
        found.serialize(cast("IO[bytes]", sink), format=kind)
        body = b"".join(sink.parts)
        # Most answers are too short to have too many rows; the others are counted.
        if len(body) > self.limits.rows * _LEAST_ROW and _rows(body, kind) > self.limits.rows:
            raise Problem("rows", limit=("rows", self.limits.rows))
        return Answer(media, body)

    def _triples(self, found: Iterable[ox.Triple], media: str) -> Answer:
        triples: set[ox.Triple] = set()
        for one in found:
            triples.add(one)
            if len(triples) > self.limits.rows:
                raise Problem("rows", limit=("rows", self.limits.rows))
        return Answer(media, self._written(triples, media))

    def _written(self, triples: Iterable[ox.Triple], media: str) -> bytes:
        kind = GRAPHS[media]
        if kind == ox.RdfFormat.TURTLE:
            body = "".join(write.turtle(triples, "Of the sci-tech insurance graph.")).encode()
        else:
            body = ox.serialize(sorted(triples, key=str), format=kind) or b""
        if len(body) > self.limits.bytes:
            raise Problem("bytes", limit=("bytes", self.limits.bytes))
        return body

    # ------------------------------------------------------------ graphs

    def _graph(self, asked: dict[str, Any]) -> Answer:
        media = _media(asked, _OF_GRAPHS)
        name = _iri(asked["graph"]) if asked["graph"] else ox.DefaultGraph()
        if asked["graph"] and not self.store.contains_named_graph(name):
            raise Problem("missing", f"there is no graph {name}; GET /sparql names those there are")
        found = self.store.quads_for_pattern(None, None, None, name)
        return self._triples((quad.triple for quad in found), media)

    # ------------------------------------------------------------ what the service is

    def _void(self, asked: dict[str, Any]) -> Answer:
        media = _media(asked, _OF_GRAPHS)
        here = asked["base"]
        endpoint, service = f"{here}/sparql", f"{here}/sparql#service"
        added = [
            _link(DATASET, expand("void:sparqlEndpoint"), endpoint),
            _link(DATASET, f"{_DCAT}landingPage", f"{here}/"),
            _link(service, _RDF_TYPE.value, f"{_DCAT}DataService"),
            _link(service, f"{_DCAT}endpointURL", endpoint),
            _link(service, f"{_DCAT}endpointDescription", endpoint),
            _link(service, f"{_DCAT}servesDataset", DATASET),
        ]
        return Answer(media, self._written([*self.void, *added], media))

    def _service(self, asked: dict[str, Any]) -> Answer:
        media = _media(asked, _OF_GRAPHS)
        here = f"{asked['base']}/sparql"
        service, dataset, default = f"{here}#service", f"{here}#dataset", f"{here}#union"
        made = [
            _link(service, _RDF_TYPE.value, f"{_SD}Service"),
            _link(service, f"{_SD}endpoint", here),
            _link(service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query"),
            # The default graph is the union of the layers: stated, derived, curated and so on.
            _link(service, f"{_SD}feature", f"{_SD}UnionDefaultGraph"),
            _link(service, f"{_SD}defaultDataset", dataset),
            _link(service, f"{_SD}availableGraphs", dataset),
            _link(dataset, _RDF_TYPE.value, f"{_SD}Dataset"),
            _link(dataset, f"{_SD}defaultGraph", default),
            _link(default, _RDF_TYPE.value, f"{_SD}Graph"),
            _number(default, self._count(None)),
        ]
        for name in ("JSON", "XML", "CSV", "TSV"):
            made.append(_link(service, f"{_SD}resultFormat", f"{_FORMATS}SPARQL_Results_{name}"))
        for name in ("Turtle", "N-Triples", "RDF_XML", "JSON-LD"):
            made.append(_link(service, f"{_SD}resultFormat", f"{_FORMATS}{name}"))
        for one in self.store.named_graphs():
            assert isinstance(one, ox.NamedNode)
            entry = f"{here}#{one.value.removeprefix(GRAPH)}"
            made += [
                _link(dataset, f"{_SD}namedGraph", entry),
                _link(entry, _RDF_TYPE.value, f"{_SD}NamedGraph"),
                _link(entry, f"{_SD}name", one.value),
                _link(entry, f"{_SD}graph", one.value),
                _number(one.value, self._count(one)),
            ]
        return Answer(media, self._written(made, media))

    def _count(self, graph: ox.NamedNode | None) -> int:
        """Triples of a graph, or of the union of all; from the description where it says so."""
        node, wanted = graph or ox.NamedNode(DATASET), expand("void:triples")
        for triple in self.void:
            if triple.subject == node and triple.predicate.value == wanted:
                assert isinstance(triple.object, ox.Literal)
                return int(triple.object.value)
        return sum(1 for _ in self.store.quads_for_pattern(None, None, None, graph))


def _media(asked: dict[str, Any], offered: tuple[str, ...]) -> str:
    """The media type to send.

    Raises:
        Problem: the client takes none of those offered.
    """
    for media in NAMES.get(asked.get("format", ""), ()):
        if media in offered:
            return media
    chosen = choose(asked.get("accept", ""), offered)
    if chosen is None:
        raise Problem("accept", f"there are: {', '.join(offered)}")
    return chosen


def _iri(text: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(text)
    except ValueError:
        raise Problem("request", f"{text[:200]!r} is no IRI") from None


def _link(subject: str, predicate: str, object: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(object))


def _number(subject: str, count: int) -> ox.Triple:
    integer = ox.NamedNode(expand("xsd:integer"))
    return ox.Triple(
        ox.NamedNode(subject),
        ox.NamedNode(expand("void:triples")),
        ox.Literal(str(count), datatype=integer),
    )


def _rows(body: bytes, kind: ox.QueryResultsFormat) -> int:
    """The rows of an answer, counted in what was written."""
    if kind == ox.QueryResultsFormat.CSV:
        return sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1
    if kind == ox.QueryResultsFormat.TSV:
        return body.count(b"\n") - 1
    if kind == ox.QueryResultsFormat.XML:
        return body.count(b"<result>")  # `<` is escaped in every value
    read = ox.parse_query_results(body, kind)
    assert isinstance(read, ox.QuerySolutions)
    return sum(1 for _ in read)
