"""Putting a finished build where readers find it: whole, at one stroke, or not at all.

A build folder holds generations and the link `current` to one of them; graph.nq and its like
are links through `current`. A generation is made aside, renamed when it is whole, and only then
does `current` change. The one before it stays for those who have just opened it; the next build
clears it away, with whatever builds that were killed have left.
"""

import fcntl
import filecmp
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KGError
from kg.house import House
from kg.inputs import STAMP, default_folder
from kg.published import CURRENT, GRAPH, STORE, at
from kg.store import Oxigraph

_GENERATION, _ASIDE = "generation-", ".aside-"
_LOCK = ".lock"
_KEPT = ".cache"  # what checks have proved: see kg.kept


def kept(house: House) -> Path:
    """Where what checks prove of a house is kept: where its build is, or would be."""
    return Path(default_folder(str(house.root))) / _KEPT


@contextmanager
def building(out: Path) -> Iterator[None]:
    """Makes the folder of a build, and lets no other build into it meanwhile.

    Raises:
        KGError: `out` is something else, or cannot be written.
    """
    _refuse(out)
    with _told(out):
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / _LOCK).open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the process ends, however it ends
        yield


def _refuse(out: Path) -> None:
    ours = (_GENERATION, _ASIDE, _LOCK, _KEPT)
    built = (out / CURRENT).is_symlink() or (out / GRAPH).is_file()
    empty = not out.exists() or (
        out.is_dir() and all(path.name.startswith(ours) for path in out.iterdir())
    )
    if not (built or empty):
        raise KGError(
            "this is not the folder of an earlier build, and is not empty",
            (str(out), 0),
            "name another folder for the output",
        )


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        told = error.strerror or str(error)
        raise KGError(f"the output cannot be written: {told}", (str(out), 0)) from None


def publish(
    out: Path, files: Iterable[tuple[str, Iterable[str]]], stamp: Callable[[], str]
) -> None:
    """Makes a generation of `files` the current one; done inside `building`.

    Args:
        out: the folder of the build.
        files: file names with their texts in pieces; graph.nq is what the store is made of.
        stamp: called when all is written; see `inputs.Stamp`.

    Raises:
        KGError: `out` cannot be written; the generation before is then still the current one.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - checks import it not

    with _told(out):
        _sweep(out)
        aside = out / f"{_ASIDE}new"
        aside.mkdir()
        # Files of a store are as the engine writes them: a newer one makes a new generation.
        names, whole = [], sha256(ox.__version__.encode())
        with ThreadPoolExecutor(1) as beside:  # the engine works while files are written
            store = None
            for name, pieces in files:
                whole.update(sha256(name.encode()).digest() + _write(aside / name, pieces))
                names.append(name)
                if name == GRAPH and not _same(aside / GRAPH, out / GRAPH):
                    store = beside.submit(Oxigraph.write, str(aside / STORE), str(aside / GRAPH))
        generation = out / f"{_GENERATION}{whole.hexdigest()[:16]}"
        if _sound(generation):
            (aside / STAMP).write_text(stamp(), "utf-8")
            (aside / STAMP).replace(generation / STAMP)
        else:
            if store:
                store.result()
            else:
                Oxigraph.write(str(aside / STORE), str(aside / GRAPH))
            (aside / STAMP).write_text(stamp(), "utf-8")
            aside.rename(generation)
        _link(out / CURRENT, generation.name)
        for name in names:
            if not (out / name).is_symlink():
                _link(out / name, f"{CURRENT}/{name}")
        shutil.rmtree(aside, ignore_errors=True)


def _write(path: Path, pieces: Iterable[str]) -> bytes:
    """Writes a file, and gives the sha256 of what it holds."""
    digest = sha256()
    with path.open("wb") as file:
        for piece in pieces:
            data = piece.encode()
            digest.update(data)
            file.write(data)
    return digest.digest()


def _same(new: Path, old: Path) -> bool:
    """Whether a file says what one said before: its store may be there already."""
    return old.is_file() and filecmp.cmp(new, old, shallow=False)


def _sound(generation: Path) -> bool:
    """Whether a generation that is there can be used again."""
    if not generation.exists():
        return False
    try:
        Oxigraph.disk(str(generation / STORE))
        return (generation / STAMP).is_file()
    except OSError:  # damaged from outside
        generation.rename(generation.with_name(f"{_ASIDE}damaged"))
        return False


def _link(link: Path, target: str) -> None:
    """Makes a link, or makes it point elsewhere, at one stroke."""
    aside = link.with_name(f"{_ASIDE}link")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(link)


def _sweep(out: Path) -> None:
    """Clears away older generations and what builds that were killed have left."""
    built = at(str(out))
    kept = os.path.basename(built.generation) if built else ""  # noqa: PTH119
    for path in out.iterdir():
        if path.name.startswith((_GENERATION, _ASIDE)) and path.name != kept:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
