"""Whether the files that a graph was made of are still as they were."""

import os
import time
from pathlib import Path

import pytest
from conftest import Edit

from kg import inputs
from kg.errors import KGError
from kg.house import House
from kg.inputs import Stamp, default_folder, files, fresh, root


def test_every_file_of_the_house_counts(house: House) -> None:
    them = files(str(house.root))
    paths = [*house.ontology(), *house.vocabularies(), *house.rules(), *house.questions()]
    for document in house.documents():
        paths += [document.source, *document.turtle]
    assert {str(path) for path in paths} <= set(them.values())
    assert {"kg/inputs.py", "kg/store.py"} <= set(them)
    assert list(them) == sorted(them)


def stamped(house: House, path: Path, *extra: str) -> str:
    """A stamp of the house as it is, some time after its last change."""
    time.sleep(0.06)
    stamp = Stamp(str(house.root), extra)
    path.write_text(stamp.text(), "utf-8")
    return str(path)


def test_every_change_shows(tiny_house: House, edit: Edit, tmp_path: Path) -> None:
    """Also one of the same length, with the time of the file put back."""
    root_, path = str(tiny_house.root), tiny_house.root / "documents/tiny/source.txt"
    stamp = stamped(tiny_house, tmp_path / "stamp")
    assert fresh(stamp, root_)
    before = path.stat()
    edit("documents/tiny/source.txt", "推广", "广推")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert not fresh(stamp, root_)
    edit("documents/tiny/source.txt", "广推", "推广")
    assert fresh(stamp, root_)  # by the content, though the times differ
    (tiny_house.root / "ontology/new.ttl").touch()
    assert not fresh(stamp, root_)
    (tiny_house.root / "ontology/new.ttl").unlink()
    assert fresh(stamp, root_)
    (tiny_house.root / "ontology/tiny.ttl").unlink()
    assert not fresh(stamp, root_)


def test_files_added_count(tiny_house: House, tmp_path: Path) -> None:
    mine = tmp_path / "my.ttl"
    mine.write_text("# mine\n")
    stamp = stamped(tiny_house, tmp_path / "stamp", str(mine))
    assert fresh(stamp, str(tiny_house.root))
    mine.write_text("# mime\n")
    assert not fresh(stamp, str(tiny_house.root))


def test_a_change_too_young_to_show_is_looked_into(
    tiny_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two changes in one tick of the clock bear one time: then the content decides."""
    monkeypatch.setattr(inputs, "_TICK", 10**15)
    stamp = stamped(tiny_house, tmp_path / "stamp")
    monkeypatch.setattr(inputs, "_listing", lambda them: "the same")
    assert fresh(stamp, str(tiny_house.root))
    (tiny_house.root / "ontology/tiny.ttl").write_text("# other\n")
    assert not fresh(stamp, str(tiny_house.root))


def test_a_change_during_the_build(tiny_house: House, edit: Edit, tmp_path: Path) -> None:
    """What the graph was made of cannot be told, so it is never fresh."""
    stamp = Stamp(str(tiny_house.root))
    edit("documents/tiny/source.txt", "推广", "广推")
    assert stamp.text() == ""
    (tmp_path / "stamp").write_text("")
    assert not fresh(str(tmp_path / "stamp"), str(tiny_house.root))
    assert not fresh(str(tmp_path / "nowhere"), str(tiny_house.root))


def test_where_things_are(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert root() == str(house.root)
    assert default_folder(str(house.root)) == f"{house.root}/build"
    monkeypatch.chdir(tmp_path)
    assert default_folder(str(tmp_path)) == f"{tmp_path}/build"
    monkeypatch.setattr(inputs, "CODE", str(tmp_path / "a" / "b"))
    with pytest.raises(KGError, match="install the package again"):
        root()
