"""Passages of the real text with all that is said of them, to be said again of other things.

A passage is one section: its words, and the triples of its statements, lists, exceptions,
translations and codings. What changes from document to document stands in it as a mark: one
character that `str.translate` replaces. A varied passage names other things of the
same kind, and is kept only if every name and cue word stands in it as before.
"""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

import pyoxigraph as ox

from kg.anchor import anchor, homes
from kg.house import House
from kg.layout import rank
from kg.load import CURATED, READBACK, STATED, Facts, load
from kg.mention import FORMS, lexicon, mentions, words
from kg.prefixes import STI, expand, table
from kg.turtle import RDF_TYPE

# Marks: the document; numbers of question, part and measure; titles; numerals; a count. They are
# letters of the Yi script, which IRIs may hold and no text here does.
DOCUMENT, QUESTION, PART, MEASURE = "ꀀ", "ꀁ", "ꀂ", "ꀃ"
TITLE, TITLE_EN, NUMERAL, ORDINAL, COUNT = "ꀄ", "ꀅ", "ꀆ", "ꀇ", "ꀈ"
LONG, LONG_EN = "ꀐ", "ꀑ"  # the title in full
NUMERALS = "〇一二三四五六七八九"

REAL = "opinion-qa"
QUOTE, LABEL = f"<{STI}quote>", f"<{FORMS[0]}>"
_TITLES = {
    "《关于加快推动科技保险高质量发展有力支撑高水平科技自立自强的若干意见》": LONG,
    "《科技保险意见》": TITLE,
    "“Several Opinions on accelerating the high-quality development of sci-tech insurance in "
    "strong support of high-level sci-tech self-reliance”": LONG_EN,
    "“Opinion on sci-tech insurance”": TITLE_EN,
    "Opinion on sci-tech insurance": TITLE_EN,
}
# By these the shapes read where a name stands: a name that holds one is not put in.
_TELLING = "对|在|以|及|为|将|把|向|和|与|、|，|“|”|（|通过|按照|根据|围绕|结合|采取|等|各"
_DIVISIONS = tuple(f"<{table()[prefix]}" for prefix in ("m", "sec"))
_OPENING = 14  # characters
# What can be said of others of its kind without ado: topics cannot, they are too unlike.
_PEERS = (
    "Technology Sector Stage Scenario RiskKind InterestKind ProductLine Service Mechanism "
    "Instrument ActorKind"
)

Triple = tuple[str, str, str]  # terms as N-Triples writes them


@dataclass(frozen=True)
class Passage:
    """One section.

    Attributes:
        name: local name of the section, e.g. `q3-1`.
        text: its words.
        stated: triples of graph:stated.
        curated: translations, notes and codings.
        subjects: statement to what its digest is made of: itself, its lists and exceptions.
    """

    name: str
    text: str
    stated: tuple[Triple, ...]
    curated: tuple[Triple, ...]
    subjects: Mapping[str, tuple[str, ...]] = field(repr=False)

    @cached_property
    def turtle(self) -> dict[str, str]:
        """The triples as Turtle, by the file that they stand in."""
        parts: dict[str, list[Triple]] = {}
        for triple in self.stated:
            divides = triple[0].startswith(_DIVISIONS)
            parts.setdefault("document" if divides else "stated", []).append(triple)
        for triple in self.curated:
            translates = triple[1] == f"<{STI}translation>"
            parts.setdefault("translation" if translates else "curated", []).append(triple)
        return {name: turtle(triples) for name, triples in parts.items()}

    @property
    def judged(self) -> tuple[str, ...]:
        """Local name of each statement."""
        return tuple(map(_local, self.subjects))


def _local(iri: str) -> str:
    return re.split(r"[/#]", iri.strip("<>"))[-1]


# ---------------------------------------------------------------- Turtle with marks


@cache
def _curie(iri: str) -> str:
    for prefix, namespace in table().items():
        local = iri.removeprefix(namespace)
        if local != iri and re.fullmatch(r"\w[\w-]*", local):
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _shown(term: str) -> str:
    """A term of N-Triples as Turtle writes it."""
    if term[0] == "<":
        return "a" if term[1:-1] == RDF_TYPE else _curie(term[1:-1])
    bare = re.fullmatch(r'"(.*)"\^\^<.*#(?:integer|boolean)>', term)
    return bare[1] if bare else term


