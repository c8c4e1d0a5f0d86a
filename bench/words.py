"""The words of a text and their places, in plain Python: what bench/baseline.py anchors with.

Nothing of kg is imported.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from rdflib import RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef

BASE = "https://w3id.org/sci-tech-insurance/"
STI = Namespace(f"{BASE}ontology#")
ID = f"{BASE}id/"
OA = Namespace("http://www.w3.org/ns/oa#")
FORMS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)

Span = tuple[int, int]
Finding = tuple[str, str]  # the check, and what it is about


def occurrences(text: str, wanted: str, within: Span) -> list[Span]:
    """Every place of some words in a stretch of the text."""
    found, at = [], text.find(wanted, *within) if wanted else -1
    while at >= 0:
        found.append((at, at + len(wanted)))
        at = text.find(wanted, at + 1, within[1])
    return found


def longest_first(text: str, forms: Iterable[str]) -> list[tuple[Span, str]]:
    """Places of forms that do not overlap, the longest first."""
    whole = (0, len(text))
    found = [(span, form) for form in set(forms) for span in occurrences(text, form, whole)]
    found.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    taken, chosen = bytearray(len(text)), []
    for (start, end), form in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            chosen.append(((start, end), form))
    return sorted(chosen)


def sections_of(data: Graph, statement: Any) -> list[Any]:
    """The sections that a statement may stand in."""
    named = list(data.objects(statement, STI.inSection))
    return named or [
        s for m in data.objects(statement, STI.inMeasure) for s in data.subjects(STI.tells, m)
    ]


class Vocabulary:
    """What the text is read with: names, cue words, slots, roles, small words."""

    def __init__(self, data: Graph) -> None:
        named = self.instances(data, STI.NamedThing)
        self.forms: dict[str, set[URIRef]] = defaultdict(set)
        for predicate in FORMS:
            for thing, form in data.subject_objects(predicate):
                if thing in named and isinstance(form, Literal) and form.language == "zh":
                    self.forms[str(form)].add(thing)  # type: ignore[arg-type]
        self.words = {str(w) for w in data.objects(None, STI.cueWord) if w.language == "zh"}  # type: ignore[attr-defined]
        self.words.add("等")
        self.slots = sorted(
            one
            for one in data.transitive_subjects(RDFS.subPropertyOf, STI.textSlot)
            if isinstance(one, URIRef)
        )
        self.roles = set(data.transitive_subjects(RDFS.subPropertyOf, STI.involves))
        self.provisions = self.instances(data, STI.Provision)
        self.not_cues = self.instances(data, STI.NotACue)
        self.not_linked: dict[Any, set[Any]] = defaultdict(set)
        for node in self.instances(data, STI.NotLinked):
            for statement in data.objects(node, STI.inStatement):
                self.not_linked[statement] |= set(data.objects(node, STI.mentions))
        self.connectives = closed(data, STI.connective)
        self.function_words = closed(data, STI.functionWord)

    @staticmethod
    def instances(data: Graph, top: URIRef) -> set[Any]:
        classes = data.transitive_subjects(RDFS.subClassOf, top)
        return {s for one in classes for s in data.subjects(RDF.type, one)}


def closed(data: Graph, predicate: URIRef) -> str:
    words = {str(word) for word in data.objects(None, predicate)}
    return "|".join(sorted(map(re.escape, words), key=lambda w: (-len(w), w))) or r"(?!)"


class Text:
    """One text with the places of what is said of it."""

    def __init__(
        self, name: str, iri: URIRef, text: str, data: Graph, known: Vocabulary, mine: list[URIRef]
    ) -> None:
        self.name, self.iri, self.text = name, iri, text
        self.data, self.known, self.mine = data, known, mine
        self.sections: dict[Any, Span] = {}
        self.quotes: dict[Any, Span] = {}
        self.slots: list[tuple[Span, Any, Any, str, Any]] = []
        self.mentions = [
            (span, thing, form)
            for span, form in longest_first(text, known.forms)
            for thing in sorted(known.forms[form])
        ]
        self.words = longest_first(text, known.words)
        self.found: list[Finding] = []

    def zh(self, subject: Any, predicate: Any) -> list[str]:
        found = self.data.objects(subject, predicate)
        return [str(o) for o in found if isinstance(o, Literal) and o.language == "zh"]

    def place(self) -> None:
        self.place_sections()
        for statement in self.mine:
            self.place_quote(statement)
        for statement in self.mine:
            for slot in self.known.slots:
                for words in self.zh(statement, slot):
                    self.place_slot(statement, statement, slot, words)
        here = set(self.mine)
        for node in sorted(self.known.not_cues):
            for owner in self.data.objects(node, STI.inStatement):
                if owner in here:
                    for words in self.zh(node, STI.quote):
                        self.place_slot(owner, node, STI.quote, words)
        users: dict[Any, list[Any]] = defaultdict(list)
        for statement in self.mine:
            for node in self.data.objects(statement, STI.inList):
                users[node].append(statement)
        for node in sorted(users):
            for words in self.zh(node, STI.quote):
                if span := self.inner("list", node, words, users[node]):
                    self.quotes[node] = span
        self.cover()

    def place_sections(self) -> None:
        starts = []
        for section in self.data.subjects(STI.sectionOf, self.iri):
            for opening in self.zh(section, STI.opening):
                places = occurrences(self.text, opening, (0, len(self.text)))
                if len(places) == 1:
                    starts.append((places[0][0], section))
                else:
                    self.found.append(("section", str(section)))
        starts.sort()
        ends = [start for start, _ in starts[1:]] + [len(self.text)]
        for (start, section), end in zip(starts, ends, strict=True):
            if start == end:
                self.found.append(("section", str(section)))
            self.sections[section] = (start, end)

    def place_quote(self, statement: URIRef) -> None:
        told, quotes = sections_of(self.data, statement), self.zh(statement, STI.quote)
        where = [self.sections[s] for s in told if s in self.sections]
        if not quotes:
            self.found.append(("quote", str(statement)))
        elif where:
            places = [at for span in where for at in occurrences(self.text, quotes[0], span)]
            if len(places) == 1:
                self.quotes[statement] = places[0]
            else:
                self.found.append(("quote", str(statement)))
        elif not any((s, STI.sectionOf, self.iri) in self.data for s in told):
            self.found.append(("section", str(statement)))

    def clauses(self, statement: Any) -> list[Any]:
        found = [statement]
        for clause in found:
            found += [c for c in self.data.objects(clause, STI.continues) if c not in found]
        return [clause for clause in found if clause in self.quotes]

    def inner(self, check: str, node: Any, words: str, statements: list[Any]) -> Span | None:
        placed = [statement for statement in statements if statement in self.quotes]
        for statement in placed:
            for clause in self.clauses(statement):
                places = occurrences(self.text, words, self.quotes[clause])
                if len(places) > 1:
                    places = [at for at in places if not self.in_longer(at)] or places
                if len(places) == 1:
                    return places[0]
                if places:
                    self.found.append((check, str(node)))
                    return None
        if placed:
            self.found.append((check, str(node)))
        return None

    def in_longer(self, at: Span) -> bool:
        return any(s[0] <= at[0] and at[1] <= s[1] and s != at for s, _, _ in self.mentions)

    def place_slot(self, statement: Any, node: Any, slot: Any, words: str) -> None:
        check = "slot" if node == statement else "exception"
        if span := self.inner(check, node, words, [statement]):
            self.slots.append((span, statement, slot, words, node))

    # ------------------------------------------------------------ what is not covered

    def runs(self, within: Span, covered: Iterable[Span]) -> Iterator[str]:
        blank = [
            c.isspace() or unicodedata.category(c)[0] == "P" for c in self.text[slice(*within)]
        ]
        for start, end in covered:
            for at in range(max(start, within[0]), min(end, within[1])):
                blank[at - within[0]] = True
        marks = "".join(" " if one else "x" for one in blank)
        for match in re.finditer("x+", marks):
            yield self.text[within[0] + match.start() : within[0] + match.end()]

    def cover(self) -> None:
        quotes = [self.quotes[s] for s in self.mine if s in self.quotes]
        for words in self.runs((0, len(self.text)), quotes):
            if not re.fullmatch(f"(?:[一二三四五六七八九十]+是|{self.known.connectives})+", words):
                self.found.append(("words", str(self.iri)))
        by: dict[Any, list[Span]] = defaultdict(list)
        for span, statement, *_ in self.slots:
            by[statement].append(span)
        for one in self.mine:
            if one not in self.known.provisions or one not in self.quotes:
                continue
            lists = list(self.data.objects(one, STI.inList))
            things = {t for role in self.known.roles for t in self.data.objects(one, role)}
            things |= {
                t for n in lists for p in (STI.member, STI.genus) for t in self.data.objects(n, p)
            }
            things |= self.known.not_linked.get(one, set())
            covered = by[one] + [span for span, thing, _ in self.mentions if thing in things]
            covered += [self.quotes[n] for n in lists if n in self.quotes]
            for words in self.runs(self.quotes[one], covered):
                if not re.fullmatch(f"(?:{self.known.function_words})+", words):
                    self.found.append(("slots", str(one)))

    # ------------------------------------------------------------ as triples

    def text_triples(self) -> Iterator[Any]:
        """Places of sections, quotes and slots."""
        for section, span in self.sections.items():
            yield from placed(section, span)
        for node, (start, end) in self.quotes.items():
            target = URIRef(f"{ID}target/{local(node)}")
            position, quote = URIRef(f"{target}.position"), URIRef(f"{target}.quote")
            yield from placed(position, (start, end))
            yield node, OA.hasTarget, target
            yield target, RDF.type, OA.SpecificResource
            yield target, OA.hasSource, self.iri
            yield target, OA.hasSelector, position
            yield target, OA.hasSelector, quote
            yield position, RDF.type, OA.TextPositionSelector
            yield quote, RDF.type, OA.TextQuoteSelector
            yield quote, OA.exact, Literal(self.text[start:end], "zh")
            yield quote, OA.prefix, Literal(self.text[max(0, start - 16) : start], "zh")
            yield quote, OA.suffix, Literal(self.text[end : end + 16], "zh")
        for span, statement, slot, words, node in self.slots:
            one = self.occurrence(span, f"{local(slot)}-{local(node)}")
            yield from placed(one, span)
            yield one, RDF.type, STI.SlotOccurrence
            yield one, STI.ofStatement, statement
            yield one, STI.slot, slot
            yield one, STI.surface, Literal(words, "zh")

    def mention_triples(self) -> Iterator[Any]:
        """Places of names and cue words."""
        for span, thing, form in self.mentions:
            one = self.occurrence(span, dashed(thing))
            yield from placed(one, span)
            yield one, RDF.type, STI.Mention
            yield one, STI.mentions, thing
            yield one, STI.surface, Literal(form, "zh")
            yield from self.within(one, span)
        for span, word in self.words:
            one = self.occurrence(span, "word")
            yield from placed(one, span)
            yield one, RDF.type, STI.WordOccurrence
            yield one, STI.word, Literal(word, "zh")
            yield from self.within(one, span)

    def occurrence(self, span: Span, name: str) -> URIRef:
        return URIRef(f"{ID}occurrence/{self.name}-{span[0]}-{span[1]}-{name}")

    def within(self, one: URIRef, span: Span) -> Iterator[Any]:
        for statement in self.mine:
            quote = self.quotes.get(statement)
            if quote and quote[0] <= span[0] and span[1] <= quote[1]:
                yield one, STI.within, statement


def placed(node: Any, span: Span) -> Iterator[Any]:
    yield node, OA.start, Literal(span[0], datatype=XSD.integer)
    yield node, OA.end, Literal(span[1], datatype=XSD.integer)


def local(iri: str) -> str:
    return re.split(r"[/#:]", iri)[-1]


PREFIX_OF: dict[str, str] = {}


def dashed(iri: str) -> str:
    """prod:x as prod-x: names of occurrences hold it."""
    for namespace, prefix in PREFIX_OF.items():
        if iri.startswith(namespace):
            return re.sub(r"[^A-Za-z0-9.-]+", "-", f"{prefix}:{iri[len(namespace) :]}").strip("-.")
    return re.sub(r"[^A-Za-z0-9.-]+", "-", iri).strip("-.")
