"""The start page, the terms, and what the graph is and how to cite it."""

from collections import Counter

import pyoxigraph as ox

from kg.card import Card, brief, layers
from kg.describe import LAYERS
from kg.load import GRAPH
from kg.page import Speaker
from kg.place import Places
from kg.prefixes import STI, shrink, table
from kg.site.frame import Frame
from kg.site.questions import Questions
from kg.site.request import Reply, Request
from kg.site.views import Views
from kg.site.words import say
from kg.store import Node, node


class Overview:
    """Pages about the graph as a whole; what they count is counted once.

    Args:
        frame: renders.
        questions: of the catalogue.
        views: that can be drawn.
    """

    def __init__(self, frame: Frame, questions: Questions, views: Views) -> None:
        self._frame, self._store = frame, frame.store
        self._questions, self._views = questions, views
        store = self._store
        provisions = self._members("sti:Provision")
        forces = Counter(o for one in provisions for o in store.objects(one, "sti:force"))
        self._forces = [(brief(store, one), forces[one]) for one in self._members("sti:Force")]
        self._forces.sort(key=lambda pair: (-pair[1], pair[0]["id"]))
        inside = Counter(o for one in provisions for o in store.objects(one, "sti:inMeasure"))
        measures = sorted(self._members("sti:Measure"), key=Places(store).of)
        self._measures = [
            (brief(store, one), inside[one], self._forces_of(one, provisions)) for one in measures
        ]
        kinds = ("sti:Measure", "sti:Provision", "sti:Agent", "sti:ActorKind", "sti:ProductLine",
                 "sti:RiskKind", "sti:Technology", "sti:Place")  # fmt: skip
        counts = [
            (
                brief(store, node(one)),
                len(members),
                sum(layers(store, m) == ["curated"] for m in members),
            )
            for one in kinds
            for members in [self._members(one)]
        ]
        self._counts = [pair for pair in counts if pair[1]]
        sizes = Counter(
            quad.graph_name.value
            for quad in store.quads()
            if isinstance(quad.graph_name, ox.NamedNode)
        )
        self._layers = sorted(sizes.items(), key=lambda pair: (_rank(pair[0]), pair[0]))

    def _members(self, kind: str) -> list[ox.NamedNode]:
        """What is of a class, or of a class below it."""
        found: set[Node] = set()
        for one in self._store.below(node(kind)):
            found |= set(self._store.subjects("rdf:type", one))
        return sorted((one for one in found if isinstance(one, ox.NamedNode)), key=str)

    def _forces_of(self, measure: ox.NamedNode, provisions: list[ox.NamedNode]) -> list[Card]:
        """The forces of a measure's provisions, each once."""
        inside = set(self._store.subjects("sti:inMeasure", measure)) & set(provisions)
        found = {o.value for one in inside for o in self._store.objects(one, "sti:force")
                 if isinstance(o, ox.NamedNode)}  # fmt: skip
        return [brief(self._store, ox.NamedNode(one)) for one in sorted(found)]

    def start(self, request: Request) -> Reply:
        """The start page."""
        return self._frame.reply(
            request,
            "start",
            say("site", request.lang),
            counts=self._counts,
            families=self._questions.families(),
            measures=self._measures,
            forces=self._forces,
        )

    def about(self, request: Request) -> Reply:
        """What the graph is, its layers, how to cite it."""
        lang = request.lang
        layers = []
        for iri, count in self._layers:
            en, zh = LAYERS.get(iri.removeprefix(GRAPH), ("", ""))
            rule = iri.removeprefix(f"{GRAPH}derived-")
            of = brief(self._store, node(f"rule:{rule}")) if rule != iri else None
            name = shrink(iri)
            layers.append({"id": name, "about": zh if lang == "zh" else en, "rule": of,
                           "count": count})  # fmt: skip
        return self._frame.reply(request, "about", say("about", lang), told=layers)

    def terms(self, request: Request) -> Reply:
        """The classes and properties, the vocabularies and the modules."""
        store, speaker = self._store, Speaker(request.lang)
        groups = {}
        for name, kinds in (
            ("classes", ("owl:Class",)),
            ("properties", ("owl:ObjectProperty", "owl:DatatypeProperty",
                            "owl:AnnotationProperty")),
            ("vocabularies", ("skos:ConceptScheme",)),
            ("modules", ("owl:Ontology",)),
        ):  # fmt: skip
            found = {one for kind in kinds for one in store.subjects("rdf:type", node(kind))}
            own = [one for one in found if isinstance(one, ox.NamedNode)
                   and one.value.startswith((STI, table()["scheme"], STI.rstrip("#")))]  # fmt: skip
            groups[name] = [
                {
                    **brief(store, one),
                    "anchor": shrink(one.value).removeprefix("sti:"),
                    "about": store.text(one, ["skos:definition", "dcterms:title"], request.lang),
                }
                for one in own
            ]
            groups[name].sort(key=lambda one: (speaker.name(one).casefold(), one["id"]))
        return self._frame.reply(request, "terms", say("terms", request.lang), groups=groups)


def _rank(iri: str) -> int:
    """Layers in the order in which they are told; what rules derive comes after them."""
    known = list(LAYERS)
    name = iri.removeprefix(GRAPH)
    return known.index(name) if name in known else len(known)