def turtle(triples: Iterable[Triple]) -> str:
    """Triples as blocks, a subject each, in the order given; predicates in that of the house."""
    said: dict[str, dict[str, list[str]]] = {}
    for s, p, o in triples:
        said.setdefault(_shown(s), {}).setdefault(_shown(p), []).append(_shown(o))
    return "".join(
        f"{subject} "
        + " ;\n    ".join(f"{verb} {' , '.join(them[verb])}" for verb in sorted(them, key=rank))
        + " .\n\n"
        for subject, them in said.items()
    )


# ---------------------------------------------------------------- the real text


class Real:
    """The real document of a house, cut into passages.

    Attributes:
        passages: by name of section, in the order of the text.
    """

    def __init__(self, house: House) -> None:
        loaded = load(house)
        layers = loaded.layers
        self.facts = Facts(t for g, them in layers.items() if g != READBACK for t in them)
        (document,) = (one for one in loaded.documents if one.name == REAL)
        mine = [
            s for s, n in homes(self.facts, loaded.locator, loaded.documents).items() if n == REAL
        ]
        self.found = anchor(self.facts, loaded.locator, document, mine)
        self.forms = lexicon(self.facts)
        self.roles = {f"<{role}>" for role in self.facts.below(f"{STI}involves", _SUBPROPERTY)}
        self.slots = {f"<{slot}>" for slot in self.facts.below(f"{STI}textSlot", _SUBPROPERTY)}
        said = {graph: _by_subject(layers[graph]) for graph in (STATED, CURATED)}
        self.passages = {
            _local(section): self._passage(section, said, document.text)
            for section in sorted(self.found.sections, key=self.found.sections.__getitem__)
        }

    def _passage(self, section: str, said: "dict[str, _Said]", text: str) -> Passage:
        facts, span = self.facts, self.found.sections[section]
        name, measures = _local(section), facts.iris(section, f"{STI}tells")
        here = [
            s for s, at in self.found.quotes.items() if span.holds(at) and s in self._statements
        ]
        here.sort(key=lambda s: (self.found.quotes[s].start, s))
        leaning = {s: [*facts.iris(s, f"{STI}inList"), *self._exceptions.get(s, ())] for s in here}
        subjects = [section, *measures, *(n for s in here for n in (s, *leaning[s]))]
        codings = [c for m in measures for c in self._codings.get(m, ())]
        mark = _Marking(name)
        words = text[slice(*span)].strip()
        heading = next((t for s, p, t in said[STATED].get(here[0], ()) if p == QUOTE), "")
        stated = [mark.triple(t) for s in subjects for t in said[STATED].get(s, ())]
        words = mark.words(words)
        long = 2 + len(mark.words(_text(heading))) if measures else _OPENING
        opening = words[:long]
        stated = [
            (s, p, f'"{opening}"@zh' if p == f"<{STI}opening>" else o)
            for s, p, o in stated
            # what question tells it, and as which, is no more true of another document
            if not (measures and p == f"<{FORMS[0].replace('prefLabel', 'definition')}>")
        ]
        for measure in measures:
            stated += [mark.triple((f"<{measure}>", *rest)) for rest in _TOLD]
        return Passage(
            name,
            words,
            tuple(stated),
            tuple(
                mark.triple(t)
                for s in [*(n for s in here for n in (s, *leaning[s])), *codings]
                for t in said[CURATED].get(s, ())
            ),
            {
                mark.term(f"<{s}>"): tuple(mark.term(f"<{one}>") for one in (s, *leaning[s]))
                for s in here
            },
        )

    @cached_property
    def _statements(self) -> set[str]:
        return set(self.found.statements)

    @cached_property
    def _exceptions(self) -> dict[str, list[str]]:
        return _turned(self.facts, f"{STI}inStatement")

    @cached_property
    def _codings(self) -> dict[str, list[str]]:
        return _turned(self.facts, f"{STI}codes")


_SUBPROPERTY = "http://www.w3.org/2000/01/rdf-schema#subPropertyOf"
_Said = dict[str, list[Triple]]
_DEFINITION = "<http://www.w3.org/2004/02/skos/core#definition>"
_TOLD = (
    (_DEFINITION, f'"Measure {MEASURE} told in the answer to question {QUESTION}."@en'),
    (_DEFINITION, f'"问题{NUMERAL}的回答所述第{MEASURE}项政策举措。"@zh'),
)


