"""Tests of kg.build."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Edit

from kg.build import build
from kg.errors import KGError
from kg.house import House
from kg.published import read

FILES = ["catalogue.tsv", "graph.jsonld", "graph.nq", "graph.ttl", "void.ttl"]


def _read(folder: Path) -> dict[str, bytes]:
    """What a user sees in a build: the files, not the store."""
    paths = (path for path in folder.iterdir() if not path.name.startswith("."))
    return {path.name: path.read_bytes() for path in sorted(paths) if path.is_file()}


def test_build_writes_five_files(tiny_house: House, tmp_path: Path) -> None:
    """The five files, nothing beside them, and the same bytes the second time."""
    out = tmp_path / "made" / "build"
    build(tiny_house, out)
    first = _read(out)
    assert list(first) == FILES
    build(tiny_house, out)
    assert _read(out) == first
    assert len(list(out.glob("generation-*"))) == 1
    assert len(list(read(out).quads())) == first["graph.nq"].count(b"\n")
    assert [path.name for path in out.parent.iterdir()] == ["build"]


def test_errors_leave_the_earlier_output(tiny_house: House, tmp_path: Path, edit: Edit) -> None:
    """A quote that is not there stops the build; what was built stays as it was."""
    out = tmp_path / "build"
    build(tiny_house, out)
    first = _read(out)
    edit("documents/tiny/stated/one.ttl", "鼓励企业投保", "鼓励企业参保")
    with pytest.raises(KGError, match=r"one\.ttl:\d+: .*and \d more") as caught:
        build(tiny_house, out)
    assert "kg check lists all" in str(caught.value)
    assert _read(out) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["build", "house"]


def test_a_house_without_documents_is_refused(tiny_house: House, tmp_path: Path) -> None:
    """A missing folder is a clear error, not a graph without statements."""
    (tiny_house.root / "documents").rename(tmp_path / "away")
    with pytest.raises(KGError, match="documents/ is missing"):
        build(tiny_house, tmp_path / "build")


def test_same_bytes_under_any_hash_seed(house: House, tmp_path: Path) -> None:
    """The real graph, built in two processes that hash differently."""
    code = (
        "import sys; from pathlib import Path; from kg.build import build; "
        "from kg.house import House; build(House(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(house.root), str(tmp_path / seed)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    assert _read(tmp_path / "1") == _read(tmp_path / "2")
