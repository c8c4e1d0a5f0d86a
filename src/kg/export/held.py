"""Where a format writes to: a file or a folder on disk, or one held in memory."""

from __future__ import annotations

import io
from typing import Any, Literal, Protocol, TextIO


class Out(Protocol):
    """What writers ask of the place that they write to; a Path is one."""

    def open(self, mode: Literal["w"], *, encoding: str, newline: str) -> TextIO:
        """The file, to be written."""

    def write_text(self, data: str, *, encoding: str, newline: str | None = None) -> Any:
        """Writes the whole file."""

    def chmod(self, mode: int) -> None:
        """Says who may run it."""

    def __truediv__(self, name: str) -> Out:
        """A file of the folder."""


class Held:
    """A file or a folder in memory: for a process that may open no file.

    Attributes:
        text: of the file.
        files: of the folder, by name.
    """

    def __init__(self) -> None:
        self.text = ""
        self._inner: dict[str, Held] = {}

    @property
    def files(self) -> dict[str, str]:
        """The texts of the files, by name."""
        return {name: one.text for name, one in self._inner.items()}

    def open(self, mode: Literal["w"], *, encoding: str, newline: str) -> TextIO:
        """See `Out`."""
        return _Sheet(self)

    def write_text(self, data: str, *, encoding: str, newline: str | None = None) -> None:
        """See `Out`."""
        self.text = data

    def chmod(self, mode: int) -> None:
        """See `Out`; nothing is run from here."""

    def __truediv__(self, name: str) -> Held:
        """See `Out`."""
        return self._inner.setdefault(name, Held())


class _Sheet(io.StringIO):
    """A file while it is written."""

    def __init__(self, held: Held) -> None:
        super().__init__(newline="")
        self._held = held

    def close(self) -> None:
        if not self.closed:
            self._held.text = self.getvalue()
        super().close()
