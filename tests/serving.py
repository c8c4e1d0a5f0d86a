"""A real `kg serve` for tests: started, asked, attacked, measured."""

import http.client
import json
import multiprocessing
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil

ROOT = Path(__file__).parents[1]
LOOKUP = "SELECT ?p ?o WHERE {{ <https://w3id.org/sci-tech-insurance/id/measure/3-1> ?p ?o }} # {}"


class Server:
    """A running service.

    Attributes:
        port: where it listens.
        process: the one that listens; its children are the workers.
        log: path of what it said.
    """

    def __init__(self, port: int, process: psutil.Process, log: Path) -> None:
        self.port, self.process, self.log = port, process, log

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(
        self,
        path: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        method: str = "",
        source: str = "127.0.0.1",
        timeout: float = 60,
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a request on a connection of its own."""
        one = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=timeout, source_address=(source, 0)
        )
        try:
            one.request(
                method or ("POST" if body is not None else "GET"), path, body, headers or {}
            )
            answer = one.getresponse()
            names = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, names, answer.read()
        finally:
            one.close()

    def query(self, text: str, accept: str = "", **more: str) -> tuple[int, dict[str, str], bytes]:
        """The answer to a query by GET."""
        source = more.pop("source", "127.0.0.1")
        path = f"/sparql?{urlencode({'query': text, **more})}"
        return self.ask(path, {"Accept": accept} if accept else {}, source=source)

    def health(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.ask("/health")[2])
        return found

    def workers(self) -> list[psutil.Process]:
        return [one for one in self.process.children() if one.is_running()]

    def memory(self) -> int:
        """Bytes that the process that listens holds."""
        return int(self.process.memory_info().rss)

    def whole_again(self, seconds: float = 30) -> bool:
        """Waits until every worker is there and none works."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(OSError, ValueError):
                told = self.health()
                pools = [told["queries"], told["pages"]]
                if told["status"] == "ok" and all(not pool["busy"] for pool in pools):  # type: ignore[index]
                    return True
            time.sleep(0.2)
        return False


@contextmanager
def serving(
    build: Path | str = ROOT / "build", endpoint: str = "", **settings: object
) -> Iterator[Server]:
    """A service with some settings, on a port of its own; killed in the end."""
    graph = ["--endpoint", endpoint] if endpoint else ["--build", str(build)]
    environ = {f"KG_{name.upper()}": str(value) for name, value in settings.items()}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as said:
            started = subprocess.Popen(
                [sys.executable, "-m", "kg", "serve", "--port", "0", *graph],
                stderr=said, env={**os.environ, **environ},
            )  # fmt: skip
        try:
            end = time.monotonic() + (600 if endpoint else 60)
            while not (found := re.search(r"http://\S+:(\d+)/ \(process", log.read_text())):
                assert started.poll() is None and time.monotonic() < end, log.read_text()
                time.sleep(0.05)
            yield Server(int(found[1]), psutil.Process(started.pid), log)
        finally:
            started.kill()
            started.wait()


# ---------------------------------------------------------------- the hostile set

Attack = Callable[[Server, float], str]
"""Attacks a server until a time (monotonic); says what there is to say."""

_CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def _queries(*texts: str) -> Attack:
    """Asks these again and again, over several connections, from one address."""

    def attack(server: Server, end: float) -> str:
        seen: dict[int, int] = {}

        def go(number: int) -> None:
            at = number
            while time.monotonic() < end:
                text = texts[at % len(texts)]
                at += 1
                with suppress(OSError, http.client.HTTPException):
                    status, _, _ = server.ask(
                        "/sparql", {"Content-Type": "application/sparql-query"}, text.encode(),
                        source="127.0.0.2",
                    )  # fmt: skip
                    seen[status] = seen.get(status, 0) + 1
                    if status == 429:
                        time.sleep(0.05)

        _together(go, 6)
        return f"statuses {dict(sorted(seen.items()))}"

    return attack


def _together(work: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _raw(*texts: bytes, chunk: int = 0) -> Attack:
    """Sends these bytes, each on a connection of its own, and reads what comes."""

    def attack(server: Server, end: float) -> str:
        seen: dict[str, int] = {}
        at = 0
        while time.monotonic() < end:
            text = texts[at % len(texts)]
            at += 1
            with suppress(OSError), _socket(server, "127.0.0.3") as one:
                one.settimeout(15)
                one.sendall(text)
                status = one.recv(4096)[9:12].decode("latin-1")
                seen[status] = seen.get(status, 0) + 1
            time.sleep(0.002)
        return f"statuses {dict(sorted(seen.items()))}"

    return attack


def _socket(server: Server, source: str) -> socket.socket:
    one = socket.socket()
    try:
        one.bind((source, 0))
        one.connect(("127.0.0.1", server.port))
    except OSError:
        one.close()
        raise
    return one


def _unfinished(server: Server, end: float) -> str:
    """As many connections as the limit of open files allows, none of which ever finishes."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    held: list[socket.socket] = []
    most = 0
    while time.monotonic() < end:
        source = f"127.1.{len(held) // 200 % 250}.{len(held) // 50_000 + 1}"
        try:
            one = _socket(server, source)
            one.sendall(b"GET /sparql?query=x HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            held.append(one)
        except OSError:  # no more files, or refused
            with suppress(OSError):
                for one in held[:50]:
                    one.sendall(b"x")
            time.sleep(0.05)
            if len(held) > 1_000:
                for one in held[:500]:
                    one.close()
                del held[:500]
        most = max(most, len(held))
    for one in held:
        one.close()
    return f"{most} connections at a time (limit of open files: {hard})"


def _slow_readers(server: Server, end: float) -> str:
    """Large answers that nobody reads."""
    asked = f"GET /sparql?{urlencode({'query': 'SELECT * { ?s ?p ?o }'})} HTTP/1.1\r\n"
    held: list[socket.socket] = []
    while time.monotonic() < end:
        with suppress(OSError):
            one = _socket(server, "127.0.0.4")
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            one.sendall(asked.encode() + b"Host: localhost\r\n\r\n")
            held.append(one)
        time.sleep(0.05)
    for one in held:
        one.close()
    return f"{len(held)} connections"


def _endless_headers(server: Server, end: float) -> str:
    """Headers without end: many, and one that goes on."""
    sent = 0

    def go(number: int) -> None:
        nonlocal sent
        more = b"X-Flood: " + b"x" * 100 + b"\r\n" if number % 2 else b"x" * 111
        while time.monotonic() < end:
            with suppress(OSError), _socket(server, "127.0.0.5") as one:
                one.settimeout(5)
                one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-First: ")
                while time.monotonic() < end:
                    one.sendall(more * 100)
                    sent += len(more) * 100

    _together(go, 4)
    return f"{sent // 1_000_000} MB were taken"


def _paths() -> list[bytes]:
    them = [
        "/../../../etc/passwd", "/assets/../../../etc/passwd", "/assets/..%2f..%2fpyproject.toml",
        "/assets/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/id/%00", "/id/%ff%fe", "/..\\..\\x",
        "/source/..%2f..%2f..%2fetc%2fpasswd", "/questions/../../x", "/assets/kg.js%00.css", "/%",
        "/id/" + "a/" * 5_000, "/search?q=" + "%E7%A7%91" * 5_000, "/?" + "a&" * 5_000,
    ]  # fmt: skip
    return [f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() for path in them]


def _posted(path: str, media: str, body: bytes, method: str = "POST") -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    ).encode() + body


_BOMB = b"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">]><rdf:RDF
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description>&b;&x;</rdf:Description></rdf:RDF>"""
_CONTEXT = b'{"@context": "http://127.0.0.1:1/context", "@id": "x:y", "name": "z"}'
_SMUGGLED = (
    b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
)


def attacks(listener: int = 9) -> dict[str, Attack]:
    """The hostile set, by name.

    Args:
        listener: port on loopback that must never be called.
    """
    there = f"<http://127.0.0.1:{listener}/>"
    deep = [opening * depth for opening in ("{", "(", "[ :p ") for depth in (1_000, 100_000)]
    return {
        "nesting": _queries(
            *(f"SELECT * {{ {text}" for text in deep),
            "SELECT * { FILTER(" + "!" * 19_000 + "?x) }",
            "SELECT * { BIND(" + "-" * 4_900 + "1 AS ?x) }",
            "SELECT * { ?s " + "/".join(["rdf:type"] * 2_000) + " ?o }",
            "SELECT * { FILTER(" + "||".join(["?x"] * 2_400) + ") }",
            "SELECT * { ?s " + "^" * 4_900 + "rdf:type ?o }",
            "SELECT * {" + "{} UNION " * 1_600 + "{} }",
        ),
        "SERVICE in disguise": _queries(
            f"SELECT * {{ SERVICE SILENT {there} {{ ?s ?p ?o }} }}",
            f"SELECT*{{SERVICESILENT{there}{{?s ?p ?o}}}}",
            f"PREFIX : {there} SELECT*{{SERVICE:x{{?s ?p ?o}}}}",
            f"SELECT*{{?s ?p ?o FILTER(?s<?p)SERVICE#>'''\n{there}{{?x ?y ?z}} #'''\n}}",
            f"SELECT*{{FILTER('a'<'>')SERVICE SILENT{there}{{?x ?y ?z}} FILTER('b'=')')}}",
            f"SELECT * {{ ?s ?p 1.SERVICE ?s {{ ?x ?y ?z }} BIND({there} AS ?s) }}",
        ),
        "cross products": _queries(_CROSS, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"),
        "long paths": _queries(
            "SELECT (COUNT(*) AS ?n) { ?x (!<x:>)* ?y }",
            "SELECT (COUNT(*) AS ?n) { ?x (!<x:>|^(!<x:>))* ?y }",
            "SELECT (COUNT(*) AS ?n) { ?x (((!<x:>)*)*)* ?y . ?y (!<x:>)+ ?z }",
        ),
        "sorting": _queries(
            "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?a",
            "SELECT ?a (GROUP_CONCAT(?f) AS ?all) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a",
            "SELECT DISTINCT ?a ?d ?e ?f { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(?f)",
        ),
        "regular expressions": _queries(
            "SELECT * { ?s ?p ?o . ?t ?q ?r FILTER REGEX(?o, '(a+)+$') }",
            "SELECT * { ?s ?p ?o FILTER REGEX(?o, '((((a{100}){100}){100}){100})') }",
            "SELECT * { ?s ?p ?o . ?t ?q ?r FILTER REGEX(?o, STR(?r)) }",
            "SELECT (REPLACE(GROUP_CONCAT(?o), '.', '$0$0$0$0') AS ?x) { ?s ?p ?o . ?t ?q 1 }",
        ),
        "large VALUES": _queries(
            *(
                "SELECT * {" + "".join(f"VALUES ?{n} {{ {values} }}" for n in "abcd") + "}"
                for values in (" ".join(map(str, range(900))), " ".join(["1"] * 1_200))
            )
        ),
        "broken texts": _raw(
            _posted("/sparql", "application/sparql-query", b"SELECT * { ?s ?p '\xff\xfe' }"),
            _posted(
                "/sparql",
                "application/sparql-query; charset=gbk",
                "ASK { ?s ?p '科' }".encode("gbk"),
            ),
            _posted("/sparql", "application/x-www-form-urlencoded", b"query=%FF%FE%00"),
            _posted(
                "/sparql", "application/x-www-form-urlencoded", b"query=ASK%7B%7D&query=ASK%7B%7D"
            ),
            _posted("/sparql", "application/sparql-query", b"ASK {} ASK {}"),
            _posted("/sparql", "application/sparql-query", b"ASK { ?s ?p '\x00' }"),
            _posted("/sparql", "application/sparql-update", b"CLEAR ALL"),
            _posted("/sparql", "text/plain", b"ASK {}"),
            _posted("/sparql", "application/sparql-query", b"A" * 200_000),
            b"GET /sparql?query=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
            b"GET / HTTP/9.9\r\n\r\n",
            b"\x00" * 1_000,
            _SMUGGLED,
        ),
        "unfinished connections": _unfinished,
        "slow readers": _slow_readers,
        "header floods": _endless_headers,
        "paths": _raw(*_paths()),
        "hostile RDF": _raw(
            _posted("/data?default", "application/rdf+xml", _BOMB, "PUT"),
            _posted("/data?default", "application/ld+json", _CONTEXT),
            _posted("/sparql", "application/rdf+xml", _BOMB),
            _posted("/sparql", "application/ld+json", _CONTEXT),
            f"GET /data?graph={quote('http://127.0.0.1:1/x')} HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        ),
    }


def _attacking(name: str, server: Server, end: float, listener: int, told: object) -> None:
    os.nice(5)  # it stands for machines elsewhere
    told.send(attacks(listener)[name](server, end))  # type: ignore[attr-defined]


# ---------------------------------------------------------------- a client that wants its answers


def percentile(times: Sequence[float], share: float) -> float:
    """The time under which a share of all lie."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def under_attack(
    server: Server, name: str, seconds: float, listener: int = 9, paths: Sequence[str] = ()
) -> tuple[str, list[float], list[str]]:
    """Asks quietly while one of the hostile set goes on.

    Returns:
        What the attack says of itself, seconds of each request, and what went wrong.
    """
    ours, theirs = multiprocessing.Pipe()
    end = time.monotonic() + seconds
    attacker = multiprocessing.get_context("fork").Process(
        target=_attacking, args=(name, server, end, listener, theirs)
    )
    attacker.start()
    times, wrong, number = [], [], 0
    while time.monotonic() < end:
        number += 1
        query = LOOKUP.format(f"{name} {number}")
        path = (*paths, f"/sparql?{urlencode({'query': query})}")[number % (len(paths) + 1)]
        start = time.perf_counter()
        try:
            status, _, body = server.ask(path, timeout=20)
            if status != 200 or not body:
                wrong.append(f"{path[:60]}: {status} {body[:200]!r}")
        except OSError as error:
            wrong.append(f"{path[:60]}: {error!r}")
        times.append(time.perf_counter() - start)
        time.sleep(0.05)
    said = str(ours.recv()) if ours.poll(60) else "nothing"
    attacker.join(30)
    if attacker.is_alive():
        attacker.kill()
    return said, times, wrong
