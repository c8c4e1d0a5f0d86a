"""Pages: a card laid out for the screen."""

import tiny

from kg import page
from kg.card import card
from kg.results import columns
from kg.store import Lang, node

STORE = tiny.store()


def text(name: str, lang: Lang = "en", width: int = 80) -> str:
    return page.text(card(STORE, node(name)), lang, width)


def test_what_is_derived_says_so() -> None:
    page = " ".join(text("org:most").split())
    assert "presumedLead" in page
    assert "derived (rule:presumed-lead)" in page
    assert page.index("sti:hasLead") < page.index("Derived by rules") < page.index("presumedLead")
    assert page.endswith("Derived, never stated. p:1-c")
    assert "[stated]" in page
    assert "Ministry of Science and Technology" in page


def test_a_statement() -> None:
    page = text("p:1-b", "both")
    assert "鼓励企业、大学等开展合作" in page
    assert "encourage enterprises, universities and others" in page
    assert "[curated]" in page
    assert "“企业、大学等” (p:1-b-list): 开放（等） / open" in page
    assert "another reading" in page
    assert "p:1-c" in page  # which continues it
    start = tiny.TEXT.index("鼓励")
    assert f"{start}–{start + 12}" in page


def test_a_judgement_is_told() -> None:
    page = text("p:1-a")
    assert "judged:1: sti:supported  [readback]" in page


def test_a_measure_holds_its_statements_in_order() -> None:
    page = text("m:2-1", "zh")
    places = [page.index(f"    {name} ") for name in ("p:1", "p:1-a", "p:1-b", "p:1-c")]
    assert places == sorted(places)
    assert "标题 · 直述" in page
    assert "“科技部会同有关部门建立机制”" in page


def test_a_role_is_told_by_the_statements_that_use_it() -> None:
    page = text("sti:hasAddressee")
    assert "addressee (sti:hasAddressee): 2" in page
    assert "p:1-b" in page


def test_what_a_name_stands_in_leads_on() -> None:
    """A thing that no clause names by itself points to those whose names hold its name."""
    page = text("place:university")
    assert "whose name holds its name" in page
    assert "university (kind:university)\n    p:1-b " in page
    assert "“鼓励企业、大学等开展合作”" in page
    # a thing with clauses of its own has only the names of those of narrower things
    assert "p:1-b" in " ".join(text("kind:enterprise").split())
    assert "whose name holds" not in text("org:most")


def test_what_continues_and_what_stands_under_a_heading() -> None:
    told = text("kind:university")
    assert "      continued by:\n        p:1-c · encouraged · “形成合力”\n" in told
    assert "continued by (sti:continues): 1" in text("p:1-b")
    assert "continued by" not in text("kind:enterprise")  # which has both already
    assert "provisions under" not in text("m:2-1")
    assert "· has another reading ·" in text("kind:university")


def test_what_a_clause_carries_on() -> None:
    assert "\n      (carried over from: p:1-b)\n      “形成合力”\n" in text("kind:enterprise")
    assert "\n      (承前: p:1-b)\n      “形成合力”\n" in text("kind:enterprise", "zh")
    assert "carried over from" not in text("kind:university")  # which has only the first clause
    alone = card(STORE, node("kind:enterprise"))
    for group in alone["statements"]:
        group["statements"] = [one for one in group["statements"] if one["id"] == "p:1-c"]
    told = page.text(alone, "en", 80)
    assert "\n      carried over from:\n        p:1-b · encouraged · encourage" in told


def test_one_language_at_a_time() -> None:
    english, chinese = text("p:1-b", "en"), text("p:1-b", "zh")
    assert "另一种读法" not in english
    assert "another reading" not in chinese
    assert "encourage enterprises" not in chinese
    # where there is no translation, the words themselves
    assert "“形成合力”" in text("kind:enterprise", "en")


def test_lines_fit() -> None:
    for name in ("org:most", "p:1-b", "m:2-1"):
        assert max(map(columns, text(name, "both", 60).splitlines())) <= 60


def test_a_thing_that_nothing_is_said_of() -> None:
    assert text("org:nobody") == "org:nobody\n"


def test_what_rules_say_of_a_thing_stands_last_with_its_caution() -> None:
    page = text("p:1-c", "en")
    assert page.index("act ") < page.index("Derived by rules") < page.index("presumedLead")
    assert page.rstrip().endswith("(Derived, never stated.)")


def test_more_can_be_asked_for() -> None:
    found = card(STORE, node("scheme:kind"))
    assert "and more: 2 (kg show scheme:kind --all)" in page.text(found, "en", 80, 1)
    assert "--all" not in page.text(found, "en", 80)


def test_words_that_are_not_about_the_thing_say_so() -> None:
    page = text("kind:departments", "zh")
    assert "文字中另有其名" not in page
    assert "“科技部会同有关部门建立机制”" in page
