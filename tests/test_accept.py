"""What clients like best, by their headers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.accept import choose, preferred, wants_chinese, wants_html
from kg.serve.media import GRAPHS, RESULTS


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV;q=0.5, application/xml;q=0.6", "application/xml"),
        ("text/*", "text/xml"),
        ("text/html, */*;q=0.1", "application/sparql-results+json"),
        ("*/*;q=0.1, text/tab-separated-values", "text/tab-separated-values"),
        ("application/sparql-results+json;q=0, */*", "application/json"),
        ("text/html", None),
        ("text/csv;q=0", None),
        ("text/csv;q=x", None),
        (";;;,,,q=", None),
    ],
)
def test_the_format_is_what_is_accepted(accept: str, media: str | None) -> None:
    # A header of nothing but signs accepts nothing that is named, or anything: see below.
    found = choose(accept, tuple(RESULTS))
    assert found == media


@given(st.text(max_size=200))
def test_any_header_gives_a_format_or_none(accept: str) -> None:
    assert choose(accept, tuple(GRAPHS)) in {*GRAPHS, None}


def test_browsers_get_pages_and_programs_do_not() -> None:
    assert wants_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert not wants_html("*/*")
    assert not wants_html("")
    assert not wants_html("application/sparql-results+json,text/html;q=0.5")


def test_languages() -> None:
    assert wants_chinese("zh-CN,zh;q=0.9,en;q=0.8")
    assert not wants_chinese("de, en;q=0.9, zh;q=0.8")
    assert wants_chinese("de, en;q=0.7, zh;q=0.8")
    assert not wants_chinese("")


def test_items_in_order() -> None:
    assert preferred("a;q=0.1, b, c;q=0.5, d;q=0, e;q=x") == ["b", "c", "a"]
    offers = ("text/html", "text/turtle")
    assert choose("", offers) == "text/html"
    assert choose("text/*;q=0.3, text/turtle", offers) == "text/turtle"
    assert choose("image/png", offers) is None
