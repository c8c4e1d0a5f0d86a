"""Places in the text as N-Triples: Web Annotation selectors, occurrences of slots and mentions.

They are most of a large graph, and text is the quickest that the engine can be given.
"""

import re
from functools import lru_cache

import pyoxigraph as ox

from kg.anchor import Anchored
from kg.load import Document
from kg.mention import RDF_TYPE
from kg.prefixes import STI, shrink, table
from kg.text import CONTEXT, Span

_XSD_INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def text_triples(found: Anchored) -> str:
    """Layer graph:text: Web Annotation selectors, and places of slots and sections."""
    text, made = found.document.text, _Triples(found.document)
    for section, span in found.sections.items():
        made.place(section, span)
    for node, span in found.quotes.items():
        made.target(node, span, text)
    for slot in found.slots:
        kind = shrink(slot.slot).partition(":")[2]
        name = made.occurrence(slot.span, f"{kind}-{_local(slot.node)}", "SlotOccurrence")
        made.add(name, f"{STI}ofStatement", slot.statement)
        made.add(name, f"{STI}slot", slot.slot)
        made.add(name, f"{STI}surface", ox.Literal(slot.surface, language="zh"))
    return made.text()


def mention_triples(found: Anchored) -> str:
    """Layer graph:mentions: named things and cue words, each with its place."""
    made = _Triples(found.document)
    for mention in found.mentions:
        name = made.occurrence(mention.span, _dashed(mention.thing), "Mention")
        made.add(name, f"{STI}mentions", mention.thing)
        made.add(name, f"{STI}surface", ox.Literal(mention.surface, language="zh"))
        made.within(name, mention.span, found)
    for span, word in found.words:
        name = made.occurrence(span, "word", "WordOccurrence")
        made.add(name, f"{STI}word", ox.Literal(word, language="zh"))
        made.within(name, span, found)
    return made.text()


def _local(iri: str) -> str:
    return re.split(r"[/#:]", iri)[-1]


@lru_cache(20_000)
def _dashed(iri: str) -> str:
    """A name for an IRI that can stand inside a local name: prod:x gives prod-x."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", shrink(iri)).strip("-.")


class _Triples:
    """Triples in the making."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._lines: list[str] = []

    def add(self, subject: str, predicate: str, value: str | ox.Literal) -> None:
        term = f"<{value}>" if isinstance(value, str) else value  # which escapes its words
        self._lines.append(f"<{subject}> <{predicate}> {term} .\n")

    def text(self) -> str:
        return "".join(self._lines)

    def place(self, node: str, span: Span) -> None:
        oa = table()["oa"]
        for name, offset in (("start", span.start), ("end", span.end)):
            self.add(node, f"{oa}{name}", ox.Literal(str(offset), datatype=_XSD_INTEGER))

    def occurrence(self, span: Span, name: str, kind: str) -> str:
        """A new occurrence with type and place; its IRI says document, place and what it is."""
        node = f"{table()['occ']}{self.document.name}-{span.start}-{span.end}-{name}"
        self.add(node, RDF_TYPE, f"{STI}{kind}")
        self.place(node, span)
        return node

    def within(self, name: str, span: Span, found: Anchored) -> None:
        for statement in found.statements:
            if statement in found.quotes and found.quotes[statement].holds(span):
                self.add(name, f"{STI}within", statement)

    def target(self, node: str, span: Span, text: str) -> None:
        """oa:hasTarget with a position and a quote selector."""
        oa, target = table()["oa"], f"{table()['t']}{_local(node)}"
        position, quote = f"{target}.position", f"{target}.quote"
        self.add(node, f"{oa}hasTarget", target)
        self.add(target, RDF_TYPE, f"{oa}SpecificResource")
        self.add(target, f"{oa}hasSource", self.document.iri)
        self.add(target, f"{oa}hasSelector", position)
        self.add(target, f"{oa}hasSelector", quote)
        self.add(position, RDF_TYPE, f"{oa}TextPositionSelector")
        self.place(position, span)
        self.add(quote, RDF_TYPE, f"{oa}TextQuoteSelector")
        for name, start, end in (
            ("exact", span.start, span.end),
            ("prefix", max(0, span.start - CONTEXT), span.start),
            ("suffix", span.end, span.end + CONTEXT),
        ):
            self.add(quote, f"{oa}{name}", ox.Literal(text[start:end], language="zh"))
