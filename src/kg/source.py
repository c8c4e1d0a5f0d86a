"""The source text with its statements marked in the margin."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, zip_longest

import pyoxigraph as ox

from kg.errors import KGError
from kg.house import House
from kg.names import resolve
from kg.place import span
from kg.prefixes import shrink, table
from kg.results import STAR, pad, wrap
from kg.statement import Statement, in_order
from kg.store import Lang, Store, node

_UNDERLINE, _BOLD, _DIM, _PLAIN = "\033[4m", "\033[1m", "\033[2m", "\033[0m"
# Nothing of its own to read: it goes with the words before it.
_MARKS = re.compile(r"[\W_]*")
_MEASURE, _PART = re.compile(r"[0-9]+-[0-9]+"), re.compile("第([一二三四五六七八九])部分")


@dataclass(frozen=True)
class Segment:
    """A stretch of the text that lies in the same statements from end to end.

    Attributes:
        start: offset in the text, in Unicode code points.
        end: offset just after it.
        statements: those whose quote it lies in, in the order of the text.
    """

    start: int
    end: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Style:
    """How to show the text.

    Attributes:
        lang: `en` and `both` give the translation of a statement below it.
        width: of the screen, in columns.
        colour: whether the screen shows bold and underline.
        brackets: mark named things by brackets (where there is no colour).
    """

    lang: Lang = "zh"
    width: int = 100
    colour: bool = False
    brackets: bool = False


def segments(start: int, end: int, statements: list[Statement]) -> list[Segment]:
    """Cuts a stretch of the text where statements begin and end."""
    inside = [one for one in statements if one.span[0] < end and one.span[1] > start]
    cuts = {start, end} | {min(max(at, start), end) for one in inside for at in one.span}
    return [
        Segment(a, b, tuple(one for one in inside if one.span[0] <= a and b <= one.span[1]))
        for a, b in pairwise(sorted(cuts))
    ]


def marked(store: Store, house: House, what: str | None, style: Style) -> str:
    """The source text, section by section, a statement a paragraph with its name in the margin.

    Args:
        store: the graph.
        house: where the text is.
        what: a measure, part, section, statement or document, by CURIE, IRI or label; None for all.
        style: how to show it.

    Raises:
        KGError: nothing of that name, it has no text, or the text is not the one of the graph.
    """
    out, known, starred = [], texts(house), False
    for one in sections(store, what):
        text, said = section(store, known, one)
        out.append(_Section(store, text, one, said, style).run())
        starred |= any(one.doubted for one in said)
    if starred:
        out.append(f"{STAR[style.lang]}\n")
    return "\n".join(out)


def section(
    store: Store, known: Mapping[str, str], one: ox.NamedNode
) -> tuple[str, list[Statement]]:
    """The text that a section is part of, and the statements in the section that have a place.

    Args:
        store: the graph.
        known: see `texts`.
        one: the section.

    Raises:
        KGError: the text is not the one of the graph.
    """
    documents = store.objects(one, "sti:sectionOf")
    text = _text(known, documents[0] if documents else None)
    here = {at for at in store.subjects("sti:inSection", one) if isinstance(at, ox.NamedNode)}
    said = [statement for statement in in_order(store, here) if statement.span[0] >= 0]
    for statement in said:
        if text[slice(*statement.span)] != statement.quote:
            raise KGError(
                f"{statement.curie}: the text is not the one that the graph was built from",
                hint="run kg build",
            )
    return text, said


def sections(store: Store, what: str | None) -> list[ox.NamedNode]:
    """The sections that `what` is or lies in, all for None, in the order of the text.

    Raises:
        KGError: nothing of that name, or it has no text.
    """
    known = store.subjects("rdf:type", node("sti:Section"))
    if what is None:
        chosen = {one for one in known if isinstance(one, ox.NamedNode)}
    else:
        kinds = ("sti:Subdivision", "sti:Statement", "sti:Document")
        thing = resolve(store, _numbered(what.strip()), kinds)
        chosen = _within(store, thing)
        if not chosen:
            raise KGError(
                f"{shrink(thing.value)} has no text of its own", hint="kg source shows all"
            )
    placed = {one: place for one in chosen if (place := span(store, one))}
    if not placed:
        raise KGError("the graph has no text", hint="run kg build, or kg check")
    return sorted(placed, key=lambda one: placed[one])


def _numbered(what: str) -> str:
    """The CURIE of a measure or part that is called by its number: 5-3, 第三部分."""
    if _MEASURE.fullmatch(what):
        return f"m:{what}"
    part = _PART.fullmatch(what)
    return f"part:{'一二三四五六七八九'.index(part[1]) + 1}" if part else what


def _within(store: Store, thing: ox.NamedNode) -> set[ox.NamedNode]:
    """The sections that are, tell, hold or make up a thing."""
    if store.is_a(thing, "sti:Section"):
        return {thing}
    found: set[ox.NamedNode] = set()
    for name in ("sti:tells", "sti:sectionOf"):
        found |= {one for one in store.subjects(name, thing) if isinstance(one, ox.NamedNode)}
    if store.is_a(thing, "sti:Statement"):
        found |= {o for o in store.objects(thing, "sti:inSection") if isinstance(o, ox.NamedNode)}
    for measure in store.subjects("sti:inPart", thing):
        if isinstance(measure, ox.NamedNode) and store.is_a(measure, "sti:Measure"):
            found |= _within(store, measure)
    return found


def texts(house: House) -> dict[str, str]:
    """The source texts, by the name of their document, each character as it is in the file."""
    found = {}
    for folder in house.documents():
        # newline="": a line break of any kind is one more character, as in the file
        with folder.source.open(encoding="utf-8", newline="") as file:
            found[folder.name] = file.read()
    return found


def _text(known: Mapping[str, str], document: object) -> str:
    name = document.value.removeprefix(table()["doc"]) if isinstance(document, ox.NamedNode) else ""
    if name not in known:
        raise KGError(f"the text of {document} is not among the documents")
    return known[name]


class _Section:
    """A section in the making."""

    def __init__(
        self,
        store: Store,
        text: str,
        section: ox.NamedNode,
        statements: list[Statement],
        style: Style,
    ) -> None:
        self.store, self.text, self.section, self.style = store, text, section, style
        self.statements = statements
        names = [len(one.curie) + one.doubted for one in self.statements]
        self.margin = max([12, *names]) + 2
        self.width = max(style.width - self.margin, 20)
        self.mentions = self._mentions()

    def _mentions(self) -> list[tuple[int, int]]:
        """Where named things stand, for the whole text."""
        if not (self.style.colour or self.style.brackets):
            return []
        kind = node("sti:Mention")
        marks = {quad.subject for quad in self.store.quads(None, node("rdf:type"), kind)}
        places = {span(self.store, one) for one in marks if isinstance(one, ox.NamedNode)}
        return sorted(place for place in places if place)

    def run(self) -> str:
        start, end = span(self.store, self.section) or (0, 0)
        lines = [self._heading()]
        shown: list[Segment] = []
        for one in segments(start, end, self.statements):
            bare = not one.statements and _MARKS.fullmatch(self.text[one.start : one.end])
            if bare and shown:  # punctuation ends the line before it
                shown[-1] = Segment(shown[-1].start, one.end, shown[-1].statements)
            else:
                shown.append(one)
        for one, after in zip_longest(shown, shown[1:]):
            lines += self._paragraph(one)
            follow = after.statements if after else ()
            for statement in one.statements:
                if self.style.lang != "zh" and statement not in follow and statement.translation:
                    lines += [
                        " " * self.margin + self._dim(line)
                        for line in wrap(statement.translation, self.width)
                    ]
        return "\n".join(lines) + "\n"

    def _heading(self) -> str:
        parts = [shrink(self.section.value)]
        for measure in self.store.objects(self.section, "sti:tells"):
            if isinstance(measure, ox.NamedNode):
                parts.append(shrink(measure.value))
                if name := self.store.label(measure, self.style.lang):
                    parts.append(name)
        heading = " · ".join(parts)
        return f"{_BOLD}{heading}{_PLAIN}" if self.style.colour else f"## {heading}"

    def _dim(self, text: str) -> str:
        return f"{_DIM}{text}{_PLAIN}" if self.style.colour else f"= {text}"

    def _paragraph(self, one: Segment) -> list[str]:
        """The words of a segment, with the names of its statements beside them."""
        lines, at = [], one.start
        words = self.text[one.start : one.end]
        for line in wrap(self._bracketed(one) if self.style.brackets else words, self.width):
            if not line.strip():
                continue
            if self.style.colour:
                at = self.text.find(line, at)
                lines.append(self._underlined(at, at + len(line)))
                at += len(line)
            else:
                lines.append(line)
        names = [one.curie + "*" * one.doubted for one in one.statements]
        pairs = zip_longest(names, lines, fillvalue="")
        return [(pad(name, self.margin) + line).rstrip() for name, line in pairs]

    def _bracketed(self, one: Segment) -> str:
        return self._wrapped(one.start, one.end, "[", "]")

    def _underlined(self, start: int, end: int) -> str:
        return self._wrapped(start, end, _UNDERLINE, _PLAIN)

    def _wrapped(self, start: int, end: int, before: str, after: str) -> str:
        """The text with each named thing between two marks; one that runs over is cut."""
        out, at = [], start
        for first, last in self.mentions:
            first, last = max(first, at), min(last, end)  # noqa: PLW2901
            if first < last:
                out += [self.text[at:first], before, self.text[first:last], after]
                at = last
        return "".join([*out, self.text[at:end]])
