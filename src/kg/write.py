"""Triples as files, the same bytes each time: N-Quads, readable Turtle, JSON-LD.

The writers of RDF libraries order by hash or by arrival; these sort.
"""

import json
import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kg.layout import rank
from kg.prefixes import shrink, split, table
from kg.turtle import RDF_TYPE

_XSD = "http://www.w3.org/2001/XMLSchema#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_BARE = {f"{_XSD}integer": r"[+-]?\d+", f"{_XSD}boolean": "true|false"}  # need no quotes in Turtle

Layers = Mapping[str, Iterable[ox.Triple]]
_Said = dict[str, list[ox.NamedNode | ox.BlankNode | ox.Literal]]


def nquads(layers: Layers) -> str:
    """All layers as N-Quads, one line a quad, sorted."""
    lines = {f"{triple} <{graph}> .\n" for graph, triples in layers.items() for triple in triples}
    return "".join(sorted(lines))


def turtle(triples: Iterable[ox.Triple], comment: str) -> str:
    """Triples as Turtle in the layout of the house, subjects and objects sorted.

    Args:
        triples: what to write.
        comment: first line of the file, without `#`.
    """
    said = _by_subject(triples)
    used: set[str] = set()
    nested = _nested(said)

    def name(iri: str) -> str:
        parts = split(iri)
        if not parts:
            return f"<{iri}>"
        used.add(parts[0])
        return ":".join(parts)

    def term(value: ox.NamedNode | ox.BlankNode | ox.Literal, indent: int) -> str:
        if isinstance(value, ox.NamedNode):
            return name(value.value)
        if isinstance(value, ox.BlankNode):
            if value not in nested:
                return str(value)
            pad, inside = " " * indent, " " * (indent + 4)
            body = predicates(said[str(value)], indent + 4)
            return f"[\n{inside}{f' ;{chr(10)}{inside}'.join(body)}\n{pad}]"
        kind, words = value.datatype.value, ox.Literal(value.value)
        if value.language:
            return str(value)
        if kind in _BARE and re.fullmatch(_BARE[kind], value.value):
            return value.value
        return str(words) if kind == f"{_XSD}string" else f"{words}^^{name(kind)}"

    def predicates(them: _Said, indent: int) -> list[str]:
        verbs = {"a" if iri == RDF_TYPE else name(iri): objects for iri, objects in them.items()}
        lines = []
        for verb in sorted(verbs, key=rank):
            objects = sorted(verbs[verb], key=str)
            lines.append(f"{verb} " + " , ".join(term(value, indent) for value in objects))
        return lines

    blocks = [
        f"{name(subject[1:-1]) if subject[0] == '<' else subject} "
        + " ;\n    ".join(predicates(said[subject], 4))
        + " .\n"
        for subject in sorted(said)
        if subject not in {str(node) for node in nested}
    ]
    lines = [f"@prefix {prefix}: <{table()[prefix]}> .\n" for prefix in sorted(used)]
    return f"# {comment}\n" + "".join(lines) + "\n" + "\n".join(blocks)


def _by_subject(triples: Iterable[ox.Triple]) -> dict[str, _Said]:
    said: dict[str, _Said] = {}
    for triple in dict.fromkeys(triples):
        objects = said.setdefault(str(triple.subject), {}).setdefault(triple.predicate.value, [])
        assert not isinstance(triple.object, ox.Triple)  # no statement is about a triple
        objects.append(triple.object)
    return said


def _nested(said: dict[str, _Said]) -> set[ox.BlankNode]:
    """Blank nodes that are written inside the one place that names them."""
    uses: dict[ox.BlankNode, list[str]] = {}
    for subject, them in said.items():
        for objects in them.values():
            for value in objects:
                if isinstance(value, ox.BlankNode):
                    uses.setdefault(value, []).append(subject)
    once = {node: by[0] for node, by in uses.items() if len(by) == 1 and str(node) in said}

    def rooted(node: ox.BlankNode) -> bool:
        seen = {str(node)}
        above = once[node]
        while above not in seen:
            seen.add(above)
            parent = next((n for n in once if str(n) == above), None) if above[0] == "_" else None
            if parent is None:
                return True
            above = once[parent]
        return False  # a ring has no outside to be written in

    return {node for node in once if rooted(node)}


def jsonld(layers: Layers) -> str:
    """All layers as flattened JSON-LD, one named graph a layer, the prefix table as context."""
    graphs = [
        {"@id": shrink(graph), "@graph": [_node(s, them) for s, them in sorted(said.items())]}
        for graph, said in sorted((g, _by_subject(triples)) for g, triples in layers.items())
    ]
    document = {"@context": table(), "@graph": graphs}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


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


def _value(value: ox.NamedNode | ox.BlankNode | ox.Literal) -> dict[str, str]:
    if not isinstance(value, ox.Literal):
        return {"@id": _id(str(value))}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype.value == f"{_XSD}string":
        return {"@value": value.value}
    return {"@value": value.value, "@type": shrink(value.datatype.value)}
