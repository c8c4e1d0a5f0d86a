"""Tests of kg.selector."""

from conftest import TINY_TEXT

from kg.assembly import Assembly, assemble
from kg.house import House
from kg.load import MENTIONS, TEXT, Facts
from kg.prefixes import expand, shrink

OA = expand("oa:")


def _facts(assembly: Assembly) -> Facts:
    return Facts([*assembly.layers[TEXT], *assembly.layers[MENTIONS]])


def test_statement_has_a_position_and_a_quote_selector(tiny_house: House) -> None:
    """Web Annotation: where it stands, its exact words, and what is around them."""
    facts = _facts(assemble(tiny_house))
    (target,) = facts.iris(expand("p:one-a"), f"{OA}hasTarget")
    assert shrink(target) == "t:one-a"
    assert facts.iris(target, f"{OA}hasSource") == [expand("doc:tiny")]
    position, quote = sorted(
        facts.iris(target, f"{OA}hasSelector"), key=lambda one: bool(facts.texts(one, f"{OA}exact"))
    )
    (start,), (end,) = (facts.texts(position, f"{OA}{n}", None) for n in ("start", "end"))
    (exact,), (prefix,), (suffix,) = (
        facts.texts(quote, f"{OA}{n}") for n in ("exact", "prefix", "suffix")
    )
    assert exact == TINY_TEXT[int(start) : int(end)] == "支持保险机构开发条款简便的产品"
    assert TINY_TEXT[: int(start)].endswith(prefix)
    assert prefix == TINY_TEXT[:8]
    assert suffix == TINY_TEXT[int(end) : int(end) + 16]


def test_occurrences_hold_their_surface(assembly: Assembly, house: House) -> None:
    """Of the real text: offsets of every mention, slot and word hold its very words."""
    text = house.documents()[0].source.read_text(encoding="utf-8")
    facts = _facts(assembly)
    checked = 0
    for name in ("surface", "word"):
        for node in facts.subjects(expand(f"sti:{name}")):
            (words,) = facts.texts(node, expand(f"sti:{name}"))
            (start,), (end,) = (facts.texts(node, f"{OA}{n}", None) for n in ("start", "end"))
            assert text[int(start) : int(end)] == words
            assert shrink(node).startswith(f"occ:opinion-qa-{start}-{end}-")
            checked += 1
    assert checked > 500


def test_names_of_occurrences(tiny_house: House) -> None:
    """An IRI says document, place and what it is; within says in which statement."""
    assembly = assemble(tiny_house)
    facts = _facts(assembly)
    names = {shrink(str(t.subject)[1:-1]) for t in assembly.layers[MENTIONS]}
    assert {"occ:tiny-10-14-kind-insurer", "occ:tiny-8-10-word"} <= names
    mention = expand("occ:tiny-10-14-kind-insurer")
    assert facts.iris(mention, expand("sti:within")) == [expand("p:one-a")]
    slot = expand("occ:tiny-8-10-cue-one-a")
    assert facts.iris(slot, expand("sti:slot")) == [expand("sti:cue")]
    assert facts.iris(slot, expand("sti:ofStatement")) == [expand("p:one-a")]


def test_sections_have_their_place(tiny_house: House) -> None:
    """A section's stretch stands on the section itself."""
    facts = _facts(assemble(tiny_house))
    assert facts.texts(expand("sec:one"), f"{OA}start", None) == ["1"]
    assert facts.texts(expand("sec:one"), f"{OA}end", None) == ["32"]
