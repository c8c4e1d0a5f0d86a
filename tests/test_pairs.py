"""Columns that would pair things of several roles are found, however the query says it."""

import pytest

from kg.pairs import paired_columns
from kg.prefixes import STI

ROLES = {f"{STI}{name}" for name in ("hasObject", "coversRisk", "onInterest", "hasLead")}


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("?r ?i { ?s sti:coversRisk ?r ; sti:onInterest ?i }", ["i", "r"]),
        ("?r ?s { ?s sti:coversRisk ?r ; sti:onInterest ?i }", ["r"]),
        (
            "?r ?i { ?s sti:coversRisk ?r ; sti:inPart ?m . ?t sti:onInterest ?i ; sti:inPart ?m }",
            ["i", "r"],
        ),
        ("?a ?b { ?s sti:coversRisk|sti:onInterest ?a , ?b }", ["a", "b"]),
        (
            "?a ?b { ?s sti:inMeasure/^sti:inMeasure/sti:coversRisk ?a ; sti:hasLead ?b }",
            ["a", "b"],
        ),
        ("?r ?j { ?s sti:coversRisk ?r ; sti:onInterest ?i BIND(STR(?i) AS ?j) }", ["j", "r"]),
        ("?thing ?role { ?s ?p ?thing . ?p sti:expressesRole ?role }", ["thing"]),
        (
            "?a ?b { ?s ?p ?a ; ?q ?b . ?p sti:expressesRole ?r . ?q rdfs:subPropertyOf ?t }",
            ["a", "b"],
        ),
        ("?r (COUNT(?i) AS ?n) { ?s sti:coversRisk ?r ; sti:onInterest ?i } GROUP BY ?r", ["r"]),
        (
            "?r ?i { { SELECT ?r ?i { ?s sti:coversRisk ?r OPTIONAL { ?s sti:onInterest ?i } } } }",
            ["i", "r"],
        ),
        (
            "?a ?b { { ?s sti:hasLead ?a } UNION { ?b sti:nameHolds ?a . ?s sti:hasLead ?b } }",
            ["b"],
        ),
        (
            "?a ?b { { ?s sti:hasLead ?a } UNION { ?s sti:hasObject ?b } ?s sti:coversRisk ?b }",
            ["a", "b"],
        ),
        ("?s ?quote { ?s sti:quote ?quote }", []),
    ],
)
def test_columns_that_would_be_paired(query: str, columns: list[str]) -> None:
    assert paired_columns(f"SELECT {query}", ROLES) == columns
