"""Text fit for XML."""

import re

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
