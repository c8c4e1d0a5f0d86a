"""The card of a thing: what it is, what the graph says of it, and on which words that rests."""

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg import names, search
from kg.place import span
from kg.prefixes import shrink, table
from kg.statement import Statement, in_order, layer, naming, rank
from kg.store import Node, Resource, Store, node
from kg.text import longest_first, occurrences

Card = dict[str, Any]

_TEXTS = ("skos:definition", "skos:scopeNote", "skos:example")
TEXT_KEYS = tuple(name.partition(":")[2] for name in _TEXTS)
_NAMES = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")
_OWN = _NAMES[:2]  # the others are phrases that the text has for several things at once
# Told in the head of the card, or only a step on the way to a place in the text.
_HEAD = {*_TEXTS, *_NAMES, "rdfs:label", "rdf:type", "oa:hasTarget", "oa:start", "oa:end"}
# What leads from a thing to others of which more may be said: those that it includes, and those
# of which no more is known than that their name holds its name.
_INCLUDED = ("skos:broader", "sti:locatedIn")
_NAMED = "sti:nameHolds"
# What a judgement or an exception has to say.
_DETAILS = ("sti:verdict", "sti:judgesSlot", "sti:word", "sti:mentions", "sti:reason")


def card(store: Store, thing: ox.NamedNode) -> Card:
    """Everything that the graph says of a thing, as plain data in a fixed order.

    Args:
        store: the graph.
        thing: any resource: a concept, an organisation, a statement, a measure, a term.
    """
    place = span(store, thing)
    kinds = [one for one in _nodes(store, thing, "rdf:type") if not _is_bare(one)]
    marks = _marks(store, thing)
    return {
        "id": shrink(thing.value),
        "iri": thing.value,
        "label": _labels(store, thing),
        "kind": [brief(store, one) for one in kinds],
        **{key: _texts(store, thing, name) for key, name in zip(TEXT_KEYS, _TEXTS, strict=True)},
        "names": _surfaces(store, thing, _OWN),
        "phrases": _surfaces(store, thing, _NAMES[2:]),
        "class": _tied(store, names.class_of(store, thing)),
        "concept": _tied(store, names.concept_of(store, thing)),
        "place": {"start": place[0], "end": place[1]} if place else None,
        "mentions": len(marks),
        "within": _within(store, thing, marks),
        "facts": _facts(store, thing),
        "lists": [_list(store, one) for one in _nodes(store, thing, "sti:inList")],
        **_incoming(store, thing),
    }


def _is_bare(kind: ox.NamedNode) -> bool:
    """Kinds that say nothing that the scheme and the other kinds do not say."""
    return shrink(kind.value) in ("skos:Concept", "owl:NamedIndividual")


def _is_place(term: Node) -> bool:
    """Whether this is a place in the text that the build made."""
    return not isinstance(term, ox.Literal | ox.Triple) and term.value.startswith(
        (table()["occ"], table()["t"])
    )


def _marks(store: Store, thing: Node) -> set[Resource]:
    """The places where a text mentions a thing."""
    return {mark for mark in store.subjects("sti:mentions", thing) if _is_place(mark)}


def _where(store: Store, mark: Resource) -> tuple[Node, ...]:
    """What two things that share a name have in common where it stands."""
    return (*store.objects(mark, "oa:start"), *store.objects(mark, "sti:within"))


def _within(store: Store, thing: ox.NamedNode, own: set[Resource]) -> int:
    """How often its names stand inside longer names of others: there the longer one is mentioned.

    Args:
        store: the graph.
        thing: whose names.
        own: its own places; a longer name that it shares counts there.
    """
    forms = _surfaces(store, thing, _OWN)
    taken = {_where(store, mark) for mark in own}
    counts = {
        _where(store, mark): len(list(longest_first(surface, forms)))
        for other in store.subjects(_NAMED, thing)
        for mark in _marks(store, other)
        for surface in _texts(store, mark, "sti:surface").get("zh", [])
        if _where(store, mark) not in taken
    }
    return sum(counts.values())


def _nodes(store: Store, thing: Resource, name: str) -> list[ox.NamedNode]:
    return [one for one in store.objects(thing, name) if isinstance(one, ox.NamedNode)]


def _labels(store: Store, thing: Resource) -> dict[str, str]:
    names = {lang: store.own_label(thing, lang) for lang in ("zh", "en")}
    return {lang: name for lang, name in names.items() if name}


def brief(store: Store, thing: Resource) -> Card:
    """A thing by its CURIE and its labels."""
    return {"id": shrink(thing.value), "label": _labels(store, thing)}


def layers(store: Store, thing: Resource) -> list[str]:
    """The layers that say what kind of thing it is."""
    kinds = store.quads(thing, node("rdf:type"))
    return sorted({layer(quad.graph_name) for quad in kinds} - {""})


def _value(store: Store, value: Node) -> Card:
    if isinstance(value, ox.Literal):
        return {"text": value.value, "language": value.language}
    return {"text": str(value)} if isinstance(value, ox.Triple) else brief(store, value)


