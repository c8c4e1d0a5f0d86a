"""Statements as a reader needs them."""

import pyoxigraph as ox
import tiny

from kg.build import Assembly
from kg.prefixes import shrink, table
from kg.statement import Statement, layer, naming, position, rank, span, statements
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
    order = sorted(names, key=lambda name: position(STORE, node(name)))
    assert order == ["sec:q1", "m:2-1", "p:1", "p:1-a", "org:most", "kind:university", "org:nobody"]
    assert position(STORE, ox.Literal("x")) == position(STORE, node("org:nobody"))


def test_what_names_a_thing(assembly: Assembly) -> None:
    whole = Store(assembly.store)

    def named(name: str) -> set[str]:
        return {shrink(one.value) for one in naming(whole, node(name))}

    assert named("kind:cyber-insurance-service-provider") == {"p:q5-5-c"}  # as genus
    assert named("place:gba") == set()  # only in a longer name
    assert named("mech:coordination") == {"p:q2-k", "p:a8", "p:q8-1", "p:q8-1-a"}
