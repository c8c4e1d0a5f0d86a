"""Publishing: readers find one whole generation or the one before, whenever a build is killed."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import KGError
from kg.inputs import STAMP
from kg.publish import building, publish
from kg.published import at, find, read
from kg.store import Oxigraph

ONE = {"graph.nq": "<x:a> <x:p> <x:1> <x:g> .\n", "void.ttl": "# one\n"}
TWO = {"graph.nq": "<x:a> <x:p> <x:2> <x:g> .\n", "void.ttl": "# two\n"}
THREE = {"graph.nq": "<x:a> <x:p> <x:3> <x:g> .\n", "void.ttl": "# three\n"}


def put(out: Path, files: dict[str, str]) -> None:
    with building(out):
        publish(out, files.items(), lambda: "stamp")


def held(out: Path) -> str:
    """The one object in what is published, the same in the store and in the file."""
    (quad,) = read(out).quads()
    assert str(quad.object) in (out / "graph.nq").read_text()
    return str(quad.object)


def test_a_generation_replaces_the_one_before(tmp_path: Path) -> None:
    out = tmp_path / "build"
    for number, files in enumerate((ONE, TWO, THREE), 1):
        put(out, files)
        assert held(out) == f"<x:{number}>"
        assert (out / "void.ttl").read_text() == files["void.ttl"]
        assert (out / "void.ttl").readlink() == Path("current/void.ttl")
    assert len(list(out.glob("generation-*"))) == 2  # the last, and the one before it


def test_what_is_open_stays_open(tmp_path: Path) -> None:
    """A reader that has opened a generation, or has only looked it up, can go on."""
    out = tmp_path / "build"
    put(out, ONE)
    store, looked_up = read(out), at(str(out))
    put(out, TWO)
    assert looked_up
    assert [str(quad.object) for quad in looked_up.store().quads()] == ["<x:1>"]
    put(out, THREE)  # now the first is cleared away
    assert [str(quad.object) for quad in store.quads()] == ["<x:1>"]
    assert [str(quad.object) for quad in looked_up.store().quads()] == ["<x:3>"]


def test_the_same_content_is_the_same_generation(tmp_path: Path) -> None:
    """Nothing is made again; a store that was damaged is."""
    out = tmp_path / "build"
    put(out, ONE)
    built = at(str(out))
    assert built
    store = Path(built.generation) / "store"
    inode = store.stat().st_ino
    put(out, ONE)
    assert store.stat().st_ino == inode
    (store / "CURRENT").write_text("nonsense")
    with pytest.raises(KGError, match="cannot be read"):
        read(out)
    put(out, ONE)
    assert held(out) == "<x:1>"
    put(out, ONE)
    assert len(list(out.iterdir())) == 5  # lock, link, generation and the links to two files


def test_a_build_of_before_is_replaced(tmp_path: Path) -> None:
    """Plain files, as builds wrote them once, become links."""
    out = tmp_path / "build"
    out.mkdir()
    for name, text in ONE.items():
        (out / name).write_text(text)
    assert held(out) == "<x:1>"
    assert find(str(tmp_path)) is None  # of what it was made is not known
    put(out, TWO)
    assert held(out) == "<x:2>"
    assert all((out / name).is_symlink() for name in TWO)


def test_a_folder_of_something_else_is_not_touched(tmp_path: Path) -> None:
    """A folder with other files, or a file, is refused; an empty one is taken."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    for out in (tmp_path / "photos", tmp_path / "photos" / "a.jpg"):
        with pytest.raises(KGError, match="not the folder of an earlier build"):
            put(out, ONE)
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["a.jpg"]
    (tmp_path / "empty").mkdir()
    put(tmp_path / "empty", ONE)
    (tmp_path / "empty" / "mine.txt").touch()  # beside a build there is room for other things
    put(tmp_path / "empty", TWO)
    assert (tmp_path / "empty" / "mine.txt").is_file()


def test_what_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One clear error, and what was there before is still there."""
    (tmp_path / "file").touch()
    with pytest.raises(KGError, match="cannot be written"):
        put(tmp_path / "file" / "build", ONE)
    out = tmp_path / "build"
    put(out, ONE)

    def full(folder: str, layers: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Oxigraph, "write", full)
    with pytest.raises(KGError, match="No space left"):
        put(out, TWO)
    assert held(out) == "<x:1>"


def test_one_build_at_a_time(tmp_path: Path) -> None:
    """A second one waits until the first has done, or has died."""
    out = tmp_path / "build"
    code = (
        "import sys; from pathlib import Path; from kg.publish import building\n"
        "with building(Path(sys.argv[1])): print('in', flush=True); sys.stdin.read()"
    )
    with started(code, str(out)) as first:
        assert first.stdout
        assert first.stdout.readline() == b"in\n"
        with started(code, str(out)) as second:
            time.sleep(0.5)
            assert second.poll() is None
            first.kill()
            assert second.stdout
            assert second.stdout.readline() == b"in\n"
            second.kill()


def started(code: str, *arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )


# Publishes one graph after another, each as large as its number says, until it is killed.
_BUILDER = """
import sys
from pathlib import Path
from kg.inputs import STAMP
from kg.publish import building, publish
out, number = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
while True:
    number += 1
    lines = "".join(f"<x:a> <x:p> <x:{number}-{n:03}> <x:g> .\\n" for n in range(300))
    with building(out):
        publish(out, {"graph.nq": lines, "void.ttl": f"# {number}\\n"}.items(), lambda: "stamp")
    print(number, flush=True)
