"""The whole graph, put together from the files of the house."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.anchor import anchor, homes
from kg.coverage import Coverage, cover
from kg.derive import Rule, derive, in_order, provenance, read
from kg.finding import Finding
from kg.house import House
from kg.load import MENTIONS, META, READBACK, TEXT, Facts, collected, load
from kg.selector import mention_triples, text_triples
from kg.turtle import Locator

_BATCH = 50_000  # quads that the store is given at once


@dataclass(frozen=True)
class Assembly:
    """All layers in one store, with what was found on the way.

    Attributes:
        store: every layer as a named graph; query it with the union as default graph.
        layers: graph IRI to its triples, in order of graph IRI; these in any order.
        locator: finds file and line of anything in the house's Turtle.
        findings: what is wrong with files, quotes, coverage and rules; sorted.
        coverage: how much of each text is encoded, one entry a document.
    """

    store: ox.Store
    layers: "Layered"
    locator: Locator
    findings: list[Finding]
    coverage: list[Coverage]


class Layer(Collection[ox.Triple]):
    """The triples of one layer of a store, each once, read whenever they are asked for."""

    def __init__(self, store: ox.Store, graph: str) -> None:
        self._store, self._name = store, ox.NamedNode(graph)

    def __iter__(self) -> Iterator[ox.Triple]:
        """The triples, in any order."""
        found = self._store.quads_for_pattern(None, None, None, self._name)
        return (quad.triple for quad in found)

    def __len__(self) -> int:
        """How many there are."""
        return sum(1 for _ in self)

    def __contains__(self, triple: object) -> bool:
        """Whether the layer says it."""
        if not isinstance(triple, ox.Triple):
            return False
        quad = ox.Quad(triple.subject, triple.predicate, triple.object, self._name)
        return quad in self._store


class Layered(Mapping[str, Layer]):
    """The layers of a store: lists of them would fill the memory.

    Args:
        store: is read, and may still be added to by `add`.
    """

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._names: list[str] = []

    def add(self, graph: str, triples: Iterable[ox.Triple]) -> None:
        """Adds triples to a layer, which is one from then on, however few they are."""
        self._names = sorted({*self._names, graph})
        name = ox.NamedNode(graph)
        quads = (ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
        while batch := list(islice(quads, _BATCH)):  # the engine holds what it is given
            self._store.bulk_extend(batch)

    def load(self, graph: str, text: str) -> None:
        """Adds N-Triples without blank nodes to a layer."""
        self._names = sorted({*self._names, graph})
        name = ox.NamedNode(graph)
        self._store.load(text.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=name)

    def dump(self, file: IO[bytes]) -> None:
        """Writes all layers as N-Quads, in any order."""
        self._store.dump(file, format=ox.RdfFormat.N_QUADS)

    def __getitem__(self, graph: str) -> Layer:
        """One layer."""
        if graph not in self._names:
            raise KeyError(graph)
        return Layer(self._store, graph)

    def __iter__(self) -> Iterator[str]:
        """The IRIs of the layers, sorted."""
        return iter(self._names)

    def __len__(self) -> int:
        """How many layers there are."""
        return len(self._names)


def assemble(house: House, extra: Sequence[Path] = ()) -> Assembly:
    """Loads, anchors and derives; goes on past what is broken and collects findings.

    Args:
        house: where the files are.
        extra: see `load.load`.

    Raises:
        KGError: a folder that the house cannot do without is missing.
    """
    loaded = load(house, extra)
    findings, coverage = loaded.findings, []
    store = ox.Store()
    layers = Layered(store)
    facts = Facts(chain(*(them for graph, them in loaded.layers.items() if graph != READBACK)))
    while loaded.layers:  # the store has what the lists had, and needs their room
        layers.add(*loaded.layers.popitem())
    mine: dict[str, list[str]] = {}
    for statement, name in homes(facts, loaded.locator, loaded.documents).items():
        mine.setdefault(name, []).append(statement)
    for document in loaded.documents:
        found = anchor(facts, loaded.locator, document, mine.get(document.name, ()))
        covered, gaps = cover(found, facts, loaded.locator)
        findings += found.findings + gaps
        coverage.append(covered)
        layers.load(TEXT, text_triples(found))
        layers.load(MENTIONS, mention_triples(found))
    del facts
    meta: list[ox.Triple] = []  # no rule reads of rules
    for rule in _rules(house, findings):
        with collected(findings, "rule"):
            derive(store, rule)
            layers.add(rule.graph, ())  # a layer also where it derives nothing
            meta += provenance(rule)
    if meta:
        layers.add(META, meta)
    return Assembly(store, layers, loaded.locator, sorted(set(findings)), coverage)


def _rules(house: House, findings: list[Finding]) -> list[Rule]:
    """The rules in the order in which they run; none when their order is broken."""
    rules: list[Rule] = []
    for path in house.rules():
        with collected(findings, "rule"):
            rules.append(read(path, house.name(path)))
    with collected(findings, "rule"):
        return in_order(rules)
    return []
