"""Remarks on answers: text that names columns, things, questions and commands of `kg`.

One text serves all readers: whoever shows it cuts it into pieces, and calls each piece as its own
readers know it. A page has other names for columns than a table, and no command line.
"""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.prefixes import expand

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.store import Lang, Result, Store

    Piece = tuple[str, str]

_PIECE = re.compile(
    r"\?(?P<column>[A-Za-z]+)"
    r"|(?<![A-Za-z])kg (?P<command>(?:find|show|source)(?: (?:[\u4e00-\u9fff]+|[a-z]+:[\w-]+))?)"
    r"|(?<![A-Za-z])(?P<thing>[a-z]+:[A-Za-z0-9][A-Za-z0-9-]*)"
    r"|(?<![A-Za-z])(?P<question>[a-z]+(?:-[a-z]+)+)",
    re.ASCII,
)
_TERMS = ("role:", "sti:")  # a cell shows their labels; others are known by their CURIE


def pieces(text: str) -> Iterator[Piece]:
    """A remark in pieces: what each is (text, column, command, thing, question), and its words.

    A column comes without `?`, a command without `kg`. What looks like a question may be none.
    """
    end = 0
    for found in _PIECE.finditer(text):
        if found.start() > end:
            yield "text", text[end : found.start()]
        kind = found.lastgroup or "text"
        yield kind, found[kind]
        end = found.end()
    if end < len(text):
        yield "text", text[end:]


def spoken(texts: Mapping[str, str], store: Store, lang: Lang) -> str:
    """A remark as the command line tells it: columns by their names, terms by their labels."""
    wanted: tuple[Lang, ...] = ("zh", "en") if lang == "both" else (lang,)
    told = (
        close([_plain(*piece, store, one) for piece in pieces(texts[one])], one) for one in wanted
    )
    return " / ".join(map("".join, told))


def untranslated(result: Result, lang: Lang) -> str:
    """What a reader of English is told of columns that hold single words of the text; or "".

    The graph has English for whole statements: a word out of its sentence would be ours.
    """
    if lang != "en":
        return ""
    names = [
        f"?{name}"
        for at, name in enumerate(result.variables)
        if not name.endswith(("uote", "Zh")) and _chinese(result, at)
    ]
    told = "words of the text, whose English stands in that of the statement"
    return f"{', '.join(names)}: {told}" if names else ""


def _chinese(result: Result, at: int) -> bool:
    first = next((row[at] for row in result.rows if row[at] is not None), None)
    return isinstance(first, ox.Literal) and first.language == "zh"


def close(texts: list[str], lang: Lang) -> list[str]:
    """The texts of pieces, in Chinese without a space beside a quotation mark."""
    if lang != "zh":
        return texts
    before, after = ["", *texts][: len(texts)], [*texts[1:], ""][: len(texts)]
    return [
        text[text[:1] == " " and one.endswith("”") :].removesuffix(" " * next_.startswith("“"))
        for one, text, next_ in zip(before, texts, after, strict=True)
    ]


def _plain(kind: str, words: str, store: Store, lang: Lang) -> str:
    if kind == "command":
        return f"kg {words}"
    if kind == "thing" and words.startswith(_TERMS):
        return f"“{store.name(ox.NamedNode(expand(words)), lang)}”"
    return words
