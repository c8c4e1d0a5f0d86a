"""How kinds and forces look in pictures, as ontology/view.ttl declares it."""

import re
from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from kg.prefixes import full, shrink
from kg.store import Node, Store, node

PALE, GREY = "#BBBBBB", "#999999"  # what no kind, and what no force, colours
SHAPES = ("ellipse", "box", "rounded", "hexagon", "octagon", "parallelogram", "trapezium")
STYLES = ("solid", "dashed", "dotted")
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")


class Shape(NamedTuple):
    """How a kind looks: colour as #RRGGBB, one of SHAPES, size (10 is usual)."""

    colour: str
    shape: str
    size: int


class Line(NamedTuple):
    """How a force looks: colour as #RRGGBB, one of STYLES."""

    colour: str
    style: str


class Look:
    """The looks of one graph, each read once; what is declared wrongly is as if it were not."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shapes: dict[str, Shape] = {}
        self._lines: dict[str, Line] = {}

    def shape(self, kind: str) -> Shape:
        """How members of a class are drawn; "" is no class."""
        if kind not in self._shapes:
            shape, size = self._told(kind, "sti:shape"), self._told(kind, "sti:size")
            self._shapes[kind] = Shape(
                self._colour(kind, PALE),
                shape if shape in SHAPES else SHAPES[0],
                int(size) if re.fullmatch("[0-9]{1,3}", size) else 10,
            )
        return self._shapes[kind]

    def thing(self, name: str, kind: str) -> Shape:
        """How one thing is drawn: a class like its members, a force in its own colour."""
        return self.shape(name if self._told(name, "sti:colour") else kind)

    def line(self, force: str) -> Line:
        """How edges of a force are drawn; "" is no force."""
        if force not in self._lines:
            style = self._told(force, "sti:lineStyle")
            style = style if style in STYLES else STYLES[0]
            self._lines[force] = Line(self._colour(force, GREY), style)
        return self._lines[force]

    def _colour(self, thing: str, usual: str) -> str:
        colour = self._told(thing, "sti:colour")
        return colour if _COLOUR.fullmatch(colour) else usual

    def _told(self, thing: str, name: str) -> str:
        return declared(self._store, thing, name) if thing else ""

    @cached_property
    def spells(self) -> dict[str, str]:
        """CURIE of a property for dates to `start` or `end`."""
        return {
            shrink(quad.subject.value): quad.object.value
            for quad in self._store.quads(None, node("sti:spell"))
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal)
            if quad.object.value in ("start", "end")
        }


def declared(store: Store, thing: str, name: str) -> str:
    """How a class or a force is drawn: what it declares, else the nearest class above.

    Args:
        store: the graph.
        thing: a CURIE or an IRI.
        name: CURIE of the property.

    Returns:
        The text of the first value, or "" where nothing is declared.
    """
    waiting: list[Node] = [ox.NamedNode(full(thing))]
    seen: set[Node] = set()
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, ox.NamedNode) or one in seen:
            continue
        seen.add(one)
        for value in store.objects(one, name):
            if isinstance(value, ox.Literal):
                return value.value
        waiting += store.objects(one, "rdfs:subClassOf")
    return ""


def ink(colour: str) -> str:
    """Black or white, whichever reads better on a colour."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if light > 0.179 else "#FFFFFF"  # where both have the same contrast
