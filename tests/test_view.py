"""Views: what is projected, what may fold, and where every triple went."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import view
from kg.assembly import Assembly
from kg.errors import KGError
from kg.house import House
from kg.prefixes import expand, full, table
from kg.store import Lang, Store
from kg.view import BUCKETS, Attribute, Projection, View

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


# ---------------------------------------------------------------- made-up graphs

EDGES = "SELECT ?source ?kind ?target { ?source ?kind ?target FILTER(?kind = skos:broader) }"
THINGS = "SELECT ?node { ?node a sti:ActorKind }"


def of(turtle: str) -> Store:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in table().items())
    layer = ox.NamedNode("urn:layer")
    found = ox.parse(input=prefixes + turtle, format=ox.RdfFormat.TURTLE)
    return Store([ox.Quad(q.subject, q.predicate, q.object, layer) for q in found])


def test_rows_need_no_order_and_may_come_twice() -> None:
    store = of("kind:a skos:broader kind:b . kind:c skos:broader kind:b .")
    nodes = "SELECT DISTINCT ?node { { ?node ?p ?x } UNION { ?x ?p ?node } } ORDER BY ?node"
    usual = made(store, nodes, EDGES)
    assert [one.id for one in usual.nodes] == ["kind:a", "kind:b", "kind:c"]
    assert [edge.id for edge in usual.edges()] == [
        "kind:a skos:broader kind:b", "kind:c skos:broader kind:b"
    ]  # fmt: skip
    wild = made(
        store, "SELECT ?node { { ?node ?p ?x } UNION { ?x ?p ?node } ?any ?other ?thing }",
        f"{EDGES[:-1]} ?any ?other ?thing }} ORDER BY DESC(?source)",
    )  # fmt: skip
    assert list(wild.nodes) == list(usual.nodes)
    assert list(wild.edges()) == list(usual.edges())
    assert wild.account() == usual.account()


def test_other_variables_are_attributes_of_that_one_node_or_edge() -> None:
    store = of('kind:a skos:broader kind:b ; skos:note "x"@zh . kind:b sti:number 3 .')
    nodes = "SELECT ?node ?much { ?node ?p ?o OPTIONAL { ?node sti:number ?much } }"
    edges = """SELECT ?source ?kind ?target ?word ?end { VALUES ?kind { skos:broader }
      ?source ?kind ?target ; skos:note ?word ; ?kind ?end }"""
    projection = made(store, nodes, edges)
    assert [one.attributes for one in projection.nodes] == [
        {}, {"much": Attribute("", (3,))}
    ]  # fmt: skip
    (edge,) = projection.edges()
    assert edge.attributes == {
        "word": Attribute("", ("x",)), "end": Attribute("", ("kind:b",), ("kind:b",))
    }  # fmt: skip
    twice = made(store, nodes.replace("much", "number"), edges, attributes=("sti:number",))
    with pytest.raises(KGError, match="gives kind:b the attribute number twice"):
        list(twice.nodes)


def test_no_triple_is_shown_as_edge_and_as_attribute() -> None:
    store = of("kind:a a sti:ActorKind ; skos:broader kind:b . kind:b a sti:ActorKind .")
    with pytest.raises(KGError, match="shows skos:broader both as edges and at the nodes"):
        list(made(store, THINGS, EDGES, attributes=("skos:broader",)).edges())
    types = "SELECT ?source ?kind ?target { ?source ?kind ?target FILTER(?kind = rdf:type) }"
    nodes = "SELECT ?node { { ?node a ?x } UNION { ?x a ?node } }"
    with pytest.raises(KGError, match="shows rdf:type both"):
        list(made(store, nodes, types).edges())
    # and an edge that is no triple is found out by the account
    false = """SELECT ?source ?kind ?target { VALUES (?source ?kind ?target) {
      (kind:b skos:broader kind:a) (kind:a skos:broader kind:b) } }"""
    with pytest.raises(KGError, match="does not add up"):
        made(store, THINGS, false).account()


def test_things_are_named_so_that_no_two_share_an_id() -> None:
    store = of("<m:2-1> sti:number 1 . m:2-1 sti:number 2 . <urn:x> sti:number 3 .")
    found = {one.id: one.iri for one in made(store, "SELECT ?node { ?node ?p ?o }", EDGES).nodes}
    assert found == {"<m:2-1>": "m:2-1", "m:2-1": expand("m:2-1"), "urn:x": "urn:x"}
    assert {full(one) for one in found} == {*found.values()}


def test_attributes_are_named_so_that_no_two_share_a_name() -> None:
    store = of("""kind:a skos:note "1"@zh ; sti:note "2"@zh ; <http://x.org/note> "3"@zh ;
      <http://x.org/> "4"@zh ; sti:size 5 ; dcterms:title "6"@zh ; sti:noteId "7"@zh .""")
    names = ("skos:note", "sti:note", "sti:size", "dcterms:title", "sti:noteId")
    iris = (*map(expand, names), "http://x.org/note", "http://x.org/")
    for lang, end in (("zh", ""), ("both", "_zh")):
        view_ = View("mine", {}, {}, "SELECT ?node { VALUES ?node { kind:a } }", EDGES, iris)
        (one,) = Projection(store, view_, lang).nodes  # type: ignore[arg-type]
        values = {name.removesuffix(end): told.values for name, told in one.attributes.items()}
        assert values == {
            "note": ("2",), "skos_note": ("1",), "sti_noteId": ("7",), "title": ("6",),
            "sti_size": (5,), "http://x.org/note": ("3",), "http://x.org/": ("4",),
        }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "value"),
    [("3", 3), ("-3.50", -3.5), ("1e3", 1000.0), ("true", True), ('"x"^^xsd:integer', "x"),
     ('"INF"^^xsd:double', "INF"), ('"NaN"^^xsd:double', "NaN"), ('"9"^^xsd:boolean', "9"),
     ('"12345678901234567890"^^xsd:integer', "12345678901234567890"),
     ('"2026-03-02"^^xsd:date', "2026-03-02"), ('"٣"^^xsd:integer', "٣"), ('""', "")],
)  # fmt: skip
def test_values_are_plain(written: str, value: object) -> None:
    store = of(f"kind:a sti:number {written} .")
    nodes = "SELECT ?node { VALUES ?node { kind:a } }"
    (one,) = made(store, nodes, EDGES, attributes=("sti:number",)).nodes
    assert one.attributes["number"].values == (value,)
    assert type(one.attributes["number"].values[0]) is type(value)


