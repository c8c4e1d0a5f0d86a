"""Results of checks are used again only while nothing that they were found from has changed."""

import time
from pathlib import Path

import pytest
from conftest import Edit

from kg import kept
from kg.check import Gate, run
from kg.house import House
from kg.kept import Kept


def saved(folder: Path, key: str, result: object) -> None:
    first = Kept(folder)
    first.put(first.key(key), result)
    first.save()


def test_what_was_kept_is_used_again_unless_all_is_wanted_anew(tmp_path: Path) -> None:
    saved(tmp_path, "words", ["100 %", []])
    again = Kept(tmp_path)
    assert again.get(again.key("words")) == ["100 %", []]
    assert again.get(again.key("slots")) is None
    assert Kept(tmp_path, anew=True).get(again.key("words")) is None
    assert Kept().get(again.key("words")) is None


def test_packages_and_program_are_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved(tmp_path, "words", ["100 %", []])
    monkeypatch.setattr(kept, "_packages", lambda: "another engine")
    later = Kept(tmp_path)
    assert later.get(later.key("words")) is None


def test_a_file_of_the_same_size_and_time_is_told_by_its_content(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("one")
    before = Kept().digest([file])
    file.write_text("two")
    assert Kept().digest([file]) != before
    file.unlink()
    assert Kept().digest([file]) not in (before, "")


@pytest.mark.parametrize("text", ["", "{", "0\n{}", "\xff"])
def test_a_damaged_file_is_as_none(text: str, tmp_path: Path) -> None:
    saved(tmp_path, "words", ["100 %", []])
    (tmp_path / "check.json").write_text(text, "latin-1")
    again = Kept(tmp_path)
    assert again.get(again.key("words")) is None


def test_what_nobody_asks_for_is_dropped_in_the_end(tmp_path: Path) -> None:
    saved(tmp_path, "words", ["100 %", []])
    key = Kept().key("words")
    for run_ in range(9):
        saved(tmp_path, f"other {run_}", [])
    assert Kept(tmp_path).get(key) is None


def test_nothing_is_kept_of_a_file_that_changes_meanwhile(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_text("one")
    first = Kept(tmp_path / "cache")
    first.put(first.key(first.digest([file])), ["", []])
    file.write_text("another")
    first.save()
    assert not (tmp_path / "cache").exists()


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    saved(tmp_path / "file", "words", [])
    assert (tmp_path / "file").read_text() == ""


def test_the_gate_does_only_the_work_that_changed(
    tiny_house: House, edit: Edit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.reason.has_hermit", lambda: False)
    for folder in ("shapes", "queries"):
        (tiny_house.root / folder).mkdir(exist_ok=True)
    time.sleep(0.06)  # or the files are too young to be known by their stat
    first = run(tiny_house, kept=tmp_path)
    assert not any(step.reused for step in first.steps)

    monkeypatch.setattr(Gate, "assembly", property(lambda self: pytest.fail("built again")))
    second = run(tiny_house, kept=tmp_path)
    assert second.findings == first.findings
    assert {step.name for step in second.steps if step.reused} >= {"syntax", "quotes", "shapes"}
    monkeypatch.undo()
    monkeypatch.setattr("kg.reason.has_hermit", lambda: False)

    edit("documents/tiny/source.txt", "推广产品", "推进产品")
    third = run(tiny_house, kept=tmp_path)
    known = {step.name: step.reused for step in third.steps}
    assert known["quotes"] == ""
    assert known["format"] == "reused"
    assert third.findings != first.findings
