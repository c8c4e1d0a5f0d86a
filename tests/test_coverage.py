"""Tests of kg.coverage: words that nothing accounts for are found, and only those."""

import pytest
from conftest import TINY_TEXT, Check, Edit

from kg.assembly import Assembly, assemble
from kg.house import House
from kg.prefixes import expand

STATED = "documents/tiny/stated/one.ttl"
SOURCE = "documents/tiny/source.txt"


def test_counts_add_up(tiny_house: House) -> None:
    """Quoted, punctuation, ordinals and connectives are the whole text."""
    (coverage,) = assemble(tiny_house).coverage
    parts = (coverage.quoted, coverage.punctuation, coverage.ordinals, coverage.connectives)
    assert sum(parts) == coverage.characters == len(TINY_TEXT)
    assert (coverage.words, coverage.slots, coverage.provisions) == (1.0, 1.0, 3)


def test_the_real_text_is_covered(assembly: Assembly) -> None:
    """Goal: every character of the text, and every word of its provisions."""
    (coverage,) = assembly.coverage
    assert (coverage.gaps, coverage.provision_gaps) == ((), ())
    assert coverage.characters == 3735


def test_words_outside_every_quote(findings: Check, edit: Edit) -> None:
    """Words between quotes are a gap at their line of the text."""
    edit(SOURCE, "。科技部会同", "。另行通知。科技部会同")
    (found,) = findings("words")
    assert (found.file, found.line, found.label) == (SOURCE, 2, "另行通知")
    assert "[另行通知]" in found.message


def test_a_quote_cut_short(findings: Check, edit: Edit) -> None:
    """A quote that leaves out its last words leaves a gap."""
    edit(STATED, "科技部会同财政部等部门建立协调机制", "科技部会同财政部等部门建立协调")
    assert "机制" in {f.label for f in findings("words")}


@pytest.mark.parametrize(
    ("words", "gaps"),
    [("，并", []), ("，和并", []), ("，三是", []), ("，和谐", ["和谐"]), ("，并是", ["并是"])],
)
def test_connectives_and_ordinals_are_whole_words(
    words: str, gaps: list[str], findings: Check, edit: Edit
) -> None:
    """A run is a connective or ordinal, or it is a gap: no verb hides behind one."""
    edit(SOURCE, "企业投保。", f"企业投保{words}。")
    assert [f.label for f in findings("words")] == gaps


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('    sti:quality "条款简便"@zh .', '    sti:quality "条款"@zh .', "简便的"),
        ("    sti:hasLead org:most ;\n", "", "科技部"),
        ('    sti:joinCue "会同"@zh ;\n', "", "会同"),
        ("    sti:hasAddressee kind:insurer ;\n", "", None),
    ],
)
def test_words_of_a_provision_outside_every_slot(
    old: str, new: str, words: str | None, findings: Check, edit: Edit
) -> None:
    """A slot or a role left out is found, at the quote, unless an exception holds the words."""
    edit(STATED, old, new)
    assert [f.message.split("”")[0][1:] for f in findings("slots")] == ([words] if words else [])


def test_a_list_holds_its_words(findings: Check, edit: Edit) -> None:
    """Without the list its genus and members are open."""
    edit(STATED, "    sti:inList p:two-a-list .", '    sti:quality "财政部"@zh .')
    assert ["部门" in f.message for f in findings("slots")] == [True]


def test_not_linked_is_accepted_with_its_reason(findings: Check, edit: Edit) -> None:
    """A mention listed as not linked is no gap in that statement."""
    edit(STATED, "    sti:hasLead org:most ;\n", "")
    assert findings("slots")
    edit(
        STATED,
        "x:one a sti:NotACue",
        "x:two a sti:NotLinked ;\n    sti:inStatement p:two-a ;\n"
        "    sti:mentions <https://w3id.org/sci-tech-insurance/id/organisation/most> .\n\n"
        "x:one a sti:NotACue",
    )
    assert not findings("slots")


def test_slots_of_a_clause_that_leans_on_it_do_not_count(findings: Check, edit: Edit) -> None:
    """Each clause keeps its own words: a continuing clause excuses nothing here."""
    edit(STATED, '    sti:act "开发"@zh ;\n', "")
    assert ["开发" in f.message for f in findings("slots")] == [True]
    edit(STATED, '    sti:act "投保"@zh .', '    sti:act "投保"@zh , "开发"@zh .')
    assert ["开发" in f.message for f in findings("slots")] == [True]


def test_headings_need_no_slots(findings: Check, edit: Edit) -> None:
    """Only provisions are held to their slots."""
    edit(STATED, '    sti:act "推广"@zh ;\n', "")
    assert not findings("slots")
    assert expand("p:one").endswith("one")
