"""Contradictions are found without Java and with it."""

import pyoxigraph as ox
import pytest
from small import small_graph

from kg import reason
from kg.assembly import Assembly
from kg.house import House
from kg.load import CURATED, EXTRA, ONTOLOGY, STATED, Layers
from kg.prefixes import expand, table

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
    assert reason.clashes(graph.layers, graph.locator, House.find()) == []


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
    found = reason.clashes(layers, graph.locator, House.find())
    told = "\n".join(finding.message for finding in found)
    for words in (
        "sti:Measure and sti:Part",
        "hasAddressee",
        "it is of a class that can have no member",
        "it is the same as org:most and different from it",
    ):
        assert words in told
    by_focus = {finding.label: finding for finding in found}
    assert by_focus["m:2-1"].file.endswith("document.ttl")
    assert by_focus["p:q8-1-a"].file.endswith("all.ttl")
    assert all(finding.line for finding in (by_focus["m:2-1"], by_focus["p:q8-1-a"]))


PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
# Each rule: what makes it fire, and what follows or which thing contradicts itself.
FIRES = {
    "cax-adc": (
        "[] a owl:AllDisjointClasses ; owl:members ( ex:A ex:B ) . ex:x a ex:A , ex:B .", "x"),
    "cax-dw": (
        "ex:A owl:disjointWith ex:B . ex:C rdfs:subClassOf ex:B . ex:x a ex:A , ex:C .", "x"),
    "cls-com": ("ex:B owl:complementOf ex:A . ex:x a ex:A , ex:B .", "x"),
    "cls-maxc1": (
        "ex:A owl:onProperty ex:p ; owl:maxCardinality 0 . ex:x a ex:A ; ex:p ex:y .", "x"),
    "cls-maxqc1": (
        "ex:A owl:onProperty ex:p ; owl:onClass ex:B ; owl:maxQualifiedCardinality 0 . "
        "ex:x a ex:A ; ex:p ex:y . ex:y a ex:B .", "x"),
    "cls-nothing2": ("ex:A rdfs:subClassOf owl:Nothing . ex:x a ex:A .", "x"),
    "dt-not-type": ('ex:x ex:p "many"^^xsd:integer .', "x"),
    "eq-diff1": ("ex:x owl:sameAs ex:y ; owl:differentFrom ex:y .", "x"),
    "eq-diff2": ("[] a owl:AllDifferent ; owl:members ( ex:x ex:y ) . ex:x owl:sameAs ex:y .", "x"),
    "prp-adp": (
        "[] a owl:AllDisjointProperties ; owl:members ( ex:p ex:q ) . ex:x ex:p ex:y ; ex:q ex:y .",
        "x"),
    "prp-asyp": ("ex:p a owl:AsymmetricProperty . ex:x ex:p ex:y . ex:y ex:p ex:x .", "x"),
    "prp-irp": ("ex:p a owl:IrreflexiveProperty . ex:x ex:p ex:x .", "x"),
    "prp-npa": (
        "[] owl:sourceIndividual ex:x ; owl:assertionProperty ex:p ; owl:targetIndividual ex:y . "
        "ex:x ex:p ex:y .", "x"),
    "prp-pdw": ("ex:p owl:propertyDisjointWith ex:q . ex:x ex:p ex:y ; ex:q ex:y .", "x"),
    "prp-spo2": (
        "ex:p owl:propertyChainAxiom ( ex:q ex:r ) . ex:x ex:q ex:y . ex:y ex:r ex:z .",
        "ex:x ex:p ex:z"),
    "prp-spo2-three": (
        "ex:p owl:propertyChainAxiom ( ex:q ex:r ex:s ) . "
        "ex:x ex:q ex:y . ex:y ex:r ex:z . ex:z ex:s ex:w .", "ex:x ex:p ex:w"),
    "scm-dom": ("ex:p rdfs:domain ex:A . ex:A rdfs:subClassOf ex:B .", "ex:p rdfs:domain ex:B"),
    "scm-int": (
        "ex:A owl:equivalentClass [ owl:intersectionOf ( ex:B ex:C ) ] .",
        "ex:A rdfs:subClassOf ex:C"),
    "scm-rng": (
        "ex:p rdfs:range ex:A . ex:q rdfs:subPropertyOf ex:p .", "ex:q rdfs:range ex:A"),
}  # fmt: skip


