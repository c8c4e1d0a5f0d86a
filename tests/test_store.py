"""The store: layers, union, labels, whatever holds the quads."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import servers
import tiny
from hypothesis import given
from hypothesis import strategies as st

from kg import store as module
from kg.errors import KGError
from kg.published import read
from kg.remote import Endpoint
from kg.remote.sending import Publication
from kg.store import Oxigraph, Result, Store, default_lang, node

STORE = tiny.store()
BACKENDS = (
    "memory", "disk", "oxigraph", pytest.param("virtuoso", marks=pytest.mark.full),
)  # fmt: skip


@pytest.fixture(scope="module", params=BACKENDS)
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """The tiny graph, held in each of the ways there are: what holds here, all must do."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "memory":
        yield Store(tiny.quads())
        return
    if request.param in servers.SERVERS:
        with servers.running(request.param, folder) as server:
            publication = Publication(server.transport(), tiny.quads(), lambda text: None)
            publication.send(publication.plan())
            yield Store(Endpoint(server.transport()))
        return
    (folder / "graph.nq").write_text(tiny.text(), "utf-8")
    Oxigraph.write(str(folder / "store"), str(folder / "graph.nq"))
    yield Store(Oxigraph.disk(str(folder / "store")))


def test_the_union_says_nothing_twice(store: Store) -> None:
    result = store.query('SELECT ?l { org:most skos:altLabel ?l FILTER(?l = "MOST"@en) }')
    assert len(result.rows) == 1
    layers = store.query('SELECT ?g { GRAPH ?g { org:most skos:altLabel "MOST"@en } }')
    assert len(layers.rows) == 2


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_blank_nodes_are_one_over_batches(
    batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text that the engine reads gets new names for them, which would take the two apart."""
    monkeypatch.setattr(module, "_BATCH", batch)
    lines = [
        '<x:a> <x:says> "_: is no blank node\\n" <x:g> .', "<x:a> <x:p> <x:b> <x:g> .",
        "<x:a> <x:p> <x:b> <x:h> .", "<x:a> <x:p> _:one <x:g> .", '_:one <x:p> "c"@zh <x:g> .',
    ]  # fmt: skip
    (tmp_path / "graph.nq").write_text("".join(f"{line}\n" for line in sorted(lines)), "utf-8")
    Oxigraph.write(str(tmp_path / "store"), str(tmp_path / "graph.nq"))
    store = Store(Oxigraph.disk(str(tmp_path / "store")))
    assert sorted(f"{quad.triple} {quad.graph_name} ." for quad in store.quads()) == sorted(lines)
    assert len(store.query("SELECT * { ?s ?p ?o }").rows) == 4
    assert store.query("ASK { <x:a> <x:p>/<x:p> ?o }").boolean


def test_kinds_of_result(store: Store) -> None:
    select = store.query("SELECT ?s ?none { ?s a sti:Measure }")
    assert (select.variables, select.rows) == (("s", "none"), ((node("m:2-1"), None),))
    assert store.query("ASK { m:2-1 a sti:Measure }").boolean is True
    assert store.query("ASK { m:2-1 a sti:Part }").boolean is False
    triples = store.query("CONSTRUCT WHERE { ?s a sti:Provision }").triples or ()
    assert [str(triple.subject)[-4:-1] for triple in triples] == ["1-a", "1-b", "1-c"]


def test_an_answer_without_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROW_LIMIT", 10)
    for text in ("SELECT * { ?a ?b ?c }", "CONSTRUCT WHERE { ?a ?b ?c }"):
        with pytest.raises(KGError, match="more than 10 rows"):
            store.query(text)


@given(st.text(), st.text())
def test_terms_are_exact_in_every_format(text: str, other: str) -> None:
    try:
        terms = (ox.Literal(text), ox.Literal(other, language="zh"), None, ox.NamedNode("x:y"))
    except (ValueError, UnicodeEncodeError):  # a lone surrogate is no text
        return
    result = Result(("a", "b", "c", "d"), (terms,))
    kinds = [ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.TSV]
    for kind in kinds:
        again = ox.parse_query_results(result.standard(kind), kind)
        assert isinstance(again, ox.QuerySolutions)
        assert [tuple(row) for row in again] == [terms]


def test_bindings(store: Store) -> None:
    text = "SELECT ?s { VALUES ?f { force:plain } ?s sti:force ?f ; a sti:Provision }"
    assert len(store.query(text).rows) == 1
    assert len(store.query(text, bindings={"f": [node("force:encouraged")]}).rows) == 2
    assert len(store.query(text, bindings={"f": None}).rows) == 3


@pytest.mark.parametrize("text", ["SELECT", "SELECT * { ?s ?p }", "DROP ALL", "SELECT (1/0 AS) {}"])
def test_bad_queries(store: Store, text: str) -> None:
    with pytest.raises(KGError):
        store.query(text)


def test_nothing_can_be_written(store: Store) -> None:
    before = len(store.query("SELECT * { ?s ?p ?o }").rows)
    with pytest.raises(KGError):
        store.query("PREFIX x: <x:> INSERT DATA { x:a x:b x:c }")
    assert len(store.query("SELECT * { ?s ?p ?o }").rows) == before


@pytest.mark.parametrize(
    ("name", "zh", "en", "both"),
    [
        ("org:most", "科学技术部", "Ministry of Science and Technology", None),
        ("sti:Provision", "规定", "provision", None),
        (
            "p:1-b",
            "鼓励企业、大学等开展合作",
            "encourage enterprises, universities and others",
            None,
        ),
        ("p:1-c", "形成合力", "形成合力", "形成合力"),
        ("sec:q1", None, None, None),
    ],
)
def test_labels(store: Store, name: str, zh: str | None, en: str | None, both: str | None) -> None:
    thing = node(name)
    assert (store.label(thing, "zh"), store.label(thing, "en")) == (zh, en)
    assert store.label(thing, "both") == (both or (f"{zh} / {en}" if zh else None))
    assert store.name(thing, "zh") == (zh or name)


def test_kinds_and_schemes(store: Store) -> None:
    assert store.is_a(node("org:most"), "sti:Agent")
    assert store.is_a(node("kind:enterprise"), "scheme:kind")
    assert not store.is_a(node("kind:enterprise"), "sti:Agent")
    assert node("sti:hasLead") in store.roles
    assert node("sti:presumedLead") not in store.roles


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "C"}, "zh"),
        ({}, "en"),
    ],
)
def test_default_language(
    settings: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert default_lang() == expected


def test_quads_are_those_of_the_layers(store: Store) -> None:
    """Each with its graph, by any part of it; the union that is asked is not among them."""
    every = sorted(map(str, store.quads()))
    assert every == sorted(map(str, tiny.quads()))
    most, name = node("org:most"), node("skos:altLabel")
    by_parts = [
        {str(quad) for quad in tiny.quads() if quad.subject == most},
        {str(quad) for quad in tiny.quads() if quad.predicate == name},
        {str(quad) for quad in tiny.quads() if quad.object == most},
    ]
    assert [
        {str(quad) for quad in found}
        for found in (store.quads(most), store.quads(None, name), store.quads(None, None, most))
    ] == by_parts
    assert store.knows(most)
    assert not store.knows(node("org:nobody"))
    assert [str(one) for one in store.objects(most, "skos:altLabel")] == [
        '"MOST"@en',
        '"科技部"@zh',
    ]
    assert store.subjects("sti:hasLead", most) == [node("p:1-a")]


def test_blank_nodes_are_the_same_in_the_union_and_in_their_layer(tmp_path: Path) -> None:
    """A query that joins a layer with the union must find them."""
    (tmp_path / "graph.nq").write_text("_:a <x:p> _:b <x:g> .\n_:b <x:q> <x:c> <x:h> .\n")
    Oxigraph.write(str(tmp_path / "store"), str(tmp_path / "graph.nq"))
    for one in (Store(Oxigraph.disk(str(tmp_path / "store"))), read(tmp_path)):
        found = one.query("SELECT * { GRAPH <x:g> { ?a <x:p> ?b } ?b <x:q> ?c }")
        assert len(found.rows) == 1


def test_a_store_on_disk_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "graph.nq").write_text(tiny.text(), "utf-8")
    Oxigraph.write(str(tmp_path / "store"), str(tmp_path / "graph.nq"))
    with pytest.raises(RuntimeError, match="read-write"):
        Oxigraph.disk(str(tmp_path / "store"))._inner.update("CLEAR ALL")
    with pytest.raises(OSError, match="nowhere"):
        Oxigraph.disk(str(tmp_path / "nowhere"))
