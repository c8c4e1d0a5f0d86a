"""Each shape holds for the small house, and catches the false change that is made for it."""

from pathlib import Path

import pytest
from rdflib import SH, Graph, URIRef
from small import changed, false_changes, small_graph

from kg.assembly import Assembly
from kg.convert import fill
from kg.house import House
from kg.prefixes import expand, shrink
from kg.validate import Shapes, judged, validate

CHANGES = false_changes("shapes")


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return small_graph(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def shapes(house: House) -> Shapes:
    return Shapes.of_house(house)


@pytest.fixture(scope="module")
def owners(shapes: Shapes) -> dict[str, str]:
    """Shape to the shape with targets that it is, or is a property of."""
    rdf = shapes.rdflib()
    found = {shape: shape for shape in shapes.targeted()}
    return found | {str(o): str(s) for s, o in rdf.subject_objects(SH.property)}


def test_small_house_conforms(graph: Assembly, shapes: Shapes) -> None:
    assert graph.findings == []
    assert validate(graph.store, graph.locator, shapes) == []


def test_each_shape_looks_at_something_in_the_small_house(
    graph: Assembly, shapes: Shapes, owners: dict[str, str]
) -> None:
    data, rdf, idle = fill(Graph(), (q.triple for q in judged(graph.store))), shapes.rdflib(), []
    for shape in shapes.speaking():
        node = URIRef(owners[shape])
        found = [
            *(
                i
                for c in rdf.objects(node, SH.targetClass)
                for d in data.transitive_subjects(expand_uri("rdfs:subClassOf"), c)
                for i in data.subjects(expand_uri("rdf:type"), d)
            ),
            *(s for p in rdf.objects(node, SH.targetSubjectsOf) for s in data.subjects(p)),
            *(o for p in rdf.objects(node, SH.targetObjectsOf) for o in data.objects(None, p)),
        ]
        if not found:
            idle.append(shrink(shape))
    assert idle == []


def expand_uri(curie: str) -> URIRef:
    return URIRef(expand(curie))


def test_each_shape_has_a_false_change(shapes: Shapes) -> None:
    named = {shrink(shape).removeprefix("shape:") for shape in shapes.speaking()}
    assert sorted(CHANGES) == sorted(named)


@pytest.mark.parametrize("name", CHANGES)
def test_shape_catches_its_false_change(
    name: str, graph: Assembly, shapes: Shapes, owners: dict[str, str]
) -> None:
    after = changed(graph, CHANGES[name])
    shape = expand(f"shape:{name}")
    found = validate(after.store, graph.locator, shapes, only=[owners[shape]])
    assert f"shape:{name}" in {finding.check for finding in found}
    assert "shape-failed" not in {finding.check for finding in found}
    caught = next(finding for finding in found if finding.check == f"shape:{name}")
    assert "{" not in caught.message + caught.message_zh + caught.mend
    assert caught.mend


def test_each_shape_has_an_iri_and_speaks_both_languages(shapes: Shapes) -> None:
    rdf = shapes.rdflib()
    for shape in rdf.subjects(SH.message):
        assert isinstance(shape, URIRef)
        languages = sorted(m.language for m in rdf.objects(shape, SH.message))
        assert languages == ["en", "zh"], shape
    assert all(isinstance(s, URIRef) for s in rdf.subjects(SH.select))
    for shape in set(rdf.subjects(SH.sparql)):
        assert len(list(rdf.objects(shape, SH.sparql))) == 1, shape
    for shape in set(rdf.subjects(SH.path)):
        assert rdf.value(predicate=SH.property, object=shape), f"{shape} hangs on no node shape"


BROKEN = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix shape: <https://w3id.org/sci-tech-insurance/shape/> .
@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .
shape:broken a sh:NodeShape ; sh:targetClass sti:Provision ; sh:sparql shape:broken-query ;
    sh:message "Never said."@en , "从不说出。"@zh .
shape:broken-query sh:select "SELECT $this WHERE { VALUES ?x { 1 } $this a ?x }" .
shape:sound a sh:NodeShape ; sh:targetClass sti:Heading ; sh:property shape:sound-property .
shape:sound-property a sh:PropertyShape ; sh:path sti:translation ; sh:maxCount 0 ;
    sh:message "No translation. Remove it."@en , "不要译文。请删去。"@zh .
"""


def test_shape_that_raises_an_error_is_told_as_such(graph: Assembly) -> None:
    found = validate(graph.store, graph.locator, Shapes.of(BROKEN))
    failed = [finding for finding in found if finding.check == "shape-failed"]
    assert [finding.label for finding in failed] == ["shape:broken"]
    assert "VALUES" in failed[0].message
    # the others are judged all the same
    assert {f.check for f in found} == {"shape-failed", "shape:sound-property"}


def test_finding_tells_place_label_and_mend(graph: Assembly, shapes: Shapes) -> None:
    after = changed(graph, CHANGES["mention-linked"])
    (found,) = validate(after.store, graph.locator, shapes, [expand("shape:mention-linked")])
    assert Path(found.file).name == "all.ttl"
    assert found.line > 1
    assert found.focus == expand("p:q4-1-b")
    assert found.label.startswith("鼓励保险机构对企业核心专利")
    assert found.message == "The quote names “trademark”, but no role links it"
    assert found.message_zh.startswith("引文点名了“商标”")
    assert found.mend.startswith("Link it by the role")
    assert found.severity == "error"


@pytest.mark.parametrize(
    "words",
    ["must", "shall", "should", "are required to", "have to", "are obliged to", "Mandatory:"],
)
def test_no_translation_makes_a_duty(words: str, graph: Assembly, shapes: Shapes) -> None:
    after = changed(
        graph,
        "DELETE WHERE { GRAPH graph:curated { p:q4-1-b sti:translation ?text } } ; "
        "INSERT DATA { GRAPH graph:curated { p:q4-1-b sti:translation "
        f'"Encouraged insurance institutions {words} give priority protection"@en }} }}',
    )
    shape = expand("shape:translation-not-raised")
    assert validate(after.store, graph.locator, shapes, [shape])
    assert validate(graph.store, graph.locator, shapes, [shape]) == []


def test_derived_layers_are_not_judged(graph: Assembly, shapes: Shapes) -> None:
    update = "INSERT DATA { GRAPH graph:derived-x { p:q4-1-b sti:hasLead org:state-council } }"
    assert validate(changed(graph, update).store, graph.locator, shapes) == []


def test_plain_strings_stay_plain_strings(graph: Assembly) -> None:
    shapes = Shapes.of(
        """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix shape: <https://w3id.org/sci-tech-insurance/shape/> .
        @prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .
        shape:file sh:targetClass sti:Interpretation ; sh:property shape:file-name .
        shape:file-name sh:path sti:sourceFile ; sh:in ( "source.txt" ) ; sh:message "No."@en .
        """
    )
    assert validate(graph.store, graph.locator, shapes) == []
