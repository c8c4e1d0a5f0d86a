"""A statement as a reader needs it: what kind, how strongly, where, in which words."""

from functools import cached_property

import pyoxigraph as ox

from kg.place import Places, span
from kg.prefixes import shrink
from kg.store import Lang, Node, Store, node

# Slots in the order in which a reader wants them; what is not here follows, by name.
ORDER = (
    "rdf:type", "sti:interprets", "sti:partOf", "sti:inPart", "sti:number",
    "sti:inMeasure", "sti:inSection", "sti:statedIn", "sti:continues", "sti:quote",
    "sti:translation", "sti:force", "sti:cue", "sti:actorStatus", "sti:hasIssuer",
    "sti:hasSpeaker", "sti:atEvent", "sti:hasLead", "sti:hasJoined", "sti:presumedLead",
    "sti:hasAddressee", "sti:act", "sti:actRest", "sti:hasObject", "sti:hasTarget",
    "sti:hasMeans", "sti:onBasis", "sti:hasParty", "sti:hasBeneficiary", "sti:hasDutyHolder",
    "sti:coversRisk", "sti:onInterest", "sti:inField", "sti:atStage", "sti:inSector",
    "sti:inPlace", "sti:inScenario", "sti:underPrinciple", "sti:about", "sti:purpose",
    "sti:condition", "sti:manner", "sti:quality", "sti:objectStatus", "sti:statusCue",
    "sti:summarises", "sti:statesCount", "sti:inList", "sti:genus", "sti:reading",
)  # fmt: skip
_RANK = {name: rank for rank, name in enumerate(ORDER)}


def rank(predicate: str) -> tuple[int, str]:
    """A sort key for properties by CURIE: the known ones in reading order, then the rest."""
    return _RANK.get(predicate, len(ORDER)), predicate


def layer(graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
    """The layer that a named graph is, for a reader: `stated`, `curated`, `derived (rule:…)`."""
    if isinstance(graph, ox.DefaultGraph):
        return ""
    name = shrink(graph.value).removeprefix("graph:")
    if name.startswith("derived-"):
        return f"derived (rule:{name.removeprefix('derived-')})"
    return name


def naming(store: Store, thing: Node) -> set[ox.NamedNode]:
    """The statements that tie a thing to themselves: by a role, or as genus of one of their lists.

    A genus says what the members of a list are: it has no role of its own.
    """
    tied = {
        quad.subject for quad in store.quads(None, None, thing) if quad.predicate in store.roles
    }
    for listed in store.subjects("sti:genus", thing):
        tied |= set(store.subjects("sti:inList", listed))
    return {one for one in tied if isinstance(one, ox.NamedNode)}


class Statement:
    """One statement (or list) of the graph, read when asked.

    Args:
        store: the graph.
        node: the statement.
    """

    def __init__(self, store: Store, node: ox.NamedNode) -> None:
        self.store, self.node = store, node

    def __eq__(self, other: object) -> bool:
        """Whether it is the same statement."""
        return isinstance(other, Statement) and self.node == other.node

    def __hash__(self) -> int:
        """As for the node."""
        return hash(self.node)

    def _one(self, name: str) -> ox.NamedNode | None:
        found = [o for o in self.store.objects(self.node, name) if isinstance(o, ox.NamedNode)]
        return found[0] if found else None

    @property
    def curie(self) -> str:
        """Its CURIE."""
        return shrink(self.node.value)

    @property
    def doubted(self) -> bool:
        """Whether it can be read in another way."""
        return bool(self.store.objects(self.node, "sti:reading"))

    @property
    def kind(self) -> ox.NamedNode | None:
        """Its class, e.g. sti:Provision."""
        return self._one("rdf:type")

    @property
    def force(self) -> ox.NamedNode | None:
        """How strongly; None where a statement carries no force."""
        return self._one("sti:force")

    @property
    def place(self) -> ox.NamedNode | None:
        """The measure that it belongs to, else the section that it stands in."""
        return self._one("sti:inMeasure") or self._one("sti:inSection")

    @property
    def quote(self) -> str:
        """Its words."""
        return self.store.text(self.node, ["sti:quote"], "zh") or ""

    @property
    def translation(self) -> str:
        """Its words in English, or ""."""
        return self.store.text(self.node, ["sti:translation"], "en") or ""

    @property
    def carried(self) -> "Statement | None":
        """The clause before whose cue or actor it carries on; None where it has a cue of its own.

        A reader of the words alone has to be told of it: 普及科技保险知识 names nobody.
        """
        clause, seen = self, {self}
        while not self.store.objects(clause.node, "sti:cue"):
            before = clause._one("sti:continues")
            if before is None or Statement(self.store, before) in seen:
                break
            clause = Statement(self.store, before)
            seen.add(clause)
        return clause if clause != self and clause.quote else None

    @cached_property
    def span(self) -> tuple[int, int]:
        """Start and end in the text, (-1, -1) where it has no place."""
        return span(self.store, self.node) or (-1, -1)

    def words(self, lang: Lang) -> list[str]:
        """Quote (zh), translation (en), or both; the quote where there is no translation."""
        quote = f"“{self.quote}”" if self.quote else ""
        wanted = {
            "zh": [quote],
            "en": [self.translation or quote],
            "both": [quote, self.translation],
        }
        return [words for words in wanted[lang] if words]


def statements(store: Store) -> list[Statement]:
    """Every statement that has a kind below sti:Statement, in the order of the text."""
    found = {
        quad.subject
        for kind in store.below(node("sti:Statement"))
        for quad in store.quads(None, node("rdf:type"), kind)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return in_order(store, found)


def in_order(store: Store, nodes: set[ox.NamedNode]) -> list[Statement]:
    """Statements in the order of the text."""
    places = Places(store)
    return [
        Statement(store, one) for one in sorted(nodes, key=lambda one: (places.of(one), str(one)))
    ]