def rules() -> list[reason.Rule]:
    house = House.find()
    return [reason.Rule.read(path, path.name) for path in house.owl_rl()]


def parsed(turtle: str) -> list[ox.Triple]:
    return [q.triple for q in ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)]


def test_each_rule_has_a_trial() -> None:
    assert sorted(FIRES) == sorted(rule.id for rule in rules())


@pytest.mark.parametrize("name", FIRES)
def test_each_rule_fires(name: str, graph: Assembly) -> None:
    turtle, follows = FIRES[name]
    said = parsed(turtle)
    (rule,) = [rule for rule in rules() if rule.id == name]
    if not rule.clash:
        (wanted,) = parsed(f"{follows} .")
        others = [one for one in rules() if one.id != name]
        quad = ox.Quad(wanted.subject, wanted.predicate, wanted.object)
        assert quad in reason.closure(said, rules())
        assert quad not in reason.closure(said, others)  # without it, nothing else would do
        return
    found = reason.clashes({STATED: said}, graph.locator, House.find())
    told = [one for one in found if f"({name})" in one.message]
    assert f"https://example.org/{follows}" in {one.focus for one in told}
    assert "{" not in "".join(one.message + one.message_zh for one in told)


def closures(said: list[ox.Triple]) -> tuple[set[str], set[str]]:
    """Ours and owlrl's, without what `closure` says it leaves out."""
    from owlrl import DeductiveClosure, OWLRL_Semantics
    from rdflib import Graph

    from kg.convert import fill, from_rdflib

    theirs = fill(Graph(), said)
    DeductiveClosure(OWLRL_Semantics).expand(theirs)
    built_in = tuple(table()[name] for name in ("owl", "rdf", "rdfs", "xsd"))
    general = {f"{table()['owl']}Thing", f"{table()['owl']}Nothing"}

    def kept(terms: tuple[ox.NamedNode, ...]) -> bool:
        subject, _, object = terms
        named = isinstance(subject, ox.NamedNode) and not isinstance(object, ox.BlankNode)
        return (
            named
            and subject != object
            and not subject.value.startswith(built_in)
            and getattr(object, "value", "") not in general
            # owlrl declares the annotation properties of RDFS and their like
            and getattr(object, "value", "") != f"{table()['owl']}AnnotationProperty"
        )

    ours = ((q.subject, q.predicate, q.object) for q in reason.closure(said, rules()))
    others = ((from_rdflib(s), from_rdflib(p), from_rdflib(o)) for s, p, o in theirs)
    left, right = ({" ".join(map(str, t)) for t in them if kept(t)} for them in (ours, others))
    return left, right


def test_closure_is_that_of_owlrl() -> None:
    turtle = "\n".join(turtle for turtle, _ in FIRES.values() if "many" not in turtle)
    ours, theirs = closures(parsed(turtle))
    assert ours == theirs
    assert len(ours) > 40


@pytest.mark.full
def test_closure_of_the_small_house_is_that_of_owlrl(graph: Assembly) -> None:
    """Real enterprises are among it, so that the chains have something to run over."""
    ours, theirs = closures(reason.axioms(graph.layers, lambda _: True))
    assert ours == theirs


@pytest.mark.full
def test_closure_of_the_real_graph_is_that_of_owlrl(assembly: Assembly) -> None:
    ours, theirs = closures(reason.axioms(assembly.layers, lambda _: True))
    assert ours == theirs


def test_derived_statements_are_looked_at_and_words_are_not(graph: Assembly) -> None:
    derived = "https://w3id.org/sci-tech-insurance/graph/derived-x"
    layers = with_triples(graph, derived, "m:2-1 rdf:type sti:Part")
    assert reason.clashes(layers, graph.locator, House.find())
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
