"""The source texts as pages show them: cut where statements and named things begin and end."""

from collections.abc import Mapping
from itertools import pairwise
from typing import NamedTuple

import pyoxigraph as ox

from kg.place import span
from kg.prefixes import shrink
from kg.source import segments
from kg.statement import in_order
from kg.store import Store, node


class Piece(NamedTuple):
    """A stretch of the text that lies in the same statements, and in a name or not.

    Attributes:
        words: its characters.
        start: its place, in code points.
        end: the place just after it.
        statement: CURIE of the shortest statement that it lies in; "" where it is in none.
        force: CURIE of the force of that statement; "" for none.
        names: CURIEs of the things that it names.
    """

    words: str
    start: int
    end: int
    statement: str
    force: str
    names: tuple[str, ...]


class Section(NamedTuple):
    """A section of a text.

    Attributes:
        node: the section.
        document: name of its text.
        start: its place, in code points.
        end: the place just after it.
        tells: the measures that it tells.
        pieces: all of it.
    """

    node: ox.NamedNode
    document: str
    start: int
    end: int
    tells: tuple[ox.NamedNode, ...]
    pieces: tuple[Piece, ...]

    @property
    def id(self) -> str:
        """Its CURIE."""
        return shrink(self.node.value)


class Texts:
    """The texts of a graph.

    Args:
        store: the graph.
        sources: see `kg.search.sources`.
    """

    def __init__(self, store: Store, sources: Mapping[str, str]) -> None:
        self.store, self.sources = store, sources
        self._named = self._mentions()
        found = (self._section(one) for one in store.subjects("rdf:type", node("sti:Section")))
        self.sections = sorted(
            (one for one in found if one), key=lambda one: (one.document, one.start)
        )

    def _mentions(self) -> dict[tuple[int, int], tuple[str, ...]]:
        """Where named things stand, and which."""
        found: dict[tuple[int, int], set[str]] = {}
        for quad in self.store.quads(None, node("sti:mentions")):
            mark, thing = quad.subject, quad.object
            place = span(self.store, mark) if isinstance(mark, ox.NamedNode) else None
            if place and isinstance(thing, ox.NamedNode):
                found.setdefault(place, set()).add(shrink(thing.value))
        return {place: tuple(sorted(names)) for place, names in sorted(found.items())}

    def _section(self, one: object) -> Section | None:
        place = span(self.store, one) if isinstance(one, ox.NamedNode) else None
        if not isinstance(one, ox.NamedNode) or not place:
            return None
        homes = self.store.objects(one, "sti:sectionOf")
        home = next((shrink(o.value) for o in homes if isinstance(o, ox.NamedNode)), "")
        name = home.partition(":")[2]
        text = self.sources.get(name)
        if text is None:
            return None
        tells = [o for o in self.store.objects(one, "sti:tells") if isinstance(o, ox.NamedNode)]
        return Section(one, name, *place, tuple(tells), tuple(self._pieces(text, one, place)))

    def _pieces(self, text: str, section: ox.NamedNode, place: tuple[int, int]) -> list[Piece]:
        here = {
            one
            for one in self.store.subjects("sti:inSection", section)
            if isinstance(one, ox.NamedNode)
        }
        # A text that is not the one the graph was built from is shown without marks.
        said = [
            one
            for one in in_order(self.store, here)
            if one.span[0] >= 0 and text[slice(*one.span)] == one.quote
        ]
        pieces = []
        for one in segments(*place, said):
            inner = min(one.statements, key=lambda at: at.span[1] - at.span[0], default=None)
            force = inner.force if inner else None
            named = {
                p: ids for p, ids in self._named.items() if p[0] < one.end and p[1] > one.start
            }
            cuts = {one.start, one.end}
            cuts |= {min(max(at, one.start), one.end) for p in named for at in p}
            for a, b in pairwise(sorted(cuts)):
                names = {
                    name for p, ids in named.items() if p[0] <= a and b <= p[1] for name in ids
                }
                pieces.append(
                    Piece(
                        text[a:b],
                        a,
                        b,
                        inner.curie if inner else "",
                        shrink(force.value) if force else "",
                        tuple(sorted(names)),
                    )
                )
        return pieces

    def places(self, thing: ox.NamedNode) -> list[tuple[int, int]]:
        """Where a thing stands: a statement or section its words, a named thing its names."""
        if here := span(self.store, thing):
            return [here]
        name = shrink(thing.value)
        return [place for place, names in self._named.items() if name in names]

    def telling(self, thing: ox.NamedNode) -> list[Section]:
        """The sections to show with a thing: that it stands in, or that tell it."""
        homes = (
            set(self.store.objects(thing, "sti:inSection")) if span(self.store, thing) else set()
        )
        return [one for one in self.sections if one.node in homes or thing in one.tells]

    def document(self, thing: ox.NamedNode) -> str:
        """The name of the text in which a thing stands; "" where in none."""
        places = self.places(thing)
        for one in self.sections:
            if one.node == thing or thing in one.tells:
                return one.document
            if places and one.start <= places[0][0] < one.end:
                return one.document
        return ""
