"""Contradictions are found without Java and with it."""

import pyoxigraph as ox
import pytest
from small import small_graph

from kg import reason
from kg.build import Assembly
from kg.load import CURATED, EXTRA, ONTOLOGY, STATED, Layers
from kg.prefixes import expand

needs_java = pytest.mark.skipif(not reason.has_hermit(), reason="no owlready2 or no Java here")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return small_graph(tmp_path_factory.mktemp("small"))


def with_triples(graph: Assembly, layer: str, *triples: str) -> Layers:
    """The layers with triples of CURIEs added to one."""
    added = [
        ox.Triple(*(ox.NamedNode(expand(name)) for name in triple.split())) for triple in triples
    ]
    return {**graph.layers, layer: [*graph.layers.get(layer, []), *added]}


def test_no_clash_in_the_small_house(graph: Assembly) -> None:
    assert reason.clashes(graph.layers, graph.locator) == []


def test_clashes(graph: Assembly) -> None:
    layers = with_triples(
        graph,
        STATED,
        "m:2-1 rdf:type sti:Part",
        "p:q8-1-a sti:hasAddressee org:most",
        "org:nfra owl:sameAs org:most",
        "org:nfra owl:differentFrom org:most",
        "kind:insurer rdf:type owl:Nothing",
    )
    found = reason.clashes(layers, graph.locator)
    told = "\n".join(finding.message for finding in found)
    for words in (
        "sti:Measure and sti:Part",
        "hasAddressee",
        "kind:insurer is defined of type 'Nothing'",
        "org:most",
    ):
        assert words in told
    by_focus = {finding.label: finding for finding in found}
    assert by_focus["m:2-1"].file.endswith("document.ttl")
    assert by_focus["p:q8-1-a"].file.endswith("all.ttl")
    assert all(finding.line for finding in (by_focus["m:2-1"], by_focus["p:q8-1-a"]))


def test_derived_statements_are_looked_at_and_words_are_not(graph: Assembly) -> None:
    derived = "https://w3id.org/sci-tech-insurance/graph/derived-x"
    layers = with_triples(graph, derived, "m:2-1 rdf:type sti:Part")
    assert reason.clashes(layers, graph.locator)
    axioms = reason.axioms(graph.layers, lambda _: True)
    assert not any(isinstance(t.object, ox.Literal) and t.object.language for t in axioms)


@needs_java
def test_hermit_finds_nothing_in_the_small_house(graph: Assembly) -> None:
    assert reason.hermit(graph.layers, graph.locator) == []


@needs_java
def test_hermit_finds_a_class_that_can_have_no_member(graph: Assembly) -> None:
    layers = with_triples(
        graph,
        ONTOLOGY,
        "sti:RiskExposure rdfs:subClassOf sti:Measure",
        "sti:RiskExposure rdfs:subClassOf sti:Part",
    )
    # No member of it may be there, or the whole is inconsistent.
    found = reason.hermit({**layers, EXTRA: []}, graph.locator)
    assert "sti:RiskExposure" in {finding.label for finding in found}
    assert all(finding.file.startswith("ontology/") for finding in found)


@needs_java
def test_hermit_tells_in_which_layer_a_contradiction_begins(graph: Assembly) -> None:
    layers = with_triples(graph, STATED, "m:2-1 rdf:type sti:Part")
    (found,) = reason.hermit(layers, graph.locator)
    assert "graph:stated" in found.message
    layers = with_triples(graph, CURATED, "code:m-2-1 rdf:type owl:Nothing")
    (found,) = reason.hermit(layers, graph.locator)
    assert "graph:curated" in found.message


def test_java_comes_from_the_package_or_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.reason.importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("kg.reason.shutil.which", lambda _: "/usr/bin/java")
    assert reason.java() == "/usr/bin/java"
    assert not reason.has_hermit()  # owlready2 is missing then
