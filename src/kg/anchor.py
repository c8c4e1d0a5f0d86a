"""Ties what is stated to its words: sections, quotes, slots and mentions get their places.

A modeller types words, never offsets. What is missing or ambiguous becomes a finding at the
line where the words were typed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.finding import Finding
from kg.load import Document, Facts
from kg.mention import Mention, instances, lexicon, mentions, words
from kg.prefixes import STI, shrink
from kg.text import Span, line_of, nearest, occurrences, short
from kg.turtle import Locator

QUOTE, CONTINUES = f"{STI}quote", f"{STI}continues"
_OF, _OPENING, _IN = f"{STI}sectionOf", f"{STI}opening", f"{STI}inStatement"
# Its subproperties hold words of a statement's quote, or of a clause that it continues.
TEXT_SLOT, SUBPROPERTY = f"{STI}textSlot", "http://www.w3.org/2000/01/rdf-schema#subPropertyOf"


@dataclass(frozen=True, order=True)
class Slot:
    """Words of a slot at their place.

    Attributes:
        span: where they stand.
        statement: whose slot it is.
        slot: the property, e.g. sti:cue; sti:quote for the words of an exception.
        surface: the words.
        node: the subject that types them: the statement, or the exception.
    """

    span: Span
    statement: str
    slot: str
    surface: str
    node: str


@dataclass
class Anchored:
    """Everything of one document that has a place in its text.

    Attributes:
        document: the document.
        sections: section to its stretch of the text.
        quotes: statement or list to the place of its quote.
        slots: slot literals and words of exceptions.
        mentions: named things.
        words: cue words and 等.
        findings: what could not be placed, or not for certain.
        statements: the statements that quote it, placed or not, sorted.
    """

    document: Document
    sections: dict[str, Span] = field(default_factory=dict)
    quotes: dict[str, Span] = field(default_factory=dict)
    slots: list[Slot] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)
    words: list[tuple[Span, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)


def statements(facts: Facts) -> list[str]:
    """Every subject with a quote that is neither a list nor an exception, sorted."""
    apart = instances(facts, f"{STI}ListInText") | instances(facts, f"{STI}NotACue")
    return sorted(set(facts.subjects(QUOTE)) - apart)


def homes(facts: Facts, locator: Locator, documents: Sequence[Document]) -> dict[str, str]:
    """Statement to the name of the document whose text it quotes.

    A statement belongs to the folder that its file lies in; one from elsewhere belongs to the
    document that has a section for it, and else to the first.
    """
    owner = {file: document.name for document in documents for file in document.files}
    found: dict[str, str] = {}
    for statement in statements(facts) if documents else ():
        names = [owner[file] for file in locator.files(statement) if file in owner]
        if not names:
            wholes = {w for s in _told_in(facts, statement) for w in facts.iris(s, _OF)}
            names = [document.name for document in documents if document.iri in wholes]
        found[statement] = (names or [documents[0].name])[0]
    return found


def _told_in(facts: Facts, statement: str) -> list[str]:
    """The sections that a statement may stand in: the one it names, or its measure's."""
    if named := facts.iris(statement, f"{STI}inSection"):
        return named
    measures = facts.iris(statement, f"{STI}inMeasure")
    return [section for one in measures for section in facts.holders(f"{STI}tells", one)]


def anchor(facts: Facts, locator: Locator, document: Document, mine: Iterable[str]) -> Anchored:
    """Finds the place of everything that is said of one document.

    Args:
        facts: all layers.
        locator: for file and line of findings.
        document: the document with its text.
        mine: the statements that quote it (see `homes`).
    """
    return _Anchoring(facts, locator, document, sorted(mine)).run()


class _Typed(NamedTuple):
    """Words as the modeller typed them."""

    node: str
    predicate: str
    words: str


