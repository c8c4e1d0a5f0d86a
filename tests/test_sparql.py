"""SPARQL text: what is refused before it runs, and how parameters are bound."""

import subprocess
import sys

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sparql
from kg.errors import KGError

PREFIXES = {"sti": "http://e/"}
ANY = "SELECT * WHERE { ?s ?p ?o "


def refused(text: str) -> str:
    with pytest.raises(KGError) as error:
        sparql.guard(text, PREFIXES)
    return str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        f"{ANY}}}",
        "PREFIX e: <http://e/#x> SELECT * WHERE { ?service e:SERVICE 'SERVICE' } # SERVICE",
        'ASK { ?s a sti:Thing ; <http://e/insert> """DELETE \' \\" { """ }',
        "BASE <http://e/> DESCRIBE <x>",
        "SELECT * { ?s sti:a.b ?o . ?s sti:c _:b1 FILTER(?s < 3 && 4 > 2) }",
    ],
)
def test_lets_through(text: str) -> None:
    sparql.guard(text, PREFIXES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{ANY} SERVICE <http://e/> {{ ?s ?p ?o }} }}", "SERVICE is refused"),
        (f"{ANY} service ?x {{ }} }}", "SERVICE is refused"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", "INSERT changes data"),
        ("PREFIX e: <http://e/> delete where { ?s ?p ?o }", "DELETE changes data"),
        (" # nothing\n", "the query is empty"),
        ("SELECT * { ?s sto:a ?o }", "did you mean sti:?"),
        ("SELECT * { ?s :a ?o }", "the prefix : is not declared"),
        (f"{ANY}{'{' * 101}{'}' * 101} }}", "nested more than 100 deep"),
        (f"SELECT * {{ FILTER({'(' * 101}1{')' * 101}) }}", "nested more than 100 deep"),
        (f"{ANY}{'BIND(1 AS ?x) ' * 1000} }}", "too long"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    assert message in refused(text)


def test_shows_the_place_under_wide_characters() -> None:
    text = "SELECT * {\n  ?s ?p '科技' . SERVICE <x:x> {} }"
    lines = refused(text).splitlines()
    assert lines[1] == "  2 |   ?s ?p '科技' . SERVICE <x:x> {} }"
    assert lines[2].index("^") == lines[1].index("SERVICE") + 2  # two characters, four columns


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "(" * 95 + "1" + ")" * 95 + ") }",
        ANY + "{" * 95 + "?s ?p ?o" + "}" * 95 + "}",
        "SELECT * { FILTER(" + "IF(1,1," * 95 + "1" + ")" * 95 + ") }",
        "SELECT * { FILTER(" + "!" * 4900 + "1) }",
        "SELECT * { FILTER(1" + "+1" * 2400 + ") }",
        "SELECT * { " + "".join(f"BIND(1 AS ?b{n}) " for n in range(800)) + "}",
    ],
    ids=["brackets", "groups", "if", "not", "plus", "bind"],
)
def test_what_is_let_through_does_not_crash_the_engine(text: str) -> None:
    sparql.guard(text, {})
    code = "import sys, pyoxigraph; list(pyoxigraph.Store().query(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, text], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr[-300:]


def test_binds_terms_in_place_of_the_block() -> None:
    text = "SELECT ?x { VALUES ?x { <a:a> } ?x ?p ?y . { VALUES ?x {UNDEF} } VALUES ?y { 1 } }"
    values = {"x": [ox.NamedNode("a:b"), ox.NamedNode("a:c")], "y": None}
    assert sparql.bind(text, values) == (
        "SELECT ?x { VALUES ?x { <a:b> <a:c> } ?x ?p ?y . "
        "{ VALUES ?x { <a:b> <a:c> } } VALUES ?y { UNDEF } }"
    )


def test_a_comment_or_a_string_is_no_block() -> None:
    assert sparql.blocks("# VALUES ?x { 1 }\nSELECT * { ?s ?p 'VALUES ?y { 2 }' }") == {}
    with pytest.raises(KGError, match="no parameter 'x'"):
        sparql.bind("SELECT * { ?s ?p ?o }", {"x": None})


@given(st.text())
def test_no_text_breaks_out_of_a_literal(text: str) -> None:
    try:
        literal = ox.Literal(text)
    except (ValueError, UnicodeEncodeError):  # a lone surrogate is no text
        return
    query = sparql.bind("SELECT ?x { VALUES ?x { 1 } }", {"x": [literal]})
    assert [row["x"] for row in ox.Store().query(query)] == [literal]


def test_explains_a_syntax_error() -> None:
    text = "SELECT *\nWHERE { ?s ?p }"
    with pytest.raises(SyntaxError) as caught:
        ox.Store().query(text)
    message = str(sparql.explain(caught.value, text))
    assert "line 2" in message
    assert "2 | WHERE { ?s ?p }" in message


def test_header() -> None:
    assert sparql.header("#+ id: a\n#+ tags: [b]\nSELECT", "a.rq") == {"id": "a", "tags": ["b"]}
    for text in ("SELECT", "#+ a: [", "#+ 1"):
        with pytest.raises(KGError, match=r"a\.rq"):
            sparql.header(text, "a.rq")


def test_what_a_query_says_in_its_head_its_strings_and_its_order() -> None:
    text = (
        "PREFIX a: <http://a/> PREFIX b: <http://b/> # PREFIX c: <http://c/>\n"
        'SELECT ?s { ?s a:x "一"@zh , \'二\' , "3"^^a:int , "一"@zh . '
        "{ SELECT ?q { } ORDER BY ?q } } ORDER BY DESC(?n) ?s"
    )
    assert sparql.declared(text) == {"a": "http://a/", "b": "http://b/"}
    assert list(sparql.strings(text)) == [
        (ox.Literal("一", language="zh"), False),
        (ox.Literal("二"), False),
    ]
    assert sparql.order(text) == ["n", "s"]
    assert sparql.order("SELECT ?s { ?s ?p ?o }") == []
