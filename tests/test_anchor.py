"""Tests of kg.anchor: what has a place gets it, what has none is said where it was typed."""

from pathlib import Path

import pytest
from conftest import TINY_TEXT, Check, Edit

from kg.anchor import Anchored, anchor, homes
from kg.house import House
from kg.load import Facts, load
from kg.prefixes import expand

STATED = "documents/tiny/stated/one.ttl"
DOCUMENT = "documents/tiny/document.ttl"


def _line(house: House, file: str, words: str) -> int:
    """The line, from 1, on which words first stand."""
    lines = (house.root / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def _anchored(house: House, *extra: Path) -> list[Anchored]:
    loaded = load(house, extra)
    facts = Facts(t for triples in loaded.layers.values() for t in triples)
    home = homes(facts, loaded.locator, loaded.documents)
    return [
        anchor(facts, loaded.locator, document, [s for s in home if home[s] == document.name])
        for document in loaded.documents
    ]


def test_everything_finds_its_place(tiny_house: House) -> None:
    """Sections, quotes, lists and slots hold the words that were typed."""
    (found,) = _anchored(tiny_house)
    assert not found.findings
    places = {**found.sections, **found.quotes}
    words = {name.rpartition("/")[2]: TINY_TEXT[slice(*span)] for name, span in places.items()}
    assert words["one-a"] == "支持保险机构开发条款简便的产品"
    assert words["two-a-list"] == "财政部等部门"
    assert found.sections[expand("sec:one")].end == found.sections[expand("sec:two")].start
    assert found.sections[expand("sec:two")].end == len(TINY_TEXT)
    assert all(TINY_TEXT[slice(*slot.span)] == slot.surface for slot in found.slots)
    assert {slot.surface for slot in found.slots if slot.slot == expand("sti:cue")} == {
        "支持",
        "鼓励",
    }


def test_quote_that_is_not_there(tiny_house: House, findings: Check, edit: Edit) -> None:
    """A changed character: the line of the quote, and the nearest match."""
    edit(STATED, "鼓励企业投保", "鼓励企业参保")
    (found,) = findings("quote")
    assert found.where == f"{STATED}:{_line(tiny_house, STATED, '鼓励企业参保')}"
    assert found.focus == expand("p:one-b")
    assert "nearest there: “鼓励企业投保”" in found.message
    assert "最接近的是“鼓励企业投保”" in found.message_zh


def test_quote_of_another_section(findings: Check, edit: Edit) -> None:
    """Words that stand in the text, but not in the section, are said to be elsewhere."""
    edit(STATED, '"鼓励企业投保"', '"科技部会同财政部"')
    assert any("stands elsewhere, at character 41 (line 2" in f.message for f in findings("quote"))


def test_quote_without_likeness(findings: Check, edit: Edit) -> None:
    """Nothing alike: the message says so instead of guessing."""
    edit(STATED, '"鼓励企业投保"', '"abcdefg"')
    assert any("nothing there is like it" in f.message for f in findings("quote"))


def test_ambiguous_quote(findings: Check, edit: Edit) -> None:
    """Two places: how many and where."""
    edit(STATED, '"推广产品"', '"产品"')
    (found,) = findings("quote")
    assert "stands 2 times in sec:one, at characters 5, 21" in found.message


def test_quote_in_the_wrong_language(findings: Check, edit: Edit) -> None:
    """A quote that is not tagged zh cannot be looked for."""
    edit(STATED, '"推广产品"@zh', '"推广产品"@en')
    assert [f.focus for f in findings("quote")] == [expand("p:one")]


def test_statement_without_section(findings: Check, edit: Edit) -> None:
    """A measure that no section tells leaves its statements without a place."""
    edit(STATED, "sti:inMeasure m:1-2", "sti:inMeasure m:9-9")
    (found,) = findings("section")
    assert (found.focus, found.check) == (expand("p:two-a"), "section")


def test_opening_that_is_not_there(findings: Check, edit: Edit) -> None:
    """One finding for the section, none for each of its statements."""
    edit(DOCUMENT, '"二是"', '"三是"')
    (found,) = findings("section")
    assert found.where == f"{DOCUMENT}:16"
    assert "sti:opening “三是” does not stand in doc:tiny" in found.message


def test_opening_at_several_places(findings: Check, edit: Edit) -> None:
    """An opening is unique in the whole text."""
    edit(DOCUMENT, '"二是"', '"产品"')
    assert "stands 2 times in doc:tiny" in findings("section")[0].message


def test_two_sections_with_one_beginning(findings: Check, edit: Edit) -> None:
    """Sections may not begin at the same place."""
    edit(DOCUMENT, '"二是"', '"一是推广"')
    assert "it begins where sec:two begins" in findings("section")[0].message


def test_document_without_sections(findings: Check, edit: Edit) -> None:
    """Sections of another document than the folder's: said once for the document."""
    edit(DOCUMENT, "sti:sectionOf doc:tiny", "sti:sectionOf doc:other")
    assert "no section is of doc:tiny" in {f.message for f in findings("section")}


def test_slot_that_is_not_there(tiny_house: House, findings: Check, edit: Edit) -> None:
    """A slot's words must stand in the quote; the finding is at their own line."""
    edit(STATED, '"条款简便"', '"条款简单"')
    (found,) = findings("slot")
    line = _line(tiny_house, STATED, "条款简单")
    assert (found.where, found.focus) == (f"{STATED}:{line}", expand("p:one-a"))
    assert "sti:quality “条款简单” does not stand in p:one-a" in found.message
    assert "nearest there: “条款简便”" in found.message


def test_slot_in_the_clause_that_is_continued(tiny_house: House, edit: Edit) -> None:
    """A carried-over cue stands in the clause before."""
    edit(STATED, 'sti:cue "鼓励"@zh', 'sti:cue "支持"@zh')
    (found,) = _anchored(tiny_house)
    assert not found.findings
    carried = [s for s in found.slots if s.statement == expand("p:one-b") and s.surface == "支持"]
    assert [TINY_TEXT[slice(*slot.span)] for slot in carried] == ["支持"]


def test_slot_of_a_clause_that_is_not_continued(findings: Check, edit: Edit) -> None:
    """Without `continues` the words of another clause do not count."""
    edit(STATED, 'sti:cue "鼓励"@zh', 'sti:cue "支持"@zh')
    edit(STATED, "sti:continues p:one-a ;", "")
    assert [f.focus for f in findings("slot")] == [expand("p:one-b")]


def test_ring_of_clauses(findings: Check, edit: Edit) -> None:
    """Clauses that continue each other do not hang the build."""
    edit(STATED, 'sti:cue "支持"@zh ;', "sti:continues p:one-b ;")
    assert not findings("slot")


def test_ambiguous_slot(findings: Check, edit: Edit) -> None:
    """A slot's words stand once in the quote."""
    edit(STATED, 'sti:act "开发"@zh', 'sti:act "条"@zh , "简"@zh')
    edit("documents/tiny/source.txt", "条款简便的产品", "条款简便简的产品")
    edit(STATED, "条款简便的产品", "条款简便简的产品")
    assert ["stands 2 times" in f.message for f in findings("slot")] == [True]


def test_longer_names_are_passed_over(tiny_house: House, edit: Edit) -> None:
    """机制 inside 协调机制 is passed over when 机制 also stands alone."""
    edit("documents/tiny/source.txt", "建立协调机制。\n", "建立协调机制和机制。\n")
    edit(STATED, "等部门建立协调机制", "等部门建立协调机制和机制")
    edit(STATED, 'sti:joinCue "会同"@zh', 'sti:joinCue "会同"@zh , "机制"@zh')
    (found,) = _anchored(tiny_house)
    assert not found.findings
    assert [slot.span for slot in found.slots if slot.surface == "机制"] == [(59, 61)]


def test_list_outside_its_statement(tiny_house: House, findings: Check, edit: Edit) -> None:
    """A list's quote stands in a statement that has the list."""
    edit(STATED, '"财政部等部门"', '"保险机构"')
    (found,) = findings("list")
    assert (found.file, found.line) == (STATED, _line(tiny_house, STATED, '"保险机构"'))


def test_exception_outside_its_statement(findings: Check, edit: Edit) -> None:
    """Words listed as no cue stand in the statement that they are listed for."""
    edit(STATED, "sti:inStatement p:one-a", "sti:inStatement p:two-a")
    assert [f.focus for f in findings("exception")] == [expand("x:one")]


EXTRA = """@prefix m: <https://w3id.org/sci-tech-insurance/id/measure/> .
@prefix p: <https://w3id.org/sci-tech-insurance/id/statement/> .
@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .
p:mine a sti:Heading ;
    sti:inMeasure m:1-1 ;
    sti:quote "WORDS"@zh .
"""


def test_statements_given_besides(tiny_house: House, findings: Check, tmp_path: Path) -> None:
    """A file on the command line is anchored, and refused, like the others."""
    mine = tmp_path / "mine.ttl"
    mine.write_text(EXTRA.replace("WORDS", "企业投保"), encoding="utf-8")
    (found,) = _anchored(tiny_house, mine)
    assert TINY_TEXT[slice(*found.quotes[expand("p:mine")])] == "企业投保"
    mine.write_text(EXTRA.replace("WORDS", "企业不投保"), encoding="utf-8")
    (missing,) = findings("quote", (mine,))
    assert (Path(missing.file).name, missing.line) == ("mine.ttl", 6)


@pytest.fixture
def other(tiny_house: House, tmp_path: Path) -> Path:
    """A second text that tells the same measure."""
    folder = tmp_path / "other"
    (folder / "stated").mkdir(parents=True)
    (folder / "source.txt").write_text("企业投保，支持企业投保。", encoding="utf-8")
    document = (tiny_house.root / DOCUMENT).read_text(encoding="utf-8")
    first = document.partition("sec:two")[0].replace("doc:tiny", "doc:other")
    first = first.replace("sec:one", "sec:other").replace("一是", "企业投保，")
    (folder / "document.ttl").write_text(first, encoding="utf-8")
    (folder / "stated" / "a.ttl").write_text(
        EXTRA.replace("WORDS", "支持企业投保").replace("p:mine", "p:other"), encoding="utf-8"
    )
    return folder


def test_two_documents_that_tell_one_measure(tiny_house: House, other: Path) -> None:
    """Each statement is looked for in the text of its own folder."""
    first, second = _anchored(tiny_house, other)
    assert not first.findings
    assert not second.findings
    assert expand("p:other") not in first.quotes
    assert second.quotes == {expand("p:other"): (5, 11)}
    assert second.document.text[5:11] == "支持企业投保"


def test_real_text(house: House) -> None:
    """Every quote, list and slot of the real house has its place."""
    (found,) = _anchored(house)
    assert found.findings == []
    assert len(found.quotes) >= len(found.statements) > 150
    assert len(found.sections) == 1 + 8 + 8 + 20  # lead, questions, answers, measures