class _Anchoring:
    """One pass over one document."""

    def __init__(self, facts: Facts, locator: Locator, document: Document, mine: list[str]) -> None:
        self.facts, self.locator, self.text = facts, locator, document.text
        self.out = Anchored(document, statements=mine)

    def run(self) -> Anchored:
        """Everything in its order: what is inside a quote needs the quote's place first."""
        out = self.out
        if not self.text:  # already a finding of its own
            return out
        self.place_sections()
        for statement in out.statements:
            self.place_quote(statement)
        out.mentions = mentions(self.text, lexicon(self.facts))
        out.words = words(self.text, self.facts)
        slots = sorted(self.facts.below(TEXT_SLOT, SUBPROPERTY))
        for statement in out.statements:
            for slot in slots:
                for surface in self.facts.texts(statement, slot):
                    self.place_slot(statement, _Typed(statement, slot, surface))
        self.place_exceptions()
        self.place_lists()
        out.slots.sort()
        out.findings.sort()
        return out

    # ------------------------------------------------------------ findings

    def problem(
        self, check: str, typed: _Typed, message: tuple[str, str], mend: tuple[str, str]
    ) -> None:
        """A finding, told in English and Chinese, at the line where the words were typed."""
        file, line = self.locator.place(*typed)
        quotes = self.facts.texts(typed.node, QUOTE)
        label = short(quotes[0]) if quotes else typed.words
        self.out.findings.append(
            Finding(file, line, check, "error", typed.node, label, *message, *mend)
        )

    def missing(self, check: str, typed: _Typed, where: Sequence[Span], place: str) -> None:
        """A finding for words that do not stand where they should, with what comes nearest."""
        name, wanted = shrink(typed.predicate), typed.words
        if elsewhere := occurrences(self.text, wanted):
            at, line = elsewhere[0].start, line_of(self.text, elsewhere[0].start)
            en = f"; it stands elsewhere, at character {at} (line {line} of the text)"
            zh = f"；它在别处：第{at}字（原文第{line}行）"
        elif near := nearest(self.text, wanted, where):
            en, zh = f"; nearest there: “{near}”", f"；最接近的是“{near}”"
        else:
            en, zh = "; nothing there is like it", "；没有相近的文字"
        message = (
            f"{name} “{wanted}” does not stand in {place}{en}",
            f"{name}“{wanted}”不在{place}中{zh}",
        )
        mend = (
            "copy the words from source.txt, or correct the place",
            "请照 source.txt 抄录文字，或改正所指之处",
        )
        self.problem(check, typed, message, mend)

    def ambiguous(self, check: str, typed: _Typed, found: Sequence[Span], place: str) -> None:
        """A finding for words that stand at several places where one is needed."""
        at = ", ".join(str(span.start) for span in found)
        name, times = shrink(typed.predicate), len(found)
        message = (
            f"{name} “{typed.words}” stands {times} times in {place}, at characters {at}",
            f"{name}“{typed.words}”在{place}中出现{times}次，位于第{at}字",
        )
        mend = (
            "take more words, so that it stands there once",
            "请多取几个字，使其在该处只出现一次",
        )
        self.problem(check, typed, message, mend)

    # ------------------------------------------------------------ sections and quotes

    def place_sections(self) -> None:
        """Sections begin at their opening and run to where the next begins."""
        document, whole = self.out.document, Span(0, len(self.text))
        starts: list[tuple[int, _Typed]] = []
        of_it = self.facts.holders(_OF, document.iri)
        mine = sorted(section for section in of_it if self.facts.texts(section, _OPENING, None))
        for section in mine:
            for opening in self.facts.texts(section, _OPENING):
                typed, found = _Typed(section, _OPENING, opening), occurrences(self.text, opening)
                if len(found) == 1:
                    starts.append((found[0].start, typed))
                elif found:
                    self.ambiguous("section", typed, found, shrink(document.iri))
                else:
                    self.missing("section", typed, [whole], shrink(document.iri))
        starts.sort()
        ends: list[tuple[int, _Typed | None]] = [*starts[1:], (len(self.text), None)]
        for (start, typed), (end, after) in zip(starts, ends, strict=bool(starts)):
            if start == end and after:
                other = shrink(after.node)
                message = f"it begins where {other} begins", f"与{other}起点相同"
                mend = "give each section its own opening", "请让每个段落有自己的起首文字"
                self.problem("section", typed, message, mend)
            self.out.sections[typed.node] = Span(start, end)
        if not mine:
            name = shrink(document.iri)
            en, zh = f"no section is of {name}", f"没有属于{name}的段落"
            mend = (
                f"give sections with sti:sectionOf {name} and sti:opening",
                f"请给出带 sti:sectionOf {name} 和 sti:opening 的段落",
            )
            self.out.findings.append(
                Finding(document.source, 0, "section", "error", document.iri, name, en, zh, *mend)
            )

    def place_quote(self, statement: str) -> None:
        """A statement's quote stands once in its section."""
        told = _told_in(self.facts, statement)
        named = [section for section in told if section in self.out.sections]
        typed = _Typed(statement, QUOTE, next(iter(self.facts.texts(statement, QUOTE)), ""))
        if not typed.words:
            message = "it has no quote tagged @zh", "没有带@zh标签的引文"
            mend = 'write sti:quote "…"@zh', '请写作 sti:quote "…"@zh'
            self.problem("quote", typed, message, mend)
        elif named:
            where = [self.out.sections[section] for section in named]
            place = ", ".join(shrink(section) for section in named)
            found = [at for stretch in where for at in occurrences(self.text, typed.words, stretch)]
            if len(found) == 1:
                self.out.quotes[statement] = found[0]
            elif found:
                self.ambiguous("quote", typed, found, place)
            else:
                self.missing("quote", typed, where, place)
        elif not any(self.out.document.iri in self.facts.iris(section, _OF) for section in told):
            message = "no section of the text is known for it", "不知道它在原文哪一节"
            mend = (
                "give sti:inSection, or sti:inMeasure with a measure that a section tells",
                "请给出 sti:inSection，或以 sti:inMeasure 指向有段落讲述的举措",
            )
            self.problem("section", typed, message, mend)
        # else its section has no place, which is a finding already

    # ------------------------------------------------------------ inside a statement

    def clauses(self, statement: str) -> list[str]:
        """The statement and the clauses it continues, nearest first, as far as they are placed."""
        found = [statement]
        for clause in found:  # grows while it is walked: breadth first, a ring ends it
            found += [c for c in self.facts.iris(clause, CONTINUES) if c not in found]
        return [clause for clause in found if clause in self.out.quotes]

    def inner(self, statement: str, surface: str) -> list[Span]:
        """Places of words in the nearest clause that has them.

        A place inside a longer named thing is passed over when another remains: 保险 of
        保险机构 is not meant where 保险 also stands alone.
        """
        for clause in self.clauses(statement):
            found = occurrences(self.text, surface, self.out.quotes[clause])
            if len(found) > 1:
                found = [span for span in found if not self.in_longer_name(span)] or found
            if found:
                return found
        return []

    def in_longer_name(self, span: Span) -> bool:
        """Whether a place lies inside a longer mention."""
        return any(m.span.holds(span) and m.span != span for m in self.out.mentions)

    def place_inner(self, check: str, typed: _Typed, statements: Sequence[str]) -> Span | None:
        """The one place of words in the first of the statements that has them; else a finding."""
        placed = [statement for statement in statements if statement in self.out.quotes]
        if not placed:
            return None  # the statement's own quote is a finding already
        for statement in placed:
            found = self.inner(statement, typed.words)
            if len(found) == 1:
                return found[0]
            if found:
                self.ambiguous(check, typed, found, shrink(statement))
                return None
        where = [self.out.quotes[clause] for clause in self.clauses(placed[0])]
        self.missing(check, typed, where, shrink(placed[0]))
        return None

    def place_slot(self, statement: str, typed: _Typed) -> None:
        """Words of a slot stand once in the statement's quote or a clause it continues."""
        check = "slot" if typed.node == statement else "exception"
        if span := self.place_inner(check, typed, [statement]):
            slot = Slot(span, statement, typed.predicate, typed.words, typed.node)
            self.out.slots.append(slot)

    def place_exceptions(self) -> None:
        """Words that are listed as not a cue."""
        listed = instances(self.facts, f"{STI}NotACue")
        for statement in self.out.statements:
            for node in sorted(listed.intersection(self.facts.holders(_IN, statement))):
                for surface in self.facts.texts(node, QUOTE):
                    self.place_slot(statement, _Typed(node, QUOTE, surface))

    def place_lists(self) -> None:
        """A list's quote stands in a statement that has the list, or a clause it continues."""
        users: dict[str, list[str]] = {}
        for statement in self.out.statements:
            for node in self.facts.iris(statement, f"{STI}inList"):
                users.setdefault(node, []).append(statement)
        for node, used_by in sorted(users.items()):
            for surface in self.facts.texts(node, QUOTE):
                if span := self.place_inner("list", _Typed(node, QUOTE, surface), used_by):
                    self.out.quotes[node] = span
