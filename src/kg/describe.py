"""A VoID and DCAT description of the graph: what is in it, layer by layer. No dates."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.load import GRAPH, META
from kg.prefixes import BASE, split, table
from kg.turtle import RDF_TYPE
from kg.write import Quad, literal

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


@dataclass
class _Counts:
    """What is counted of a layer, or of all in one."""

    triples: int = 0
    entities: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)

    def add(self, said: Collection[tuple[str, str]]) -> None:
        """Counts predicates and objects of one more subject, none of them twice."""
        self.entities += 1
        self.triples += len(said)
        for predicate, value in said:
            self.properties[predicate] += 1
            if predicate == RDF_TYPE and value[0] == "<":
                self.classes[value[1:-1]] += 1


def describe(
    subjects: Iterable[tuple[str, Iterable[Quad]]], layers: Iterable[str]
) -> list[ox.Triple]:
    """The description as triples.

    Args:
        subjects: each once, with all its quads.
        layers: graph IRIs, those of layers that are empty too; in the order to tell them in.
    """
    whole, counted = _Counts(), {graph: _Counts() for graph in layers}
    labels: dict[str, dict[str, str]] = {}  # of rules, by language
    rule_of: dict[str, str] = {}  # derived graph to the rule that made it
    for subject, quads in subjects:
        said: dict[str, list[tuple[str, str]]] = {}
        for _, predicate, value, graph in quads:
            said.setdefault(graph, []).append((predicate, value))
        whole.add({pair for them in said.values() for pair in them})
        for graph, them in said.items():
            counted[graph].add(them)
        for predicate, value in said.get(META, ()):
            if predicate == _iri("skos:prefLabel") and value[0] == '"':
                label = literal(value)
                labels.setdefault(subject, {})[label.language or ""] = label.value
            elif predicate == _iri("prov:wasGeneratedBy"):
                rule_of[subject[1:-1]] = value
    made = _Description()
    made.dataset(DATASET, whole, _TITLE)
    made.link(DATASET, "a", "dcat:Dataset")
    made.link(DATASET, "dcterms:license", _LICENCE)
    for name, media in _FILES.items():
        node = f"{DATASET}/{name}"
        made.link(DATASET, "dcat:distribution", node)
        made.link(node, "a", "dcat:Distribution")
        made.text(node, "dcterms:title", ox.Literal(name))
        made.link(node, "dcat:mediaType", f"https://www.iana.org/assignments/media-types/{media}")
    made.partitions(whole)
    for prefix in sorted(made.prefixes):
        made.link(DATASET, "void:vocabulary", table()[prefix])
    for graph, counts in counted.items():
        made.link(DATASET, "void:subset", graph)
        en, zh = LAYERS.get(graph.removeprefix(GRAPH), ("", ""))
        rule = rule_of.get(graph)
        made.dataset(graph, counts, labels.get(rule, {}) if rule else {"en": en, "zh": zh})
    return made.triples


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

    def dataset(self, node: str, counts: _Counts, title: Mapping[str, str]) -> None:
        """A void:Dataset with its title and counts."""
        self.link(node, "a", "void:Dataset")
        for lang, words in sorted(title.items()):
            self.text(node, "dcterms:title", ox.Literal(words, language=lang))
        self.count(node, "void:triples", counts.triples)
        self.count(node, "void:entities", counts.entities)
        self.count(node, "void:classes", len(counts.classes))
        self.count(node, "void:properties", len(counts.properties))

    def partitions(self, counts: _Counts) -> None:
        """How often each class and each property is used, and the vocabularies they are of."""
        for kind, name, counted, of in (
            ("classPartition", "class", counts.classes, "void:entities"),
            ("propertyPartition", "property", counts.properties, "void:triples"),
        ):
            for iri, number in sorted(counted.items()):
                prefix, local = split(iri) or ("", iri.rpartition("/")[2])
                node = f"{DATASET}/{name}/{prefix}-{local}"
                self.link(DATASET, f"void:{kind}", node)
                self.link(node, f"void:{name}", iri)
                self.count(node, of, number)
                if prefix:
                    self.prefixes.add(prefix)


def _iri(name: str) -> str:
    """A CURIE of the table expanded; an IRI as it is."""
    prefix, _, local = name.partition(":")
    return table()[prefix] + local if prefix in table() else name
