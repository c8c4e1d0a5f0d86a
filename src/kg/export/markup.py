"""Text fit for XML."""

import re

# What XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PLAIN = re.compile("[ !#-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*")  # nothing to do
# White space by number, since readers make spaces and line feeds of it.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;",
                          "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})  # fmt: skip


class Cleaner:
    """Escapes text, replaces what XML forbids, and counts that.

    Attributes:
        replaced: how many characters were replaced so far.
    """

    def __init__(self) -> None:
        self.replaced = 0

    def escaped(self, text: str) -> str:
        """The text as content or inside a quoted attribute, U+FFFD for what XML forbids."""
        if _PLAIN.fullmatch(text):
            return text
        text, count = _FORBIDDEN.subn("\ufffd", text)
        self.replaced += count
        return text.translate(_ESCAPES)
