"""Compiled shapes find what pySHACL finds: focus, shape, component, path, value, severity."""

from collections import Counter

import pyoxigraph as ox
import pytest
from small import changed, false_changes, small_graph

from kg import reference
from kg.assembly import Assembly
from kg.compiled import Compiler, NotCompiled, Violation
from kg.load import GRAPH
from kg.prefixes import table
from kg.validate import DERIVED, Judge, Shapes, judged, validate

CHANGES = false_changes("shapes")
PREFIXES = "".join(f"@prefix {name}: <{table()[name]}> .\n" for name in ("sh", "shape", "xsd"))


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return small_graph(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def shapes(assembly: Assembly) -> Shapes:
    from kg.house import House

    return Shapes.of_house(House.find())


def both(graph: ox.Store, shapes: Shapes) -> tuple[Counter[Violation], Counter[Violation]]:
    """The bags of results of the compiled shapes and of pySHACL."""
    every = shapes.targeted()
    ours, failed = Judge(graph, shapes).run(every)
    assert failed == []
    theirs = reference.judge(reference.Data(graph), shapes.rdflib(), every)
    return Counter(ours), Counter(theirs)


def test_what_is_judged_has_every_layer_but_what_rules_derive() -> None:
    """Each node by its name, blank ones too: a finding is told where the file has them."""
    store, name = ox.Store(), ox.NamedNode
    a, p, text = name("urn:a"), name("urn:p"), ox.Literal("“_:x”\n", language="zh")
    layers = {"stated": text, "extra": ox.BlankNode("x"), "text": ox.BlankNode("x")}
    for layer, value in layers.items():
        store.add(ox.Quad(a, p, value, name(f"{GRAPH}{layer}")))
    store.add(ox.Quad(a, p, a, name(f"{DERIVED}by-a-rule")))
    assert set(judged(store)) == {ox.Quad(a, p, value) for value in layers.values()}


def test_every_shape_of_the_house_is_compiled(graph: Assembly, shapes: Shapes) -> None:
    compiler = Compiler(shapes, judged(graph.store))
    for shape in shapes.targeted():
        assert compiler.queries(ox.NamedNode(shape)), shape


def test_both_find_the_same_in_a_graph_with_every_false_change(
    graph: Assembly, shapes: Shapes
) -> None:
    store = ox.Store()
    store.bulk_extend(graph.store)
    for update in CHANGES.values():
        store.update(update, prefixes={**table(), "ex": "https://example.org/"})
    ours, theirs = both(judged(store), shapes)
    assert ours == theirs
    assert len({one.shape for one in theirs}) > 80  # changes can undo each other


@pytest.mark.full
@pytest.mark.parametrize("name", CHANGES)
def test_both_find_the_same_in_each_false_change(
    name: str, graph: Assembly, shapes: Shapes
) -> None:
    ours, theirs = both(judged(changed(graph, CHANGES[name]).store), shapes)
    assert ours == theirs
    assert f"{table()['shape']}{name}" in {one.shape for one in theirs}


@pytest.mark.full
def test_both_find_nothing_in_the_real_graph(assembly: Assembly, shapes: Shapes) -> None:
    ours, theirs = both(judged(assembly.store), shapes)
    assert (ours, theirs) == (Counter(), Counter())


DATA = """
@prefix ex: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ex:Small rdfs:subClassOf ex:Thing .
ex:a a ex:Thing ; ex:n 1 , 2.5 ; ex:p 1 , 2 , "x" ; ex:q "一"@zh , "one"@en , "uno"@en ; ex:r ex:b .
ex:b a ex:Small ; ex:p "01"^^xsd:integer , "none"^^xsd:integer ; ex:r ex:c , _:b1 .
ex:c a ex:Thing , ex:Small ; ex:n 2 , 4 ; ex:q "" ; ex:s ex:a ;
  ex:p 3.5 , true , "2024-02-30"^^xsd:date .
ex:d a ex:Other ; ex:r "text" ; ex:s ex:d .
"""
CONSTRAINTS = [
    "sh:path ex:p ; sh:minCount 3",
    "sh:path ex:p ; sh:maxCount 2",
    "sh:path ex:r ; sh:minCount 1 ; sh:class ex:Small",
    "sh:path ex:p ; sh:datatype xsd:integer",
    "sh:path ex:p ; sh:datatype xsd:string",
    "sh:path ex:n ; sh:minInclusive 2",
    "sh:path ex:n ; sh:minExclusive 2",
    "sh:path ex:n ; sh:maxInclusive 2.5",
    "sh:path ex:n ; sh:maxExclusive 4",
    "sh:path ex:p ; sh:in ( 1 true ex:b )",
    'sh:path ex:q ; sh:languageIn ( "zh" )',
    "sh:path ex:q ; sh:uniqueLang true",
    "sh:path ex:q ; sh:minLength 1 ; sh:maxLength 3",
    'sh:path ex:q ; sh:pattern "^O" ; sh:flags "i"',
    "sh:path ex:r ; sh:nodeKind sh:IRI",
    "sh:path ex:r ; sh:nodeKind sh:BlankNodeOrLiteral",
    "sh:path [ sh:inversePath ex:r ] ; sh:minCount 1",
    "sh:path ( ex:r ex:r ) ; sh:maxCount 0",
    "sh:path [ sh:zeroOrMorePath ex:r ] ; sh:maxCount 2",
    "sh:path [ sh:alternativePath ( ex:p ex:q ) ] ; sh:maxCount 3",
    "sh:path ex:s ; sh:hasValue ex:a",
    "sh:path ex:r ; sh:qualifiedValueShape shape:small ; sh:qualifiedMinCount 1",
    "sh:path ex:r ; sh:qualifiedValueShape shape:small ; sh:qualifiedMaxCount 0",
    "sh:path ex:r ; sh:or ( shape:small shape:iri )",
    "sh:path ex:r ; sh:and ( shape:small shape:iri )",
    "sh:path ex:r ; sh:not shape:small",
    "sh:path ex:r ; sh:severity sh:Warning ; sh:maxCount 0",
    "sh:path ex:r ; sh:deactivated true ; sh:maxCount 0",
]
TARGETS = ["sh:targetClass ex:Thing", "sh:targetSubjectsOf ex:p , ex:s", "sh:targetObjectsOf ex:r",
           "sh:targetNode ex:a , ex:none"]  # fmt: skip


def trial(constraints: list[str], target: str) -> tuple[ox.Store, Shapes]:
    """A small graph, and for each constraint a shape with one property shape."""
    graph = ox.Store()
    graph.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    own = "".join(
        f"shape:one{n} a sh:NodeShape ; {target} ; sh:property shape:two{n} .\n"
        f"shape:two{n} a sh:PropertyShape ; {constraint} .\n"
        for n, constraint in enumerate(constraints)
    )
    return graph, Shapes.of(
        f"{PREFIXES}@prefix ex: <https://example.org/> .\n{own}"
        "shape:small a sh:NodeShape ; sh:class ex:Small .\n"
        "shape:iri a sh:NodeShape ; sh:nodeKind sh:IRI .\n"
        "shape:three a sh:PropertyShape ; sh:path ex:p ; sh:minCount 1 ."
    )


def test_each_constraint_means_what_it_means_to_pyshacl() -> None:
    fired: set[str] = set()
    for target in TARGETS:
        graph, shapes = trial(CONSTRAINTS, target)
        compiler = Compiler(shapes, graph)
        for shape in shapes.targeted():
            compiler.queries(ox.NamedNode(shape))  # none is left to the reference
        ours, theirs = both(graph, shapes)
        assert ours == theirs, target
        fired |= {one.shape for one in ours}
    idle = [c for n, c in enumerate(CONSTRAINTS) if f"{table()['shape']}two{n}" not in fired]
    assert idle == [c for c in CONSTRAINTS if "deactivated" in c]


def test_what_cannot_be_compared_is_out_of_bounds() -> None:
    """As SHACL has it; pySHACL lets true pass for a number, and some broken dates."""
    graph, shapes = trial(["sh:path ex:p ; sh:maxExclusive 9"], "sh:targetNode ex:c")
    found, _ = Judge(graph, shapes).run(shapes.targeted())
    assert {getattr(one.value, "value", "") for one in found} == {"true", "2024-02-30"}


UNKNOWN = [
    "sh:path ex:p ; sh:lessThan ex:q",
    "sh:path ex:p ; sh:datatype xsd:gYear",
    "sh:path ex:r ; sh:node shape:small",
    "sh:path ex:r ; sh:property shape:three",
    "sh:path ex:r ; sh:xone ( shape:small shape:iri )",
]


def test_what_is_not_known_is_left_to_pyshacl() -> None:
    graph, shapes = trial(UNKNOWN, TARGETS[0])
    compiler = Compiler(shapes, graph)
    for shape in shapes.targeted():
        with pytest.raises(NotCompiled):
            compiler.queries(ox.NamedNode(shape))
    ours, theirs = both(graph, shapes)
    assert ours == theirs
    assert ours


def test_a_select_that_means_something_else_over_a_set_is_left_to_pyshacl() -> None:
    for select in (
        "SELECT $this WHERE { { SELECT ?x WHERE { ?x ?y ?z } LIMIT 1 } $this ?p ?x }",
        "SELECT $this WHERE { $this ?p ?o } LIMIT 1",
        "SELECT $this (1 AS ?value) WHERE { $this ?p ?o }",
    ):
        shapes = Shapes.of(
            f"{PREFIXES}shape:one a sh:NodeShape ; sh:targetNode shape:x ; sh:sparql shape:two .\n"
            f'shape:two sh:select "{select}" .'
        )
        with pytest.raises(NotCompiled):
            Compiler(shapes, ox.Store()).queries(ox.NamedNode(f"{table()['shape']}one"))


def test_a_shape_that_cannot_be_run_is_told_and_the_others_are_run() -> None:
    shapes = Shapes.of(
        f"{PREFIXES}shape:a a sh:NodeShape ; sh:targetNode shape:x ; sh:sparql shape:b .\n"
        'shape:b sh:select "SELECT $this WHERE { $this nothing:here ?o }" .\n'
        "shape:c a sh:NodeShape ; sh:targetNode shape:x ; sh:nodeKind sh:Literal .\n"
        "shape:d a sh:NodeShape ; sh:targetNode shape:x ; sh:property shape:e .\n"
        'shape:e sh:path shape:p ; sh:minCount "many" .'
    )
    found, failed = Judge(ox.Store(), shapes).run(shapes.targeted())
    assert [one.shape for one in found] == [f"{table()['shape']}c"]
    assert sorted(shape for shape, _ in failed) == [f"{table()['shape']}{n}" for n in "ad"]


def test_either_engine_tells_the_same_findings(graph: Assembly, shapes: Shapes) -> None:
    after = changed(graph, CHANGES["mention-linked"])
    by_engine = [
        validate(after.store, graph.locator, shapes, engine=engine)
        for engine in ("compiled", "pyshacl")
    ]
    assert by_engine[0] == by_engine[1] != []
