"""Statements as a reader needs them."""

import pyoxigraph as ox
import tiny

from kg.assembly import Assembly
from kg.place import LAST, Places, span
from kg.prefixes import shrink, table
from kg.statement import Statement, layer, naming, rank, statements
from kg.store import Store, node

STORE = tiny.store()


def test_in_the_order_of_the_text() -> None:
    assert [one.curie for one in statements(STORE)] == ["p:q1", "p:1", "p:1-a", "p:1-b", "p:1-c"]


def test_what_it_is() -> None:
    one = Statement(STORE, node("p:1-b"))
    assert (one.kind, one.force, one.place) == (
        node("sti:Provision"),
        node("force:encouraged"),
        node("m:2-1"),
    )
    assert tiny.TEXT[slice(*one.span)] == one.quote == "鼓励企业、大学等开展合作"
    assert one.words("zh") == ["“鼓励企业、大学等开展合作”"]
    assert one.words("en") == ["encourage enterprises, universities and others"]
    assert one.words("both") == [*one.words("zh"), *one.words("en")]


def test_what_it_carries_on(assembly: Assembly) -> None:
    store = Store(assembly.store)
    carried = {one.curie: one.carried for one in statements(store)}
    # A cue, an actor, an actor over a clause in between; its own cue or actor carries nothing.
    for name, before in (
        ("p:q4-1-d", "p:q4-1-c"),
        ("p:q8-4-b", "p:q8-4-a"),
        ("p:q8-3-f", "p:q8-3-c"),
    ):
        clause = carried[name]
        assert clause and clause.curie == before
    assert carried["p:q4-1-c"] is carried["p:q8-4-a"] is None


def test_what_it_has_not() -> None:
    frame = Statement(STORE, node("p:q1"))
    assert (frame.force, frame.place) == (None, node("sec:q1"))
    assert frame.words("en") == frame.words("zh")
    unknown = Statement(STORE, node("p:unknown"))
    assert (unknown.kind, unknown.quote, unknown.span) == (None, "", (-1, -1))


def test_places() -> None:
    assert span(STORE, node("sec:q1")) == (1, 9)
    assert span(STORE, node("org:most")) is None


def test_layers_and_order_of_properties() -> None:
    graphs = ("stated", "derived-in-part", "text")
    names = [layer(ox.NamedNode(table()["graph"] + graph)) for graph in graphs]
    assert names == ["stated", "derived (rule:in-part)", "text"]
    assert layer(ox.DefaultGraph()) == ""
    known = ["sti:quote", "sti:hasLead", "sti:hasJoined", "sti:act", "dcterms:title", "void:x"]
    assert sorted(known, key=rank) == known


def test_places_to_sort_by() -> None:
    """A measure before its statements; a thing where it is first named; the rest last."""
    names = ["kind:university", "p:1-a", "m:2-1", "p:1", "org:most", "org:nobody", "sec:q1"]
    places = Places(STORE)
    order = sorted(names, key=lambda name: places.of(node(name)))
    assert order == ["sec:q1", "m:2-1", "p:1", "p:1-a", "org:most", "kind:university", "org:nobody"]
    assert places.of(ox.Literal("x")) == places.of(node("org:nobody")) == LAST


def test_what_a_statement_names_stands_where_it_is_named_there() -> None:
    again = {"sti:mentions": node("kind:enterprise"), "sti:within": node("p:1-c")}
    again |= {"oa:start": ox.Literal(60), "oa:end": ox.Literal(62)}
    more = [ox.Quad(node("occ:9"), node(p), o, node("graph:mentions")) for p, o in again.items()]
    places = Places(Store([*tiny.quads(), *more]))
    first = places.of(node("kind:enterprise"))
    assert first[1] == tiny.TEXT.index("企业") < 60
    assert places.of(node("kind:enterprise"), node("p:1-b")) == first
    assert places.of(node("kind:enterprise"), node("p:1-c")) == (first[0], 60, -62)
    assert places.of(node("kind:enterprise"), node("p:1-a")) == first  # not named there


def test_what_names_a_thing(assembly: Assembly) -> None:
    whole = Store(assembly.store)

    def named(name: str) -> set[str]:
        return {shrink(one.value) for one in naming(whole, node(name))}

    assert named("kind:cyber-insurance-service-provider") == {"p:q5-5-c"}  # as genus
    assert named("place:gba") == set()  # only in a longer name
    assert named("mech:coordination") == {"p:q2-k", "p:a8", "p:q8-1", "p:q8-1-a"}