def _turned(facts: Facts, predicate: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for subject in facts.subjects(predicate):
        for value in facts.iris(subject, predicate):
            found.setdefault(value, []).append(subject)
    return found


def _by_subject(triples: Iterable[ox.Triple]) -> _Said:
    said: _Said = {}
    for t in triples:
        if isinstance(t.subject, ox.NamedNode):
            said.setdefault(t.subject.value, []).append(
                (str(t.subject), str(t.predicate), str(t.object))
            )
    return said


class _Marking:
    """Puts marks where something belongs to one document."""

    def __init__(self, section: str) -> None:
        found = re.fullmatch(r"[qa]([3-8])(?:-(\d+))?", section)
        # Questions 3 to 8 can be left out or asked in another place, with fewer measures.
        self.question: str | None = found[1] if found else None
        self.measure: str | None = found[2] if found else None

    def triple(self, triple: Triple) -> Triple:
        s, p, o = triple
        if p in (f"<{STI}questionNumber>", f"<{STI}statesCount>") and self.question:
            number = QUESTION if "question" in p else COUNT
            return self.term(s), p, re.sub(r"\d+", number, o, count=1)
        if p == f"<{STI}number>" and self.measure:
            return self.term(s), p, re.sub(r"\d+", MEASURE, o, count=1)
        return self.term(s), p, self.term(o)

    def term(self, term: str) -> str:
        if term[0] != "<":
            return self.words(term)
        iri = term[1:-1]
        if iri.startswith(table()["doc"]):
            return term.replace("/opinion", f"/{DOCUMENT}")
        for prefix in ("code", "m", "p", "part", "sec", "x"):
            local = iri.removeprefix(table()[prefix])
            if local != iri and not (prefix == "code" and not local.startswith("m-")):
                return f"<{table()[prefix]}{DOCUMENT}-{self.local(prefix, local)}>"
        return term

    def local(self, prefix: str, local: str) -> str:
        if not self.question:
            return local
        if prefix in ("code", "m"):
            return re.sub(r"\d+-\d+", f"{PART}-{MEASURE}", local)
        if self.measure:
            return local.replace(f"q{self.question}-{self.measure}", f"q{QUESTION}-{MEASURE}", 1)
        return re.sub(rf"^([qa]){self.question}", rf"\g<1>{QUESTION}", local)

    def words(self, words: str) -> str:
        for title, mark in _TITLES.items():
            words = words.replace(title, mark)
        if self.question:
            numeral = NUMERALS[int(self.question)]
            words = words.replace(f"问题{numeral}", f"问题{NUMERAL}")
            words = re.sub(r"提出\d项", f"提出{COUNT}项", words)
            if self.measure:
                words = re.sub(r"^[一二三四五]是", f"{ORDINAL}是", words)
        return words


# ---------------------------------------------------------------- other things


class Variation:
    """Says passages of other things: technologies, sectors, kinds, and what else has peers.

    Args:
        real: the passages.
        rng: where chance comes from.
    """

    def __init__(self, real: Real, rng: random.Random) -> None:
        self.real, self.rng = real, rng
        facts = real.facts
        scheme, broader = expand("skos:inScheme"), expand("skos:broader")
        within = {t for s in facts.subjects(broader) for t in (s, *facts.iris(s, broader))}
        shared = {thing for things in real.forms.values() if len(things) > 1 for thing in things}
        peers: dict[tuple[str, ...], list[str]] = {}
        for thing in sorted({t for things in real.forms.values() for t in things}):
            kind = (*sorted(facts.iris(thing, RDF_TYPE)), *facts.iris(thing, scheme))
            label = facts.texts(thing, FORMS[0])
            plain = label and not re.search(_TELLING, label[0])
            if plain and thing not in within and thing not in shared and facts.iris(thing, scheme):
                peers.setdefault(kind, []).append(thing)
        wanted = {f"{STI}{name}" for name in _PEERS.split()}
        self.peers = {
            one: them for kind, them in peers.items() if wanted & set(kind) for one in them
        }

    def of(self, passage: Passage, tries: int) -> list[Passage]:
        """The passage, and as many of its variants as are found in some tries."""
        found = {passage.text: passage}
        for _ in range(tries):
            varied = self._vary(passage)
            if varied and varied.text not in found:
                found[varied.text] = varied
        return list(found.values())

    def _vary(self, passage: Passage) -> Passage | None:
        names = mentions(passage.text, self.real.forms)
        there = {m.thing for m in names}
        there |= {o[1:-1] for _, _, o in passage.stated if o[0] == "<"}
        change: dict[str, str] = {}
        forms: dict[str, str] = {}
        for thing, surface in dict.fromkeys((m.thing, m.surface) for m in names):
            others = [one for one in self.peers.get(thing, ()) if one not in there]
            whole = passage.text.count(surface) == sum(m.surface == surface for m in names)
            if others and whole and (thing in change or self.rng.random() < 0.6):
                other = change.setdefault(thing, self.rng.choice(others))
                there.add(other)
                (forms[surface],) = self.real.facts.texts(other, FORMS[0])
        if not forms:
            return None
        varied = self._changed(passage, change, forms)
        return varied if self._same(passage, varied, change, forms) else None

    def _changed(self, one: Passage, change: dict[str, str], forms: dict[str, str]) -> Passage:
        zh = re.compile("|".join(sorted(map(re.escape, forms), key=len, reverse=True)))
        labels = {
            en.casefold(): self.real.facts.texts(other, FORMS[0], "en")[0]
            for thing, other in change.items()
            for en in self.real.facts.texts(thing, FORMS[0], "en")
        }
        english = re.compile(
            "|".join(sorted(map(re.escape, labels), key=len, reverse=True)), re.IGNORECASE
        )
        terms = {f"<{thing}>": f"<{other}>" for thing, other in change.items()}

        def said(term: str) -> str:
            if term.endswith('"@zh'):
                return zh.sub(lambda m: forms[m[0]], term)
            if term.endswith('"@en'):
                return english.sub(lambda m: labels[m[0].casefold()], term)
            return terms.get(term, term)

        text = zh.sub(lambda m: forms[m[0]], one.text)

        def triples(them: tuple[Triple, ...]) -> tuple[Triple, ...]:
            return tuple((s, p, opening if p == f"<{STI}opening>" else said(o)) for s, p, o in them)

        words = next(_text(o) for _, p, o in one.stated if p == f"<{STI}opening>")
        # A measure opens with its whole heading, any other section with so many characters.
        length = _OPENING if len(words) == _OPENING else len(zh.sub(lambda m: forms[m[0]], words))
        opening = f'"{text[:length]}"@zh'
        return Passage(one.name, text, triples(one.stated), triples(one.curated), one.subjects)

    def _same(self, a: Passage, b: Passage, change: dict[str, str], forms: dict[str, str]) -> bool:
        """Whether names, cue words, quotes, slots and links stand in `b` as they do in `a`."""
        facts = self.real.facts
        was = [
            (change.get(m.thing, m.thing), forms.get(m.surface, m.surface))
            for m in mentions(a.text, self.real.forms)
        ]
        if was != [(m.thing, m.surface) for m in mentions(b.text, self.real.forms)]:
            return False
        if [w for _, w in words(a.text, facts)] != [w for _, w in words(b.text, facts)]:
            return False
        quotes = [{s: _text(o) for s, p, o in one.stated if p == QUOTE} for one in (a, b)]
        for (s, p, old), (_, _, new) in zip(a.stated, b.stated, strict=True):
            inside = (
                [quotes[n].get(s, "") for n in (0, 1)] if p in self.real.slots else [a.text, b.text]
            )
            if (p in self.real.slots or p == QUOTE) and (
                inside[0].count(_text(old)) != inside[1].count(_text(new))
            ):
                return False
            if p in self.real.roles or p in (f"<{STI}member>", f"<{STI}genus>"):
                held = [
                    any(form in quote for form in self._forms(thing[1:-1]))
                    for thing, quote in ((old, quotes[0].get(s, "")), (new, quotes[1].get(s, "")))
                ]
                if held[0] != held[1]:
                    return False
        return True

    def _forms(self, thing: str) -> list[str]:
        return [form for predicate in FORMS for form in self.real.facts.texts(thing, predicate)]


def _text(literal: str) -> str:
    return literal[1 : literal.rindex('"')]
