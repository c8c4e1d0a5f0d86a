"""Tests of kg.write: the same bytes each time, and nothing lost on the way."""

import json
from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic

from kg import lines as module
from kg import write
from kg.assembly import Assembly
from kg.layout import format_text
from kg.turtle import parse_text

TEXT = """@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .
@prefix p: <https://w3id.org/sci-tech-insurance/id/statement/> .
p:b sti:open true , "true" , 1 , 1.5 , "01"^^<http://www.w3.org/2001/XMLSchema#integer> ;
    sti:quote "a\\"b\\n\\\\"@zh , "plain" , "x"^^sti:own ; a sti:B , sti:A .
p:a sti:y ( p:b [ sti:z () ] 2 ) ; sti:z _:twice , _:self ; sti:w [ sti:v [ sti:u 1 ] ] .
<http://example.org/a/b> sti:z _:twice .
_:twice sti:z 3 . _:self sti:z _:self . _:x sti:z _:y . _:y sti:z _:x . [] a sti:Top .
p:broken sti:z [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ] .
"""


def _graph(text: str, form: str = "turtle") -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format=form)


def test_turtle_says_the_same() -> None:
    """Lists, nested, shared and circular blank nodes, literals of every kind."""
    written = "".join(write.turtle(parse_text(TEXT, ""), "All of it."))
    assert isomorphic(_graph(written), _graph(TEXT))
    assert written.startswith("# All of it.\n@prefix p:")
    assert "sti:y ( p:b [" in written
    assert "_:b" in written  # the shared ones keep a name
    assert isomorphic(_graph(format_text(written)), _graph(TEXT))


def test_order_of_the_triples_does_not_matter() -> None:
    """What is written depends on what is said, not on its order."""
    triples = parse_text(TEXT, "")
    for writer in (lambda t: write.turtle(t, "x"), lambda t: write.jsonld({"urn:g": t}),
                   lambda t: write.nquads({"urn:g": t})):  # fmt: skip
        assert [*writer(triples)] == [*writer([*triples[::-1], triples[0]])]


def test_nquads_are_sorted_and_read_back() -> None:
    """One line a quad."""
    text = "".join(write.nquads({"urn:g": parse_text(TEXT, "")}))
    lines = text.splitlines()
    assert lines == sorted(set(lines))
    data = rdflib.Dataset()
    data.parse(data=text, format="nquads")
    assert isomorphic(data.graph("urn:g"), _graph(TEXT))


def test_lines_of_several_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sorted and each once, also where a line is in two runs; read as often as one likes."""
    monkeypatch.setattr(module, "_RUN", 3)
    words = ["三", "b", "a", "b", "é", "𠀀", "a", "a", "\uffff", "c"]
    lines = module.Lines(f"{word}\n".encode() for word in words)
    for _ in range(2):
        assert [*lines] == [f"{word}\n" for word in sorted(set(words))]


def test_what_was_made_of_lines_is_what_is_made_of_triples() -> None:
    """Turtle and JSON-LD, with escapes and blank nodes; a quad in two layers is said once."""
    triples, more = parse_text(TEXT, ""), parse_text(TEXT.partition("p:a sti:y")[0], "")
    layers = {"urn:g": triples, "urn:h": more}
    lines = write.nquads(layers)
    assert [*write.turtle_of(lines, "x")] == [*write.turtle([*triples, *more], "x")]
    both = ("".join(made) for made in (write.jsonld_of(lines, [*layers]), write.jsonld(layers)))
    assert len(set(both)) == 1


def test_jsonld_is_read_back() -> None:
    """A named graph a layer, with the prefix table as context."""
    graph = "https://w3id.org/sci-tech-insurance/graph/stated"
    text = "".join(write.jsonld({graph: parse_text(TEXT, "")}))
    data = rdflib.Dataset()
    data.parse(data=text, format="json-ld")
    assert isomorphic(data.graph(graph), _graph(TEXT))
    assert json.loads(text)["@graph"][0]["@id"] == "graph:stated"


@pytest.mark.full
def test_the_real_graph_is_the_same_in_all_forms(assembly: Assembly, tmp_path: Path) -> None:
    """N-Quads, JSON-LD and Turtle of the whole graph hold the same, blank nodes included."""
    quads, linked = rdflib.Dataset(), rdflib.Dataset()
    quads.parse(data="".join(write.nquads(assembly.layers)), format="nquads")
    linked.parse(data="".join(write.jsonld(assembly.layers)), format="json-ld")
    union = rdflib.Graph()
    for graph, triples in assembly.layers.items():
        one, other = quads.graph(graph), linked.graph(graph)
        assert len(one) == len(triples)
        assert isomorphic(one, other), graph
        union += one
    every = [triple for triples in assembly.layers.values() for triple in triples]
    assert isomorphic(_graph("".join(write.turtle(every, "all"))), union)
