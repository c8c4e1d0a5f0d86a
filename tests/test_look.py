"""Looks: what the ontology declares, inherited, and never anything that is not a look."""

import pyoxigraph as ox
import pytest

from kg import look
from kg.assembly import Assembly
from kg.look import GREY, PALE, SHAPES, STYLES, Line, Look, Shape, declared, ink
from kg.prefixes import shrink, table
from kg.store import Store, node


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


def made(turtle: str) -> Store:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in table().items())
    layer = ox.NamedNode("urn:layer")
    found = ox.parse(input=prefixes + turtle, format=ox.RdfFormat.TURTLE)
    return Store([ox.Quad(q.subject, q.predicate, q.object, layer) for q in found])


def test_a_look_comes_from_the_nearest_class(graph: Store) -> None:
    assert declared(graph, "sti:PublicAuthority", "sti:colour") == "#0072B2"
    assert Look(graph).shape("sti:PublicAuthority") == Look(graph).shape("sti:Agent")
    assert Look(graph).shape("sti:Pilot") == Shape("#56B4E9", "hexagon", 10)
    assert Look(graph).shape("sti:Topic") == Look(graph).shape("") == Shape(PALE, "ellipse", 10)
    assert Look(graph).line("") == Line(GREY, "solid")


def test_a_class_is_drawn_like_its_members(graph: Store) -> None:
    assert Look(graph).thing("sti:Pilot", "owl:Class") == Look(graph).shape("sti:Pilot")
    assert Look(graph).thing("force:plain", "sti:Force").colour == "#333333"
    assert Look(graph).thing("org:most", "sti:Agent") == Look(graph).shape("sti:Agent")
    assert Look(graph).thing("sti:inPart", "owl:ObjectProperty").colour == PALE


def test_forces_are_told_apart_by_line_as_well_as_by_colour(graph: Store) -> None:
    """What is stated plainly is never drawn like what is encouraged."""
    forces = [shrink(one.value) for one in graph.subjects("rdf:type", node("sti:Force"))]  # type: ignore[union-attr]
    lines = {force: Look(graph).line(force) for force in forces}
    assert len(lines) == 8
    assert len(set(lines.values())) == 8
    assert lines["force:plain"].style == lines["force:mandatory"].style == "solid"
    asked = {lines[f"force:{one}"].style for one in ("encouraged", "supported", "guided")}
    assert asked == {"dashed"}
    assert {lines[f"force:{one}"].style for one in ("explored", "studied")} == {"dotted"}


def test_what_the_ontology_declares_is_a_look(graph: Store) -> None:
    for quad in graph.quads(None, node("sti:shape")):
        assert quad.object.value in SHAPES  # type: ignore[union-attr]
    for quad in graph.quads(None, node("sti:lineStyle")):
        assert quad.object.value in STYLES  # type: ignore[union-attr]
    assert Look(graph).spells == {"sti:reportedDate": "start"}


def test_what_is_no_look_is_ignored() -> None:
    store = made(
        'sti:Measure sti:colour "red;}" ; sti:shape "</svg>" ; sti:size "10e9" .'
        'force:plain sti:colour "url(x)" ; sti:lineStyle "wavy" . sti:act sti:spell "middle" .'
    )
    assert Look(store).shape("sti:Measure") == Shape(PALE, "ellipse", 10)
    assert Look(store).line("force:plain") == Line(GREY, "solid")
    assert Look(store).spells == {}
    ring = made("sti:A rdfs:subClassOf sti:B . sti:B rdfs:subClassOf sti:A .")
    assert declared(ring, "sti:A", "sti:colour") == ""


def test_ink_reads_on_its_colour() -> None:
    assert (ink("#F0E442"), ink("#FFFFFF"), ink("#56B4E9")) == ("#000000",) * 3
    assert (ink("#0072B2"), ink("#000000"), ink("#333333")) == ("#FFFFFF",) * 3
    assert look.__doc__
