"""The whole graph, put together from the files of the house."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from kg.anchor import anchor, homes
from kg.coverage import Coverage, cover
from kg.derive import Rule, derive, in_order, provenance, read
from kg.finding import Finding
from kg.house import House
from kg.load import MENTIONS, META, READBACK, TEXT, Facts, collected, load
from kg.selector import mention_triples, text_triples
from kg.turtle import Locator


@dataclass(frozen=True)
class Assembly:
    """All layers in one store, with what was found on the way.

    Attributes:
        store: every layer as a named graph; query it with the union as default graph.
        layers: graph IRI to its triples, in order of graph IRI.
        locator: finds file and line of anything in the house's Turtle.
        findings: what is wrong with files, quotes, coverage and rules; sorted.
        coverage: how much of each text is encoded, one entry a document.
    """

    store: ox.Store
    layers: Mapping[str, Sequence[ox.Triple]]
    locator: Locator
    findings: list[Finding]
    coverage: list[Coverage]


class Layered(Mapping[str, Sequence[ox.Triple]]):
    """The layers of a store, each read when it is asked for: lists of all would fill the memory."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._names = sorted(
            graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)
        )

    def __getitem__(self, graph: str) -> list[ox.Triple]:
        """The triples of a layer, each once."""
        if graph not in self._names:
            raise KeyError(graph)
        found = self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        return [quad.triple for quad in found]

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
    layers, findings, coverage = loaded.layers, loaded.findings, []
    facts = Facts(chain(*(them for graph, them in layers.items() if graph != READBACK)))
    home = homes(facts, loaded.locator, loaded.documents)
    for document in loaded.documents:
        mine = [statement for statement, name in home.items() if name == document.name]
        found = anchor(facts, loaded.locator, document, mine)
        covered, gaps = cover(found, facts, loaded.locator)
        findings += found.findings + gaps
        coverage.append(covered)
        layers.setdefault(TEXT, []).extend(text_triples(found))
        layers.setdefault(MENTIONS, []).extend(mention_triples(found))
    del facts, home  # the store needs the room
    store = ox.Store()
    for graph, triples in layers.items():
        name = ox.NamedNode(graph)
        store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples)
    for rule in _rules(house, findings):
        with collected(findings, "rule"):
            layers[rule.graph] = derive(store, rule)
            layers.setdefault(META, []).extend(provenance(rule))
    meta = ox.NamedNode(META)
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, meta) for t in layers.get(META, ()))
    return Assembly(
        store, dict(sorted(layers.items())), loaded.locator, sorted(set(findings)), coverage
    )


def _rules(house: House, findings: list[Finding]) -> list[Rule]:
    """The rules in the order in which they run; none when their order is broken."""
    rules: list[Rule] = []
    for path in house.rules():
        with collected(findings, "rule"):
            rules.append(read(path, house.name(path)))
    with collected(findings, "rule"):
        return in_order(rules)
    return []
