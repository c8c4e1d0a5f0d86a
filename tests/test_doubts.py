"""Doubts about queries that are valid and find nothing."""

import pytest
import tiny

from kg.doubts import doubts

STORE = tiny.store()


def told(query: str) -> list[str]:
    return doubts(query, STORE.query(query), STORE)


@pytest.mark.parametrize(
    ("query", "doubt"),
    [
        ("SELECT ?s { ?s a sti:Provisoin }", "did you mean: sti:Provision"),
        ("SELECT ?s ?none { ?s a sti:Provision }", "?none has no value in any row"),
        (
            "SELECT (GROUP_CONCAT(?m) AS ?all) { ?s sti:inMeasure ?m }",
            "write GROUP_CONCAT(STR(?x))",
        ),
        (
            'SELECT ?s { ?s sti:act "建立" }',
            'nothing in the graph is "建立"; did you mean "建立"@zh?',
        ),
        (
            'SELECT ?s { ?s sti:act ?a FILTER(CONTAINS(LCASE(STR(?a)), "建立"@zh)) }',
            'write "建立" beside it, not "建立"@zh',
        ),
        (
            'SELECT ?s { ?s sti:act ?a FILTER(CONTAINS(STR(?a), "立") && ?a = "建立") }',
            'did you mean "建立"@zh?',
        ),
        ('SELECT ?s { ?s skos:prefLabel "企业"@en }', 'did you mean "企业"@zh?'),
        ('SELECT ?s { ?s sti:act ?act FILTER(?act = "建立") }', 'did you mean "建立"@zh?'),
        (
            "SELECT ?l { ?s sti:hasAddressee ?x . ?x rdfs:label ?l }",
            "named things have skos:prefLabel",
        ),
        ('ASK { ?s skos:prefLabel "enterprise" }', 'did you mean "enterprise"@en?'),
    ],
)
def test_what_matches_nothing_is_told(query: str, doubt: str) -> None:
    (line,) = told(query)
    assert doubt in line


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?s { ?s sti:act "建立"@zh }',
        'SELECT ?s { ?s sti:act ?a FILTER(STR(?a) = "建立") }',
        'SELECT ?s { ?s sti:act "没有的词"@zh }',
        'SELECT ?s { ?s sti:number "1"^^xsd:string }',
        "SELECT ?s { ?s a sti:Provision }",
        # It finds nothing, but not for the want of a tag.
        'SELECT ?s { ?s sti:act ?a FILTER(CONTAINS(STR(?a), "建立") && ?a = 1) }',
        'SELECT ?s { ?s sti:act ?a FILTER(STR(?a) = "建立" && ?a = 1) }',
    ],
)
def test_what_is_right_is_not_doubted(query: str) -> None:
    assert told(query) == []


def test_a_prefix_that_means_something_else() -> None:
    (line,) = told("PREFIX sti: <https://example.org/> SELECT ?s { ?s a sti:Provision }")
    assert "PREFIX sti: <https://example.org/> is not what sti: means here" in line
    assert "leave that line out" in line
    own = "PREFIX my: <https://w3id.org/sci-tech-insurance/ontology#> ASK { ?s a my:Provision }"
    assert told(own) == []
