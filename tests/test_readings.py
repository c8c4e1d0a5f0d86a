"""Readings: whatever is changed in a file that was read is told, and nothing else."""

import shutil
from pathlib import Path

import pytest
from small import small_house

from kg.cli import main
from kg.errors import KGError
from kg.house import READINGS, House
from kg.readings import digests, readings, recorded
from kg.turtle import parse_text

STATED = "documents/opinion-qa/stated/all.ttl"
RECORD = f"documents/opinion-qa/{READINGS}"
CHANGED = "it was changed since it was read"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """The small house, read; every file may be changed."""
    root = tmp_path / "house"
    shutil.copytree(small_house(tmp_path / "links").root, root)
    assert recorded(House(root), [], all=True) > 100
    return House(root)


def told(house: House) -> list[tuple[str, str]]:
    return [(one.label, one.message) for book in readings(house) for one in book.findings()]


def edit(house: House, name: str, old: str, new: str) -> None:
    path = house.root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def changed(before: str, after: str) -> set[str]:
    """Things of which two Turtle texts do not say the same."""
    old, new = digests(parse_text(before, "old")), digests(parse_text(after, "new"))
    return {iri for iri in {*old, *new} if old.get(iri) != new.get(iri)}


def test_the_house_is_read_as_it_is() -> None:
    books = readings(House.find())
    assert [book.folder.name for book in books] == ["ontology", "opinion-qa"]
    assert [book.open() for book in books] == [{}, {}]


def test_every_line_counts_for_its_own_thing() -> None:
    text = (House.find().root / "ontology/vocabulary/force.ttl").read_text("utf-8")
    lines = text.splitlines(keepends=True)
    spots = [n for n, line in enumerate(lines) if line.startswith("    skos:prefLabel")]
    assert len(spots) > 5
    for spot in spots:
        assert len(changed(text, "".join(lines[:spot] + lines[spot + 1 :]))) == 1


def test_layout_does_not_count_and_blank_nodes_do() -> None:
    text = (House.find().root / "ontology/actor.ttl").read_text("utf-8")
    assert changed(text, text.replace("\n\n", "\n\n\n").replace(" ;", "  ;")) == set()
    (inner, *_) = [line for line in text.splitlines() if "owl:hasValue kind:" in line]
    other = text.replace(inner, inner.replace("kind:", "kind:not-"), 1)
    assert len(changed(text, other)) == 1


def test_an_axiom_of_no_thing_counts_for_the_ontology() -> None:
    text = (House.find().root / "ontology/document.ttl").read_text("utf-8")
    axiom = text[text.index("[] a owl:AllDisjointClasses") :].partition(" .\n")[0] + " .\n"
    (told,) = changed(text, text.replace(axiom, ""))
    assert told.endswith("/ontology/document")


@pytest.mark.parametrize(
    ("file", "old", "new", "label"),
    [
        (STATED, "sti:hasBeneficiary kind:enterprise", "sti:hasParty kind:enterprise", "p:"),
        ("ontology/vocabulary/force.ttl", '"encouraged"', '"required"', "force:encouraged"),
        ("documents/opinion-qa/readback.ttl", "sti:supported", "sti:corrected", "judged:"),
        ("documents/opinion-qa/document.ttl", "sti:number", "sti:statesCount", ""),
        ("documents/opinion-qa/translation.ttl", "ncourage", "equire", "p:"),
    ],
)
def test_a_change_is_told(house: House, file: str, old: str, new: str, label: str) -> None:
    edit(house, file, old, new)
    ((name, message),) = told(house)
    assert name.startswith(label)
    assert message == CHANGED


def test_what_is_new_and_what_is_gone(house: House) -> None:
    edit(house, STATED, "p:q4-1-d-list a ", "p:q4-1-e-list a ")
    assert told(house) == [
        ("p:q4-1-d-list", "it was read, but the file says nothing of it any more"),
        ("p:q4-1-e-list", "it was never read back"),
    ]


def test_no_record_is_told_once(house: House) -> None:
    (house.root / RECORD).unlink()
    assert told(house) == [("", "nothing here was read back")]


def test_a_broken_record_is_told_and_never_written_over(house: House) -> None:
    edit(house, RECORD, "\n", "\nnonsense\n")
    assert told(house) == [("", "this is not DIGEST FILE THING")]
    with pytest.raises(KGError, match="DIGEST FILE THING"):
        recorded(house, [], all=True)
    assert "nonsense" in (house.root / RECORD).read_text("utf-8")


def test_only_what_is_named_is_recorded(house: House) -> None:
    edit(house, STATED, "sti:hasBeneficiary kind:enterprise", "sti:hasParty kind:enterprise")
    edit(house, "ontology/vocabulary/force.ttl", '"encouraged"', '"required"')
    ((statement, _),) = [one for one in told(house) if one[0] != "force:encouraged"]
    assert recorded(house, [statement]) == 1
    assert told(house) == [("force:encouraged", CHANGED)]
    assert recorded(house, [str(house.root / "ontology/vocabulary/force.ttl")]) == 1
    assert told(house) == []


def test_a_name_that_is_not_there(house: House) -> None:
    before = (house.root / RECORD).read_bytes()
    for name in ("kind:nobody", "nobody", "ontology/none.ttl"):
        with pytest.raises(KGError, match="nothing of the house is called"):
            recorded(house, [name])
    assert (house.root / RECORD).read_bytes() == before


def test_an_added_folder_is_held_to_a_record_that_it_keeps(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "example"
    shutil.copytree(House.find().root / "docs" / "example", folder)
    (folder / READINGS).unlink(missing_ok=True)
    assert len(readings(house, [folder])) == 2
    (folder / READINGS).write_text("# nothing yet\n", "utf-8")
    (*_, book) = readings(house, [folder])
    assert set(book.open().values()) == {"unread"}


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read"]) == 0
    assert "everything is read" in capsys.readouterr().err
    assert main(["read", "kind:nobody"]) == 2
    assert "kind:nobody" in capsys.readouterr().err
