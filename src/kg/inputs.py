"""The files that a graph is made of, and whether they are still as they were.

Told by a look at each file's stat where that is enough: every question asked pays for this, so
it imports next to nothing, and paths are plain strings.
"""

from __future__ import annotations

import os

from kg.errors import KGError

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

CODE = os.path.dirname(os.path.realpath(__file__))
STAMP = "inputs"  # beside the graph of a generation: what it was made of

_PARTS = ("documents", "ontology", "queries/questions", "queries/rules")
_KINDS = (".rq", ".ttl", ".txt")
_EXTRA, _PROGRAM = "+", "kg"  # where names of files outside the house begin
_TICK = 50_000_000  # ns: two changes of a file that lie closer may bear the same time


def root() -> str:
    """The checkout that this package lies in, else the copy of the house inside the package.

    Raises:
        KGError: neither is there.
    """
    checkout = os.path.dirname(os.path.dirname(CODE))
    for folder in (checkout, f"{CODE}/_house"):
        if os.path.isfile(f"{folder}/ontology/prefixes.ttl"):
            return folder
    raise KGError(
        "the ontology and the documents are not there",
        (checkout, 0),
        "install the package again, or run from a full checkout",
    )


def default_folder(house: str) -> str:
    """Where `kg build` writes: build/ of a checkout, else of the working folder."""
    checkout = os.path.isfile(f"{house}/pyproject.toml")
    return f"{house if checkout else os.getcwd()}/build"


def signature(found: os.stat_result) -> str:
    """What changes whenever a file is changed: size, times of content and of inode, inode."""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def settled(found: os.stat_result, now: int) -> bool:
    """Whether a later change would show in the signature; `now` is in ns."""
    return max(found.st_mtime_ns, found.st_ctime_ns) < now - _TICK


def walk(folder: str, kinds: Sequence[str] = _KINDS) -> Iterator[str]:
    """Every file of these kinds under a folder."""
    for where, _, names in os.walk(folder, followlinks=True):
        for name in names:
            if name.endswith(tuple(kinds)):
                yield f"{where}/{name}"


def files(house: str, extra: Iterable[str] = ()) -> dict[str, str]:
    """Name to path of every file that the graph and its catalogue are made of, the program too.

    Args:
        house: root of the house.
        extra: further Turtle files, or folders of documents.
    """
    found = {path[len(house) + 1 :]: path for part in _PARTS for path in walk(f"{house}/{part}")}
    found |= {_PROGRAM + path[len(CODE) :]: path for path in walk(CODE, (".py",))}
    for given in extra:
        for path in walk(given) if os.path.isdir(given) else (given,):
            found[_EXTRA + path] = path
    return dict(sorted(found.items()))


def _listing(them: dict[str, str]) -> str:
    return "".join(f"{name}\t{signature(os.stat(path))}\n" for name, path in them.items())


def _digest(them: dict[str, str]) -> str:
    from hashlib import sha256  # noqa: PLC0415 - not needed where the stat tells

    whole = sha256()
    for name, path in them.items():
        with open(path, "rb") as file:
            whole.update(f"{name}\t{sha256(file.read()).hexdigest()}\n".encode())
    return whole.hexdigest()


class Stamp:
    """The inputs of a build: taken before the first of them is read, written after the last."""

    def __init__(self, house: str, extra: Sequence[str] = ()) -> None:
        self.house, self.extra = house, [os.path.abspath(path) for path in extra]
        self.before = self._seen()

    def _seen(self) -> tuple[str, str] | None:
        try:
            them = files(self.house, self.extra)
            return _listing(them), _digest(them)
        except OSError:  # gone while it was looked at: told by whoever reads it
            return None

    def text(self) -> str:
        """The stamp as it is kept; that of no input at all when one was changed meanwhile."""
        import time  # noqa: PLC0415

        now = time.time_ns()
        after = self._seen()
        if after is None or after != self.before:
            return ""
        listing, digest = after
        them = files(self.house, self.extra)
        if not all(settled(os.stat(path), now) for path in them.values()):
            listing = ""  # then the digest decides
        return "\n".join(["\t".join(self.extra), digest, listing])


def fresh(stamp: str, house: str) -> bool:
    """Whether the inputs that a stamp tells of are still the same.

    Args:
        stamp: path of the stamp.
        house: root of the house.
    """
    try:
        with open(stamp, encoding="utf-8", newline="\n") as file:
            extra, digest, listing = file.read().split("\n", 2)
        them = files(house, extra.split("\t") if extra else ())
        return listing == _listing(them) or digest == _digest(them)
    except (OSError, ValueError):  # no stamp, an empty one, or a file that has gone
        return False
