"""Where things stand in the text, to sort by."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kg.store import Node, Resource, Store

Place = tuple[str, int, int]
"""Document, start, and the end with a minus before it: what is longer comes first."""

LAST: Place = ("~", 0, 0)  # after every IRI

_OWN = """SELECT ?thing ?document ?start ?end WHERE {{
  {{
    VALUES ?thing {{ {0} }}
    ?thing oa:hasTarget ?target .
    ?target oa:hasSource ?document ; oa:hasSelector ?words .
    ?words oa:start ?start ; oa:end ?end .
  }} UNION {{
    VALUES ?thing {{ {0} }}
    ?thing oa:start ?start ; oa:end ?end .
    OPTIONAL {{ ?thing sti:sectionOf ?document }}
  }}
}}"""
# A measure comes before all that stands in its section.
_TOLD = f"""SELECT ?thing ?document ?start (-{sys.maxsize} AS ?end) WHERE {{{{
  VALUES ?thing {{{{ {{0}} }}}}
  ?section sti:tells ?thing ; sti:sectionOf ?document ; oa:start ?start .
}}}}"""
_NAMED = """SELECT ?thing ?document ?start ?end WHERE {{
  VALUES ?thing {{ {0} }}
  ?mark sti:mentions ?thing ; oa:start ?start ; oa:end ?end ; sti:within ?statement .
  ?statement oa:hasTarget ?target .
  ?target oa:hasSource ?document .
}}"""
_INSIDE = """SELECT ?thing ?statement ?start ?end WHERE {{
  VALUES ?statement {{ {0} }}
  ?mark sti:within ?statement ; sti:mentions ?thing ; oa:start ?start ; oa:end ?end .
}}"""


def span(store: Store, thing: Resource) -> tuple[int, int] | None:
    """Where a statement, a list or a section stands: start and end in Unicode code points."""
    found = [(start, -end) for _, (_, start, end) in _places(store, _OWN, [thing])]
    return min(found, default=None)


def _places(store: Store, query: str, things: Iterable[Node]) -> Iterator[tuple[Node, Place]]:
    """Things and their places, as a query tells them."""
    for thing, document, start, end in _rows(store, query, things):
        yield thing, (str(document or ""), *_span(start, end))


def _rows(store: Store, query: str, things: Iterable[Node]) -> Iterator[tuple[Any, ...]]:
    """What a query tells of things, start and end last."""
    iris = " ".join(str(thing) for thing in things if isinstance(thing, ox.NamedNode))
    for row in store.answer(query.format(iris)).rows if iris else ():
        if isinstance(row[2], ox.Literal) and isinstance(row[3], ox.Literal):
            yield row


def _span(start: ox.Literal, end: ox.Literal) -> tuple[int, int]:
    return int(start.value), -int(end.value)


class Places:
    """The places of one graph; each is looked up once.

    A statement stands where its words do, a measure where the section that tells it begins, a
    named thing where it is first named.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._own: dict[Node, Place | None] = {}
        self._named: dict[Node, Place] = {}
        self._inside: dict[Node, dict[Node, Place]] = {}

    def read(self, things: Iterable[Node | None]) -> None:
        """Looks up many things at once, which is quicker than one by one."""
        new = [one for one in dict.fromkeys(things) if one and one not in self._own]
        own = _first(_places(self._store, _OWN, new))
        told = _first(_places(self._store, _TOLD, (one for one in new if one not in own)))
        self._own |= {one: own.get(one) or told.get(one) for one in new}

    def read_inside(self, statements: Iterable[Node | None]) -> None:
        """Looks up what many statements name, all at once; what is no statement names nothing."""
        new = [one for one in dict.fromkeys(statements) if one and one not in self._inside]
        self.read(new)
        self._inside |= {one: {} for one in new}
        for thing, statement, start, end in _rows(self._store, _INSIDE, new):
            if home := self._own[statement]:
                found, place = self._inside[statement], (home[0], *_span(start, end))
                found[thing] = min(place, found.get(thing, place))

    def of(self, thing: Node | None, inside: Node | None = None) -> Place:
        """Where a thing stands; what stands nowhere comes last.

        Args:
            thing: any resource.
            inside: a statement: what it names stands where it is named there.
        """
        if not isinstance(thing, ox.NamedNode):
            return LAST
        if thing not in self._own:
            self.read([thing])
        if own := self._own[thing]:
            return own
        return self._within(inside).get(thing) or self._anywhere(thing)

    def is_own(self, thing: Node | None) -> bool:
        """Whether a thing that was read has a place."""
        return self._own.get(thing) is not None if thing else False

    def says(self, thing: Node | None) -> bool:
        """Whether a thing is a statement or a list, which has words of its own."""
        return isinstance(thing, ox.NamedNode) and bool(self._store.objects(thing, "sti:quote"))

    def _anywhere(self, thing: Node) -> Place:
        """Where a thing is first named, in any statement."""
        if thing not in self._named:
            found = _first(_places(self._store, _NAMED, [thing]))
            self._named[thing] = found.get(thing, LAST)
        return self._named[thing]

    def _within(self, statement: Node | None) -> dict[Node, Place]:
        """What a statement names, and where first."""
        if statement is None:
            return {}
        if statement not in self._inside:
            self.read_inside([statement])
        return self._inside[statement]


def _first(found: Iterable[tuple[Node, Place]]) -> dict[Node, Place]:
    """Of each thing the first of its places."""
    out: dict[Node, Place] = {}
    for thing, place in found:
        out[thing] = min(place, out.get(thing, place))
    return out
