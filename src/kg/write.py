"""Triples as files, the same bytes each time: N-Quads, readable Turtle, JSON-LD.

The writers of RDF libraries order by hash or by arrival; these sort.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import pyoxigraph as ox

from kg.layout import WIDTH, rank
from kg.prefixes import shrink, split, table
from kg.turtle import RDF_TYPE

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LIST = (f"{_RDF}first", f"{_RDF}rest")
_BARE = {f"{_XSD}integer": r"[+-]?\d+", f"{_XSD}boolean": "true|false"}  # need no quotes in Turtle

Layers = Mapping[str, Iterable[ox.Triple]]
_Term = ox.NamedNode | ox.BlankNode | ox.Literal
_Said = dict[str, list[_Term]]  # predicate to objects


def nquads(layers: Layers) -> Iterator[str]:
    """All layers as N-Quads, one line a quad, sorted."""
    lines = {f"{triple} <{graph}> .\n" for graph, triples in layers.items() for triple in triples}
    yield from sorted(lines)


def turtle(triples: Iterable[ox.Triple], comment: str) -> Iterator[str]:
    """Triples as Turtle, subjects and objects sorted, predicates in the order of the house.

    Args:
        triples: what to write.
        comment: first line of the file, without `#`.

    Yields:
        The head, then a subject after another.
    """
    return _Turtle(_by_subject(triples)).text(comment)


class _Turtle:
    """One file in the making."""

    def __init__(self, said: dict[str, _Said]) -> None:
        self.said, self.nested = said, _nested(said)

    def text(self, comment: str) -> Iterator[str]:
        """The file, in pieces."""
        used = {split(iri) for iri in self.iris()}
        head = sorted({parts[0] for parts in used if parts})
        yield f"# {comment}\n"
        yield from (f"@prefix {prefix}: <{table()[prefix]}> .\n" for prefix in head)
        for subject in sorted(self.said):
            if subject not in self.nested:
                name = self.name(subject[1:-1]) if subject[0] == "<" else subject
                lines = self.predicates(self.said[subject], 4)
                yield f"\n{name} " + " ;\n    ".join(lines) + " .\n"

    def iris(self) -> Iterator[str]:
        """Every IRI that is written by a name."""
        for subject, them in self.said.items():
            if subject[0] == "<":
                yield subject[1:-1]
            for verb, values in them.items():
                listed = verb in _LIST and self.items(subject) is not None
                if listed and verb == _LIST[1]:
                    continue  # ( … ) writes the members alone
                if verb != RDF_TYPE and not listed:
                    yield verb
                for value in values:
                    if isinstance(value, ox.NamedNode):
                        yield value.value
                    elif isinstance(value, ox.Literal) and not value.language:
                        yield from self.written_type(value)

    def written_type(self, value: ox.Literal) -> Iterator[str]:
        """The datatype of a literal, where it is written."""
        kind = value.datatype.value
        bare = kind in _BARE and re.fullmatch(_BARE[kind], value.value)
        if kind != f"{_XSD}string" and not bare:
            yield kind

    def name(self, iri: str) -> str:
        """A CURIE whose prefix goes to the head, or <IRI>."""
        parts = split(iri)
        return ":".join(parts) if parts else f"<{iri}>"

    def predicates(self, them: _Said, indent: int) -> list[str]:
        """A line for each predicate; several objects that do not fit get lines of their own."""
        verbs = {"a" if iri == RDF_TYPE else self.name(iri): values for iri, values in them.items()}
        lines = []
        for verb in sorted(verbs, key=rank):
            terms = [self.term(value, indent) for value in sorted(verbs[verb], key=str)]
            line = f"{verb} " + " , ".join(terms)
            if len(terms) > 1 and indent + len(line) > WIDTH:
                pad = "\n" + " " * (indent + 4)
                line = verb + pad + f" ,{pad}".join(terms)
            lines.append(line)
        return lines

    def term(self, value: _Term, indent: int) -> str:
        """An object."""
        if isinstance(value, ox.NamedNode):
            return self.name(value.value)
        if isinstance(value, ox.BlankNode):
            return self.node(str(value), indent)
        if value.language or value.datatype.value == f"{_XSD}string":
            return str(value)
        for kind in self.written_type(value):
            return f"{ox.Literal(value.value)}^^{self.name(kind)}"
        return value.value

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

    def items(self, node: str) -> list[_Term] | None:
        """The members when the node begins a well-formed RDF list."""
        found: list[_Term] = []
        while node != f"<{_RDF}nil>":
            them = self.said.get(node, {})
            first, rest = them.get(f"{_RDF}first", []), them.get(f"{_RDF}rest", [])
            if node not in self.nested or (len(them), len(first), len(rest)) != (2, 1, 1):
                return None
            found += first
            node = str(rest[0])
        return found


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, _Said]:
    said: dict[str, _Said] = {}
    for triple in dict.fromkeys(triples):
        objects = said.setdefault(str(triple.subject), {}).setdefault(triple.predicate.value, [])
        assert not isinstance(triple.object, ox.Triple)  # no statement is about a triple
        objects.append(triple.object)
    return said


def _nested(said: dict[str, _Said]) -> set[str]:
    """Blank nodes that are written inside the one place that names them."""
    uses: dict[str, list[str]] = {}
    for subject, them in said.items():
        for objects in them.values():
            for value in objects:
                if isinstance(value, ox.BlankNode):
                    uses.setdefault(str(value), []).append(subject)
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
    compact = partial(json.dumps, ensure_ascii=False)
    yield f'{{"@context": {compact(table())},\n"@graph": ['
    for number, (graph, triples) in enumerate(sorted(layers.items())):
        yield f'{"," if number else ""}\n{{"@id": {compact(shrink(graph))}, "@graph": ['
        said = _by_subject(triples)
        for at, subject in enumerate(sorted(said)):
            yield f"{',' if at else ''}\n{compact(_node(subject, said[subject]))}"
        yield "\n]}"
    yield "\n]}\n"


def _node(subject: str, them: _Said) -> dict[str, object]:
    node: dict[str, object] = {"@id": _id(subject)}
    for predicate in sorted(them):
        objects = sorted(them[predicate], key=str)
        if predicate == RDF_TYPE:
            node["@type"] = [_id(str(value)) for value in objects]
        else:
            node[shrink(predicate)] = [_value(value) for value in objects]
    return node


def _id(term: str) -> str:
    return shrink(term[1:-1]) if term[0] == "<" else term


def _value(value: _Term) -> dict[str, str]:
    if not isinstance(value, ox.Literal):
        return {"@id": _id(str(value))}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == f"{_XSD}string":
        return {"@value": value.value}
    return {"@value": value.value, "@type": shrink(value.datatype.value)}
