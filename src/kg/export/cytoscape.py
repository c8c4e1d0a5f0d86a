"""Cytoscape.js JSON: nodes and edges with their look as data; the HTML page reads the same."""

import json
from typing import Any

import pyoxigraph as ox

from kg.export.columns import cells
from kg.export.held import Out
from kg.export.told import Options, Told
from kg.look import Look
from kg.prefixes import table
from kg.store import node
from kg.view import Attributes, Edge, Projection, Vertex

Element = dict[str, Any]


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes `{"data": …, "elements": {"nodes": […], "edges": […]}}`, an element a line."""
    title, made, told = projection.view.title, Elements(projection), Told()
    name = " / ".join(title[lang] for lang in languages(projection))
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f'{{"data": {_json({"name": name, "view": projection.view.id})},\n')
        file.write('"elements": {"nodes": [')
        for vertex in projection.nodes:
            file.write(f"{',' if told.nodes else ''}\n{_json(made.node(vertex))}")
            told.nodes += 1
        file.write('\n], "edges": [')
        for edge in projection.edges():
            file.write(f"{',' if told.edges else ''}\n{_json(made.edge(edge))}")
            told.edges += 1
        file.write("\n]}}\n")
    return told


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def languages(projection: Projection) -> tuple[str, ...]:
    """The languages that are shown."""
    return ("zh", "en") if projection.lang == "both" else (projection.lang,)


class Elements:
    """Makes the nodes and edges of a view into elements, each `{"data": …}`."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection
        self._store, self._lang = projection.store, projection.lang
        self._kinds: dict[str, tuple[str, str]] = {}
        self.look = Look(projection.store)
        self._measures = {one.id: one for one in projection.nodes if "sti:Measure" in one.types}

    def node(self, one: Vertex) -> Element:
        """A node: id, iri, label, kind (CURIE of its class), kindLabel, colour, attributes.

        types where there are several; in both languages also label_zh and label_en.
        """
        data: Element = {"id": one.id, "iri": one.iri, **self._labels(one)}
        name, data["colour"] = self._kind(one.kind)
        if one.kind:
            data |= {"kind": one.kind, "kindLabel": name}
        if len(one.types) > 1:
            data["types"] = list(one.types)
        return {"data": data | attributes(one.attributes)}

    def edge(self, one: Edge) -> Element:
        """An edge: id, source, target, role (CURIE of its property) with its name as label.

        Then colour and lineStyle of its force, and what is said by the statement that folded into
        it: statement, measure and measureLabel (where), quote, translation, force and forceId,
        and its other attributes.
        """
        data: Element = {"id": one.id, "source": one.source, "target": one.target}
        data |= {"role": one.kind, **self._labels(one)}
        if one.statement:
            data["statement"] = one.statement
            places = [self._measures[e] for e in (one.source, one.target) if e in self._measures]
            if len(places) == 1:
                data["measure"] = places[0].id
                data["measureLabel"] = self._projection.label(places[0])
        force = one.attributes.get("force")
        name = force.ids[0] if force and force.ids else ""
        data["colour"], data["lineStyle"] = self.look.line(name)
        return {"data": data | attributes(one.attributes)}

    def _kind(self, kind: str) -> tuple[str, str]:
        """Name and colour of a class; "" is none."""
        if kind not in self._kinds:
            name = self._store.name(resource(kind), self._lang) if kind else ""
            self._kinds[kind] = name, self.look.shape(kind).colour
        return self._kinds[kind]

    def _labels(self, one: Vertex | Edge) -> Element:
        named: Element = {"label": self._projection.label(one)}
        if self._lang == "both":
            named |= {f"label_{lang}": name for lang, name in sorted(one.labels.items())}
        return named


def attributes(found: Attributes) -> Element:
    """Values by name, several as a list; beside the labels of things, their CURIEs as `…Id`."""
    return {name: v[0] if len(v) == 1 else list(v) for name, v in cells(found).items()}


def resource(name: str) -> ox.NamedNode:
    """The node of a CURIE, or of an IRI that no prefix fits."""
    return node(name) if name.partition(":")[0] in table() else ox.NamedNode(name)
