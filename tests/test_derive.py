"""Tests of kg.derive."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Check

from kg.assembly import Assembly
from kg.derive import Rule, derive, in_order, provenance, read
from kg.errors import KGError
from kg.house import House
from kg.load import GRAPH, META
from kg.prefixes import expand, shrink

HEADER = "#+ id: a\n#+ summary: {zh: 甲, en: A}\n"
RULE = """CONSTRUCT { ?s sti:inPart ?o } WHERE { ?s sti:partOf ?o }
"""


def _rule(name: str, *after: str, text: str = RULE) -> Rule:
    return Rule(name, {"zh": name, "en": name}, after, text, f"{name}.rq")


def _store(*triples: tuple[str, str, str]) -> ox.Store:
    store = ox.Store()
    graph = ox.NamedNode(f"{GRAPH}stated")
    for triple in triples:
        subject, predicate, value = (ox.NamedNode(expand(term)) for term in triple)
        store.add(ox.Quad(subject, predicate, value, graph))
    return store


def test_only_what_is_new_is_kept() -> None:
    """What a layer says already is not derived again."""
    store = _store(("p:a", "sti:partOf", "p:b"), ("p:c", "sti:partOf", "p:b"),
                   ("p:a", "sti:inPart", "p:b"))  # fmt: skip
    rule = _rule("r")
    (new,) = derive(store, rule)
    assert shrink(str(new.subject)[1:-1]) == "p:c"
    assert len(list(store.quads_for_pattern(None, None, None, ox.NamedNode(rule.graph)))) == 1


def test_order() -> None:
    """By name, but after the rules that a rule names."""
    rules = [_rule("c"), _rule("b"), _rule("a", "c"), _rule("d", "a", "b")]
    assert [rule.id for rule in in_order(rules)] == ["b", "c", "a", "d"]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([_rule("a", "none")], "'none', which is not there"),
        ([_rule("a", "b"), _rule("b", "a")], "in a ring"),
    ],
)
def test_impossible_order(rules: list[Rule], message: str) -> None:
    """A rule that is not there, or a ring, is an error at a rule's file."""
    with pytest.raises(KGError, match=message) as caught:
        in_order(rules)
    assert caught.value.place
    assert caught.value.place[0].endswith(".rq")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CONSTRUCT { ?s ?p } WHERE { }", "not valid SPARQL"),
        ("SELECT * { ?s ?p ?o }", "a rule is a CONSTRUCT query"),
        ("CONSTRUCT { ?s sti:open [] } WHERE { ?s ?p ?o }", "may not make blank nodes"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://e/> { ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_bad_queries(text: str, message: str) -> None:
    """What is no CONSTRUCT, or reaches outside, is refused with its file."""
    store = _store(("p:a", "sti:partOf", "p:b"))
    with pytest.raises(KGError, match=message) as caught:
        derive(store, _rule("bad", text=text))
    assert caught.value.place
    assert caught.value.place[0] == "bad.rq"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RULE, "no #\\+ header"),
        ("#+ id: a\n" + RULE, "no summary"),
        (HEADER.replace("id: a", "id: b") + RULE, "not the name of the file"),
        (HEADER + "#+ note: {zh: 甲}\n" + RULE, "note of the"),
        ("#+ id: [\n" + RULE, "not YAML"),
    ],
)
def test_bad_headers(tmp_path: Path, text: str, message: str) -> None:
    """A rule says what it derives, in both languages, under its own name."""
    path = tmp_path / "a.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KGError, match=message):
        read(path, "a.rq")


def test_header(tmp_path: Path) -> None:
    """`after` is one id or several."""
    path = tmp_path / "a.rq"
    for after, expected in (("b", ("b",)), ("[b, c]", ("b", "c"))):
        path.write_text(f"{HEADER}#+ after: {after}\n{RULE}", encoding="utf-8")
        rule = read(path, "a.rq")
        assert (rule.id, rule.after, rule.summary["zh"]) == ("a", expected, "甲")


