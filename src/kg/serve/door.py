"""Connections: how many, how long, how slow. What uvicorn's protocol does not bound, this does."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import resource
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from kg.serve.config import Config
from kg.serve.limits import client_of
from kg.serve.problem import JSON, Problem

_RESERVE = 200  # open files that are no connections: workers, and those about to be refused
_WEIGHT = 10_000  # bytes, about, of a connection
_CALM = 1_000  # connections at a time, at most, when memory is given back
_MUCH = 5_000_000  # bytes that are no longer needed, after which memory is given back
_LITTLE, _SELDOM = 500_000, 5.0  # the same, when so many seconds have gone by
_PIECE = 65_536  # bytes that are sent at a time
_PIPELINE = 16  # requests that a client may send before the first is answered


class Door:
    """All connections, and who goes when there are too many.

    Args:
        config: limits.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        room = max(hard - _RESERVE, 16) if hard != resource.RLIM_INFINITY else 1 << 20
        self.most = min(config.connections or room, room)
        self.open: dict[Connection, None] = {}  # those that have waited for longest come first
        self.clients: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()  # by reason, for the metrics
        self.gone = 0  # bytes, about, that are no longer needed since memory was given back

    def protocol(self, **kwargs: Any) -> Connection:
        """What uvicorn makes for each connection."""
        return Connection(self, **kwargs)

    def enter(self, one: Connection) -> bool:
        """Whether a connection may come in; another may have to go for it."""
        if self.clients[one.peer] >= self.config.share:
            self.closed["share"] += 1
            return False
        if len(self.open) >= self.most:
            idle = next((other for other in self.open if other.state != "answer"), None)
            if idle is None:
                self.closed["full"] += 1
                return False
            idle.abort("full")
        self.clients[one.peer] += 1
        self.open[one] = None
        return True

    def leave(self, one: Connection) -> None:
        """A connection has gone."""
        self.gone += _WEIGHT
        if one in self.open:
            del self.open[one]
            self.clients[one.peer] -= 1
            if not self.clients[one.peer]:
                del self.clients[one.peer]

    async def watch(self) -> None:
        """Closes what is too slow, once a second."""
        loop = asyncio.get_running_loop()
        # What is there from the start need not be looked at again; and looking at thousands of
        # connections takes time that others wait, so it is done seldom.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        given = loop.time()
        while True:
            await asyncio.sleep(1)
            now = loop.time()
            for one in list(self.open):
                one.look(now)
            much = self.gone > (_LITTLE if now - given > _SELDOM else _MUCH)
            if much and len(self.open) < _CALM:
                self.gone, given = 0, now
                _give_back()


def _give_back() -> None:
    """Returns to the system what is not needed any more: the allocator would keep it."""
    gc.collect()
    with suppress(AttributeError):  # a C library other than glibc
        ctypes.CDLL(None).malloc_trim(0)


