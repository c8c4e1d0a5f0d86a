"""Look-ups over HTTP: `kg serve`, with all its protection, beside `oxigraph serve-read-only`.

Usage: python -m bench.load [SECONDS]. Needs `kg build`. Both serve the same store; every request
is another one, there is no cache of answers, and one process asks over 1, 4 and 16 connections,
as fast as they are answered. Of our own peak, half is then asked at a steady pace.
"""

import os
import selectors
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from kg.published import at

ROOT = Path(__file__).parents[1]
CONNECTIONS = (1, 4, 16)
_QUERY = "SELECT ?p ?o WHERE {{ <{}> ?p ?o }} # {}"


def requests(path: str, things: list[str]) -> Iterator[bytes]:
    """Look-ups, each another one."""
    number = 0
    while True:
        query = quote(_QUERY.format(things[number % len(things)], number))
        number += 1
        yield (
            f"GET {path}?query={query} HTTP/1.1\r\nHost: localhost\r\n"
            "Accept: application/sparql-results+json\r\n\r\n"
        ).encode()


class _Asker:
    """One connection: sends, reads a whole answer, tells how long it took."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data, self.began = b"", 0.0

    def send(self, request: bytes, began: float) -> None:
        self.began = began
        self.socket.sendall(request)

    def whole(self) -> bool:
        """Reads what is there; whether that is all."""
        self.data += self.socket.recv(1 << 18)
        head, end, body = self.data.partition(b"\r\n\r\n")
        if not end:
            return False
        names = head.lower()
        if b"\r\ncontent-length: " in names:
            size = int(names.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0])
            done = len(body) >= size
        else:
            done = body.endswith(b"0\r\n\r\n")
        if done:
            if not self.data.startswith(b"HTTP/1.1 200") or b'"bindings":[{' not in body:
                raise RuntimeError(self.data[:500].decode("utf-8", "replace"))
            self.data = b""
        return done


def closed(port: int, connections: int, seconds: float, asked: Iterator[bytes]) -> list[float]:
    """Each connection asks again as soon as it is answered; seconds that answers took."""
    times: list[float] = []
    with selectors.DefaultSelector() as ready:
        for _ in range(connections):
            one = _Asker(port)
            ready.register(one.socket, selectors.EVENT_READ, one)
            one.send(next(asked), time.perf_counter())
        end = time.perf_counter() + seconds
        while (now := time.perf_counter()) < end:
            for key, _ in ready.select(1):
                one = key.data
                if one.whole():
                    now = time.perf_counter()
                    times.append(now - one.began)
                    one.send(next(asked), now)
        for key in list(ready.get_map().values()):
            key.data.socket.close()
    return times


def paced(port: int, rate: float, seconds: float, asked: Iterator[bytes]) -> list[float]:
    """Asks at a pace, over as many connections as it takes; a wait counts from when it was due."""
    times: list[float] = []
    free = [_Asker(port) for _ in range(16)]
    with selectors.SelectSelector() as ready:  # others sleep for whole milliseconds
        for one in free:
            ready.register(one.socket, selectors.EVENT_READ, one)
        begun = time.perf_counter()
        sent = 0
        while (now := time.perf_counter()) < begun + seconds:
            while free and (due := begun + sent / rate) <= now:
                free.pop().send(next(asked), due)
                sent += 1
            # Where all wait for an answer, to look again and again would take their time.
            due = max(0.0, begun + sent / rate - time.perf_counter()) if free else 1.0
            for key, _ in ready.select(due):
                if key.data.whole():
                    times.append(time.perf_counter() - key.data.began)
                    free.append(key.data)
        for key in list(ready.get_map().values()):
            key.data.socket.close()
    return times


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, path: str, **environ: str) -> Iterator[int]:
    with subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(300):
                try:
                    urlopen(f"http://127.0.0.1:{port}{path}", timeout=60).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield port
        finally:
            process.kill()


def measured(seconds: float, say: Callable[[str], None] = print) -> dict[str, dict[str, float]]:
    """Look-ups a second of both, by connections; under p99, times at half of each one's peak."""
    built = at(str(ROOT / "build"))
    assert built, "run kg build"
    found = built.store().query("SELECT DISTINCT ?s { ?s a sti:Provision }")
    things = [row[0].value for row in found.rows]  # type: ignore[union-attr]
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program
    port, other = _free(), _free()
    ours = [
        sys.executable,
        "-m",
        "kg",
        "serve",
        "--port",
        str(port),
        "--build",
        str(ROOT / "build"),
    ]
    theirs = [program, "serve-read-only", "--location", f"{built.generation}/store"]
    theirs += ["--bind", f"127.0.0.1:{other}"]
    rates: dict[str, dict[str, float]] = {"kg": {}, "oxigraph": {}}
    single: dict[str, list[float]] = {"kg": [], "oxigraph": []}
    # Rates are limited as always, only so high that one client may be many.
    with (
        _running(ours, port, "/health", KG_RATE="1000000", KG_BURST="1000000"),
        _running(theirs, other, "/"),
    ):
        both = (
            ("kg", port, requests("/sparql", things)),
            ("oxigraph", other, requests("/query", things)),
        )
        for _, where, asked in both:
            closed(where, 4, 1, asked)
        for count in CONNECTIONS:
            best: dict[str, list[float]] = {"kg": [], "oxigraph": []}
            for _ in range(3):  # by turns, so that both meet the same machine
                for name, where, asked in both:
                    times = closed(where, count, seconds / 3, asked)
                    best[name].append(len(times) / (seconds / 3))
                    if count == 1:
                        single[name] += times
            for name, them in best.items():
                rates[name][str(count)] = sorted(them)[1]
            ratio = rates["kg"][str(count)] / rates["oxigraph"][str(count)]
            say(
                f"{count:3} connections: kg {rates['kg'][str(count)]:7.0f}/s, "
                f"oxigraph {rates['oxigraph'][str(count)]:7.0f}/s, {ratio:.2f}"
            )
        rates["p99"] = {}
        for name, where, asked in both:
            peak = max(rates[name].values())
            times, alone = sorted(paced(where, peak / 2, seconds, asked)), sorted(single[name])
            half, one = (them[int(len(them) * 0.99)] for them in (times, alone))
            say(
                f"p99 of {name} at half of {peak:.0f}/s: {half * 1e3:.2f} ms; "
                f"of one client: {one * 1e3:.2f} ms, {half / one:.2f}"
            )
            rates["p99"] |= {f"{name}, half": half, f"{name}, one": one}
    return rates


if __name__ == "__main__":
    measured(float(sys.argv[1]) if len(sys.argv) > 1 else 15)
