"""Text fit for XML."""

import re
from xml.sax.saxutils import quoteattr

# What XML 1.0 has no way to write.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Cleaner:
    """Replaces what XML forbids, and counts it.

    Attributes:
        replaced: how many characters were replaced so far.
    """

    def __init__(self) -> None:
        self.replaced = 0

    def clean(self, text: str) -> str:
        """The text with U+FFFD for each character that XML forbids."""
        clean, count = _FORBIDDEN.subn("\ufffd", text)
        self.replaced += count
        return clean

    def quoted(self, text: str) -> str:
        """The text as an attribute value, with its quotation marks."""
        return quoteattr(self.clean(text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
