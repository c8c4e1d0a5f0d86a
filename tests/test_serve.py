"""The parts of the service by themselves: settings, limits, protocol, formats, answers."""

import dataclasses
import json
import tomllib
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import KGError
from kg.house import House
from kg.serve import protocol
from kg.serve.answer import Answerer, Limits
from kg.serve.config import Config, read
from kg.serve.limits import Rate, client_of
from kg.serve.media import GRAPHS, RESULTS
from kg.serve.metrics import Metrics
from kg.serve.problem import _KINDS, Problem

# ---------------------------------------------------------------- settings


def test_command_line_before_environment_before_file(tmp_path: Path) -> None:
    file = tmp_path / "kg.toml"
    file.write_text('[serve]\nseconds = 3\nrows = 7\nhosts = ["kg.example.org"]\nlog = false\n')
    environ = {"KG_ROWS": "8", "KG_PROXIES": "10.0.0.1, 10.0.0.2", "KG_LOG_QUERIES": "true"}
    found = read(file, environ, {"port": 9, "host": None})
    assert found == dataclasses.replace(
        Config(), seconds=3.0, rows=8, hosts=("kg.example.org",), log=False,
        proxies=("10.0.0.1", "10.0.0.2"), log_queries=True, port=9,
    )  # fmt: skip
    assert read(None, {"KG_CONFIG": str(file)}).rows == 7
    assert read(None, {}) == Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("secnds = 3", "there is no setting 'secnds'"),
        ("rows = 1.5", "rows is a whole number"),
        ("seconds = -1", "seconds is at least 0"),
        ("seconds = nan", "seconds is at least 0"),
        ("log = 1", "log is true or false"),
        ("hosts = 'x'", "hosts is a list of texts"),
        ("workers = 1", "workers is at least 2"),
        ("port = ", "the settings cannot be read"),
    ],
)
def test_bad_settings_are_named(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "kg.toml"
    file.write_text(f"[serve]\n{text}")
    with pytest.raises(KGError, match=told) as caught:
        read(file, {})
    assert caught.value.place == (str(file), 0)


def test_a_bad_variable_is_named() -> None:
    with pytest.raises(KGError, match="KG_SECONDS: seconds is a number, not 'soon'"):
        read(None, {"KG_SECONDS": "soon"})
    with pytest.raises(KGError, match=r"nowhere\.toml: the file is not there"):
        read(Path("nowhere.toml"), {})
    with pytest.raises(KGError, match="--port: port is at most 65535, not 99999"):
        read(None, {}, {"port": 99999})


# ---------------------------------------------------------------- how often


def test_a_bucket_fills_again() -> None:
    rate = Rate(2, 3)
    for _ in range(3):
        rate.take("a", 0)
    with pytest.raises(Problem) as caught:
        rate.take("a", 0)
    assert (caught.value.status, caught.value.wait) == (429, 1)
    rate.take("b", 0)  # nobody pays for another
    rate.take("a", 0.5)
    with pytest.raises(Problem):
        rate.take("a", 0.6)
    for _ in range(3):  # never more than it holds
        rate.take("a", 100)
    with pytest.raises(Problem):
        rate.take("a", 100)


def test_a_slow_rate_says_how_long() -> None:
    rate = Rate(0.1, 1)
    rate.take("a", 0)
    with pytest.raises(Problem) as caught:
        rate.take("a", 2)
    assert caught.value.wait == 8


def test_who_is_one_client() -> None:
    assert client_of("192.0.2.7") == "192.0.2.7"
    assert client_of("2001:db8:1:2::3") == client_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::"
    assert client_of("2001:db8:1:3::3") != client_of("2001:db8:1:2::3")
    assert client_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert client_of("unknown" * 100) == ("unknown" * 100)[:64]


# ---------------------------------------------------------------- the protocol

ASK = "ASK { ?s ?p '科技' }"
FORM = {"content-type": protocol.FORM}


def test_three_ways_to_ask() -> None:
    written = urlencode({"query": ASK}).encode()
    get = protocol.sparql("GET", written, {"accept": "text/csv"}, b"")
    form = protocol.sparql("POST", b"", {**FORM, "accept": "text/csv"}, written)
    direct = protocol.sparql(
        "POST", b"",
        {"content-type": 'application/sparql-query; charset="UTF-8"', "accept": "text/csv"},
        ASK.encode(),
    )  # fmt: skip
    assert get == form == direct
    assert get["query"] == ASK
    assert get["accept"] == "text/csv"


@pytest.mark.parametrize(
    "text",
    ["a%20b+c", "%e7%A7%91", "100%", "%", "%4", "%zz%41", "%2541", r"\x41\n\\", r"%5Cx41\u0041"],
)
def test_parameters_are_read_as_urllib_reads_them(text: str) -> None:
    found = protocol.pairs(f"a{text}={text}&&b".encode())
    assert found == parse_qsl(f"a{text}={text}&&b", keep_blank_values=True)


def test_the_dataset_is_read() -> None:
    asked = [("query", ASK), ("default-graph-uri", "x:a"), ("default-graph-uri", "x:b")]
    asked.append(("named-graph-uri", "x:c"))
    found = protocol.sparql("GET", urlencode(asked).encode(), {}, b"")
    assert (found["default"], found["named"]) == (["x:a", "x:b"], ["x:c"])
    direct = protocol.sparql(
        "POST", b"named-graph-uri=x%3Ac", {"content-type": protocol.DIRECT}, b"ASK {}"
    )
    assert direct["named"] == ["x:c"]


def test_without_a_query_the_service_tells_what_it_is() -> None:
    assert protocol.sparql("GET", b"", {}, b"")["do"] == "service"


@pytest.mark.parametrize(
    ("method", "address", "media", "body", "status"),
    [
        ("GET", b"query=ASK%7B%7D&query=ASK%7B%7D", "", b"", 400),
        ("GET", b"query=%FF", "", b"", 400),
        ("GET", b"query=\xff", "", b"", 400),
        ("GET", b"update=CLEAR+ALL", "", b"", 400),
        ("GET", b"query=ASK%7B%7D&update=CLEAR+ALL", "", b"", 400),
        ("GET", b"default-graph-uri=x:a", "", b"", 400),
        ("GET", b"&".join([b"a=b"] * 1_001), "", b"", 400),
        ("POST", b"", protocol.FORM, b"", 400),
        ("POST", b"", protocol.FORM, b"query=%C3%28", 400),
        ("POST", b"", protocol.FORM, b"update=CLEAR+ALL", 400),
        ("POST", b"query=ASK%7B%7D", protocol.DIRECT, b"ASK {}", 400),
        ("POST", b"", protocol.DIRECT, b"\xff", 400),
        ("POST", b"", protocol.DIRECT + "; charset=gbk", b"ASK {}", 415),
        ("POST", b"", protocol.FORM + "; charset=latin-1", b"query=ASK", 415),
        ("POST", b"", protocol.UPDATE, b"CLEAR ALL", 415),
        ("POST", b"", "text/plain", b"ASK {}", 415),
        ("POST", b"", "", b"ASK {}", 415),
    ],
)
def test_what_is_no_request(
    method: str, address: bytes, media: str, body: bytes, status: int
) -> None:
    with pytest.raises(Problem) as caught:
        protocol.sparql(method, address, {"content-type": media}, body)
    assert caught.value.status == status


def test_one_graph_is_named() -> None:
    assert protocol.graph(b"default", {})["graph"] == ""
    assert protocol.graph(b"graph=" + quote("http://x/#g").encode(), {})["graph"] == "http://x/#g"
    for address in (b"", b"default&graph=x:a", b"graph=x:a&graph=x:b", b"graph="):
        with pytest.raises(Problem, match="request"):
            protocol.graph(address, {})


def test_what_changes_by_itself_is_not_kept() -> None:
    for query, volatile in (
        ("SELECT (now() AS ?n) {}", True),
        ("SELECT (STRUUID( ) AS ?n) {}", True),
        ("SELECT (RAND () AS ?n) {}", True),
        ("SELECT ?now ?rand { ?now a ?rand }", False),
    ):
        assert protocol.volatile({"do": "query", "query": query}) is volatile


# ---------------------------------------------------------------- problems


def test_each_problem_is_told_in_both_languages() -> None:
    for name, kind in _KINDS.items():
        assert kind.zh != kind.en, name
        assert bool(kind.hint_zh) == bool(kind.hint_en), name
        problem = Problem(name, "<script>\u2028", ("rows", 5), 3)
        assert Problem.of(json.loads(json.dumps(problem.data()))).json(True) == problem.json(True)
        told = json.loads(problem.json(False))
        assert (told["status"], told["title"], told["limit"], told["value"]) == (
            kind.status, kind.en, "rows", 5,
        )  # fmt: skip
        assert json.loads(problem.json(True))["title"] == kind.zh
        page = problem.page(True, "/assets/site.css").decode()
        assert kind.zh in page
        assert "<script>" not in page


# ---------------------------------------------------------------- answers

DATA = """
@prefix : <http://x/> .
:g { :a :p "1" , "two\\nlines, \\"quoted\\" <b>" ; :q :b . }
:h { :a :p "1" . :b :q :c . }
"""


def answerer(rows: int = 100, size: int = 100_000) -> Answerer:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TRIG)
    store.extend([ox.Quad(q.subject, q.predicate, q.object) for q in store])
    return Answerer(store, [], Limits(rows, size))


def asked(query: str, accept: str = "", **more: object) -> dict[str, object]:
    return {"do": "query", "query": query, "accept": accept, **more}


def test_the_default_graph_is_the_union_and_says_nothing_twice() -> None:
    found = answerer().answer(asked("SELECT ?s ?o { ?s ?p ?o }", "text/csv"))
    assert found.media == "text/csv"
    assert found.body.count(b"http://x/a,1\r\n") == 1
    assert found.body.count(b"http://x/a,") == 3


@pytest.mark.parametrize(
    ("default", "named", "query", "rows"),
    [
        (["http://x/h"], [], "SELECT * { ?s ?p ?o }", 2),
        (["http://x/g"], [], "SELECT * { ?s ?p ?o }", 3),
        (["http://x/g"], [], "SELECT * { GRAPH ?g { ?s ?p ?o } }", 0),
        ([], ["http://x/h"], "SELECT * { GRAPH ?g { ?s ?p ?o } }", 2),
        ([], ["http://x/h"], "SELECT * { ?s ?p ?o }", 0),
        (["http://x/none"], [], "SELECT * { ?s ?p ?o }", 0),
        (["http://x/h"], [], "SELECT * FROM <http://x/g> { ?s ?p ?o }", 2),
        ([], [], "SELECT * FROM <http://x/g> { ?s ?p ?o }", 3),
    ],
)
def test_the_dataset_of_the_protocol(
    default: list[str], named: list[str], query: str, rows: int
) -> None:
    found = answerer().answer(asked(query, default=default, named=named))
    assert len(json.loads(found.body)["results"]["bindings"]) == rows


