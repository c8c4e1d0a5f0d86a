"""The pages of things: what a thing is, what is said of it by which words, and its triples."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from kg import __version__, names, write
from kg.accept import choose
from kg.card import TEXT_KEYS, Card, brief, card
from kg.describe import LAYERS
from kg.load import GRAPH
from kg.page import WORDS, Speaker, by_rule, is_derived
from kg.prefixes import BASE, expand, shrink
from kg.site import address
from kg.site.frame import Frame
from kg.site.questions import Questions
from kg.site.request import Problem, Reply, Request, Speech
from kg.site.text import Texts
from kg.site.views import Views
from kg.statement import naming
from kg.store import Store

MOST = 40  # things of one kind that a page shows unless all are asked for
_LONGEST = 80  # a name for which near ones are looked for
_SLOTS = ("sti:coversRisk", "sti:onInterest", "sti:hasBeneficiary", "sti:insured")
FORMATS = {
    "html": "text/html",
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
}


class Things:
    """The pages of things.

    Args:
        frame: renders.
        texts: where the words stand.
        questions: that may be asked about a thing.
        views: that it may be drawn in.
    """

    def __init__(self, frame: Frame, texts: Texts, questions: Questions, views: Views) -> None:
        self._frame, self._store, self._texts = frame, frame.store, texts
        self._questions, self._views = questions, views

    def reply(self, request: Request, thing: ox.NamedNode) -> Reply:
        """The page or the triples of a thing.

        Raises:
            Problem: the graph knows no such thing (404), or not in that format (406).
        """
        if not self._store.knows(thing):
            raise self._unknown(thing)
        asked = request.get("format")
        media = FORMATS.get(asked) if asked else choose(request.accept, tuple(FORMATS.values()))
        if media is None:
            names = ", ".join(FORMATS)
            raise Problem(406, f"可用：{names}（?format=…）", f"there are: {names} (?format=…)")
        if media == FORMATS["html"]:
            return self._page(request, thing)
        return _data(self._store, thing, media)

    def _unknown(self, thing: ox.NamedNode) -> Problem:
        name = shrink(thing.value)
        local = name.partition(":")[2] if name != thing.value else name.rpartition("/")[2]
        near = names.nearest(self._store, local) if 0 < len(local) <= _LONGEST else []
        told = [brief(self._store, one) for one in near]
        return Problem(404, f"图中没有 {name}。", f"The graph holds nothing called {name}.", told)

    # ------------------------------------------------------------ the page

    def _page(self, request: Request, thing: ox.NamedNode) -> Reply:
        found, speaker = card(self._store, thing), Speaker(request.lang)
        derived = [group for group in found["statements"] if is_derived(group)]
        iri = thing.value
        most = None if request.get("all") else MOST
        links = tuple(
            ("Link", f'<{request.base}{self._here(iri, name)}>; rel="alternate"; type="{media}"')
            for name, media in FORMATS.items()
            if name != "html"
        )
        return self._frame.reply(
            request,
            "thing",
            speaker.name(found),
            headers=links,
            card=found,
            outside=not iri.startswith(BASE),
            head=[
                (WORDS[key][request.lang == "en"], values)
                for key in TEXT_KEYS
                if (values := speaker.texts(found[key]))
            ],
            facts=by_property(found, speaker, derived=False),
            concluded=by_property(found, speaker, derived=True),
            stated=[group for group in found["statements"] if group not in derived],
            derived=derived,
            pointing=_pointing(found, speaker, derived=False),
            pointed=_pointing(found, speaker, derived=True),
            most=most,
            by_force=lambda group: self._by_force(group, most),
            unstated=self._unstated(thing),
            sections=self._texts.telling(thing),
            marks=self._texts.places(thing) if found["place"] else [],
            document=self._texts.document(thing),
            questions=self._questions.about(thing),
            views=[name for name, nodes in self._views.nodes.items() if iri in nodes],
            titles=self._views.titles,
            formats=[name for name in FORMATS if name != "html"],
            layer=self._layer(iri, request.lang),
            cite=self._cited(found, speaker),
        )

    def _unstated(self, thing: ox.NamedNode) -> list[Card]:
        """Of a product line: the slots that every statement which names it leaves empty."""
        if thing not in self._store.subjects("rdf:type", ox.NamedNode(expand("sti:ProductLine"))):
            return []
        said = naming(self._store, thing)
        return [
            brief(self._store, ox.NamedNode(expand(slot)))
            for slot in _SLOTS
            if not any(self._store.objects(one, slot) for one in said)
        ]

    def _by_force(self, group: Card, most: int | None) -> list[list[Card]]:
        """The first statements of a group: of a role by force, else as they stand in the text."""
        parted = ox.NamedNode(expand(group["property"]["id"])) in self._store.roles
        told: dict[str, list[Card]] = {}
        for one in group["statements"][:most]:
            of = one["force"]["id"] if parted and one["force"] else ""
            told.setdefault(of, []).append(one)
        return list(told.values())

    def _here(self, iri: str, form: str) -> str:
        where, pairs = address.path(iri)
        return Request(where).link(where, *pairs, ("format", form))

    def _layer(self, iri: str, lang: Speech) -> dict[str, Any] | None:
        """Of a layer: what it is, and how many triples it has."""
        if not iri.startswith(GRAPH):
            return None
        result = self._store.answer(
            f"SELECT (COUNT(*) AS ?n) {{ GRAPH {ox.NamedNode(iri)} {{ ?s ?p ?o }} }}"
        )
        count = result.rows[0][0]
        en, zh = LAYERS.get(iri.removeprefix(GRAPH), ("", ""))
        size = count.value if isinstance(count, ox.Literal) else "0"
        return {"size": size, "about": zh if lang == "zh" else en}

    def _cited(self, found: Card, speaker: Speaker) -> str:
        """How to cite it, in a line."""
        zh = speaker.lang == "zh"
        title = "科技保险知识图谱" if zh else "Sci-tech insurance knowledge graph"
        edition = f"（{__version__} 版）" if zh else f" (version {__version__})"
        stop = "。" if zh else ". "
        name = speaker.name(found)
        return f"{name}{stop}{title}{edition}{stop}{found['iri']}"


def by_property(found: Card, speaker: Speaker, *, derived: bool) -> list[dict[str, Any]]:
    """What is said of the thing itself, by property."""
    facts = [
        fact
        for fact in found["facts"]
        if fact["property"]["id"] != "sti:inList" and by_rule(fact["layers"]) == derived
    ]
    return [
        {
            "property": same[0]["property"],
            "name": name,
            "values": same,
            "note": speaker.texts(same[0]["note"]) if derived else [],
        }
        for name, group in groupby(
            speaker.chosen(facts), lambda fact: speaker.property(fact["property"])
        )
        for same in [list(group)]
    ]


def _pointing(found: Card, speaker: Speaker, *, derived: bool) -> list[dict[str, Any]]:
    """What points at the thing besides statements, by property."""
    groups: dict[str, list[Card]] = {}
    for one in found["pointing"]:
        if by_rule(one["layers"]) == derived:
            groups.setdefault(speaker.property(one["property"], "<"), []).append(one)
    return [
        {
            "name": name,
            "things": [
                {
                    **one,
                    "details": [
                        speaker.value(at["value"]) for at in speaker.chosen(one["details"])
                    ],
                }
                for one in things
            ],
        }
        for name, things in groups.items()
    ]


# ---------------------------------------------------------------- triples


def _data(store: Store, thing: ox.NamedNode, media: str) -> Reply:
    """What is said of the thing and with it; in JSON-LD a named graph a layer."""
    layers: dict[str, list[ox.Triple]] = {}
    for quad in _quads(store, thing):
        if isinstance(quad.graph_name, ox.NamedNode):
            layers.setdefault(quad.graph_name.value, []).append(quad.triple)
    if media == FORMATS["jsonld"]:
        text = "".join(write.jsonld(layers))
    else:
        every = [triple for triples in layers.values() for triple in triples]
        text = "".join(write.turtle(every, f"{thing.value}: what is said of it and with it."))
    return Reply(
        200,
        f"{media}; charset=utf-8" if media.startswith("text/") else media,
        text.encode("utf-8", "replace"),
        (("Vary", "Accept"),),
    )


def _quads(store: Store, thing: ox.NamedNode) -> Iterable[ox.Quad]:
    """The quads with the thing as subject or object, and the blank nodes that they lead to."""
    waiting: list[ox.NamedNode | ox.BlankNode] = [thing]
    seen: set[ox.NamedNode | ox.BlankNode] = set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        for quad in store.quads(one):
            yield quad
            if isinstance(quad.object, ox.BlankNode):
                waiting.append(quad.object)
    for quad in store.quads(None, None, thing):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad
