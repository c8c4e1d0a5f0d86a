"""A real service on loopback: what it answers, to whom, and that nothing brings it down."""

import http.client
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from serving import ROOT, Server, attacks, percentile, serving, under_attack

from kg.build import build
from kg.house import House
from kg.serve.worker import Channel, frame

pytestmark = pytest.mark.full

MEASURES = "SELECT ?m { ?m a sti:Measure } ORDER BY ?m"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
A_SECOND = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d a sti:Measure . ?e a sti:Measure }"
POST = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, house: House) -> Path:
    """A build of the house."""
    folder = tmp_path_factory.mktemp("served") / "build"
    build(house, folder)
    return folder


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Server]:
    with serving(built, seconds=3, patience=3) as one:
        yield one


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    """Somebody on loopback whom nobody may call."""
    one = socket.create_server(("127.0.0.1", 0), backlog=64)
    one.setblocking(False)
    yield one
    with pytest.raises(BlockingIOError):
        one.accept()
    one.close()


def kind(body: bytes) -> str:
    """The kind of a problem, from its type."""
    return str(json.loads(body)["type"]).rpartition("/")[2]


# ---------------------------------------------------------------- what it answers


def test_a_query_and_what_comes_with_it(server: Server) -> None:
    status, headers, body = server.query(MEASURES)
    assert status == 200
    assert len(json.loads(body)["results"]["bindings"]) == 20
    assert headers["content-type"] == "application/sparql-results+json"
    assert headers["access-control-allow-origin"] == "*"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    tag = {"If-None-Match": headers["etag"]}
    path = "/sparql?query=ASK%20%7B%20?s%20?p%20?o%20%7D"
    _, first, _ = server.ask(path)
    assert server.ask(path, {"If-None-Match": first["etag"]})[0] == 304
    assert server.ask(path, tag)[0] == 200  # that of another question
    assert server.ask(path, {"If-None-Match": first["etag"], "Accept": "text/csv"})[0] == 200
    assert server.query("SELECT (NOW() AS ?n) {}")[1]["cache-control"] == "no-store"


def test_methods(server: Server) -> None:
    path = "/sparql?query=ASK%20%7B%20?s%20?p%20?o%20%7D"
    status, headers, body = server.ask(path, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 10
    status, headers, _ = server.ask("/sparql", method="OPTIONS")
    assert status == 204
    assert "POST" in headers["access-control-allow-methods"]
    for where, method in (
        ("/sparql", "PUT"),
        ("/data?default", "POST"),
        ("/data?default", "DELETE"),
    ):
        status, headers, body = server.ask(where, method=method, body=b"")
        assert (status, kind(body)) == (405, "method")
        assert "GET" in headers["allow"]
    assert (
        server.ask("/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL")[0] == 415
    )


def test_the_store_is_described(server: Server) -> None:
    status, headers, body = server.ask("/.well-known/void")
    assert (status, headers["content-type"]) == (200, "text/turtle")
    assert f"<{server.address}/sparql>".encode() in body
    assert b"UnionDefaultGraph" in server.ask("/sparql")[2]
    assert server.ask("/sparql", {"Accept": "text/html"})[0] == 303
    assert b"sti:Measure" in server.ask("/data?default")[2]
    assert server.ask("/robots.txt")[0] == 200
    assert server.health()["status"] == "ok"
    assert b"kg_requests_total" in server.ask("/metrics")[2]
    assert server.ask("/metrics", source="127.0.0.9")[0] == 200


def test_each_limit_is_named(server: Server) -> None:
    for query, status, name in (
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 422, "bytes"),
        ("SELECT ?x { ?a ?b ?c . ?d a ?f } LIMIT 200000", 422, "rows"),
        (SLOW, 503, "time"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a", 503, "memory"),
        ("SELECT * " + "{" * 101 + "}" * 101, 400, "nesting"),
        ("SELECT * { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }", 400, "service"),
        ("SELECT * { ?s ?p", 400, "syntax"),
        ("SELECT * { ?s ?p '" + "x" * 20_000 + "' }", 413, "size"),
    ):
        found, headers, body = server.query(query)
        assert (found, kind(body)) == (status, name), query
        assert headers["content-type"] == "application/problem+json"
        assert headers["cache-control"] == "no-store"
    found, _, body = server.ask("/sparql?query=x", {"Accept": "text/html", "Accept-Language": "zh"})
    assert "查询语句有误" in body.decode()
    assert server.whole_again()


def test_names_that_are_not_ours_are_refused(server: Server) -> None:
    for host, status in (
        ("localhost:1", 200), ("evil.example", 421), ("localhost@evil.example", 400), ("", 400),
        ("x/../y", 400), ("127.0.0.1", 200),
    ):  # fmt: skip
        assert server.ask("/robots.txt", {"Host": host})[0] == status, host
    assert server.ask("/health", {"Host": "10.0.0.1"})[0] == 200  # for those who look after it


# ---------------------------------------------------------------- nobody is called


def test_a_worker_can_open_nothing(built: Path, listener: socket.socket) -> None:
    """Even without the screen, SERVICE reaches nobody, and a bug could read no file."""
    ours, theirs = socket.socketpair()
    generation = str((built / "current").resolve())
    with subprocess.Popen(
        [sys.executable, "-m", "kg.serve.worker", str(theirs.fileno())], pass_fds=[theirs.fileno()]
    ) as process:
        theirs.close()
        settings = {"kind": "queries", "generation": generation, "parent": os.getpid(), "nice": 0}
        channel = Channel(ours)
        channel.send(frame({**settings, "memory": 10**9, "limits": [10**5, 10**7]}))
        assert channel.receive() == {"ready": True}
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        assert "Max open files            0                    0" in limits
        there = f"<http://127.0.0.1:{listener.getsockname()[1]}/>"
        for query in (f"SELECT * {{ SERVICE {there} {{ ?s ?p ?o }} }}", "ASK {"):
            channel.send(frame({"do": "query", "query": query, "accept": ""}))
            assert channel.receive()["problem"]["kind"] == "syntax"
        ours.close()
        assert process.wait(10) == 0


# ---------------------------------------------------------------- one does not harm another


def _in_background(server: Server, query: str, source: str, count: int) -> list[threading.Thread]:
    def ask() -> None:
        with suppress(OSError, http.client.HTTPException):
            server.query(query, source=source)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for one in threads:
        one.start()
    return threads


def test_one_client_holds_at_most_half(server: Server) -> None:
    threads = _in_background(server, SLOW, "127.0.0.7", 6)
    time.sleep(0.7)
    told = server.health()["queries"]
    assert told == {"workers": 5, "busy": 2, "waiting": 4}
    start = time.perf_counter()
    assert server.query(MEASURES)[0] == 200
    assert time.perf_counter() - start < 1
    for one in threads:
        one.join()
    assert server.whole_again()


def test_a_worker_that_dies_takes_its_request_alone(server: Server) -> None:
    found: list[tuple[int, bytes]] = []

    def ask() -> None:
        status, _, body = server.query(SLOW)
        found.append((status, body))

    before = {one.pid for one in server.workers()}
    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.5)
    busiest = max(server.workers(), key=lambda one: one.cpu_percent(0.1))
    busiest.kill()
    assert server.query(MEASURES)[0] == 200
    thread.join()
    assert (found[0][0], kind(found[0][1])) == (503, "crash")
    assert server.whole_again()
    assert len({one.pid for one in server.workers()} - before) == 1


