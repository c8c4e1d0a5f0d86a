"""Search by words, and what it means that nothing is found."""

import pytest
import tiny
from conftest import TINY_TEXT

from kg import search
from kg.assembly import Assembly
from kg.errors import KGError
from kg.house import House
from kg.store import Store

STORE = tiny.store()


def found(text: str) -> list[str]:
    return [one.curie for one in search.find(STORE, text)]


def test_words_are_found_in_the_order_of_the_text() -> None:
    assert found("机制") == ["p:1", "p:1-a"]
    assert found("企业大学") == ["p:1-b"]  # 企业、大学
    assert found("税收") == []


def test_english_is_found_in_translations_from_the_beginning_of_a_word() -> None:
    assert found("universit") == found("University, and other") == ["p:1-b"]
    assert found("enterprise") == ["p:1-b"]
    assert found("terprise") == found("tax") == []


def test_a_passage_finds_the_statements_that_it_holds_whole() -> None:
    assert found("鼓励企业、大学等开展合作，形成合力。") == ["p:1-b", "p:1-c"]
    assert found("企业、大学等开展合作，形成合力") == ["p:1-c"]  # the first is not whole
    assert found("They encourage enterprises, universities and others.") == ["p:1-b"]


def test_a_text_without_letters_is_refused() -> None:
    with pytest.raises(KGError, match="no letter"):
        search.find(STORE, "、")


def test_rows_have_kind_place_and_force() -> None:
    result = search.result(search.find(STORE, "鼓励"))
    assert result.variables == ("statement", "kind", "place", "force", "quote")
    assert [str(term).rpartition("/")[2] for term in result.rows[0][:4]] == [
        "1-b>", "ontology#Provision>", "2-1>", "encouraged>",
    ]  # fmt: skip


def test_words_held_exactly() -> None:
    assert [one.curie for one in search.holding(STORE, ["企业", "合力"])] == ["p:1-b", "p:1-c"]
    assert search.holding(STORE, []) == []


def test_a_count_tells_how_to_see_them() -> None:
    assert search.count(STORE, "机制") == "2 statements say “机制”: kg find 机制"
    assert search.count(STORE, "合力") == "1 statement says “合力”: kg find 合力"
    assert search.count(STORE, "it's all") == "no statement says “it's all” either"
    assert search.count(STORE, "—") == "kg find WORD looks for words"


def test_silence_is_that_of_the_source_text(tiny_house: House) -> None:
    def silence(text: str) -> str:
        return search.silence(search.sources(tiny_house), text, "en")

    length, at = len(TINY_TEXT), TINY_TEXT.index("产品，鼓励")
    assert silence("税收") == f"tiny does not say “税收”: its {length} characters lack it"
    assert silence("tax").startswith("no translation says “tax”; the text is Chinese")
    across = f"“产品鼓励” stands in tiny at character {at}, but in no one statement"
    assert silence("产品鼓励") == across
    assert search.silence(search.sources(tiny_house), "税", "both").startswith("tiny 没有说“税”：")


def test_the_real_text(assembly: Assembly) -> None:
    """首台（套） is written with brackets; relief of taxes is not promised."""
    whole = Store(assembly.store)
    assert [one.curie for one in search.find(whole, "首台套")] == ["p:q5-1-b", "p:q8-2-c"]
    assert [one.curie for one in search.find(whole, "走出去")] == ["p:q2-3-b", "p:a5", "p:q5-2"]
    assert not search.find(whole, "税")