def test_names_are_shown_as_asked_and_booked_as_shown() -> None:
    store = of("""kind:a skos:prefLabel "甲"@zh , "A"@en , "乙"@zh . kind:b skos:prefLabel "B"@en .
      kind:c rdfs:label "C"@en ; skos:prefLabel "丙"@zh . p:d sti:quote "话"@zh .""")
    nodes = "SELECT ?node { ?node ?p ?o }"
    chinese = made(store, nodes, EDGES, "zh")
    assert [chinese.label(one) for one in chinese.nodes] == ["乙", "B", "丙", "话"]
    told = dict(chinese.account())
    label = told["skos:prefLabel"]
    # 乙 stands before 甲 by code point; 甲 is not shown; A is of the other language
    assert (label["node"], label["language"], label["left out"]) == (3, 1, 1)
    assert (told["rdfs:label"]["language"], told["sti:quote"]["node"]) == (1, 1)
    both = made(store, nodes, EDGES, "both")
    assert [both.label(one) for one in both.nodes] == ["乙 / A", "B", "丙 / C", "话"]


def test_headers_name_attributes(tmp_path: Path) -> None:
    folder = tmp_path / "queries" / "views" / "x"
    folder.mkdir(parents=True)
    head = "#+ title: {zh: 一, en: one}\n#+ description: {zh: 二, en: two}\n"
    (folder / "edges.rq").write_text("SELECT ?source ?kind ?target {}")
    for told, wanted in (("literals", None), ("[sti:act]", (expand("sti:act"),)), ("[]", ())):
        (folder / "nodes.rq").write_text(f"{head}#+ attributes: {told}\nSELECT ?node {{}}")
        assert view.read(House(tmp_path), "x").attributes == wanted
    for told, message in (
        ("all", "is not a list"),
        ("[1]", "is not a list"),
        ("['none:y']", "no known prefix"),
    ):
        (folder / "nodes.rq").write_text(f"{head}#+ attributes: {told}\nSELECT ?node {{}}")
        with pytest.raises(KGError, match=message):
            view.read(House(tmp_path), "x")