def _texts(store: Store, thing: Resource, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in store.objects(thing, name):
        if isinstance(value, ox.Literal):
            found.setdefault(value.language or "", []).append(value.value)
    return found


def _surfaces(store: Store, thing: Resource, of: tuple[str, ...] = _NAMES) -> list[str]:
    """The Chinese names by which the text knows a thing, longest first."""
    found = {name for one in of for name in _texts(store, thing, one).get("zh", [])}
    return sorted(found, key=lambda name: (-len(name), name))


def _tied(store: Store, thing: ox.NamedNode | None) -> Card | None:
    return brief(store, thing) if thing else None


def _facts(store: Store, thing: ox.NamedNode) -> list[Card]:
    """What the graph says of it beyond the head of the card, each with its layers."""
    layers: dict[tuple[ox.NamedNode, Node], set[str]] = {}
    for quad in store.quads(thing):
        # The anonymous parts of an OWL axiom say nothing on a line of their own.
        if shrink(quad.predicate.value) not in _HEAD and not isinstance(quad.object, ox.BlankNode):
            layers.setdefault((quad.predicate, quad.object), set()).add(layer(quad.graph_name))
    return [
        {
            "property": brief(store, predicate),
            "value": _value(store, value),
            "note": _texts(store, predicate, "skos:scopeNote"),
            "layers": sorted(layers[predicate, value]),
        }
        for predicate, value in sorted(
            layers, key=lambda pair: (rank(shrink(pair[0].value)), str(pair[1]))
        )
    ]


def _list(store: Store, node_: ox.NamedNode) -> Card:
    opened = [o.value for o in store.objects(node_, "sti:open") if isinstance(o, ox.Literal)]
    return {
        "id": shrink(node_.value),
        "quote": store.text(node_, ["sti:quote"], "zh"),
        "open": "true" in opened,
        "members": [brief(store, one) for one in _nodes(store, node_, "sti:member")],
        "genus": [brief(store, one) for one in _nodes(store, node_, "sti:genus")],
    }


def _incoming(store: Store, thing: ox.NamedNode) -> Card:
    """Statements that point at it, by property and in text order; then all else that does."""
    kinds = store.below(node("sti:Statement"))
    headed = set(store.subjects("sti:genus", thing))
    lists = set(store.subjects("sti:member", thing)) | headed
    said: dict[ox.NamedNode, dict[ox.NamedNode, set[str]]] = {}
    for quad in (quad for one in headed for quad in store.quads(None, node("sti:inList"), one)):
        if isinstance(quad.subject, ox.NamedNode):
            of = said.setdefault(node("sti:genus"), {}).setdefault(quad.subject, set())
            of.add(layer(quad.graph_name))
    others: dict[tuple[ox.NamedNode, ox.NamedNode], set[str]] = {}
    # What a role does is told by the statements that use its property.
    used = store.roles & {thing, *store.subjects("sti:expressesRole", thing)}
    uses = [quad for role in used for quad in store.quads(None, role)]
    for quad in [*store.quads(None, None, thing), *uses]:
        subject, predicate = quad.subject, quad.predicate
        if not isinstance(subject, ox.NamedNode) or _is_place(subject) or subject in lists:
            continue
        types = {one.object for one in store.quads(subject, node("rdf:type"))}
        where = layer(quad.graph_name)
        if node("sti:NotLinked") in types:
            continue  # told where its statement is
        if types & kinds and shrink(predicate.value) != "rdf:type":
            said.setdefault(predicate, {}).setdefault(subject, set()).add(where)
        else:
            others.setdefault((predicate, subject), set()).add(where)
    groups = sorted(said, key=lambda one: rank(shrink(one.value)))
    mine = {one for role in said if role in {*store.roles, node("sti:genus")} for one in said[role]}
    included = {one for name in _INCLUDED for one in store.below(thing, name)} - {thing}
    included |= set(store.subjects("rdf:type", thing))
    named = {*store.subjects(_NAMED, thing)} - included
    related = {"included": _related(store, included, mine), "named": _related(store, named, mine)}
    told = mine | {
        node(at["id"]) for group in related.values() for one in group for at in one["statements"]
    }
    return {
        "statements": [
            {
                "property": brief(store, predicate),
                "note": _texts(store, predicate, "skos:scopeNote"),
                "statements": [
                    _statement(store, one, said[predicate][one.node], lists)
                    for one in in_order(store, set(said[predicate]))
                ],
            }
            for predicate in groups
        ],
        "related": related,
        "words": _words(store, thing, told),
        "pointing": [
            {
                "property": brief(store, predicate),
                **brief(store, subject),
                "details": [
                    {"property": {"id": name}, "value": _value(store, value)}
                    for name in _DETAILS
                    for value in store.objects(subject, name)
                    if value != thing
                ],
                "layers": sorted(others[predicate, subject]),
            }
            for predicate, subject in sorted(
                others, key=lambda pair: (shrink(pair[0].value), pair[1].value)
            )
            if predicate != node(_NAMED)  # told as related
        ],
    }


def _related(store: Store, near: Iterable[Node], mine: set[ox.NamedNode]) -> list[Card]:
    """What statements say of the things that lead on from a thing.

    Args:
        store: the graph.
        near: those things.
        mine: statements about the thing itself, which are told already.
    """
    found = {one: naming(store, one) - mine for one in near if isinstance(one, ox.NamedNode)}
    return [
        {
            **brief(store, one),
            "statements": [
                _statement(store, said, {"stated"}, set(store.subjects("sti:genus", one)))
                for said in in_order(store, found[one])
            ],
        }
        for one in sorted(found, key=lambda one: one.value)
        if found[one]
    ]


def _words(store: Store, thing: ox.NamedNode, told: set[ox.NamedNode]) -> list[Card]:
    """The other statements in whose words its names stand, each with what is said there instead.

    `part` holds the names that its own is part of there, `reason` why it is not linked.
    """
    forms = _surfaces(store, thing)
    if not forms or not store.is_a(thing, "sti:NamedThing"):
        return []
    held = {one.node for one in search.holding(store, forms)} - told
    return [
        {
            **_statement(store, one, {"text"}, set()),
            "part": sorted(
                {
                    surface
                    for mark in store.subjects("sti:within", one.node)
                    for surface in _texts(store, mark, "sti:surface").get("zh", [])
                    if any(_overlap(surface, form, one.quote) for form in forms)
                    and store.objects(mark, "sti:mentions")
                }
                - set(forms)
            ),
            "reason": _reasons(store, one.node, thing),
        }
        for one in in_order(store, held)
    ]


def _overlap(longer: str, form: str, quote: str) -> bool:
    """Whether the places of two words in a quote have signs in common."""
    return any(
        a.start < b.end and b.start < a.end
        for a in occurrences(quote, longer)
        for b in occurrences(quote, form)
    )


def _reasons(store: Store, statement: ox.NamedNode, thing: ox.NamedNode) -> dict[str, list[str]]:
    """Why a statement does not link a thing, or one whose name holds its name."""
    known = {thing, *store.subjects("sti:nameHolds", thing)}
    found: dict[str, list[str]] = {}
    for exception in store.subjects("sti:inStatement", statement):
        if known & set(store.objects(exception, "sti:mentions")):
            for lang, texts in _texts(store, exception, "sti:reason").items():
                found.setdefault(lang, []).extend(texts)
    return found


def _clauses(store: Store, nodes: Iterable[Resource]) -> list[Card]:
    """Clauses that go with another, in the order of the text: how strong each is, and its words."""
    return [
        {
            "id": one.curie,
            "force": brief(store, one.force) if one.force else None,
            "quote": one.quote,
            "translation": one.translation,
        }
        for one in in_order(store, {at for at in nodes if isinstance(at, ox.NamedNode)})
    ]


def _announced(store: Store, frame: Statement) -> list[Card]:
    """The measures that the sections of a frame's question tell, each by its heading's words."""
    numbers = [
        number
        for section in _nodes(store, frame.node, "sti:inSection")
        for number in store.objects(section, "sti:questionNumber")
    ]
    sections = [at for number in numbers for at in store.subjects("sti:questionNumber", number)]
    measures = {one for at in sections for one in store.objects(at, "sti:tells")}
    headings = [
        Statement(store, at)
        for measure in measures
        for at in store.subjects("sti:inMeasure", measure)
        if isinstance(at, ox.NamedNode) and store.is_a(at, "sti:Heading")
    ]
    told = _clauses(store, [one.node for one in headings])
    places = {one.curie: shrink(one.place.value) for one in headings if one.place}
    return [{**one, "id": places[one["id"]]} for one in told]


def _statement(store: Store, one: Statement, layers: set[str], lists: set[Any]) -> Card:
    """A statement in a line; `open` where it names the thing in a list that is open.

    `carried` holds the clause before whose cue or actor it carries on, see `Statement.carried`;
    `announced` the measures that answer the question of a frame.
    """
    in_lists = [_list(store, at) for at in _nodes(store, one.node, "sti:inList") if at in lists]
    heads = [one.place] if one.kind == node("sti:Heading") and one.place else []
    under = [at for measure in heads for at in store.subjects("sti:inMeasure", measure)]
    provision = node("sti:Provision")
    return {
        "id": one.curie,
        "kind": brief(store, one.kind) if one.kind else None,
        "force": brief(store, one.force) if one.force else None,
        "place": brief(store, one.place) if one.place else None,
        "quote": one.quote,
        "translation": one.translation,
        "open": any(found["open"] for found in in_lists),
        "reading": _texts(store, one.node, "sti:reading"),
        "carried": _clauses(store, [before.node] if (before := one.carried) else []),
        "continued": _clauses(store, store.subjects("sti:continues", one.node)),
        "under": _clauses(
            store, [at for at in under if next(store.quads(at, node("rdf:type"), provision), None)]
        ),
        "announced": _announced(store, one) if one.kind == node("sti:Frame") else [],
        "layers": sorted(layers),
    }