"""


def kill_again_and_again(out: Path, times: int, check: Callable[[int], None]) -> None:
    """Kills as many builds at random moments; `check` is given the last number that was told."""
    chance = random.Random(20251124)
    with started(_BUILDER, str(out), "0") as builder:  # how long one takes here
        assert builder.stdout
        builder.stdout.readline()
        begun = time.monotonic()
        last = int(builder.stdout.readline())
        took = time.monotonic() - begun
        os.killpg(builder.pid, signal.SIGKILL)
    for run in range(1, times + 1):
        with started(_BUILDER, str(out), str(1000 * run)) as builder:
            assert builder.stdout
            builder.stdout.readline()
            time.sleep(chance.uniform(0, 3 * took))
            os.killpg(builder.pid, signal.SIGKILL)
            told = builder.stdout.read().split()
        last = int(told[-1]) if told else last
        check(last)


@pytest.mark.parametrize("times", [5, pytest.param(100, marks=pytest.mark.full)])
def test_killed_builds_leave_the_last_good_one(tmp_path: Path, times: int) -> None:
    """Whatever the moment: one whole graph can be read, the last one told or a later one."""
    out = tmp_path / "build"
    put(out, {"graph.nq": "<x:a> <x:p> <x:0-000> <x:g> .\n", "void.ttl": "# 0\n"})
    seen = []

    def check(last: int) -> None:
        objects = sorted(str(quad.object) for quad in read(out).quads())
        numbers = {int(one[3:].partition("-")[0]) for one in objects}
        (number,) = numbers
        assert number >= last
        assert len(objects) == (300 if number else 1)
        lines = (out / "graph.nq").read_text().splitlines()
        assert sorted(line.split()[2] for line in lines) == objects
        assert (out / "void.ttl").read_text() == f"# {number}\n"
        seen.append(number)

    kill_again_and_again(out, times, check)
    assert times < 100 or len(set(seen)) > 10  # builds were finished as well as killed
    shutil.copytree(out / "current" / "store", out / ".aside-left" / "store")
    put(out, ONE)
    put(out, TWO)
    assert held(out) == "<x:2>"
    left = {path.name.partition("-")[0] for path in out.iterdir()}
    assert left == {".lock", "current", "generation", "graph.nq", "void.ttl"}
    assert len(list(out.glob("generation-*"))) == 2


def phase(aside: Path) -> str:
    """How far a build had come when it was killed; what an earlier one left counts for nothing."""
    if not aside.exists() or (aside / "left").exists():
        return "assembling, or done"
    if not (aside / "store").exists():
        return "writing files"
    return "publishing" if (aside / STAMP).exists() else "writing the store"


@pytest.mark.full
def test_kg_build_killed_a_hundred_times(tmp_path: Path) -> None:
    """The command itself, on the real graph and one triple more that changes each time."""
    out, extra = tmp_path / "build", tmp_path / "extra.ttl"
    kg = str(Path(sys.executable).with_name("kg"))
    chance, took, hit, seen = random.Random(20251125), 0.0, Counter[str](), set[int]()
    asked = "SELECT ?n { <x:a> <x:number> ?n }"
    size = 0
    for number in range(111):
        extra.write_text(f"<x:a> <x:number> {number} .\n", "utf-8")
        command = [kg, "build", str(extra), "--out", str(out)]
        aside = out / ".aside-new"
        if aside.exists():  # so that the next one is another folder
            (aside / "left").touch()
        begun = time.monotonic()
        child = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
        if number % 11:
            time.sleep(chance.uniform(0, 1.2 * took))
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            hit["finished" if child.returncode == 0 else phase(aside)] += 1
        else:  # how long one takes now
            _, err = child.communicate()
            assert child.returncode == 0, err
            took = time.monotonic() - begun
        store = read(out)
        ((told,),) = store.query(asked).rows
        assert isinstance(told, ox.Literal)
        now = int(told.value)
        assert now in {number, max(seen, default=0)}  # the new one, or the last good one
        assert child.returncode or now == number
        seen.add(now)
        quads = sum(1 for _ in store.quads())
        size = size or quads
        assert quads == size == (out / "graph.nq").read_bytes().count(b"\n")
    print("100 kills:", ", ".join(f"{count} {where}" for where, count in sorted(hit.items())))
    assert len(hit) > 2
    assert hit.total() == 100
    assert len(seen) > 10
