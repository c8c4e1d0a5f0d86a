"""Cards: everything that is said of a thing, where it is from, and in which words."""

import json

import pytest
import tiny

from kg import card
from kg.assembly import Assembly
from kg.prefixes import shrink
from kg.statement import statements
from kg.store import Store, node

STORE = tiny.store()
FORMS = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")


def test_a_concept() -> None:
    found = card.card(STORE, node("kind:enterprise"))
    assert found["label"] == {"zh": "企业", "en": "enterprise"}
    assert [kind["id"] for kind in found["kind"]] == ["sti:ActorKind"]
    assert (found["names"], found["phrases"]) == (["企业"], ["“企业”主体"])
    assert found["mentions"] == 1
    (group,) = found["statements"]
    assert group["property"]["id"] == "sti:hasAddressee"
    told = [(one["id"], one["force"]["id"], one["open"]) for one in group["statements"]]
    assert told == [("p:1-b", "force:encouraged", True), ("p:1-c", "force:encouraged", False)]
    assert [one["id"] for one in found["pointing"]] == ["kind:tech-enterprise"]
    json.dumps(found)


@pytest.fixture(scope="module")
def whole(assembly: Assembly) -> Store:
    """The graph of the house."""
    return Store(assembly.store)


def ids(statements: list[card.Card]) -> set[str]:
    return {one["id"] for one in statements}


def test_every_statement_that_says_a_name_is_on_its_card(whole: Store) -> None:
    """Directly, as genus, by a longer or narrower name, or as not linked with what is meant."""
    said = statements(whole)
    kinds = whole.below(node("sti:NamedThing"))
    things = {q.subject for kind in kinds for q in whole.quads(None, node("rdf:type"), kind)}
    looked_at = 0
    for thing in things:
        forms = {
            o.value for name in FORMS for o in whole.objects(thing, name) if o.language == "zh"
        }
        holding = {one.curie for one in said if any(form in one.quote for form in forms)}
        if not holding:
            continue
        looked_at += 1
        found = card.card(whole, thing)
        shown = {one for group in found["statements"] for one in ids(group["statements"])}
        for group in found["related"].values():
            shown |= {one for near in group for one in ids(near["statements"])}
        assert holding <= shown | ids(found["words"]), shrink(thing.value)
        for one in found["words"]:
            assert one["reason"] or one["part"], shrink(thing.value)
    assert looked_at > 250


def test_a_genus_is_told_as_such(whole: Store) -> None:
    found = card.card(whole, node("kind:cyber-insurance-service-provider"))
    (group,) = found["statements"]
    assert group["property"]["id"] == "sti:genus"
    assert [(one["id"], one["open"]) for one in group["statements"]] == [("p:q5-5-c", True)]
    region = card.card(whole, node("place:key-region"))
    genus = [g for g in region["statements"] if g["property"]["id"] == "sti:genus"]
    assert [ids(group["statements"]) for group in genus] == [{"p:q2-1-c"}]


def test_overviews_count_for_what_a_name_stands_in(whole: Store) -> None:
    for name in ("place:gba", "place:beijing"):
        (centre,) = card.card(whole, node(name))["related"]["included"]
        assert ids(centre["statements"]) == {"p:q2-1-c", "p:q3-3-a"}


def test_what_is_not_linked_says_why(whole: Store) -> None:
    (one,) = card.card(whole, node("kind:tech-enterprise"))["words"]
    assert (one["id"], one["reason"]["zh"]) == (
        "p:q6-4-b",
        ["企业是数据所属者，文字未使其参与该行为。"],
    )
    # 保险资金|支持: the signs of a name, but not the name
    (one,) = card.card(whole, node("instr:capital-support"))["words"]
    assert (one["id"], one["part"], one["reason"]) == ("p:a7", ["保险资金"], {})


def test_a_class_and_its_concept_lead_to_each_other(whole: Store) -> None:
    assert card.card(whole, node("sti:Insurer"))["concept"]["id"] == "kind:insurer"
    assert card.card(whole, node("kind:insurer"))["class"]["id"] == "sti:Insurer"
    pilots = card.card(whole, node("sti:Pilot"))["related"]["included"]
    assert {one["id"]: ids(one["statements"]) for one in pilots} == {
        "mech:cyber-pilot": {"p:q5-5-a"},
        "mech:long-term-investment-pilot": {"p:q7-1-c"},
    }


def test_a_frame_leads_to_the_measures_of_its_question(whole: Store) -> None:
    """Only a frame does, and the questions that no measure answers lead to none."""
    found = card.card(whole, node("kind:tech-sme"))
    said = {one["id"]: one for group in found["statements"] for one in group["statements"]}
    for frame in ("p:q4", "p:a4"):
        assert [(one["id"], one["quote"]) for one in said[frame]["announced"]] == [
            ("m:3-1", "推广便捷便利的科技保险产品"),
            ("m:3-2", "扩大科技保险覆盖面"),
        ]
    assert said["p:q4-2-b"]["announced"] == []
    opinion = card.card(whole, node("doc:opinion"))
    first = [
        one
        for group in opinion["statements"]
        for one in group["statements"]
        if one["id"] in ("p:q1", "p:q2")
    ]
    assert first
    assert all(one["announced"] == [] for one in first)


def test_names_are_counted_by_themselves_and_within_longer_ones(whole: Store) -> None:
    """The words stand six times in the text, three of them in the names of other things."""
    found = card.card(whole, node("kind:tech-sme"))
    assert (found["mentions"], found["within"]) == (3, 3)
    assert card.card(whole, node("place:sme-cluster"))["within"] == 0
