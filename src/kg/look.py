"""How kinds and forces look in pictures, as ontology/view.ttl declares it."""

from functools import cached_property
from typing import NamedTuple

import pyoxigraph as ox

from kg.prefixes import full, shrink
from kg.store import Node, Store, node

PALE = "#BBBBBB"  # what no kind and no force colours


class Shape(NamedTuple):
    """How a kind looks: colour as #RRGGBB, name of the shape, size (10 is usual)."""

    colour: str
    shape: str
    size: int


class Line(NamedTuple):
    """How a force looks: colour as #RRGGBB, and solid, dashed or dotted."""

    colour: str
    style: str


class Look:
    """The looks of one graph, each read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._shapes: dict[str, Shape] = {}
        self._lines: dict[str, Line] = {}

    def shape(self, kind: str) -> Shape:
        """How a class is drawn; "" for things without one."""
        if kind not in self._shapes:
            told = [declared(self._store, kind, f"sti:{name}") if kind else ""
                    for name in ("colour", "shape", "size")]  # fmt: skip
            size = int(told[2]) if told[2].isdecimal() else 10
            self._shapes[kind] = Shape(told[0] or PALE, told[1] or "ellipse", size)
        return self._shapes[kind]

    def line(self, force: str) -> Line:
        """How a force is drawn; "" for edges without one."""
        if force not in self._lines:
            told = [declared(self._store, force, f"sti:{name}") if force else ""
                    for name in ("colour", "lineStyle")]  # fmt: skip
            self._lines[force] = Line(told[0] or "#999999", told[1] or "solid")
        return self._lines[force]

    @cached_property
    def spells(self) -> dict[str, str]:
        """CURIE of a property for dates to `start` or `end`."""
        found = self._store.quads(None, node("sti:spell"))
        return {shrink(quad.subject.value): quad.object.value for quad in found}  # type: ignore[union-attr]


def ink(colour: str) -> str:
    """Black or white, whichever reads better on a colour."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    light = sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )
    return "#000000" if light > 0.18 else "#FFFFFF"


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