@pytest.mark.parametrize("accept", list(RESULTS))
def test_rows_are_counted_in_every_format(accept: str) -> None:
    query = "SELECT ?o { ?s <http://x/p> ?o . ?t ?q ?r }"  # 2 x 4 rows, some of several lines
    assert answerer(rows=8).answer(asked(query, accept)).media == accept
    limited = answerer(rows=7)
    limited.limits = Limits(7, 100_000)
    with pytest.raises(Problem) as caught:
        limited.answer(asked(query, accept))
    assert (caught.value.kind, caught.value.limit) == ("rows", ("rows", 7))


@pytest.mark.parametrize("accept", list(RESULTS))
def test_rows_of_nothing_are_counted(accept: str) -> None:
    query = "SELECT ?none { ?s ?p ?o . ?t ?q ?r . ?u ?v ?w }"
    assert answerer(rows=64).answer(asked(query, accept)).body
    with pytest.raises(Problem, match="rows"):
        answerer(rows=63).answer(asked(query, accept))


def test_bytes_are_counted() -> None:
    query = "SELECT * { ?s ?p ?o . ?t ?q ?r . ?u ?v ?w }"
    whole = len(answerer().answer(asked(query)).body)
    assert answerer(size=whole).answer(asked(query)).body
    with pytest.raises(Problem, match="bytes"):
        answerer(size=whole - 1).answer(asked(query))
    with pytest.raises(Problem, match="bytes"):
        answerer(size=50).answer(asked("CONSTRUCT WHERE { ?s ?p ?o }"))


@pytest.mark.parametrize("media", list(GRAPHS))
def test_graphs_in_every_format(media: str) -> None:
    found = answerer().answer(asked("CONSTRUCT WHERE { ?s ?p ?o }", media))
    assert found.media == media
    form = {
        "text/turtle": "turtle", "application/n-triples": "nt", "text/plain": "nt",
        "application/ld+json": "json-ld", "application/json": "json-ld",
    }.get(media, "xml")  # fmt: skip
    assert len(rdflib.Graph().parse(data=found.body, format=form)) == 4
    with pytest.raises(Problem, match="rows"):
        answerer(rows=3).answer(asked("CONSTRUCT WHERE { ?s ?p ?o }", media))


