"""What goes wrong between here and a server ends in one clear message, or in a few more tries."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import servers
import tiny

from kg import remote
from kg.errors import KGError
from kg.remote import Endpoint, Profile, Transport, manifest, transport
from kg.remote.equal import bag, term
from kg.remote.sending import Publication
from kg.store import Store

QUERY = "SELECT ?s { ?s a sti:Measure }"
Answer = Callable[["Faulty"], None]


def results(names: list[str], rows: list[list[dict[str, str]]]) -> bytes:
    """Rows as SPARQL results in JSON."""
    bindings = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def uri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def number(value: int) -> dict[str, str]:
    kind = "http://www.w3.org/2001/XMLSchema#integer"
    return {"type": "literal", "value": str(value), "datatype": kind}


MANIFEST = results(
    ["graph", "said", "value"],
    [
        [uri(manifest.UNION), uri(manifest.TRIPLES), number(1)],
        [uri(manifest.UNION), uri(manifest.DIGEST), {"type": "literal", "value": "x"}],
    ],
)


class Faulty(BaseHTTPRequestHandler):
    """Says what was published, and answers all else as the test wants it."""

    answers: list[Answer]
    seen: list[dict[str, str]]
    body: str

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.seen.append({**dict(self.headers.items()), "path": self.path})
        if "published%3E" in self.body.replace("union", ""):
            self.give(MANIFEST)
            return
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        answer(self)

    def give(
        self, body: bytes, status: int = 200, media: str = transport.JSON, **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def faulty() -> Iterator[Callable[..., Faulty]]:
    """Starts a server that answers in turn as it is told to, the last answer for ever."""
    running = []

    def start(*answers: Answer) -> Any:
        kind = type("One", (Faulty,), {"answers": list(answers), "seen": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        running.append(server)
        kind.url = f"http://127.0.0.1:{server.server_address[1]}/sparql"  # type: ignore[attr-defined]
        return kind

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


ONE = results(["s"], [[uri("x:y")]])


def ask(server: Any, query: str = QUERY, **settings: Any) -> Any:
    return Store(Endpoint(Transport(Profile(server.url, **settings)))).query(query).rows


def good(one: Faulty) -> None:
    one.give(ONE)


def test_a_good_answer(faulty: Any) -> None:
    """Else all that follows would say little."""
    assert [str(row[0]) for row in ask(faulty(good))] == ["<x:y>"]


def slow(one: Faulty) -> None:
    time.sleep(1)


def dripping(one: Faulty) -> None:
    one.send_response(200)
    one.send_header("Content-Type", transport.JSON)
    one.end_headers()
    for _ in range(20):
        one.wfile.write(b" ")
        one.wfile.flush()
        time.sleep(0.05)


def unmeasured(body: bytes) -> Answer:
    """A body whose length nobody tells."""

    def answer(one: Faulty) -> None:
        one.send_response(200)
        one.send_header("Content-Type", transport.JSON)
        one.end_headers()
        one.wfile.write(body)

    return answer


def dead(one: Faulty) -> None:
    one.connection.close()


FAULTS: dict[str, tuple[Answer, str]] = {
    "slow": (slow, "has not answered within 0.3 seconds"),
    "slow drop by drop": (dripping, "has not answered within 0.3 seconds"),
    "a web page": (lambda one: one.give(b"<html>", media="text/html"), "answers with a web page"),
    "not what its type says": (lambda one: one.give(b"<html>"), "no whole answer that can be read"),
    "cut, as its length tells": (
        lambda one: one.give(ONE[:-30], Content_Length=str(len(ONE))), "cut|no whole answer",
    ),
    "cut, untold": (unmeasured(ONE[:-1]), "no whole answer that can be read"),
    "nothing": (lambda one: one.give(b""), "no whole answer that can be read"),
    "enormous": (lambda one: one.give(ONE + b" " * 300_000), "more than 200,000 bytes"),
    "hung up": (dead, "gives no whole answer"),
    "other columns": (lambda one: one.give(results(["t"], [])), "the columns are t"),
    "cut at a limit that is told": (
        lambda one: one.give(ONE, X_SPARQL_MaxRows="10000"), "only the first 10000 rows",
    ),
    "as much as was found in time": (
        lambda one: one.give(ONE, X_SQL_State="S1TAT", X_SQL_Message="RC...: incomplete"),
        r"only a part of the answer: RC\.\.\.: incomplete",
    ),
    "a redirect": (
        lambda one: one.give(b"", 302, Location="http://other.example/sparql"),
        r"sends on to http://other\.example/sparql: not followed",
    ),
    "a wrong password": (lambda one: one.give(b"who?", 401), "refuses, HTTP 401: who?"),
    "not there": (lambda one: one.give(b"<p>no\x1b[31m</p>", 404), r"HTTP 404: no \[31m"),
    "broken": (lambda one: one.give(b"oops", 500), "refuses, HTTP 500: oops"),
    "busy for ever": (lambda one: one.give(b"", 503, Retry_After="0"), "after all tries, HTTP 503"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_one_clear_message(fault: str, faulty: Any) -> None:
    answer, told = FAULTS[fault]
    server = faulty(answer)
    seconds = 0.3 if fault.startswith("slow") else 5.0
    with pytest.raises(KGError, match=told) as error:
        ask(server, seconds=seconds, bytes=200_000)
    assert "127.0.0.1" in error.value.message
    assert "\x1b" not in str(error.value)
    tries = 4 if "busy" in fault else 1
    assert len(server.seen) == 1 + tries  # the first asks what was published


def test_refused() -> None:
    server = type("Nobody", (), {"url": f"http://127.0.0.1:{servers.port()}/"})
    with pytest.raises(KGError, match="the connection is refused"):
        ask(server)


def test_busy_for_a_while(faulty: Any) -> None:
    begun = time.monotonic()
    server = faulty(
        lambda one: one.give(b"", 429, Retry_After="1"),
        lambda one: one.give(b"", 503, Retry_After="0"),
        good,
    )
    assert len(ask(server)) == 1
    assert time.monotonic() - begun >= 1


@pytest.mark.parametrize("at", ["rows", "triples", "quads"])
def test_a_silent_cap_is_an_error(at: str, faulty: Any) -> None:
    """The server gives 1,000 of 1,234, and says nothing of it."""

    def capped(one: Faulty) -> None:
        if "COUNT" in one.body:
            one.give(results(["n"], [[number(1234)]]))
        elif at == "triples":
            lines = (f"<x:s{n}> <x:p> <x:o> .\n" for n in range(1000))
            one.give("".join(lines).encode(), media=transport.NTRIPLES)
        elif "DISTINCT" in one.body:  # a page of subjects
            page = [] if "FILTER" in one.body else [[uri("x:s")]]
            one.give(results(["s"], page))
        elif at == "quads":
            names = ["s", "g", "p", "o"]
            one.give(results(names, [[uri("x:s"), uri("x:g"), uri("x:p"), uri("x:o")]] * 1000))
        else:
            one.give(results(["s"], [[uri("x:y")]] * 1000))

    store = Store(Endpoint(Transport(Profile(faulty(capped).url))))
    with pytest.raises(KGError, match=r"1,000 (rows|quads) of 1,234|1,000 triples may be cut"):
        if at == "quads":
            list(store.quads())
        else:
            store.query(QUERY if at == "rows" else "CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_row_that_is_lost_is_an_error_where_all_answers_are_counted(faulty: Any) -> None:
    def lossy(one: Faulty) -> None:
        one.give(results(["n"], [[number(2)]]) if "COUNT" in one.body else ONE)

    assert len(ask(faulty(lossy))) == 1
    with pytest.raises(KGError, match="1 rows of 2"):
        ask(faulty(lossy), counted=1)


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    ("auth", "header"), [("basic", "Basic bWU6b3Blbg=="), ("bearer", "Bearer open")]
)
def test_the_secret_goes_to_the_endpoint_and_nowhere_else(
    auth: str, header: str, faulty: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORD", "open")
    other = faulty(good)
    server = faulty(lambda one: one.give(b"", 307, Location=other.url))
    with pytest.raises(KGError, match="not followed") as error:
        ask(server, auth=auth, user="me", secret="WORD")
    assert "open" not in str(error.value)
    assert {one["Authorization"] for one in server.seen} == {header}
    assert other.seen == []
    with pytest.raises(KGError, match="WRONG is not set"):
        ask(server, auth=auth, user="me", secret="WRONG")


def test_digest(faulty: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "open")

    def closed(one: Faulty) -> None:
        if "Digest" in one.headers.get("Authorization", ""):
            good(one)
        else:
            one.give(b"", 401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"')

    server = faulty(closed)
    assert len(ask(server, auth="digest", user="me", secret="WORD")) == 1
    assert "open" not in str(server.seen)
    refusing = faulty(
        lambda one: one.give(b"", 401, WWW_Authenticate='Digest realm="r", nonce="n", qop="auth"')
    )
    with pytest.raises(KGError, match="HTTP 401") as error:
        ask(refusing, auth="digest", user="me", secret="WORD")
    assert error.value.hint == "see auth, user and secret of the endpoint"
    assert len(refusing.seen) < 10


# ---------------------------------------------------------------- profiles


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "there is no endpoint 'x'"),
        ("[endpoint.y]", "there is no endpoint 'x'"),
        ("endpoint = 3", "there is no endpoint 'x'"),
        ("[endpoint", "cannot be read"),
        ("[endpoint.x]", "has no query"),
        ("[endpoint.x]\nquery = 3", "query of an endpoint is text"),
        ("[endpoint.x]\nquery = 'ftp://a.b/'", "is no address"),
        ("[endpoint.x]\nquery = 'https://me:word@a.b/'", "holds a password"),
        ("[endpoint.x]\nquery = 'https://a.b/'\nurl = ''", "no setting 'url'"),
        ("[endpoint.x]\nquery = 'https://a.b/'\nseconds = 0", "a number above 0"),
        ("[endpoint.x]\nquery = 'https://a.b/'\nauth = 'ntlm'\nsecret = 'A'", "not 'ntlm'"),
        ("[endpoint.x]\nquery = 'https://a.b/'\nauth = 'basic'\nuser = 'me'", "wants secret"),
        ("[endpoint.x]\nquery = 'https://a.b/'\nauth = 'digest'\nsecret = 'A'", "wants user"),
        ("[endpoint.x]\nquery = 'https://a.b/'\nsecret = 'A'", "secret wants auth"),
    ],
)
def test_bad_profiles(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kg.toml").write_text(text, "utf-8")
    monkeypatch.setenv("KG_CONFIG", str(tmp_path / "kg.toml"))
    with pytest.raises(KGError, match=told):
        remote.find("x")


def test_a_profile_and_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kg.toml").write_text("[endpoint.x]\nquery = 'https://a.b/q'\nseconds = 5", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KG_CONFIG", raising=False)
    assert remote.find("x") == Profile("https://a.b/q", seconds=5)
    assert remote.find("https://c.d/sparql") == Profile("https://c.d/sparql")
    monkeypatch.setenv("KG_CONFIG", "nowhere.toml")
    with pytest.raises(KGError, match="the file is not there"):
        remote.find("x")


# ---------------------------------------------------------------- sending


def test_batches_are_halved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with servers.running("oxigraph", tmp_path) as server:
        publication = Publication(server.transport(), tiny.quads(), lambda text: None)
        sizes: list[int] = []
        update = publication._transport.update

        def small(text: str, *, again: bool = True) -> None:
            if text.startswith("INSERT"):
                sizes.append(text.count("\n") - 1)
                if sizes[-1] > 10:
                    sizes.pop()
                    raise transport.RefusedError("too much")
            update(text, again=again)

        monkeypatch.setattr(publication._transport, "update", small)
        publication.send(publication.plan())
        assert 5 < max(sizes) <= 10
        got = Store(Endpoint(server.transport())).quads()
        assert sorted(map(str, got)) == sorted(map(str, tiny.quads()))


@pytest.mark.parametrize("harm", ["loses", "changes", "adds"])
def test_what_is_not_there_as_it_was_sent_never_goes_live(
    harm: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with servers.running("oxigraph", tmp_path) as server:
        publication = Publication(server.transport(), tiny.quads(), lambda text: None)
        update = publication._transport.update

        def harmful(text: str, *, again: bool = True) -> None:
            if "科技部" in text and "staging" in text:
                line = next(one for one in text.split("\n") if "科技部" in one)
                bad = {
                    "loses": "",
                    "changes": line.replace("科", "料"),
                    "adds": f"{line}\n<x:a> <x:b> 1 .",
                }
                text = text.replace(line, bad[harm])
            update(text, again=again)

        monkeypatch.setattr(publication._transport, "update", harmful)
        with pytest.raises(KGError, match="does not hold what was sent") as error:
            publication.send(publication.plan())
        assert "nothing that is live was changed" in (error.value.hint or "")
        with pytest.raises(KGError, match="does not answer over the union"):
            Store(Endpoint(server.transport())).query(QUERY)


def test_a_swap_that_was_done_though_it_seemed_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with servers.running("oxigraph", tmp_path) as server:
        publication = Publication(server.transport(), tiny.quads(), lambda text: None)
        update = publication._transport.update

        def lost(text: str, *, again: bool = True) -> None:
            update(text, again=again)
            if "MOVE" in text:
                assert not again
                raise KGError("no answer")

        monkeypatch.setattr(publication._transport, "update", lost)
        publication.send(publication.plan())
        assert publication.plan().new == ()


def test_terms_that_are_the_same() -> None:
    from pyoxigraph import Literal, NamedNode

    xsd = "http://www.w3.org/2001/XMLSchema#"

    def typed(text: str, kind: str) -> Literal:
        return Literal(text, datatype=NamedNode(xsd + kind))

    same = [
        (Literal("a"), typed("a", "string")),
        (Literal("a", language="zh-Hans"), Literal("a", language="zh-hans")),
        (Literal(1), typed("01", "integer")),
        (Literal(1), typed("1.0", "decimal")),
        (Literal(1), typed("1e0", "double")),
        (Literal(True), typed("1", "boolean")),
    ]
    other = [
        (Literal("a"), Literal("a", language="en")),
        (Literal(1), Literal("1")),
        (Literal(True), Literal(1)),
        (typed("2024-01-01", "date"), typed("2024-01-01Z", "date")),
        (typed("x", "integer"), typed("y", "integer")),
        (None, Literal("")),
    ]
    assert [term(one) == term(two) for one, two in same] == [True] * len(same)
    assert [term(one) == term(two) for one, two in other] == [False] * len(other)
    assert bag([(same[0][0],), (same[0][1],)]) == bag([(same[0][0],)] * 2)
    assert bag([(same[0][0],)]) != bag([(same[0][0],)] * 2)
