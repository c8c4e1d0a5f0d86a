"""Views: what is projected, what may fold, and where every triple went."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import view
from kg.build import Assembly
from kg.errors import KGError
from kg.house import House
from kg.prefixes import expand
from kg.store import Lang, Store
from kg.view import BUCKETS, Projection, View

ANY = "SELECT * { ?s ?p ?o }"
VIEWS = view.views(House.find())


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


def made(
    store: Store, nodes: str, edges: str, lang: Lang = "en", attributes: tuple[str, ...] = ()
) -> Projection:
    listed = tuple(expand(name) for name in attributes)
    return Projection(store, View("mine", {}, {}, nodes, edges, listed), lang)


def test_the_views_of_the_house() -> None:
    wanted = {"responsibility", "coverage", "mechanisms", "places", "structure", "evidence"}
    assert {*VIEWS} == wanted | {"ontology", "everything"}


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_every_triple_is_booked_once(name: str, lang: Lang, graph: Store, house: House) -> None:
    projection = Projection(graph, view.read(house, name), lang)
    booked: list[ox.Triple] = []
    projection.sink = booked.append
    nodes, edges = list(projection.nodes), list(projection.edges())
    assert nodes
    assert edges
    assert len({node.id for node in nodes}) == len(nodes)
    assert len({edge.id for edge in edges}) == len(edges)
    assert all(projection.label(one) for one in [*nodes, *edges])
    # nothing is held twice, and all of it is in the graph
    assert len(set(booked)) == len(booked)
    account = dict(projection.account())
    total = sum(sum(counts.values()) for counts in account.values())
    assert total == len({quad.triple for quad in graph.quads()})
    for triple in booked:
        assert next(graph.quads(triple.subject, triple.predicate, triple.object), None)  # type: ignore[arg-type]
    held = sum(counts[b] for counts in account.values() for b in BUCKETS[:4])
    assert held == len(booked)


def test_everything_leaves_out_blank_nodes_alone(graph: Store, house: House) -> None:
    projection = Projection(graph, view.read(house, "everything"), "both")
    assert list(projection.edges())
    left = sum(counts["left out"] for _, counts in projection.account())
    blank = {q.triple for q in graph.quads() if "_:" in (str(q.subject)[:2], str(q.object)[:2])}
    assert left == len(blank) > 0


def test_who_acts(graph: Store, house: House) -> None:
    """Read off the text: 科技部、金融监管总局会同工业和信息化部、国家知识产权局等部门建立……"""
    projection = Projection(graph, view.read(house, "responsibility"), "zh")
    edges = [edge for edge in projection.edges() if edge.statement == "p:q8-1-a"]
    assert {(edge.source, edge.kind, edge.target) for edge in edges} == {
        ("org:most", "sti:hasLead", "m:7-1"),
        ("org:nfra", "sti:hasLead", "m:7-1"),
        ("org:miit", "sti:hasJoined", "m:7-1"),
        ("org:cnipa", "sti:hasJoined", "m:7-1"),
    }
    assert {edge.attributes["force"].ids for edge in edges} == {("force:plain",)}
    opened = {edge.source for edge in edges if "open" in edge.attributes}
    assert all(e.attributes["open"].values == (True,) for e in edges if e.source in opened)
    assert opened == {"org:miit", "org:cnipa"}  # 等 closes the list of those that join
    most = next(one for one in projection.nodes if one.id == "org:most")
    assert projection.label(most) == "科技部"
    assert "presumed" not in str([edge.kind for edge in projection.edges()])


def test_no_edge_ties_two_roles(graph: Store) -> None:
    nodes = "SELECT ?node { ?x sti:hasLead|sti:hasJoined ?node } ORDER BY ?node"
    edges = (
        "SELECT ?edge ?source ?kind ?target "
        "{ ?edge sti:hasLead ?source ; ?kind ?target FILTER(?kind = sti:hasJoined) }"
    )
    with pytest.raises(KGError, match="which its class does not allow"):
        list(made(graph, f"{nodes}", edges).edges())


@pytest.mark.parametrize(
    ("nodes", "edges", "message"),
    [
        ("SELECT ?node { VALUES ?node { m:2-1 } }",
         "SELECT ?edge ?source ?kind ?target { ?source ?kind ?target FILTER(?kind = sti:inPart) }",
         "which nodes.rq does not list"),
        ("SELECT ?thing { VALUES ?thing { m:2-1 } }", ANY, r"selects no \?node"),
        ("SELECT ?node { VALUES ?node { 1 } }", ANY, "has no IRI"),
        ("SELECT ?node ?label { ?node rdfs:label ?label }", ANY, "a name with a meaning"),
        ("SELECT ?node { VALUES ?node { p:q8-1-a m:7-1 org:most } }",
         "SELECT ?edge ?source ?kind ?target { VALUES (?edge ?source ?kind ?target) "
         "{ (p:q8-1-a m:7-1 sti:hasLead org:most) } }", "both as node and as edge"),
    ],
)  # fmt: skip
def test_broken_views(graph: Store, nodes: str, edges: str, message: str) -> None:
    with pytest.raises(KGError, match=message):
        list(made(graph, nodes, edges).edges())


def test_unknown_views_and_headers(tmp_path: Path, house: House) -> None:
    with pytest.raises(KGError, match="there is no view 'x'"):
        view.read(house, "x")
    folder = tmp_path / "queries" / "views" / "x"
    folder.mkdir(parents=True)
    (folder / "nodes.rq").write_text("#+ id: x\nSELECT ?node {}")
    (folder / "edges.rq").write_text("#+ id: x\nSELECT ?node {}")
    with pytest.raises(KGError, match="no title in zh and en"):
        view.read(House(tmp_path), "x")


def test_words_stay_in_any_language(graph: Store, house: House) -> None:
    """A quote has no English: an English view keeps it, beside its translation."""
    english = Projection(graph, view.read(house, "responsibility"), "en")
    edge = next(edge for edge in english.edges() if edge.statement == "p:q8-1-a")
    assert edge.attributes["quote"].values[0].startswith("科技部、金融监管总局会同")  # type: ignore[union-attr]
    assert "translation" in edge.attributes
    chinese = Projection(graph, view.read(house, "responsibility"), "zh")
    assert not any("translation" in edge.attributes for edge in chinese.edges())
    both = Projection(graph, view.read(house, "responsibility"), "both")
    assert {"quote_zh", "translation_en"} <= set(next(both.edges()).attributes)
