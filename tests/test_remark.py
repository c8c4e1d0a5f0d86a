"""Tests of kg.remark, and of the remarks that the catalogue makes."""

import re

import pytest

from kg import remark
from kg.assembly import Assembly
from kg.catalogue import catalogue
from kg.house import House
from kg.store import Store, node


@pytest.fixture(scope="module")
def store(assembly: Assembly) -> Store:
    return Store(assembly.store)


def test_a_remark_in_pieces() -> None:
    text = "?gap 为 role:risk 时见 who-leads；用 kg find 协作，或kg show"
    assert list(remark.pieces(text)) == [
        ("column", "gap"),
        ("text", " 为 "),
        ("thing", "role:risk"),
        ("text", " 时见 "),
        ("question", "who-leads"),
        ("text", "；用 "),
        ("command", "find 协作"),
        ("text", "，或"),
        ("command", "show"),
    ]


def test_the_pieces_are_the_text() -> None:
    text = "no marks: a ratio, 2:1, and well-kept"
    assert "".join(words for _, words in remark.pieces(text)) == text


def test_a_remark_as_the_command_line_tells_it(store: Store) -> None:
    texts = {"zh": "?gap 为 role:risk 时，见 m:4-1", "en": "where ?gap is role:risk, kg show tells"}
    assert remark.spoken(texts, store, "zh") == "gap 为“风险”时，见 m:4-1"
    assert remark.spoken(texts, store, "en") == "where gap is “risk”, kg show tells"
    assert remark.spoken(texts, store, "both").count(" / ") == 1
    assert remark.spoken({"zh": ""}, store, "zh") == ""


def test_columns_of_chinese_words_are_told_in_english(store: Store) -> None:
    result = store.query(
        'SELECT ?act ?cue ?quote ?none { BIND("建立"@zh AS ?act) BIND("a" AS ?cue) '
        'BIND("建立"@zh AS ?quote) }'
    )
    told = remark.untranslated(result, "en")
    assert told == "?act: words of the text, whose English stands in that of the statement"
    assert remark.untranslated(result, "zh") == remark.untranslated(result, "both") == ""
    assert remark.untranslated(store.query("SELECT ?act { FILTER(false) }"), "en") == ""


def test_the_catalogue_speaks_of_what_there_is(house: House, store: Store) -> None:
    """A column, question or thing that is named in a remark is there."""
    every = catalogue(house)
    ids = {question.id for question in every}
    seen = set()
    for question in every:
        columns = set(re.findall(r"\?(\w+)", question.text.partition("SELECT")[2]))
        for text in (*question.rows.values(), *question.why.values()):
            for kind, words in remark.pieces(text):
                seen.add(kind)
                if kind == "column":
                    assert words in columns, (question.id, words)
                if kind == "thing":
                    assert store.knows(node(words)), (question.id, words)
                if kind == "question":
                    assert words in ids, (question.id, words)
    assert seen == {"text", "column", "thing", "question", "command"}
