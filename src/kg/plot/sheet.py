"""What the forms of a picture share: names in its language, the look of forces, the words below."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.errors import KGError
from kg.plot.canvas import DASHES, PALE, Block, Canvas, Style, Words, wrap
from kg.plot.picture import Picture
from kg.prefixes import shrink
from kg.store import Lang, Node, Store, node

Row = dict[str, Node]
"""What is bound in one solution, by name."""

_KEY, _MARK, _CAPTION = Style(8), Style(8, bold=True), Style(8, colour="#444444")
_GAP, _SAMPLE, _ROOM = 14.0, 30.0, 60.0
_LOOKS = ("colour", "lineStyle", "sign")
_TEXTS = {
    "count": {
        "zh": "依据原文 {n} 条陈述。",
        "en": "Statements of the text that it stands on: {n}.",
    },
    "derived": {
        "zh": "下列为推导所得，并非原文所述——{rule}。",
        "en": "Derived and not stated: {rule}.",
    },
    "joined": {
        "zh": "上下以线相连：出自同样的陈述",
        "en": "joined by a line: the same statements say so",
    },
    "times": {"zh": "数字：陈述条数", "en": "number: how many statements"},
}


@dataclass(frozen=True)
class Force:
    """How a force looks, as the ontology declares.

    Attributes:
        name: in the language of the picture.
        colour: of its signs and lines.
        line: solid, dashed or dotted.
        sign: one character.
    """

    name: tuple[Words, ...] = ()
    colour: str = PALE
    line: str = "solid"
    sign: str = "■"


class Sheet:
    """A picture in the making: where to draw, and what has been used of its legend.

    Attributes:
        canvas: where to draw.
        counted: whether a number of statements has been drawn.
        joined: whether cells have been joined.
    """

    def __init__(self, store: Store, picture: Picture, lang: Lang) -> None:
        self.canvas, self.picture, self.lang = Canvas(), picture, lang
        self.counted = self.joined = False
        self._store = store
        self._langs = ("zh", "en") if lang == "both" else (lang,)
        self._forces: dict[Any, Force] = {}
        self._marks: dict[str, int] = {}  # how many things bear each
        self._tags: dict[Any, str] = {}
        self._statements: set[Any] = set()

    # ------------------------------------------------------------ names

    def tag(self, thing: Node, tag: str) -> None:
        """Puts a short text before the name of a thing wherever it is drawn."""
        self._tags[thing] = tag

    def name(self, term: Node) -> tuple[Words, ...]:
        """What a thing is called; the text of a literal, or what the header says of it."""
        if isinstance(term, ox.Literal):
            return self.texts(self.picture.words.get(term.value)) or self.plain(term.value)
        assert isinstance(term, ox.NamedNode | ox.BlankNode)
        tag = f"{self._tags[term]} " if term in self._tags else ""
        own = [(self._store.own_label(term, lang), lang) for lang in self._langs]
        found = tuple(Words(tag + text, lang) for text, lang in own if text)
        if found:
            return found
        other = self._store.label(term)
        return (Words(tag + (other or shrink(term.value)), "zh" if other else "en"),)

    def quote(self, term: Node) -> tuple[Words, ...]:
        """The words of a statement, where its name is not them already."""
        if "zh" in self._langs or not isinstance(term, ox.NamedNode):
            return ()
        quote = self._store.text(term, ("sti:quote",), "zh")
        return (Words(quote, "zh"),) if quote else ()

    def plain(self, text: str) -> tuple[Words, ...]:
        """A text that is the same in any language."""
        return (Words(text, self._langs[0]),)

    def texts(self, texts: Any) -> tuple[Words, ...]:
        """A text of a header, or of this module, in the language of the picture."""
        return tuple(Words(str(texts[one]), one) for one in self._langs) if texts else ()

    @staticmethod
    def key(row: Row, name: str) -> str | None:
        """The text of what a solution binds to a name, if it binds one."""
        term = row.get(name)
        return None if term is None or isinstance(term, ox.Triple) else term.value

    # ------------------------------------------------------------ what stands in the legend

    def force(self, term: Node | None) -> Force:
        """How a force looks; None for what has none."""
        if term is None:
            return Force()
        if term not in self._forces:
            colour, line, sign = (self._look(term, f"sti:{one}") for one in _LOOKS)
            self._forces[term] = Force(
                self.name(term),
                colour if re.fullmatch("#[0-9A-Fa-f]{6}", colour) else PALE,
                line if line in DASHES else "solid",
                sign.strip()[:1] or "■",
            )
        return self._forces[term]

    def _look(self, term: Node, name: str) -> str:
        found = self._store.objects(term, name) if isinstance(term, ox.NamedNode) else []
        return found[0].value if found and isinstance(found[0], ox.Literal) else ""

    def signs(self, marks: Iterable[str], count: int = 1) -> Block:
        """How many there are, if several, and the signs of their marks."""
        self.counted = self.counted or count > 1
        signs = "".join(self._sign(key) for key in marks)
        text = " ".join(part for part in (str(count) if count > 1 else "", signs) if part)
        return wrap(self.plain(text), _ROOM, _KEY)

    def borne(self, marks: Iterable[str]) -> None:
        """Counts a thing that bears marks, for the legend."""
        for key in marks:
            self._sign(key)
            self._marks[key] += 1

    def _sign(self, key: str) -> str:
        """The sign of a mark.

        Raises:
            KGError: the header does not declare it.
        """
        if key not in self.picture.marks:
            raise KGError(f"the picture {self.picture.id} has no mark {key!r}",
                          hint="declare it under marks: in its #+ header")  # fmt: skip
        self._marks.setdefault(key, 0)
        sign = self.picture.marks[key]["sign"]
        return str(sign[self._langs[0]] if isinstance(sign, dict) else sign)

    def stands_on(self, statement: Node | None) -> None:
        """Counts a statement."""
        if statement is not None:
            self._statements.add(statement)

    @property
    def statements(self) -> int:
        """How many statements have been counted."""
        return len(self._statements)

    # ------------------------------------------------------------ title and what stands below

    def title(self, width: float) -> Block:
        """The title, wrapped."""
        first, *rest = self.texts(self.picture.question.summary)
        block = wrap([first], width, Style(13, bold=True))
        return block + wrap(rest, width, Style(10.5, bold=True, colour=PALE))

    def below(self, x: float, y: float, width: float) -> float:
        """Draws the legend and the caption.

        Returns:
            Their height.
        """
        top = y
        y = self._legend(x, y, width)
        caption = wrap(self._caption(), width, _CAPTION)
        self.canvas.text(caption, x, y)
        return y + caption.height - top

    def _legend(self, x: float, y: float, width: float) -> float:
        at, deep = x, 0.0
        for look, text, name in self._keys():
            sign = wrap(self.plain(text), _ROOM, _MARK)
            lead = _SAMPLE if look else sign.width
            lead += 4 if lead else 0
            block = wrap(name, width - lead, _KEY)
            if at > x and at + lead + block.width > x + width:
                at, y, deep = x, y + deep + 3, 0.0
            if look:
                middle = y + _KEY.size * 0.67
                self.canvas.line([(at, middle), (at + _SAMPLE, middle)], look.colour, look.line)
                self.canvas.sign(look.sign, at + _SAMPLE / 2, middle, 8, look.colour)
            self.canvas.text(sign, at, y)
            self.canvas.text(block, at + lead, y)
            at, deep = at + lead + block.width + _GAP, max(deep, block.height)
        return y + deep + 7

    def _keys(self) -> Iterator[tuple[Force | None, str, tuple[Words, ...]]]:
        """What has been used: a force or a sign, and what it means."""
        for _, force in sorted(self._forces.items(), key=lambda item: str(item[0])):
            yield force, "", force.name
        if self.counted:
            yield None, "", self.texts(_TEXTS["times"])
        if self.joined:
            yield None, "│", self.texts(_TEXTS["joined"])
        for key in self.picture.marks:
            if key in self._marks:
                count = f" ({self._marks[key]})" if self._marks[key] else ""
                texts = self.texts(self.picture.marks[key])
                yield None, self._sign(key), tuple(Words(t + count, lang) for t, lang in texts)

    def _caption(self) -> list[Words]:
        told = []
        for lang in self._langs:
            texts = [self.picture.question.rows[lang].rstrip(".。")]
            texts[0] += "." if lang == "en" else "。"
            texts.append(_TEXTS["count"][lang].format(n=len(self._statements)))
            for rule in self.picture.derived:
                label = self._store.own_label(node(rule), lang) or rule
                texts.append(_TEXTS["derived"][lang].format(rule=label))
            told.append(Words((" " if lang == "en" else "").join(texts), lang))
        return told
