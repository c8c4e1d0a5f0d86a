"""What checks have proved, kept for as long as nothing that they read has changed.

Each result is kept under the sha256 of all that it was found from: the files, the program and
the packages installed. Files are hashed again only where their stat tells of a change.
"""

import json
import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.inputs import CODE, root, settled, signature, walk

_FILE = "check.json"
_RUNS = 8  # results that as many runs have not asked for are dropped


class Kept:
    """Results of earlier runs.

    Args:
        folder: where they are kept; None for nowhere.
        anew: nothing that was kept is used, but what is found now is kept.
    """

    def __init__(self, folder: Path | None = None, *, anew: bool = False) -> None:
        self._path = folder / _FILE if folder else None
        self._anew = anew
        before = _read(self._path) if self._path else {}
        self._hashes: dict[str, list[str]] = before.get("hashes", {})
        self._results: dict[str, list[Any]] = before.get("results", {})
        self._seen: dict[str, os.stat_result] = {}
        self._used: dict[str, list[Any]] = {}
        everywhere = [*sorted(walk(CODE, (".py",))), f"{root()}/ontology/prefixes.ttl"]
        self._always = self.digest(map(Path, everywhere)) + _packages()

    def digest(self, paths: Iterable[Path]) -> str:
        """What changes whenever one of these files does, or its name: absent files count too."""
        whole = sha256()
        for path in paths:
            whole.update(f"{path}\t{self._hash(str(path))}\n".encode())
        return whole.hexdigest()

    def _hash(self, path: str) -> str:
        try:
            if path not in self._seen:
                self._seen[path] = os.stat(path)  # noqa: PTH116
            found = signature(self._seen[path])
            if self._hashes.get(path, [""])[0] != found:
                self._hashes[path] = [found, sha256(Path(path).read_bytes()).hexdigest()]
            return self._hashes[path][1]
        except OSError:
            return ""

    def key(self, *inputs: str) -> str:
        """The name of a result that was found from these inputs."""
        return sha256("\n".join([self._always, *inputs]).encode()).hexdigest()

    def get(self, key: str) -> Any:
        """The result, as JSON holds it; None when it has to be found."""
        if self._anew or key not in self._results:
            return None
        self._used[key] = [0, self._results[key][1]]
        return self._results[key][1]

    def put(self, key: str, result: Any) -> None:
        """Keeps a result that JSON can hold."""
        self._used[key] = [0, result]

    def save(self) -> None:
        """Writes what is to be kept; nothing where a file was changed while it was read.

        A folder that cannot be written is no error: then the next run finds all anew.
        """
        now = time.time_ns()
        if not self._path or any(_changed(path, was) for path, was in self._seen.items()):
            return
        hashes = {
            path: self._hashes[path]
            for path, was in sorted(self._seen.items())
            if path in self._hashes and settled(was, now)
        }
        aged = {key: [runs + 1, one] for key, (runs, one) in self._results.items() if runs < _RUNS}
        results = dict(sorted({**aged, **self._used}.items()))
        if hashes == self._hashes and set(results) == set(self._used) == set(self._results):
            return  # nothing new
        text = json.dumps({"hashes": hashes, "results": results}, ensure_ascii=False)
        aside = self._path.with_name(f".{_FILE}.{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(f"{sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")
            aside.replace(self._path)
        except OSError:
            with suppress(OSError):
                aside.unlink()


def _read(path: Path) -> dict[str, Any]:
    """What was kept; nothing where a single bit of it has changed."""
    try:
        digest, _, text = path.read_text("utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        return {}
    if sha256(text.encode()).hexdigest() != digest:
        return {}
    found: dict[str, Any] = json.loads(text)
    return found


def _changed(path: str, was: os.stat_result) -> bool:
    try:
        return signature(os.stat(path)) != signature(was)  # noqa: PTH116
    except OSError:
        return True


def _packages() -> str:
    """Python and every package installed, with its version: engines are among them."""
    folders = (Path(folder) for folder in sys.path)
    names = {path.name for folder in folders for path in folder.glob("*.dist-info")}
    return " ".join([sys.version, *sorted(names)])
