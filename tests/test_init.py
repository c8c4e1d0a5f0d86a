"""`import kg`: the graph for the user's own tools."""

import subprocess
import sys
from pathlib import Path

import pytest
import tiny

import kg
from kg.errors import KGError

TINY = kg.Graph(tiny.store(), "en")


@pytest.fixture(scope="module")
def whole() -> kg.Graph:
    """The graph of the house."""
    return kg.open(lang="zh")


def test_import_is_light() -> None:
    code = "import sys, kg; print(*sys.modules)"
    source = str(Path(kg.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=source, check=True
    )
    assert not {"pyoxigraph", "rdflib", "yaml", "kg.store"} & set(done.stdout.split())


def test_ask_query_show(whole: kg.Graph) -> None:
    rows = whole.ask("who-leads")
    assert {"actor", "actorLabel", "quote"} <= set(rows.columns)
    assert {row["actorLabel"] for row in rows} == {"科技部", "金融监管总局"}
    assert len(whole.ask("by-force", force="研究")) == 1
    with pytest.raises(KGError, match="did you mean"):
        whole.ask("who-leed")
    assert [row["s"][-3:] for row in TINY.query("SELECT ?s { ?s a sti:Measure }")] == ["2-1"]
    assert TINY.show("企业").startswith("kind:enterprise  enterprise\n")


def test_what_is_told_of_an_answer(whole: kg.Graph) -> None:
    penalty = whole.ask("penalty-stated")
    assert penalty == []
    assert penalty.why.startswith("全文都在某条陈述的引文之内")
    assert penalty.why in "".join(penalty.text.split("\n"))
    rows = whole.ask("who-is-addressed", actor="网络安全保险服务机构")
    assert [row["role"][-5:] for row in rows] == ["genus"]
    assert rows.why == ""
    assert rows.notes[0].startswith("actor: kind:cyber-insurance-service-provider")
    assert "类属" in rows.notes[2]


def test_a_query_is_doubted_as_on_the_command_line() -> None:
    rows = TINY.query("SELECT ?s { ?s a sti:Provisoin }")
    assert rows.notes[0].startswith("sti:Provisoin is not in the graph; did you mean")
    assert rows.notes[0][:20] in rows.text


def test_find(whole: kg.Graph) -> None:
    assert [row["statement"].rpartition("/")[2] for row in whole.find("协作")] == ["q5-2-c"]
    none = whole.find("税收")
    assert none == []
    assert none.why == none.notes[0] == "opinion-qa 没有说“税收”：原文3,735字中没有"


def test_opens_a_folder(tmp_path: Path) -> None:
    with pytest.raises(KGError, match=r"graph\.nq"):
        kg.open(tmp_path)


def test_rdflib() -> None:
    data = TINY.rdflib()
    assert data.default_union
    query = "PREFIX sti: <https://w3id.org/sci-tech-insurance/ontology#> "
    assert len(list(data.query(query + "SELECT ?s { ?s a sti:Provision }"))) == 3
    layers = {str(graph.identifier).rpartition("/")[2] for graph in data.graphs()}
    assert {"stated", "curated", "derived-presumed-lead"} <= layers
    assert sum(len(graph) for graph in data.graphs()) == len(list(TINY.store.quads()))


def test_networkx() -> None:
    graph = TINY.networkx()
    assert graph.nodes["org:most"] == {
        "iri": "https://w3id.org/sci-tech-insurance/id/organisation/most",
        "kind": "sti:Organisation",
        "label_zh": "科学技术部",
        "label_en": "Ministry of Science and Technology",
    }
    assert graph.edges["p:1-a", "org:most", "sti:hasLead"] == {"layer": "stated"}
    assert graph.edges["p:1-c", "org:most", "sti:presumedLead"]["layer"] == (
        "derived (rule:presumed-lead)"
    )
    assert not [name for name in graph if name.startswith(("occ:", "t:"))]
    everything = TINY.networkx(places=True)
    assert "occ:0" in everything
    values = [v for _, data in everything.nodes(data=True) for v in data.values()]
    assert {type(value) for value in values} == {str}


@pytest.mark.parametrize(("package", "method"), [("networkx", "networkx"), ("owlready2", "owl")])
def test_a_tool_that_is_not_installed(
    package: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=r"pip install 'sci-tech-insurance-kg\["):
        getattr(TINY, method)()


def test_owl(whole: kg.Graph) -> None:
    ontology = whole.owl()
    provision = ontology.search_one(iri="*ontology#Provision")
    assert ontology.search_one(iri="*organisation/most") is not None
    assert len(list(provision.instances())) == len(whole.query("SELECT ?s { ?s a sti:Provision }"))
    assert ontology.imported_ontologies == []
    assert ontology.search_one(iri="*statement/q8-1-a") in set(ontology.individuals())
    assert provision not in set(ontology.individuals())


def test_what_is_narrower_and_left_out_is_told(whole: kg.Graph) -> None:
    told = "\n".join(whole.ask("who-is-addressed", actor="政府").notes)
    assert "较窄者另问：地方政府" in told
    for question, about in (("what-does-actor-do", "actor"), ("who-is-protected", "thing")):
        held = "\n".join(whole.ask(question, **{about: "企业"}).notes)
        assert "较窄者另问" not in held  # its rows hold them
