"""Search by words: which statements say them, in the text or in the translation."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.errors import KGError
from kg.spelling import bare, singular
from kg.statement import Statement, statements
from kg.store import Lang, Result, Store

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.house import House

_COLUMNS = ("statement", "kind", "place", "force", "quote")
_CLAUSE = 4  # characters of words that a passage is said to hold; 答 stands in many
_SHELL = re.compile(r"[\s\"'$&|;<>()*?\[\]{}~#\\`!]")


def find(store: Store, text: str) -> list[Statement]:
    """The statements whose words hold `text`, in the order of the text.

    Punctuation and case do not count: 首台套 is found in 首台（套）. English is looked for in the
    translations, at the beginning of a word: universit finds universities. A passage finds each
    statement whose words it holds whole.

    Args:
        store: the graph.
        text: any words.

    Raises:
        KGError: it has no letter.
    """
    return [one for one in statements(store) if says(one, text)]


def says(one: Statement, text: str) -> bool:
    """Whether the words of a statement hold `text`; see `find`."""
    wanted = bare(text)
    if not wanted:
        raise KGError(f"{text!r} has no letter to look for", hint="give a word of the text")
    english = singular(text) if wanted.isascii() else ""
    return meets(wanted, bare(one.quote)) or meets(f" {english}", f" {singular(one.translation)}")


def meets(wanted: str, said: str) -> bool:
    """Whether words hold what is wanted, or what is wanted is a passage that holds them whole."""
    return bool(wanted.strip()) and (wanted in said or (len(said) >= _CLAUSE and said in wanted))


def holding(store: Store, words: Iterable[str]) -> list[Statement]:
    """The statements whose quote holds one of some words exactly, in the order of the text."""
    wanted = tuple(words)
    return [one for one in statements(store) if any(word in one.quote for word in wanted)]


def result(found: list[Statement]) -> Result:
    """Statements as rows: what kind each is, where it stands, how strong it is, its words."""
    rows = tuple(
        (one.node, one.kind, one.place, one.force, ox.Literal(one.quote, language="zh"))
        for one in found
    )
    return Result(_COLUMNS, rows)


def count(store: Store, text: str) -> str:
    """How many statements say `text`, and how to see them, in a line: for what is no name."""
    if not bare(text):
        return "kg find WORD looks for words"
    number = len(find(store, text))
    if not number:
        return f"no statement says “{text}” either"
    said = "1 statement says" if number == 1 else f"{number} statements say"
    return f"{said} “{text}”: kg find {_shell(text)}"


def _shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'" if _SHELL.search(text) else text


def sources(house: House) -> dict[str, str]:
    """The source texts, by the name of their document.

    Raises:
        KGError: one of them cannot be read.
    """
    from kg.turtle import read_text  # noqa: PLC0415

    return {one.name: read_text(one.source, house.name(one.source)) for one in house.documents()}


def silence(texts: Mapping[str, str], text: str, lang: Lang) -> str:
    """What it means that no statement says `text`: the source texts themselves are looked at.

    Args:
        texts: see `sources`.
        text: what no statement says.
        lang: of the answer.
    """
    wanted, told = bare(text), []
    for name, source in texts.items():
        at = _place(source, wanted)
        if at is not None:
            zh = f"“{text}”见于 {name} 原文第{at}字，但不在任何一条陈述之内"
            en = f"“{text}” stands in {name} at character {at}, but in no one statement"
        elif wanted.isascii() and re.search("[a-z]", wanted):
            zh = f"译文没有“{text}”；原文是中文，请换用中文词再查"
            en = f"no translation says “{text}”; the text is Chinese: look for the Chinese word too"
        else:
            zh = f"{name} 没有说“{text}”：原文{len(source):,}字中没有"
            en = f"{name} does not say “{text}”: its {len(source):,} characters lack it"
        told.append({"zh": zh, "en": en, "both": f"{zh} / {en}"}[lang])
    return "\n".join(dict.fromkeys(told))


def _place(source: str, wanted: str) -> int | None:
    """Where in a text the letters stand, whatever signs stand between them; None for nowhere."""
    letters = [(letter, at) for at, sign in enumerate(source) for letter in bare(sign)]
    at = "".join(letter for letter, _ in letters).find(wanted)
    return letters[at][1] if at >= 0 else None
