"""Search: things by their names in both languages, statements by their words."""

from collections.abc import Mapping
from typing import Any

import pyoxigraph as ox

from kg import names, search
from kg.card import Card, brief, layers
from kg.names import LABELS
from kg.prefixes import shrink
from kg.site.frame import Frame
from kg.site.request import Reply, Request
from kg.spelling import bare, plain, singular
from kg.statement import Statement, statements
from kg.store import node

PAGE = 20  # results on a page
_LONGEST = 400  # of what is looked for, in characters: a sentence
_NAME = 80  # of these, those of a name for which near ones are looked for


class Finder:
    """Searches a graph; what may be found is read once.

    Args:
        frame: renders.
        sources: see `kg.search.sources`.
    """

    def __init__(self, frame: Frame, sources: Mapping[str, str]) -> None:
        self._frame, self._store, self._sources = frame, frame.store, sources
        self._names: list[tuple[int, str, tuple[str, ...], str, ox.NamedNode]] = []
        for rank, name in enumerate(LABELS):
            for quad in self._store.quads(None, node(name)):
                thing, label = quad.subject, quad.object
                if isinstance(thing, ox.NamedNode) and isinstance(label, ox.Literal):
                    text = label.value
                    forms = (bare(text), bare(singular(text)))
                    words = f" {plain(text)} {singular(text)}"
                    self._names.append((rank, text, forms, words, thing))
        self._names.sort(key=lambda one: (one[0], one[1], one[4].value))
        self._said = [
            (one, bare(one.quote), f" {singular(one.translation)}")
            for one in statements(self._store)
        ]

    def things(self, text: str) -> list[ox.NamedNode]:
        """The things that bear a name that holds `text`: the very name first, then its beginning.

        Of a class of real things and the concept that defines it, both are found.
        """
        wanted, single = bare(text), bare(singular(text))
        best: dict[ox.NamedNode, tuple[int, int, int, str]] = {}
        for rank, label, forms, words, thing in self._names:
            if wanted not in forms[0] and single not in forms[1]:
                continue
            # An English word is found at its beginning, a Chinese one anywhere.
            begins = f" {plain(text)}" in words or f" {singular(text)}" in words
            if wanted.isascii() and label.isascii() and not begins:
                continue
            starts = forms[0].startswith(wanted) or forms[1].startswith(single)
            how = 0 if wanted == forms[0] or single == forms[1] else 1 if starts else 2
            key = (how, rank, len(label), label)
            if thing not in best or key < best[thing]:
                best[thing] = key
        found = sorted(best, key=lambda one: (best[one], one.value))
        if (named := names.iri(text)) and self._store.knows(named):
            found = [named, *(one for one in found if one != named)]
        return found

    def saying(self, text: str) -> list[Statement]:
        """The statements whose words, or whose translation, hold `text`; see `kg.search.find`."""
        wanted = bare(text)
        english = f" {singular(text)}" if wanted.isascii() else ""
        return [
            one
            for one, quote, translation in self._said
            if search.meets(wanted, quote) or search.meets(english, translation)
        ]

    def reply(self, request: Request) -> Reply:
        """The page of results."""
        text = request.get("q").strip()[:_LONGEST]
        lang = request.lang
        label = {"zh": "查找", "en": "Search"}[lang]
        told: dict[str, Any] = {"text": text, "found": [], "near": [], "silence": "", "pages": 1,
                                "page": 1, "things": 0, "statements": 0}  # fmt: skip
        if bare(text):
            found: list[ox.NamedNode | Statement] = [*self.things(text)]
            told["things"] = len(found)
            found += self.saying(text)
            told["statements"] = len(found) - told["things"]
            pages = max(1, -(-len(found) // PAGE))
            page = min(max(1, _number(request.get("page"))), pages)
            here = found[(page - 1) * PAGE : page * PAGE]
            told |= {"pages": pages, "page": page, "found": [self._shown(one) for one in here]}
            if not told["statements"]:
                told["silence"] = search.silence(self._sources, text, lang)
            if not told["things"] and len(text) <= _NAME:
                near = names.nearest(self._store, text)
                told["near"] = [brief(self._store, one) for one in near]
        title = f"{text} – {label}" if text else label
        return self._frame.reply(request, "search", title, **told)

    def _shown(self, one: ox.NamedNode | Statement) -> Card:
        """A result for the template."""
        if isinstance(one, Statement):
            return {
                "statement": {
                    "id": one.curie,
                    "kind": brief(self._store, one.kind) if one.kind else None,
                    "force": brief(self._store, one.force) if one.force else None,
                    "place": brief(self._store, one.place) if one.place else None,
                    "quote": one.quote,
                    "translation": one.translation,
                }
            }
        kinds = [k for k in self._store.objects(one, "rdf:type") if isinstance(k, ox.NamedNode)]
        kinds.sort(key=lambda kind: (shrink(kind.value)[:4] != "sti:", kind.value))
        about = {
            lang: text
            for lang in ("zh", "en")
            if (text := self._store.text(one, ["skos:definition"], lang))
        }
        return {
            "thing": brief(self._store, one),
            "kind": brief(self._store, kinds[0]) if kinds else None,
            "layers": layers(self._store, one),
            "about": {lang: [text] for lang, text in about.items()},
        }


def _number(text: str) -> int:
    """A page number; 1 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
