"""The store: layers, the union, labels, and where the graph comes from."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st

from kg import store as module
from kg.build import Assembly
from kg.errors import KGError
from kg.house import House
from kg.store import Result, Store, default_lang, node, open_store
from kg.turtle import Locator

STORE = tiny.store()


def test_the_union_says_nothing_twice() -> None:
    result = STORE.query('SELECT ?l { org:most skos:altLabel ?l FILTER(?l = "MOST"@en) }')
    assert len(result.rows) == 1
    layers = STORE.query('SELECT ?g { GRAPH ?g { org:most skos:altLabel "MOST"@en } }')
    assert len(layers.rows) == 2


def test_kinds_of_result() -> None:
    select = STORE.query("SELECT ?s ?none { ?s a sti:Measure }")
    assert (select.variables, select.rows) == (("s", "none"), ((node("m:2-1"), None),))
    assert STORE.query("ASK { m:2-1 a sti:Measure }").boolean is True
    assert STORE.query("ASK { m:2-1 a sti:Part }").boolean is False
    triples = STORE.query("CONSTRUCT WHERE { ?s a sti:Provision }").triples or ()
    assert [str(triple.subject)[-4:-1] for triple in triples] == ["1-a", "1-b", "1-c"]


def test_an_answer_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROW_LIMIT", 10)
    for text in ("SELECT * { ?a ?b ?c }", "CONSTRUCT WHERE { ?a ?b ?c }"):
        with pytest.raises(KGError, match="more than 10 rows"):
            STORE.query(text)


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


def test_bindings() -> None:
    text = "SELECT ?s { VALUES ?f { force:plain } ?s sti:force ?f ; a sti:Provision }"
    assert len(STORE.query(text).rows) == 1
    assert len(STORE.query(text, bindings={"f": [node("force:encouraged")]}).rows) == 2
    assert len(STORE.query(text, bindings={"f": None}).rows) == 3


@pytest.mark.parametrize("text", ["SELECT", "SELECT * { ?s ?p }", "DROP ALL", "SELECT (1/0 AS) {}"])
def test_bad_queries(text: str) -> None:
    with pytest.raises(KGError):
        STORE.query(text)


def test_nothing_can_be_written() -> None:
    before = len(STORE.query("SELECT * { ?s ?p ?o }").rows)
    with pytest.raises(KGError):
        STORE.query("PREFIX x: <x:> INSERT DATA { x:a x:b x:c }")
    assert len(STORE.query("SELECT * { ?s ?p ?o }").rows) == before


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
def test_labels(name: str, zh: str | None, en: str | None, both: str | None) -> None:
    thing = node(name)
    assert (STORE.label(thing, "zh"), STORE.label(thing, "en")) == (zh, en)
    assert STORE.label(thing, "both") == (both or (f"{zh} / {en}" if zh else None))
    assert STORE.name(thing, "zh") == (zh or name)


def test_kinds_and_schemes() -> None:
    assert STORE.is_a(node("org:most"), "sti:Agent")
    assert STORE.is_a(node("kind:enterprise"), "scheme:kind")
    assert not STORE.is_a(node("kind:enterprise"), "sti:Agent")
    assert node("sti:hasLead") in STORE.roles
    assert node("sti:presumedLead") not in STORE.roles


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


def write(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    data = ox.serialize(tiny.quads(), format=ox.RdfFormat.N_QUADS) or b""
    (folder / "graph.nq").write_bytes(data)


def test_reads_what_was_built(tmp_path: Path) -> None:
    write(tmp_path / "build")
    opened = open_store(House(tmp_path), tmp_path / "build")
    assert sorted(map(str, opened.quads())) == sorted(map(str, STORE.quads()))
    with pytest.raises(KGError, match=r"graph\.nq is not there"):
        Store.read(tmp_path)
    (tmp_path / "build" / "graph.nq").write_text("<a:a> nonsense .\n")
    with pytest.raises(KGError, match="cannot be read"):
        Store.read(tmp_path / "build")


def test_a_build_that_is_out_of_date_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inner = ox.Store()
    monkeypatch.setattr("kg.build.assemble", lambda house: Assembly(inner, {}, Locator(), [], []))
    house, told = House(tmp_path), []
    # nothing built: the files are read, and nothing needs saying
    assert not list(open_store(house, say=told.append).quads())
    assert told == []
    write(tmp_path / "build")
    assert list(open_store(house, say=told.append).quads())
    monkeypatch.setattr(module, "_newest", lambda house: 2**63)
    assert not list(open_store(house, say=told.append).quads())
    assert told == ["build/graph.nq is out of date: the files are read instead"]
