"""Queries keep to what stores agree on; the list is of what some of them do differently."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from portable import HOUSE, SAID, found, quads_of

from kg import sparql
from kg.sparql import Token
from kg.store import Store

# Checks, rules and those of OWL run where the graph is built.
FOLDERS = ("pictures", "questions", "views")
QUERIES = sorted(path for one in FOLDERS for path in (HOUSE.root / "queries" / one).rglob("*.rq"))
FORBIDDEN = {
    "SAMETERM": "terms come back spelt otherwise",
    "STRLANG": "not everywhere",
    "STRDT": "not everywhere",
    "ISNUMERIC": "not everywhere",
    "MD5": "not everywhere",
    "SHA1": "not everywhere",
    "SHA256": "not everywhere",
    "SHA384": "not everywhere",
    "SHA512": "not everywhere",
    "CONCAT": "Virtuoso garbles Chinese beside a text of another kind",
    "GROUP_CONCAT": "in no order",
    "ISBLANK": "blank nodes are IRIs where kg publish puts them",
}


def inside(pieces: list[Token], start: int) -> list[Token]:
    """What stands in the brackets that open at `start`."""
    depth = 0
    for at in range(start, len(pieces)):
        depth += {"(": 1, ")": -1}.get(pieces[at].text, 0)
        if depth == 0:
            return pieces[start + 1 : at]
    return []


def offences(text: str) -> Iterator[str]:
    """What in a query may give other rows elsewhere."""
    pieces = [*sparql.tokens(text)]
    for at, piece in enumerate(pieces):
        word = piece.text.upper() if piece.kind == "word" else ""
        after = pieces[at + 1].text if at + 1 < len(pieces) else ""
        if word in FORBIDDEN:
            yield f"{word}: {FORBIDDEN[word]}"
        within = inside(pieces, at + 1) if after == "(" else []
        if word == "BIND" and any(one.is_word("EXISTS") for one in within):
            yield "EXISTS in BIND: not everywhere"
        if word == "DATATYPE":
            yield "DATATYPE: of a text with a language tag it is not the same everywhere"
        strings = [one.text for one in within if one.kind == "string"]
        if word in ("REGEX", "REPLACE") and not all(one.isascii() for one in strings):
            yield f"{word} with Chinese: Virtuoso finds nothing; CONTAINS does"
        texts = [one for one in within if one.kind == "string"]
        tagged = [one for one in within if one.kind == "lang"]
        if piece.text == "IN" and pieces[at - 1].text == ")" and len(texts) > len(tagged):
            yield "STR(…) IN (texts): Virtuoso finds nothing; give the texts their language"
        if piece.text in ("*", "+", "?") and after[:1] in ("?", "$"):
            yield from unbound(pieces, at)
        elif piece.kind == "string" and after == "^" and "string" in pieces[at + 3].text:
            yield "^^xsd:string: matches nothing in Virtuoso"


def unbound(pieces: list[Token], at: int) -> Iterator[str]:
    """A path over any number of steps whose ends nothing else in the query names."""
    ends = pieces[at + 1], next(one for one in reversed(pieces[:at]) if one.kind != "symbol"
                                and one.kind != "name")  # fmt: skip
    if pieces[at - 1].kind not in ("name", "iri") and pieces[at - 1].text != ")":
        return  # a product, a sum
    counts = [sum(one.text == end.text for one in pieces) for end in ends]
    if all(end.kind == "var" for end in ends) and counts == [1, 1]:
        yield f"a path from {ends[1].text} to {ends[0].text}: both ends are open"


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_queries_are_portable(path: Path) -> None:
    assert list(offences(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT * { ?a ?b ?c FILTER(sameTerm(?a, ?c)) }", "SAMETERM"),
        ("SELECT * { ?a a ?c BIND(EXISTS { ?c a ?a } AS ?d) }", "EXISTS in BIND"),
        ("SELECT (GROUP_CONCAT(?a) AS ?b) { ?a a ?c }", "GROUP_CONCAT"),
        ("SELECT * { ?a skos:broader* ?b }", "both ends are open"),
        ('SELECT * { ?a a ?c FILTER(REGEX(STR(?c), "罚")) }', "REGEX"),
        ('SELECT * { ?a a ?c FILTER(STR(?c) IN ("建立")) }', "IN"),
        ('SELECT * { ?a a "x"^^xsd:string }', "xsd:string"),
        ("SELECT * { ?a ?b ?c FILTER(DATATYPE(?c) = rdf:langString) }", "DATATYPE"),
        ('SELECT * { ?a ?b ?c FILTER(CONTAINS(?c, CONCAT(?a, "月"))) }', "CONCAT"),
        ("SELECT (SHA256(?c) AS ?d) { ?a ?b ?c }", "SHA256"),
    ],
)
def test_the_list_is_looked_for(text: str, told: str) -> None:
    assert any(told in one for one in offences(text)), list(offences(text))


def test_what_is_portable_passes() -> None:
    text = """SELECT (?a * ?b AS ?c) { m:2-1 sti:continues+ ?x . ?x skos:broader* ?y . ?y a ?z
        FILTER(?w IN ("建立"@zh) && REGEX(STR(?z), "^a+")) }"""
    assert list(offences(text)) == []


@pytest.mark.parametrize("name", SAID)
def test_what_must_not_be_found_would_be_found(name: str) -> None:
    """A question that is to find nothing must be able to find something."""
    wanted = sorted(quote for quote, so in SAID[name].items() if so)
    assert found(Store(quads_of(name)), name) == wanted
