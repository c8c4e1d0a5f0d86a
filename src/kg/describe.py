"""A VoID and DCAT description of the graph: what is in it, layer by layer. No dates."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kg.load import GRAPH, META
from kg.prefixes import BASE, split, table
from kg.turtle import RDF_TYPE

DATASET = f"{BASE}dataset"
_TITLE = {"en": "Sci-tech insurance Opinion as a graph", "zh": "科技保险意见知识图谱"}
LAYERS = {
    "ontology": ("What kinds of things there are", "本体：有哪些种类的事物"),
    "vocabulary": ("The concepts that are named", "词表：所涉及的概念"),
    "stated": ("What the text states", "原文所述"),
    "curated": ("What a curator adds, each with its source", "编者所加，各有来源"),
    "readback": ("Verdicts of the second reading", "复读判定"),
    "extra": ("What was added on the command line", "命令行所加"),
    "text": ("Where the words of statements stand", "陈述的文字所在"),
    "mentions": ("Where named things and cue words stand", "所提事物与提示词所在"),
    "meta": ("Which rule made which layer", "各层由哪条规则推导"),
}
_FILES = {
    "graph.jsonld": "application/ld+json",
    "graph.nq": "application/n-quads",
    "graph.ttl": "text/turtle",
}
_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def describe(layers: Mapping[str, Iterable[ox.Triple]]) -> list[ox.Triple]:
    """The description as triples.

    Args:
        layers: graph IRI to its triples.
    """
    made = _Description()
    every = dict.fromkeys(triple for triples in layers.values() for triple in triples)
    made.dataset(DATASET, every, _TITLE)
    made.link(DATASET, "a", "dcat:Dataset")
    made.link(DATASET, "dcterms:license", _LICENCE)
    for name, media in _FILES.items():
        node = f"{DATASET}/{name}"
        made.link(DATASET, "dcat:distribution", node)
        made.link(node, "a", "dcat:Distribution")
        made.text(node, "dcterms:title", ox.Literal(name))
        made.link(node, "dcat:mediaType", f"https://www.iana.org/assignments/media-types/{media}")
    made.partitions(every)
    for prefix in sorted(made.prefixes):
        made.link(DATASET, "void:vocabulary", table()[prefix])
    rules = _summaries(layers.get(META, ()))
    for graph, triples in layers.items():
        made.link(DATASET, "void:subset", graph)
        en, zh = LAYERS.get(graph.removeprefix(GRAPH), ("", ""))
        made.dataset(graph, triples, rules.get(graph) or {"en": en, "zh": zh})
    return made.triples


def _summaries(meta: Iterable[ox.Triple]) -> dict[str, dict[str, str]]:
    """Derived graph to the label of the rule that made it, by language."""
    labels: dict[str, dict[str, str]] = {}
    made: dict[str, str] = {}
    for triple in meta:
        if isinstance(triple.object, ox.Literal):
            language = triple.object.language or ""
            labels.setdefault(str(triple.subject), {})[language] = triple.object.value
        elif triple.predicate.value.endswith("wasGeneratedBy"):
            made[str(triple.subject)[1:-1]] = str(triple.object)
    return {graph: labels.get(rule, {}) for graph, rule in made.items()}


class _Description:
    """Triples in the making."""

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []
        self.prefixes: set[str] = set()

    def text(self, node: str, name: str, value: ox.Literal) -> None:
        self._add(node, name, value)

    def link(self, node: str, name: str, value: str) -> None:
        self._add(node, name, ox.NamedNode(_iri(value)))

    def _add(self, node: str, name: str, value: ox.NamedNode | ox.Literal) -> None:
        predicate = RDF_TYPE if name == "a" else _iri(name)
        self.triples.append(ox.Triple(ox.NamedNode(node), ox.NamedNode(predicate), value))

    def count(self, node: str, name: str, number: int) -> None:
        integer = ox.NamedNode(_iri("xsd:integer"))
        self.text(node, name, ox.Literal(str(number), datatype=integer))

    def dataset(self, node: str, triples: Iterable[ox.Triple], title: Mapping[str, str]) -> None:
        """A void:Dataset with its title and counts."""
        them = list(triples)
        self.link(node, "a", "void:Dataset")
        for lang, words in sorted(title.items()):
            self.text(node, "dcterms:title", ox.Literal(words, language=lang))
        self.count(node, "void:triples", len(them))
        self.count(node, "void:entities", len({t.subject for t in them}))
        self.count(node, "void:classes", len(_classes(them)))
        self.count(node, "void:properties", len(_properties(them)))

    def partitions(self, triples: Iterable[ox.Triple]) -> None:
        """How often each class and each property is used, and the vocabularies they are of."""
        them = list(triples)
        for kind, name, counted, of in (
            ("classPartition", "class", _classes(them), "void:entities"),
            ("propertyPartition", "property", _properties(them), "void:triples"),
        ):
            for iri, number in sorted(counted.items()):
                prefix, local = split(iri) or ("", iri.rpartition("/")[2])
                node = f"{DATASET}/{name}/{prefix}-{local}"
                self.link(DATASET, f"void:{kind}", node)
                self.link(node, f"void:{name}", iri)
                self.count(node, of, number)
                if prefix:
                    self.prefixes.add(prefix)


def _classes(triples: Iterable[ox.Triple]) -> Counter[str]:
    return Counter(
        t.object.value
        for t in triples
        if t.predicate.value == RDF_TYPE and isinstance(t.object, ox.NamedNode)
    )


def _properties(triples: Iterable[ox.Triple]) -> Counter[str]:
    return Counter(t.predicate.value for t in triples)


def _iri(name: str) -> str:
    """A CURIE of the table expanded; an IRI as it is."""
    prefix, _, local = name.partition(":")
    return table()[prefix] + local if prefix in table() else name
