"""Text fit for XML."""

import re
from collections.abc import Callable

from kg.export.columns import Cells

# What XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = re.compile(  # nothing to do
    "[ !#-%'-;=?-\x84\x86-\u2027\u2029-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*"
)
# Ends of lines by number, since readers make spaces and line feeds of them.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;",
                          "\t": "&#9;", "\n": "&#10;", "\r": "&#13;",
                          "\x85": "&#133;", "\u2028": "&#8232;"})  # fmt: skip


class Cleaner:
    """Escapes text, replaces what XML forbids, and counts that.

    Attributes:
        replaced: how many characters were replaced so far.
    """

    def __init__(self) -> None:
        self.replaced = 0

    def escaped(self, text: str) -> str:
        """The text as content or inside a quoted attribute, U+FFFD for what XML forbids."""
        return text if _PLAIN.fullmatch(text) else self.clean(text).translate(_ESCAPES)

    def clean(self, text: str) -> str:
        """The text with U+FFFD for what XML forbids."""
        text, count = _FORBIDDEN.subn("\ufffd", text)
        self.replaced += count
        return text


class Shared:
    """The attributes that rows share (see `columns.Row`): written once, counted for each row.

    Args:
        written: writes attributes, cleaned by `clean`.
        clean: counts what is replaced.
    """

    def __init__(self, written: Callable[[Cells], str], clean: Cleaner) -> None:
        self._written, self._clean = written, clean
        self._last: tuple[Cells, str, int] = ({}, "", 0)  # and what was replaced in it

    def text(self, rest: Cells) -> str:
        """The attributes of a row as they are written."""
        if rest is self._last[0]:
            self._clean.replaced += self._last[2]
        else:
            before = self._clean.replaced
            written = self._written(rest)
            self._last = rest, written, self._clean.replaced - before
        return self._last[1]
