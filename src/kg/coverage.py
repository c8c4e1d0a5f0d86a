"""How much of a text is encoded: its words by quotes, the words of provisions by slots."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from kg.anchor import QUOTE, SUBPROPERTY, Anchored
from kg.finding import Finding
from kg.load import Facts
from kg.mention import instances
from kg.prefixes import STI
from kg.text import Span, line_of, short
from kg.turtle import Locator

ORDINAL = "[一二三四五六七八九十]+是"


@dataclass(frozen=True, order=True)
class Gap:
    """Words that nothing accounts for; `statement` is "" for a gap between quotes."""

    span: Span
    words: str
    statement: str = ""


@dataclass(frozen=True)
class Coverage:
    """Counts in characters of one text.

    Attributes:
        document: name of the document.
        characters: length of the text.
        quoted: characters inside a statement's quote.
        punctuation: punctuation and white space outside quotes.
        ordinals: 一是, 二是, … outside quotes.
        connectives: words of the closed list outside quotes.
        gaps: the rest.
        provisions: number of provisions with a place.
        provision_characters: sum of the lengths of their quotes.
        provision_gaps: words of provisions that no slot, role, list or exception holds.
    """

    document: str
    characters: int
    quoted: int
    punctuation: int
    ordinals: int
    connectives: int
    gaps: tuple[Gap, ...]
    provisions: int
    provision_characters: int
    provision_gaps: tuple[Gap, ...]

    @property
    def words(self) -> float:
        """Share of the text that is accounted for, 0 to 1."""
        return _share(self.characters, self.gaps)

    @property
    def slots(self) -> float:
        """Share of the provisions' words that is accounted for, 0 to 1."""
        return _share(self.provision_characters, self.provision_gaps)


def _share(total: int, gaps: Iterable[Gap]) -> float:
    return 1 - sum(len(gap.words) for gap in gaps) / total if total else 0.0


def cover(found: Anchored, facts: Facts, locator: Locator) -> tuple[Coverage, list[Finding]]:
    """Counts what is covered, with a finding for each gap.

    Args:
        found: the places of one document.
        facts: all layers.
        locator: for file and line of findings.
    """
    text = found.document.text
    quotes = [found.quotes[s] for s in found.statements if s in found.quotes]
    connectives = _closed(facts, "connective")
    gaps, free = [], {"ordinals": 0, "connectives": 0}
    runs = _runs(text, Span(0, len(text)), quotes)
    for span, words in runs:
        if re.fullmatch(f"(?:{ORDINAL}|{connectives})+", words):
            ordinals = sum(map(len, re.findall(ORDINAL, words)))
            free["ordinals"] += ordinals
            free["connectives"] += len(words) - ordinals
        else:
            gaps.append(Gap(span, words))
    quoted = len({at for span in quotes for at in range(*span)})
    provisions = sorted(
        instances(facts, f"{STI}Provision") & set(found.statements) & set(found.quotes)
    )
    unslotted = _unslotted(found, facts, provisions)
    coverage = Coverage(
        found.document.name, len(text), quoted,
        len(text) - quoted - sum(len(words) for _, words in runs),
        free["ordinals"], free["connectives"], tuple(gaps),
        len(provisions), sum(len(text[slice(*found.quotes[p])]) for p in provisions),
        tuple(unslotted),
    )  # fmt: skip
    findings = [_word_finding(found, gap) for gap in gaps]
    return coverage, findings + [_slot_finding(found, gap, locator) for gap in unslotted]


def _closed(facts: Facts, name: str) -> str:
    """A pattern for the words that the ontology lists as sti:connective or sti:functionWord."""
    predicate = f"{STI}{name}"
    listed = {w for s in facts.subjects(predicate) for w in facts.texts(s, predicate, None)}
    return "|".join(sorted(map(re.escape, listed), key=lambda w: (-len(w), w))) or r"(?!)"


def _runs(text: str, within: Span, covered: Iterable[Span]) -> list[tuple[Span, str]]:
    """Longest runs of characters that are not covered, nor punctuation, nor white space."""
    blank = [_is_blank(character) for character in text[slice(*within)]]
    for span in covered:
        for at in range(max(span.start, within.start), min(span.end, within.end)):
            blank[at - within.start] = True
    marks = "".join(" " if is_blank else "x" for is_blank in blank)
    found = (
        Span(within.start + m.start(), within.start + m.end()) for m in re.finditer("x+", marks)
    )
    return [(span, text[slice(*span)]) for span in found]


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character).startswith("P")


def _unslotted(found: Anchored, facts: Facts, provisions: Iterable[str]) -> list[Gap]:
    """Words of provisions outside every slot, linked thing, list and exception."""
    text, function_words = found.document.text, _closed(facts, "functionWord")
    roles = facts.below(f"{STI}involves", SUBPROPERTY)
    exempt = instances(facts, f"{STI}NotLinked")
    gaps = []
    for provision in provisions:
        lists = facts.iris(provision, f"{STI}inList")
        things = {thing for role in roles for thing in facts.iris(provision, role)}
        things |= {t for n in lists for p in ("member", "genus") for t in facts.iris(n, STI + p)}
        excepted = exempt.intersection(facts.holders(f"{STI}inStatement", provision))
        things |= {thing for node in excepted for thing in facts.iris(node, f"{STI}mentions")}
        covered = [slot.span for slot in found.slots if slot.statement == provision]
        covered += [m.span for m in found.mentions if m.thing in things]
        covered += [found.quotes[node] for node in lists if node in found.quotes]
        gaps += [
            Gap(span, words, provision)
            for span, words in _runs(text, found.quotes[provision], covered)
            if not re.fullmatch(f"(?:{function_words})+", words)
        ]
    return gaps


def _word_finding(found: Anchored, gap: Gap) -> Finding:
    source, start = found.document, gap.span.start
    context = short(source.text[max(0, start - 8) : start].strip(), 9) + f"[{short(gap.words)}]"
    return Finding(
        source.source, line_of(source.text, start), "words", "error", source.iri, gap.words,
        f"these words are in no statement, at character {start}: {context}",
        f"这些文字不在任何陈述的引文中，第{start}字起：{context}",
        "quote them in a statement of that section",
        "请在该段落的某条陈述中引用它们",
    )  # fmt: skip


def _slot_finding(found: Anchored, gap: Gap, locator: Locator) -> Finding:
    file, line = locator.place(gap.statement, QUOTE)
    quote = found.document.text[slice(*found.quotes[gap.statement])]
    return Finding(
        file, line, "slots", "error", gap.statement, short(quote),
        f"“{gap.words}” is in no slot, role, list or exception of the provision",
        f"“{gap.words}”不在该条的任何要素、角色、列举或例外之中",
        "put it into a slot or link the thing it names; else list the exception with its reason",
        "请填入要素，或关联其所指的事物；否则列为例外并给出理由",
    )  # fmt: skip
