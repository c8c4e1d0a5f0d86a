"""Tests of kg.house."""

from pathlib import Path

import pytest

from kg.errors import KGError
from kg.house import House


def test_the_real_house_has_every_kind_of_file(house: House) -> None:
    """The checkout, or the package, holds what the commands need."""
    assert [document.name for document in house.documents()] == ["opinion-qa"]
    assert all((house.ontology(), house.vocabularies(), house.rules(), house.questions()))
    assert "alignment.ttl" not in {path.name for path in house.ontology()}
    assert house.stray() == []


def test_parts_of_a_document(tiny_house: House) -> None:
    """Stated, curated and read-back files are told apart, and what is none of them."""
    (document,) = tiny_house.documents()
    for name in ("curated.ttl", "translation.ttl", "readback.ttl", "my.ttl"):
        (document.path / name).touch()
    assert [path.name for path in document.stated] == ["document.ttl", "one.ttl"]
    assert [path.name for path in document.curated] == ["curated.ttl", "translation.ttl"]
    assert [path.name for path in document.stray] == ["my.ttl"]
    assert [path.name for path in document.readback] == ["readback.ttl"]
    assert document.source.is_file()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A root that is no house says which folder is missing."""
    with pytest.raises(KGError, match="ontology/ is missing"):
        House(tmp_path).require()


def test_names_are_relative_to_the_house(
    tiny_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of the house by their place in it, others by their place in the working folder."""
    monkeypatch.chdir(tmp_path)
    assert tiny_house.name(tiny_house.root / "ontology" / "a.ttl") == "ontology/a.ttl"
    assert tiny_house.name(tmp_path / "my.ttl") == "my.ttl"
    assert tiny_house.name(Path("/elsewhere/my.ttl")) == "/elsewhere/my.ttl"
