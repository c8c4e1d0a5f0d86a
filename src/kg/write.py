"""Triples as files, the same bytes each time: N-Quads, readable Turtle, JSON-LD.

The writers of RDF libraries order by hash or by arrival; these sort. What is large comes as
`Lines`, sorted once, and is written a subject after another: no file of it is held in memory.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from operator import itemgetter
from tempfile import SpooledTemporaryFile
from typing import IO

import pyoxigraph as ox

from kg.layout import WIDTH, rank
from kg.lines import Lines
from kg.prefixes import shrink, table
from kg.turtle import RDF_TYPE

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LIST = (f"{_RDF}first", f"{_RDF}rest")
_BARE = {f"{_XSD}integer": r"[+-]?\d+", f"{_XSD}boolean": "true|false"}  # need no quotes in Turtle

Layers = Mapping[str, Iterable[ox.Triple]]
Quad = tuple[str, str, str, str]
"""Subject and object as N-Quads write them, predicate and layer as IRIs: as objects of the
engine, a million of them take three times as long."""
_Said = dict[str, list[str]]  # predicate to objects, as N-Triples write them
_HELD = 1 << 24  # characters of a file in the making that are held in memory
_PIECE = 1 << 20


def nquads(layers: Layers) -> Lines:
    """All layers as N-Quads, one line a quad, sorted."""
    return Lines(f"{t} <{graph}> .\n".encode() for graph, them in layers.items() for t in them)


def subjects(lines: Lines) -> Iterator[tuple[str, list[Quad]]]:
    """The subjects of N-Quads in their order, each with its quads."""
    for subject, them in groupby(map(_parted, lines), itemgetter(0)):
        yield subject, list(them)


def _parted(line: str) -> Quad:
    """The terms of a line; only in an object there can be spaces."""
    subject, predicate, rest = line.split(" ", 2)
    value, _, graph = rest.removesuffix(" .\n").rpartition(" ")
    return subject, predicate[1:-1], value, graph[1:-1]


def literal(term: str) -> ox.Literal:
    """A literal as N-Triples write it, with its escapes undone."""
    (quad,) = ox.parse(f"<{_RDF}> <{_RDF}> {term} .", format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, ox.Literal)
    return quad.object


def turtle(triples: Iterable[ox.Triple], comment: str) -> Iterator[str]:
    """Triples as Turtle, subjects and objects sorted, predicates in the order of the house.

    Args:
        triples: what to write.
        comment: first line of the file, without `#`.

    Yields:
        The head, then a subject after another.
    """
    said = _by_subject(triples)
    hanging = [
        (subject, value)
        for subject, them in said.items()
        for objects in them.values()
        for value in objects
        if value[0] == "_"
    ]
    blank = {node: them for node, them in said.items() if node[0] == "_"}
    return _Turtle(blank, hanging).text(comment, sorted(said.items()))


def turtle_of(lines: Lines, comment: str) -> Iterator[str]:
    """All layers of N-Quads in one as Turtle; see `turtle`."""
    around = dict.fromkeys(_parted(line)[:3] for line in lines if "_:" in line)
    hanging = [(subject, value) for subject, _, value in around if value[0] == "_"]
    said: dict[str, list[tuple[str, str]]] = {}
    for subject, predicate, value in around:
        if subject[0] == "_":
            said.setdefault(subject, []).append((predicate, value))
    blank = {subject: _said(them) for subject, them in said.items()}
    every = ((subject, _said(quad[1:3] for quad in them)) for subject, them in subjects(lines))
    return _Turtle(blank, hanging).text(comment, every)


class _Turtle:
    """One file in the making.

    Args:
        said: blank nodes, with what they say.
        hanging: subjects with the blank nodes that they name, once for each triple.
    """

    def __init__(self, said: dict[str, _Said], hanging: Iterable[tuple[str, str]]) -> None:
        self.said, self.nested = said, _nested(said, hanging)
        self.used: set[str] = set()  # prefixes

    def text(self, comment: str, every: Iterable[tuple[str, _Said]]) -> Iterator[str]:
        """The file, in pieces: the head names the prefixes that what follows has used."""
        with SpooledTemporaryFile(_HELD, "w+", encoding="utf-8", newline="") as body:
            for subject, them in every:
                if subject not in self.nested:
                    name = self.name(subject[1:-1]) if subject[0] == "<" else subject
                    body.write(f"\n{name} " + " ;\n    ".join(self.predicates(them, 4)) + " .\n")
            yield f"# {comment}\n"
            yield from (f"@prefix {name}: <{table()[name]}> .\n" for name in sorted(self.used))
            yield from _pieces(body)

    def name(self, iri: str) -> str:
        """A CURIE whose prefix goes to the head, or <IRI>."""
        if (short := shrink(iri)) == iri:
            return f"<{iri}>"
        self.used.add(short.partition(":")[0])
        return short

    def predicates(self, them: _Said, indent: int) -> list[str]:
        """A line for each predicate; several objects that do not fit get lines of their own."""
        verbs = {"a" if iri == RDF_TYPE else self.name(iri): values for iri, values in them.items()}
        lines = []
        for verb in sorted(verbs, key=rank):
            terms = [self.term(value, indent) for value in sorted(verbs[verb])]
            line = f"{verb} " + " , ".join(terms)
            if len(terms) > 1 and indent + len(line) > WIDTH:
                pad = "\n" + " " * (indent + 4)
                line = verb + pad + f" ,{pad}".join(terms)
            lines.append(line)
        return lines

    def term(self, value: str, indent: int) -> str:
        """An object."""
        if value[0] == "<":
            return self.name(value[1:-1])
        if value[0] == "_":
            return self.node(value, indent)
        if value[-1] != ">":
            return value
        words, _, kind = value[:-1].rpartition("^^<")
        if kind in _BARE and re.fullmatch(_BARE[kind], words[1:-1]):
            return words[1:-1]
        return f"{words}^^{self.name(kind)}"

    def node(self, node: str, indent: int) -> str:
        """A blank node: as a list, inside brackets, or by its name when it is used elsewhere."""
        if node not in self.nested:
            return node
        items = self.items(node)
        if items is not None:
            return f"( {' '.join(self.term(item, indent) for item in items)} )"
        pad, inside = " " * indent, " " * (indent + 4)
        body = f" ;\n{inside}".join(self.predicates(self.said[node], indent + 4))
        return f"[\n{inside}{body}\n{pad}]"

    def items(self, node: str) -> list[str] | None:
        """The members when the node begins a well-formed RDF list."""
        found: list[str] = []
        while node != f"<{_RDF}nil>":
            them = self.said.get(node, {})
            first, rest = them.get(f"{_RDF}first", []), them.get(f"{_RDF}rest", [])
            if node not in self.nested or (len(them), len(first), len(rest)) != (2, 1, 1):
                return None
            found += first
            node = rest[0]
        return found


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, _Said]:
    found: dict[str, list[tuple[str, str]]] = {}
    for one in triples:
        found.setdefault(str(one.subject), []).append((one.predicate.value, str(one.object)))
    return {subject: _said(them) for subject, them in found.items()}


def _said(pairs: Iterable[tuple[str, str]]) -> _Said:
    """What predicates and objects of one subject say, each pair once."""
    said: _Said = {}
    for predicate, value in dict.fromkeys(pairs):
        assert value[:2] != "<<"  # no statement is about a triple
        said.setdefault(predicate, []).append(value)
    return said


def _nested(said: dict[str, _Said], hanging: Iterable[tuple[str, str]]) -> set[str]:
    """Blank nodes that are written inside the one place that names them."""
    uses: dict[str, list[str]] = {}
    for subject, value in hanging:
        uses.setdefault(value, []).append(subject)
    above = {node: by[0] for node, by in uses.items() if len(by) == 1 and node in said}

    def has_outside(node: str) -> bool:
        seen = set()
        while node in above and node not in seen:
            seen.add(node)
            node = above[node]
        return node not in seen  # a ring has no outside to be written in

    return {node for node in above if has_outside(node)}


def jsonld(layers: Layers) -> Iterator[str]:
    """All layers as flattened JSON-LD: a named graph a layer, a node a line.

    Yields:
        The prefix table as context, then a node after another.
    """
    said = {graph: sorted(_by_subject(triples).items()) for graph, triples in layers.items()}
    nodes = {graph: (_line(subject, them) for subject, them in said[graph]) for graph in said}
    return _linked(nodes)


def jsonld_of(lines: Lines, layers: Sequence[str]) -> Iterator[str]:
    """N-Quads as JSON-LD; see `jsonld`.

    Args:
        lines: the quads.
        layers: graph IRIs, those of layers that are empty too.
    """
    with ExitStack() as stack:
        bodies = {
            graph: stack.enter_context(
                SpooledTemporaryFile(_HELD // 8, "w+", encoding="utf-8", newline="")
            )
            for graph in layers
        }
        for subject, quads in subjects(lines):
            said: dict[str, list[tuple[str, str]]] = {}
            for _, predicate, value, graph in quads:
                said.setdefault(graph, []).append((predicate, value))
            for graph, them in said.items():
                bodies[graph].write(_line(subject, _said(them)))
        yield from _linked({graph: _pieces(body) for graph, body in bodies.items()})


def _linked(layers: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """The file, of the nodes of each layer, each with a comma before it."""
    yield f'{{"@context": {_compact(table())},\n"@graph": ['
    for number, (graph, nodes) in enumerate(sorted(layers.items())):
        yield f'{"," if number else ""}\n{{"@id": {_compact(shrink(graph))}, "@graph": ['
        first = True
        for piece in nodes:
            yield piece.removeprefix(",") if first else piece
            first = False
        yield "\n]}"
    yield "\n]}\n"


_compact = json.JSONEncoder(ensure_ascii=False).encode


def _line(subject: str, them: _Said) -> str:
    members = [f'"@id": {_id(subject)}']
    for predicate in sorted(them):
        if predicate == RDF_TYPE:
            key, values = '"@type"', map(_id, sorted(them[predicate]))
        else:
            key, values = _compact(shrink(predicate)), map(_value, sorted(them[predicate]))
        members.append(f"{key}: [{', '.join(values)}]")
    return f",\n{{{', '.join(members)}}}"


def _pieces(body: IO[str]) -> Iterator[str]:
    """What was written, from its beginning."""
    body.seek(0)
    while piece := body.read(_PIECE):
        yield piece


def _id(term: str) -> str:
    return _compact(shrink(term[1:-1]) if term[0] == "<" else term)


def _value(term: str) -> str:
    if term[0] != '"':
        return f'{{"@id": {_id(term)}}}'
    words, _, mark = term.rpartition('"')
    words += '"'
    if "\\" in words:  # else it is written as JSON writes it
        words = _compact(literal(words).value)
    if mark[:1] == "@":
        language = mark[1:].partition("--")[0]  # what comes behind is a direction
        return f'{{"@value": {words}, "@language": {_compact(language)}}}'
    if mark:
        return f'{{"@value": {words}, "@type": {_compact(shrink(mark[3:-1]))}}}'
    return f'{{"@value": {words}}}'
