"""Folding: how a node with several ends becomes edges, as ontology/view.ttl declares it."""

from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from kg.errors import KGError
from kg.prefixes import shrink
from kg.spool import End
from kg.store import Node, Store, node

Facts = dict[str, list[Node]]
"""What is said of one thing: IRI of a property to its values, sorted."""
Said = list[tuple[str, Node]]
"""The same as pairs."""


class Fold(NamedTuple):
    """How the members of some classes fold, by IRIs of properties.

    Attributes:
        froms: whose value is the place that a member belongs to.
        tos: whose values are the other ends.
        attributes: whose values each edge carries; sorted.
    """

    froms: frozenset[str]
    tos: frozenset[str]
    attributes: tuple[str, ...]

    def ties(self, name: str, facts: Facts, ends: Iterable[End]) -> Said:
        """What ties a node to the ends of the edges that it folds into, each once.

        Args:
            name: of the node, for messages.
            facts: what is said of it.
            ends: of the edges.

        Raises:
            KGError: one end is not by a property that is folded from, or the other not by one
                that is folded to: the edge would tie the values of two roles.
        """
        places = {
            value.value: (name, value)
            for name in self.froms
            for value in facts.get(name, ())
            if isinstance(value, ox.NamedNode)
        }
        found: Said = []
        for source, kind, target, _ in ends:
            for place, thing in ((source, target), (target, source)):
                end = ox.NamedNode(thing)
                if kind in self.tos and place in places and end in facts.get(kind, ()):
                    found += [places[place], (kind, end)]
                    break
            else:
                raise KGError(
                    f"{name} folds into an edge from {shrink(source)} to {shrink(target)}, which "
                    "its class does not allow",
                    hint="see sti:foldFrom and sti:foldTo in ontology/view.ttl",
                )
        return list(dict.fromkeys(found))


class Folds:
    """What the ontology of a graph declares; each set of classes is looked up once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[frozenset[str], Fold] = {}

    def of(self, types: Iterable[Node]) -> Fold:
        """How a node of these classes folds: as they and the classes above them declare."""
        classes = frozenset(kind.value for kind in types if isinstance(kind, ox.NamedNode))
        if classes not in self._known:
            tos = (self._store.below(ox.NamedNode(to), "rdfs:subPropertyOf")
                   for to in self._declared("sti:foldTo", classes))  # fmt: skip
            self._known[classes] = Fold(
                frozenset(self._declared("sti:foldFrom", classes)),
                frozenset(to.value for them in tos for to in them if isinstance(to, ox.NamedNode)),
                tuple(sorted(self._declared("sti:foldAttribute", classes))),
            )
        return self._known[classes]

    def _declared(self, name: str, classes: frozenset[str]) -> set[str]:
        return {
            quad.object.value
            for quad in self._store.quads(None, node(name))
            if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)
            if not classes.isdisjoint(
                getattr(below, "value", "") for below in self._store.below(quad.subject)
            )
        }
