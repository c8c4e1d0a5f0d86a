"""Tests of kg.published: where the graph comes from."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import tiny

from kg.build import build
from kg.errors import KGError
from kg.house import House
from kg.published import open_store, read
from kg.store import Oxigraph


def write(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "graph.nq").write_text(tiny.text(), "utf-8")


def test_reads_what_was_built(tmp_path: Path) -> None:
    write(tmp_path / "build")
    opened = open_store(House(tmp_path), tmp_path / "build")
    assert sorted(map(str, opened.quads())) == sorted(map(str, tiny.store().quads()))
    with pytest.raises(KGError, match=r"graph\.nq is not there"):
        read(tmp_path)
    (tmp_path / "build" / "graph.nq").write_text("<a:a> nonsense .\n")
    with pytest.raises(KGError, match="cannot be read"):
        read(tmp_path / "build")


def test_a_build_that_is_out_of_date_is_not_asked(
    tiny_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told: list[str] = []
    stale = ["build/graph.nq is out of date: the files are read instead"]

    def opened() -> bool:
        """Whether what was built is asked."""
        told.clear()
        store = open_store(tiny_house, say=told.append)
        del told[1:]  # what is wrong with the files
        return isinstance(store._backend, Disk)

    class Disk(Oxigraph):
        """What is opened from disk."""

    monkeypatch.setattr(Oxigraph, "disk", lambda path: Disk(ox.Store.read_only(path)))
    # nothing built: the files are read, and nothing needs saying
    assert (opened(), told) == (False, [])
    write(tmp_path / "build")  # by whom, and of what, nobody knows
    assert (opened(), told) == (False, stale)
    build(tiny_house, tmp_path / "build")
    assert (opened(), told) == (True, [])
    question = tiny_house.root / "queries/questions/new.rq"
    question.parent.mkdir()
    question.write_text("ASK {}")
    assert (opened(), told) == (False, stale)
    question.unlink()
    assert (opened(), told) == (True, [])
    source = tiny_house.root / "documents/tiny/source.txt"
    text = source.read_bytes()
    source.write_bytes(text.replace("推广".encode(), "广推".encode()))
    assert (opened(), told) == (False, stale)
    source.write_bytes(text)  # the same again, at another time
    assert (opened(), told) == (True, [])
