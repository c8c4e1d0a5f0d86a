"""Nothing reaches the engine that asks another service, and looking takes no time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.serve.problem import Problem
from kg.serve.screen import TOKENS, screen


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[str, list[int]]]:
    """The address of a server on loopback, and a list that grows with each call of it."""
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    hits: list[int] = []

    def hear() -> None:
        while True:
            try:
                called, _ = server.accept()
            except OSError:
                return
            hits.append(1)
            called.close()

    threading.Thread(target=hear, daemon=True).start()
    yield f"<http://127.0.0.1:{server.getsockname()[1]}/>", hits
    server.close()


STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("a:a"), ox.NamedNode("a:b"), ox.NamedNode("a:c")))

# What stands before the keyword; the engine takes many of them for its end.
DISGUISES = [
    "?s ?p ?o ", "?s ?p ?o.", "?s ?p true", "?s ?p 1", "?s ?p 1.0.", "?s ?p 'x'@en.", "?s ?p a:.",
    "?s ?p a:b.", "?s ?p a:b ", "?s ?p a:\\# ", "?s ?p a:\\' ", "?s ?p a:b%41 ", "?s ?p a:b?",
    "?s a:b?true", "?s ?p <a:b>", "?s ?p <a:b#c>", "?s ?p <a:\\u0041#> ", "?s ?p '''x''' ",
    "?s ?p '''it's''' ", '?s ?p """a\\"""" ', "?s ?p '\\'' ", '?s ?p "#" ', "#'\n", "# <\r",
    "?s ?p _:a.", "?s ?p _:a ", "{}", "OPTIONAL{}", "FILTER(1<2)", "FILTER(1<2)#>'''\n",
    "BIND(1 AS ?a)BIND(2 AS ?b)FILTER(?a<?b)", "FILTER('a'<'>')", "FILTER('b'>'a')",
    "FILTER(1<2&&'>'='>')", "FILTER(EXISTS{}<'>'||true)", "VALUES(?x ?y){(<a:a><a:'>)}",
    "?s ?p ?o FILTER(?s<?p)", "GRAPH ?service{}", "?s a:service ?o .", "?service a:b 'service'. ",
]  # fmt: skip
KEYWORDS = ["SERVICE", "service", "SeRvIcE", "SERVICE SILENT", "SERVICESILENT", "SERVICE#\n"]
MARKS = ["<a:x>", ":x", "?x", "@en", "^^", "'''", "{ ?x ?y ?z }", "FILTER("]
TAILS = ["", "#'''\n", "?x a:b ?y", "FILTER(1=')')"]


def refused(query: str) -> str:
    """The kind of problem that the screen has with a query; nothing where it has none."""
    try:
        screen(query)
    except Problem as problem:
        return problem.kind
    return ""


def heard(query: str, hits: list[int]) -> bool:
    """Whether the engine asks the listener when it is given a query."""
    before = len(hits)
    with suppress(SyntaxError, OSError, RuntimeError, ValueError):
        list(STORE.query(query))  # type: ignore[call-overload]
    return len(hits) > before


def parses(query: str) -> bool:
    try:
        STORE.query(query)
    except SyntaxError:
        return False
    except (OSError, RuntimeError, ValueError):
        return True
    return True


@pytest.mark.parametrize("disguise", DISGUISES)
def test_service_is_seen_in_every_disguise(disguise: str, listener: tuple[str, list[int]]) -> None:
    address, _ = listener
    for keyword in KEYWORDS:
        for tail in TAILS:
            head = "PREFIX a: <a:> PREFIX : <http://127.0.0.1/> "
            query = f"{head}SELECT * {{ {disguise}{keyword} {address} {{ ?x ?y ?z }} {tail} }}"
            assert refused(query) or not parses(query), query


def test_the_disguises_would_be_heard(listener: tuple[str, list[int]]) -> None:
    """The engine has SERVICE open: without the screen, the tests above would mean nothing."""
    address, hits = listener
    for query in (
        f"SELECT * {{ SERVICE SILENT {address} {{ ?x ?y ?z }} }}",
        f"SELECT*{{SERVICESILENT{address}{{?x ?y ?z}}}}",
        f"PREFIX : {address} SELECT*{{SERVICE:x{{?x ?y ?z}}}}",
        f"SELECT*{{?s ?p ?o FILTER(1<2)SERVICE{address}{{?x ?y ?z}}}}",
    ):
        assert heard(query, hits), query
        assert refused(query) == "service", query


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([*DISGUISES, *KEYWORDS, *TAILS, *"{}()<>'\"\n #.\\=", *MARKS]),
        max_size=12,
    )
)
def test_what_is_let_pass_calls_nobody(listener: tuple[str, list[int]], pieces: list[str]) -> None:
    address, hits = listener
    body = "".join(address if piece == "<a:x>" else piece for piece in pieces)
    query = f"PREFIX a: <a:> PREFIX : {address} SELECT * {{ {body} }}"
    if not refused(query):
        assert not heard(query, hits), query


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?service a <http://example.org/service#SERVICE> } # SERVICE",
        "PREFIX service: <http://s/> SELECT * { GRAPH service:g { service:x ?p 'SERVICE' } }",
        "PREFIX service: <http://s/> DESCRIBE service:x",
        "PREFIX s: <http://s/> SELECT * { ?x s:service/s:SERVICE ?y . _:service s:p 'a'@service }",
        "SELECT * { VALUES (?a ?b) { (<http://s/#service> <http://s/it's#(x)>) } }",
        "SELECT * { ?a ?p ?b FILTER(?a < ?b && ?b > 'service') }",
        "SELECT * { ?x ?p '''it's a \"service\" # here''' }",
    ],
)
def test_the_word_may_be_used(query: str) -> None:
    assert refused(query) == ""
    assert parses(query)


def test_limits_are_named() -> None:
    for query, kind, limit in (
        ("(" * 101, "nesting", ("nesting", 100)),
        ("{[(" * 34, "nesting", ("nesting", 100)),
        ("SELECT * { ?s ?p '" + "好" * 7_000 + "' }", "size", ("query", 20_000)),
        ("1 " * (TOKENS + 1), "tokens", ("tokens", TOKENS)),
    ):
        with pytest.raises(Problem) as caught:
            screen(query)
        assert (caught.value.kind, caught.value.limit) == (kind, limit)
    assert refused("SELECT * { " + "{" * 99 + "}" * 99 + " }") == ""
    assert refused("SELECT * { " + "{} " * 300 + "}") == ""  # side by side is not deep
    assert refused("SELECT * { ?s ?p '" + "(" * 300 + "' } # " + "(" * 300) == ""


@pytest.mark.parametrize(
    "piece",
    ["a.", '"""\\', "<a", "_:.", "'\\'", "a:.", "@a-", "service:", "a.service:", "a\\'", "a:%4",
     "a:b.%", "(<'", "?", "#", "\\u", "<<(", "'''", "''", "\x00", "''' \"\"\""],
)  # fmt: skip
def test_looking_takes_no_time(piece: str) -> None:
    """Twice as long takes about twice the time; and a whole query of the worst, milliseconds."""
    query = "service:x " + piece * (19_900 // len(piece.encode()))
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        refused(query)
        best = min(best, time.perf_counter() - start)
    assert best < 0.05