def test_formats_by_name() -> None:
    for name, media in (("csv", "text/csv"), ("json", "application/sparql-results+json")):
        assert answerer().answer(asked("ASK {}", "text/html", format=name)).media == media
    assert (
        answerer().answer(asked("DESCRIBE <http://x/a>", format="json")).media
        == "application/ld+json"
    )
    assert answerer().answer(asked("ASK {}", "text/csv", format="toml")).media == "text/csv"
    with pytest.raises(Problem) as caught:
        answerer().answer(asked("ASK {}", "text/turtle"))
    assert caught.value.status == 406
    assert "text/csv" in caught.value.detail


def test_yes_and_no() -> None:
    for query, word in (("ASK { ?s ?p ?o }", b"true"), ("ASK { ?s ?s ?s }", b"false")):
        for accept in RESULTS:
            assert word in answerer().answer(asked(query, accept)).body


def test_mistakes_are_explained() -> None:
    with pytest.raises(Problem) as caught:
        answerer().answer(asked("SELECT * {\n ?s ?p }"))
    assert caught.value.status == 400
    assert "line 2" in caught.value.detail
    with pytest.raises(Problem, match="'no iri' is no IRI"):
        answerer().answer(asked("ASK {}", default=["no iri"], named=[]))


def test_one_graph() -> None:
    found = answerer().answer(
        {"do": "graph", "graph": "http://x/h", "accept": "application/n-triples"}
    )
    assert sorted(found.body.splitlines()) == [
        b'<http://x/a> <http://x/p> "1" .', b"<http://x/b> <http://x/q> <http://x/c> .",
    ]  # fmt: skip
    union = answerer().answer({"do": "graph", "graph": "", "accept": "application/n-triples"})
    assert len(union.body.splitlines()) == 4
    with pytest.raises(Problem) as caught:
        answerer().answer({"do": "graph", "graph": "http://x/none", "accept": ""})
    assert caught.value.status == 404


def test_what_the_service_is() -> None:
    found = answerer().answer({"do": "service", "base": "http://here", "accept": ""})
    graph = rdflib.Graph().parse(data=found.body, format="turtle")
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    service = next(graph.subjects(rdflib.RDF.type, sd.Service))
    assert graph.value(service, sd.endpoint) == rdflib.URIRef("http://here/sparql")
    assert (service, sd.feature, sd.UnionDefaultGraph) in graph
    dataset = graph.value(service, sd.defaultDataset)
    names = {graph.value(one, sd.name) for one in graph.objects(dataset, sd.namedGraph)}
    assert names == {rdflib.URIRef("http://x/g"), rdflib.URIRef("http://x/h")}


# ---------------------------------------------------------------- counted


def test_metrics_are_what_prometheus_reads(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics(log=True)
    metrics.request("sparql", 200, 0.004, {"client": "x"})
    metrics.request("sparql", 200, 0.2, {"client": "x\n\u2028"})
    metrics.worker("worker", pool="queries", reason="time")
    text = metrics.text(
        {'kg_workers{pool="queries"}': 5, 'kg_workers{pool="pages"}': 3, "kg_closed_total": 1}
    )
    heads = [line for line in text.splitlines() if line[:1] == "#"]
    assert len(heads) == len(set(heads)) == 5
    assert "# TYPE kg_closed_total counter" in heads
    assert 'kg_requests_total{route="sparql",status="200"} 2\n' in text
    assert 'kg_request_seconds_bucket{route="sparql",le="0.005"} 1\n' in text
    assert 'kg_request_seconds_bucket{route="sparql",le="+Inf"} 2\n' in text
    assert 'kg_workers_replaced_total{pool="queries",reason="time"} 1\n' in text
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["request", "request", "worker"]


# ---------------------------------------------------------------- told


def test_the_guide_lists_every_setting(house: House) -> None:
    text = (house.root / "docs/serving.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `") and line.count("|") == 4]
    listed = {line.split("`")[1]: line.split("`")[3] for line in lines}
    for one in dataclasses.fields(Config):
        written = tomllib.loads(f"x = {listed.pop(one.name)}")["x"]
        assert (tuple(written) if isinstance(written, list) else written) == one.default
        assert one.metadata["told"] in text
    assert not listed
    example = text.partition("```toml")[2].partition("```")[0]
    assert set(tomllib.loads(example)["serve"]) <= {one.name for one in dataclasses.fields(Config)}