def test_provenance() -> None:
    """The meta layer says which rule made a graph, and what the rule is called."""
    said = {
        (shrink(str(t.subject)[1:-1]), shrink(t.predicate.value)) for t in provenance(_rule("r"))
    }
    assert ("graph:derived-r", "prov:wasGeneratedBy") in said
    assert ("rule:r", "skos:prefLabel") in said


def test_a_broken_rule_is_a_finding(tiny_house: House, findings: Check) -> None:
    """The other rules still run."""
    (tiny_house.root / "queries/rules/bad.rq").write_text(
        HEADER.replace("id: a", "id: bad") + "CONSTRUCT\n"
    )
    (found,) = findings("rule")
    assert found.file == "queries/rules/bad.rq"


def _derived(assembly: Assembly, rule: str) -> set[tuple[str, str]]:
    triples = assembly.layers[f"{GRAPH}derived-{rule}"]
    return {(shrink(str(t.subject)[1:-1]), shrink(str(t.object)[1:-1])) for t in triples}


def test_every_rule_has_its_graph_and_its_maker(assembly: Assembly, house: House) -> None:
    """One graph a rule, each with a rule that made it."""
    graphs = {f"{GRAPH}derived-{path.stem}" for path in house.rules()}
    assert graphs == {graph for graph in assembly.layers if "/derived-" in graph}
    made = {
        str(t.subject)[1:-1] for t in assembly.layers[META] if "wasGenerated" in str(t.predicate)
    }
    assert made == graphs


def test_parts_by_order(assembly: Assembly) -> None:
    """Twenty measures in parts 2 to 7, by the order of the questions."""
    parts = _derived(assembly, "part-by-order")
    assert len(parts) == 20
    assert {("m:2-1", "part:2"), ("m:4-5", "part:4"), ("m:7-4", "part:7")} <= parts
    assert all(measure[2] == part[-1] for measure, part in parts)


def test_issuers(assembly: Assembly) -> None:
    """Four departments issued the Opinion."""
    issuers = {"org:most", "org:nfra", "org:miit", "org:cnipa"}
    assert _derived(assembly, "issued-by") == {("doc:opinion", issuer) for issuer in issuers}


def test_presumed_lead_never_meets_a_stated_actor(assembly: Assembly) -> None:
    """Presumed only where a plain provision names nobody."""
    presumed = {statement for statement, _ in _derived(assembly, "presumed-lead")}
    assert "p:q3-1-a" in presumed
    answer = assembly.store.query(
        "ASK { ?s sti:presumedLead ?x ; ?role ?who . "
        "VALUES ?role { sti:hasLead sti:hasJoined sti:hasAddressee } }",
        prefixes={"sti": expand("sti:")},
        use_default_graph_as_union=True,
    )
    assert not answer


def test_names_of_products(assembly: Assembly) -> None:
    """Risk and interest are read off the name, and only off the name."""
    risks, interests = _derived(assembly, "names-risk"), _derived(assembly, "names-interest")
    assert ("prod:cyber", "risk:cyber-security") in risks
    assert ("prod:ip-overseas-infringement", "risk:overseas-infringement") in risks
    assert ("prod:patent-overseas-expense", "interest:patent") in interests
    assert not any(product == "prod:first-set-first-batch" for product, _ in risks | interests)


def test_names_within_names(assembly: Assembly) -> None:
    """A thing is led to by every longer name that holds its own, and by no other."""
    held = _derived(assembly, "name-within")
    assert {long for long, short in held if short == "risk:overseas"} == {
        "mech:overseas-risk-system"
    }
    assert ("place:gba-centre", "place:gba") in held
    assert not any(long == short for long, short in held)
    assert ("place:shanghai-centre", "place:gba") not in held


def test_sections(assembly: Assembly) -> None:
    """Every statement of a measure has the section that tells it; all are stated in the text."""
    assert ("p:q4-1-c", "sec:q4-1") in _derived(assembly, "in-section")
    stated = _derived(assembly, "stated-in")
    assert {document for _, document in stated} == {"doc:opinion-qa"}
    assert {"p:q1", "p:q4-1-c"} <= {statement for statement, _ in stated}