class Connection(HttpToolsProtocol):
    """A connection: uvicorn's, with bounds.

    Attributes:
        peer: who is on the other side; a reverse proxy stands for many.
        state: `idle`, `head` or `body` while something is received, `answer` until it is sent.
        running: what to cancel when the other side goes.
    """

    def __init__(self, door: Door, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.door, self.config_kg = door, door.config
        self.peer, self.state, self.since = "", "idle", self.loop.time()
        self.paused: float | None = None  # since when nothing could be sent
        self.seen = 0  # bytes of the head
        self.refused = False
        self.running: asyncio.Task[Any] | None = None

    # ------------------------------------------------------------ the other side

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        self.peer = client_of(self.client[0]) if self.client else ""
        if not self.door.enter(self):
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """A client has gone: what it waited for is given up."""
        self.door.leave(self)
        if self.running:
            self.running.cancel()
        super().connection_lost(exc)

    def abort(self, why: str) -> None:
        """Ends it, whatever is under way."""
        self.door.closed[why] += 1
        self.door.leave(self)
        self.transport.abort()

    def look(self, now: float) -> None:
        """Ends it if it has been slow for too long."""
        limits = self.config_kg
        if self.paused is not None and now - self.paused > limits.patience:
            self.abort("slow reader")
        elif self.state == "idle" and now - self.since > limits.idle:
            self.abort("idle")
        elif self.state in ("head", "body") and now - self.since > limits.patience:
            self.abort("slow writer")

    def data_received(self, data: bytes) -> None:
        """Takes bytes in; a head that does not end is refused."""
        if self.state == "idle":
            self.state, self.since, self.seen = "head", self.loop.time(), 0
        self.seen += len(data)
        super().data_received(data)
        if self.state == "head" and self.seen > self.config_kg.head:
            self._refuse(Problem("head", limit=("head", self.config_kg.head)))

    def _count(self, size: int) -> None:
        self.head += size
        if self.head > self.config_kg.head:
            raise Problem("head", limit=("head", self.config_kg.head))

    def send_400_response(self, msg: str) -> None:
        """Says why the request is no HTTP, or is too large."""
        kind = "head" if self.head > self.config_kg.head else "request"
        self._refuse(Problem(kind, msg if kind == "request" else ""))

    def _refuse(self, problem: Problem) -> None:
        if self.refused or self.transport.is_closing():
            return
        self.refused = True
        self.door.closed[problem.kind] += 1
        body = problem.json(chinese=False)
        head = (
            f"HTTP/1.1 {problem.status} Refused\r\ncontent-type: {JSON}\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()

    async def answer(
        self, send: Callable[..., Any], status: int, headers: bytes, body: bytes
    ) -> None:
        """Sends an answer, in pieces as the other side takes them.

        It is what uvicorn's `send` does, for one who knows the size, and that the headers are well
        formed; so head and body leave together.

        Args:
            send: uvicorn's for the request that it answers.
            status: of HTTP.
            headers: each with the end of its line.
            body: all of it.
        """
        cycle: RequestResponseCycle = send.__self__  # type: ignore[attr-defined]
        date = b"".join(b"%b: %b\r\n" % one for one in self.server_state.default_headers)
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        head = b"".join((STATUS_LINE[status], date, headers, close, b"\r\n"))
        cycle.response_started, cycle.waiting_for_100_continue = True, False
        size = 0 if cycle.scope["method"] == "HEAD" else len(body)
        for start in range(0, size or 1, _PIECE):
            if self.flow.write_paused and not cycle.disconnected:
                await self.flow.drain()
            if cycle.disconnected:
                return
            piece = body[start : min(start + _PIECE, size)]
            self.transport.write(piece if start else head + piece)
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    # ------------------------------------------------------------ what the parser says

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.head = 0
        self.scope["connection"] = self  # type: ignore[typeddict-unknown-key]

    def on_url(self, url: bytes) -> None:
        """A piece of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is there."""
        super().on_headers_complete()
        self.state = "body"
        if len(self.pipeline) > _PIPELINE:
            self.abort("pipeline")

    def on_message_complete(self) -> None:
        """The request is there."""
        super().on_message_complete()
        if not self.cycle.response_complete:  # it may be: who sends too much is told so at once
            self.state = "answer"

    def on_response_complete(self) -> None:
        """The answer is on its way."""
        super().on_response_complete()
        done = self.cycle
        if done.response_complete:  # an address may be long, and the connection stay for a while
            if self.scope is done.scope:
                self.url, self.scope, self.headers = b"", cast(Any, None), cast(Any, None)
            done.scope = cast(Any, None)
        if not self.pipeline:
            self.state, self.since = "idle", self.loop.time()
            if self in self.door.open:  # it has waited less than all others
                del self.door.open[self]
                self.door.open[self] = None

    def pause_writing(self) -> None:
        """The other side takes nothing more for now."""
        self.paused = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """The other side has taken what there was."""
        self.paused = None
        super().resume_writing()
