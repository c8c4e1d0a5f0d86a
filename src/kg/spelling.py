"""Spelling: names and words as they are compared, whatever signs they are written with."""

# A dash is written in many ways, and quotation marks are left out as often as not.
_SIGNS = str.maketrans(dict.fromkeys("“”‘’《》\"'") | dict.fromkeys("‐‑‒–—−", "-"))


def plain(text: str) -> str:
    """A name as it is compared: one width, one case, one dash, no quotation marks."""
    import unicodedata  # noqa: PLC0415

    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS).split())


def bare(text: str) -> str:
    """Letters and digits alone: 首台（套） is also written 首台套."""
    return "".join(char for char in plain(text) if char.isalnum())


def singular(text: str) -> str:
    """The words of a name without other signs, each without the ending of the English plural."""
    import re  # noqa: PLC0415

    return " ".join(_singular(word) for word in re.findall(r"\w+", plain(text)))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies") and word.isascii():
        return f"{word[:-3]}y"
    plural = len(word) > 3 and word.endswith("s") and not word.endswith("ss") and word.isascii()
    return word[:-1] if plural else word
