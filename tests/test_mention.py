"""Tests of kg.mention."""

from conftest import TINY_TEXT

from kg.house import House
from kg.load import Facts, load
from kg.mention import instances, lexicon, mentions, words
from kg.prefixes import expand


def _facts(house: House) -> Facts:
    return Facts(t for triples in load(house).layers.values() for t in triples)


def test_lexicon_holds_named_things_only(tiny_house: House) -> None:
    """Subclasses count; cue words and what is no named thing do not."""
    forms = lexicon(_facts(tiny_house))
    assert forms["科技部"] == [expand("org:most")]
    assert "支持" not in forms
    assert list(forms) == sorted(forms)


def test_longest_name_wins(tiny_house: House) -> None:
    """机制 inside 协调机制 is not mentioned for itself."""
    found = mentions(TINY_TEXT, lexicon(_facts(tiny_house)))
    assert expand("mech:mechanism") not in {mention.thing for mention in found}
    assert found == sorted(found)


def test_things_that_share_a_form_get_a_mention_each() -> None:
    """Nothing decides between two things of one name."""
    found = mentions("产品", {"产品": ["urn:a", "urn:b"]})
    assert [(mention.span, mention.thing) for mention in found] == [
        ((0, 2), "urn:a"),
        ((0, 2), "urn:b"),
    ]


def test_words_are_cue_words_and_the_mark_of_an_open_list(tiny_house: House) -> None:
    """Every place of 支持, 鼓励 and 等, in order."""
    assert [word for _, word in words(TINY_TEXT, _facts(tiny_house))] == ["支持", "鼓励", "等"]


def test_instances_reach_through_subclasses(tiny_house: House) -> None:
    """An organisation is a named thing by way of agent."""
    facts = _facts(tiny_house)
    assert expand("org:mof") in instances(facts, expand("sti:NamedThing"))
    assert instances(facts, expand("sti:Organisation")) == {expand("org:most"), expand("org:mof")}