def test_a_client_that_goes_takes_its_query_along(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as one:
        body = SLOW.encode()
        one.sendall(POST + b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        time.sleep(0.3)
        assert server.health()["queries"]["busy"] == 1  # type: ignore[index]
    time.sleep(1.7)
    assert server.health()["queries"]["busy"] == 0  # type: ignore[index]
    assert server.whole_again()


def test_too_many_wait(built: Path) -> None:
    with serving(built, seconds=2, queue=4) as one:
        threads = _in_background(one, SLOW, "127.0.0.7", 4)  # two run, two wait
        time.sleep(0.5)
        status, headers, body = one.query(MEASURES, source="127.0.0.7")
        assert (status, kind(body), headers["retry-after"]) == (429, "share", "1")
        assert one.query(MEASURES)[0] == 200
        for thread in threads:
            thread.join()


def test_too_often(built: Path) -> None:
    with serving(built, rate=1, burst=5, proxies="127.0.0.1") as one:
        statuses = [one.query("ASK {}") for _ in range(7)]
        assert [status for status, _, _ in statuses] == [200] * 5 + [429] * 2
        assert statuses[-1][1]["retry-after"] == "1"
        assert one.health()["status"] == "ok"
        # Behind a proxy, each of those whom it names has a rate of his own.
        path = "/sparql?query=ASK%7B%7D"
        assert one.ask(path, {"X-Forwarded-For": "127.0.0.1, 192.0.2.1"})[0] == 200
        time.sleep(1.1)
        assert one.query("ASK {}")[0] == 200


# ---------------------------------------------------------------- slow ones, and the end


def test_who_is_slow_is_let_go(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
        start = time.perf_counter()
        with suppress(ConnectionResetError):
            assert slow.recv(100) == b""
        assert 2 < time.perf_counter() - start < 6
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as slow:
        slow.sendall(POST + b"Content-Length: 100\r\n\r\nASK")
        with suppress(ConnectionResetError):
            assert slow.recv(100) == b""


def test_who_does_not_read_is_let_go(server: Server) -> None:
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", server.port))
        # Several answers: one may fit into what the system holds for a connection (some MB).
        slow.sendall(8 * b"GET /data?default&format=nt HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for line in (
            rb"kg_bytes_on_their_way [1-9]",
            rb'kg_connections_closed_total{reason="slow reader"} 1\n',
            rb"kg_bytes_on_their_way 0\n",
        ):
            end = time.monotonic() + 60  # only a machine that stands still is slower
            while not re.search(line, server.ask("/metrics")[2]):
                assert time.monotonic() < end, f"there is no {line!r}"
                time.sleep(0.1)


def test_what_is_too_large_is_told_before_it_is_sent(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as one:
        one.sendall(POST + b"Content-Length: 1000000\r\n\r\nASK")
        assert one.recv(100)[9:12] == b"413"


def test_a_head_without_end(server: Server) -> None:
    for more in (b"X: " + b"x" * 200_000, b"X-Many: y\r\n" * 20_000):
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as one:
            said = b""
            with suppress(ConnectionResetError, BrokenPipeError):
                one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + more)
                said = one.recv(100)
            assert said[9:12] in (b"431", b"")


def test_killed_it_leaves_nobody_behind(built: Path) -> None:
    with serving(built) as one:
        workers = one.workers()
        assert len(workers) == 11  # a spare of each kind is among them
        threads = _in_background(one, SLOW, "127.0.0.1", 2)
        time.sleep(0.5)
        one.process.send_signal(signal.SIGKILL)
        assert not psutil.wait_procs(workers, timeout=5)[1]
        for thread in threads:
            thread.join()


def test_stopped_it_finishes_what_runs(built: Path) -> None:
    with serving(built) as one:
        workers = one.workers()
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(one.query(A_SECOND)[0]))
        thread.start()
        time.sleep(0.3)
        assert one.health()["queries"]["busy"] == 1  # type: ignore[index]
        one.process.send_signal(signal.SIGTERM)
        thread.join()
        assert found == [200]
        one.process.wait(20)
        assert not psutil.wait_procs(workers, timeout=5)[1]


def test_a_new_build_is_taken_up(built: Path, house: House, tmp_path: Path) -> None:
    folder = tmp_path / "build"
    shutil.copytree(built, folder, symlinks=True)
    more = tmp_path / "more.ttl"
    more.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix topic: <https://w3id.org/sci-tech-insurance/id/topic/> .\n"
        'topic:new skos:note "new"@en .\n'
    )
    there = "ASK { topic:new skos:note ?n }"
    with serving(folder, rate=10_000) as one:
        path = "/sparql?query=ASK%7B%7D"
        before = one.ask(path)[1]["etag"]
        assert json.loads(one.query(there)[2])["boolean"] is False
        statuses: list[int] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                statuses.append(one.query(MEASURES)[0])

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        build(house, folder, [more])
        end = time.monotonic() + 20
        while not json.loads(one.query(there)[2])["boolean"] and time.monotonic() < end:
            time.sleep(0.2)
        time.sleep(3)
        stop.set()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200}
        assert len(statuses) > 50
        assert one.whole_again()
        assert json.loads(one.query(there)[2])["boolean"] is True
        status, headers, _ = one.ask(path, {"If-None-Match": before})
        assert status == 200
        assert headers["etag"] != before