def test_folding_is_declared_not_guessed() -> None:
    """Without sti:foldFrom and sti:foldTo nothing folds; what is carried is declared too."""
    facts = """p:a a sti:Provision ; sti:inMeasure m:2-1 ; sti:hasLead kind:a ; sti:act "做"@zh ;
      sti:cue "词"@zh . m:2-1 a sti:Measure . kind:a a sti:ActorKind ."""
    nodes = "SELECT ?node { VALUES ?node { m:2-1 kind:a } }"
    edges = """SELECT ?edge ?source ?kind ?target { VALUES ?kind { sti:hasLead }
      ?edge sti:inMeasure ?target ; ?kind ?source }"""
    with pytest.raises(KGError, match="which its class does not allow"):
        list(made(of(facts), nodes, edges).edges())
    declared = """sti:Statement sti:foldFrom sti:inMeasure ; sti:foldTo sti:involves ;
      sti:foldAttribute sti:act . sti:Provision rdfs:subClassOf sti:Statement .
      sti:hasLead rdfs:subPropertyOf sti:involves ."""
    projection = made(of(facts + declared), nodes, edges, "zh")
    (edge,) = projection.edges()
    assert (edge.id, edge.source, edge.kind, edge.target) == (
        "p:a",
        "kind:a",
        "sti:hasLead",
        "m:2-1",
    )
    assert edge.attributes == {"act": Attribute("sti:act", ("做",))}
    folded = {p: c["folded"] for p, c in projection.account() if c["folded"]}
    assert folded == {"sti:act": 1, "sti:hasLead": 1, "sti:inMeasure": 1}
    reverse = edges.replace("?target ; ?kind ?source", "?source ; ?kind ?target")
    (turned,) = made(of(facts + declared), nodes, reverse, "zh").edges()
    assert (turned.source, turned.target) == ("m:2-1", "kind:a")
    # what ties and is carried too is one triple; what is no foldTo ties nothing
    more = of(f"{facts} {declared} sti:Statement sti:foldAttribute sti:inMeasure .")
    projection = made(more, nodes, edges, "zh")
    assert dict(projection.account())["sti:inMeasure"]["folded"] == 1
    assert next(projection.edges()).attributes["inMeasure"].ids == ("m:2-1",)
    undeclared = of(
        facts + declared.replace("sti:hasLead rdfs:subPropertyOf", "sti:x rdfs:seeAlso")
    )
    with pytest.raises(KGError, match="which its class does not allow"):
        list(made(undeclared, nodes, edges).edges())


def test_a_view_larger_than_an_answer_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read as they come: the limit on answers that are held is none for views."""
    monkeypatch.setattr("kg.store.ROW_LIMIT", 10)
    links = "".join(f"kind:k{at} skos:broader kind:k{at + 1} .\n" for at in range(100))
    nodes = "SELECT ?node { { ?node skos:broader ?x } UNION { ?x skos:broader ?node } }"
    projection = made(of(links), nodes, EDGES)
    assert len(list(projection.nodes)) == 101
    assert len(list(projection.edges())) == 100