def test_the_log_tells_no_query(built: Path) -> None:
    for told in (False, True):
        with serving(built, log_queries=str(told)) as one:
            one.query("ASK { ?s ?p 'my secret' }")
            one.ask("/id/secret-path-0?q=hidden")
            end = time.monotonic() + 10  # a request is told after it was answered
            while one.log.read_text().count("\n{") < 2 and time.monotonic() < end:
                time.sleep(0.05)
            lines = [
                json.loads(line) for line in one.log.read_text().splitlines() if line[:1] == "{"
            ]
            whole = json.dumps(lines)
            assert ("secret" in whole.replace("secret-path-0", "")) is told
            assert ("hidden" in whole) is told
            assert [line["route"] for line in lines] == ["sparql", "page"]


def test_where_it_cannot_be(built: Path, tmp_path: Path, server: Server) -> None:
    for arguments, told in (
        (["--port", str(server.port), "--build", str(built)], "cannot be listened at"),
        (["--port", "0", "--build", str(tmp_path)], "nothing is built there"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "kg", "serve", *arguments],
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 2
        assert told in done.stderr
        assert "Traceback" not in done.stderr


# ---------------------------------------------------------------- as people use it


def test_curl(server: Server) -> None:
    asked = [
        "curl",
        "-sS",
        "--fail",
        f"{server.address}/sparql",
        "--data-urlencode",
        f"query={MEASURES}",
    ]
    done = subprocess.run([*asked, "-H", "Accept: text/csv"], check=True, capture_output=True)
    assert len(done.stdout.splitlines()) == 21


def test_sparqlwrapper(server: Server) -> None:
    from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

    asked = SPARQLWrapper(f"{server.address}/sparql", returnFormat=JSON)
    asked.setQuery(MEASURES)
    assert len(asked.queryAndConvert()["results"]["bindings"]) == 20
    asked.setMethod(POST)
    assert len(asked.queryAndConvert()["results"]["bindings"]) == 20
    asked.setQuery("CONSTRUCT WHERE { ?m a sti:Measure }")
    asked.setReturnFormat(TURTLE)
    assert asked.query().convert().count(b" a sti:Measure") == 20


def test_rdflib(server: Server) -> None:
    from rdflib import URIRef
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    store = SPARQLStore(f"{server.address}/sparql")
    rows = store.query("SELECT ?m { ?m a <https://w3id.org/sci-tech-insurance/ontology#Measure> }")
    assert len(list(rows)) == 20
    measure = URIRef("https://w3id.org/sci-tech-insurance/id/measure/3-1")
    assert len(list(store.triples((measure, None, None)))) > 5


def test_pandas(server: Server) -> None:
    import pandas as pd

    table = pd.read_csv(f"{server.address}/sparql?query={MEASURES.replace(' ', '%20')}&format=csv")
    assert table.shape == (20, 1)
    body = server.query(MEASURES, "text/csv")[2]
    assert pd.read_csv(io.BytesIO(body)).equals(table)


def test_node(server: Server) -> None:
    program = """
      const asked = new URLSearchParams({ query: process.argv[2] });
      const answer = await fetch(`${process.argv[1]}/sparql`, { method: "POST", body: asked,
        headers: { Accept: "application/sparql-results+json" } });
      const { results } = await answer.json();
      console.log(answer.status, results.bindings.length);
    """
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program, server.address, MEASURES],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["200", "20"]


# ---------------------------------------------------------------- the hostile set


@pytest.mark.parametrize("name", list(attacks()))
def test_a_client_is_answered_while(name: str, server: Server, listener: socket.socket) -> None:
    before = server.memory()
    port = listener.getsockname()[1]
    said, times, wrong = under_attack(server, name, 4, port, ["/health"])
    print(f"{name}: {said}; p99 {percentile(times, 0.99) * 1e3:.0f} ms")
    assert not wrong
    assert percentile(times, 0.99) < 1
    assert server.whole_again()
    time.sleep(2)
    assert server.memory() < before + 64_000_000
    assert (ROOT / "src").is_dir()
