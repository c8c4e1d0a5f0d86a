"""What a request is for, and what is sent back: the ASGI application."""

from __future__ import annotations

import asyncio
import json
import re
import traceback
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import AsyncExitStack
from functools import lru_cache
from hashlib import blake2b
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from kg.accept import wants_chinese, wants_html
from kg.errors import KGError
from kg.published import at
from kg.serve import protocol
from kg.serve.config import LOOPBACK, Config
from kg.serve.door import Connection, Door
from kg.serve.headers import KEEP, PREFLIGHT, Headers, encoded, read
from kg.serve.limits import Rate, client_of
from kg.serve.metrics import Metrics
from kg.serve.pool import Pool
from kg.serve.problem import JSON, Problem
from kg.serve.process import Reply
from kg.serve.screen import screen
from kg.site.assets import Asset

if TYPE_CHECKING:
    from kg.serve.tools import Endpoint

Scope = MutableMapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

ROBOTS = (
    b"User-agent: *\nDisallow: /sparql\nDisallow: /data\nDisallow: /export\n"
    b"Disallow: /search\nDisallow: /metrics\n"
)
VOID = "/.well-known/void"
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")
_METHODS = {"sparql": ("GET", "HEAD", "POST"), "mcp": ("POST",)}  # others: GET and HEAD
_MUCH = 65_536  # bytes of an answer whose memory is worth giving back
_EVERY = 1.0  # seconds after which a new build is looked for
_EVERY_THERE = 10.0  # the same, on a server of others


class Response(NamedTuple):
    """What is sent; `tag` is its ETag."""

    status: int
    media: str
    body: bytes = b""
    headers: Headers = ()
    tag: bytes = b""


class Request:
    """A request, read as far as all routes need it.

    Attributes:
        client: who asks; see `limits`.
        base: our own address, as the client sees it; empty until it has been looked at.
    """

    __slots__ = (
        "base", "client", "connection", "headers", "method", "path", "query", "receive", "scope",
    )  # fmt: skip

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers = read(scope["headers"])
        self.connection: Connection = scope["connection"]
        self.client, self.base, self.receive, self.scope = "", "", receive, scope

    def header(self, name: str) -> str:
        """A header, empty where there is none."""
        return self.headers.get(name, "")


class App:
    """The service.

    Args:
        config: limits.
        build: folder of the build; its current generation is looked for again and again.
        assets: scripts and styles of the pages.
        door: where connections come in.
    """

    def __init__(self, config: Config, build: str, assets: Iterable[Asset], door: Door) -> None:
        self.config, self.build, self.door = config, build, door
        self.assets = {one.path: one for one in assets}
        self.metrics = Metrics(config.log)
        self.rate = Rate(config.rate, config.burst)
        self.generation = ""
        self.sending = 0
        self.endpoint: Endpoint | None = None
        self._opened = AsyncExitStack()
        self.failed = ""  # why it did not start
        self.ready: Callable[[], None] = lambda: None
        self.names = config.hosts or (LOOPBACK if config.host in (*LOOPBACK, "::1") else ())
        self._routes: dict[str, tuple[str, Callable[[Request], Awaitable[Response]]]] = {
            "/sparql": ("sparql", self._sparql),
            "/data": ("data", self._data),
            "/mcp": ("mcp", self._mcp),
            VOID: ("void", self._void),
            "/health": ("health", self._health),
            "/metrics": ("metrics", self._metrics),
            "/robots.txt": ("robots", self._robots),
        }
        if config.endpoint:  # its engine is its own to protect
            there = {name: self._routes[name][0] for name in ("/sparql", "/data", "/mcp", VOID)}
            self._routes |= {path: (name, self._elsewhere) for path, name in there.items()}
            self._routes["/query"] = ("page", self._elsewhere)

    # ------------------------------------------------------------ life

    async def start(self) -> None:
        """Starts the workers.

        Raises:
            KGError: there is no build.
            RuntimeError: they do not start.
        """
        self.queries = Pool("queries", self.config.workers, self.config, self.metrics.worker)
        self.pages = Pool("pages", self.config.pages, self.config, self.metrics.worker)
        self.pools = [self.pages] if self.config.endpoint else [self.queries, self.pages]
        self.generation = await self._current()
        if not self.generation:
            raise KGError("nothing is built there", (self.build, 0), "run kg build")
        if self.config.assistants and not self.config.endpoint:
            await self._take_assistants()
        await asyncio.gather(*(pool.start(self.generation) for pool in self.pools))
        self._watchers = [
            asyncio.create_task(self._follow()),
            asyncio.create_task(self.door.watch()),
        ]

    async def _take_assistants(self) -> None:
        """Opens /mcp, where the parts for it are installed."""
        try:
            from kg.serve import tools  # noqa: PLC0415 - an extra
        except ImportError:
            return
        self.tools = tools.pool(self.config.assistants, self.config, self.metrics.worker)
        self.pools.append(self.tools)

        async def ask(scope: Scope, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
            asked = {"do": tool, "arguments": arguments}
            return tools.read(await self._work(self.tools, scope["asked"], asked))

        self.endpoint = tools.Endpoint(self.config, ask)
        await self._opened.enter_async_context(self.endpoint.run())

    async def _current(self) -> str:
        """Folder of the current build; or what tells that of an endpoint from others.

        Raises:
            KGError: the endpoint does not answer, or kg publish has sent nothing there.
        """
        if self.config.endpoint:
            from kg import remote  # noqa: PLC0415

            return await asyncio.to_thread(remote.published, self.config.endpoint)
        built = at(self.build)  # not in a thread, which Python would let run for 5 ms at a time
        return built.generation if built else ""

    async def _follow(self) -> None:
        """Goes over to a new build when there is one."""
        while True:
            await asyncio.sleep(_EVERY_THERE if self.config.endpoint else _EVERY)
            try:
                now = await self._current()
            except KGError as error:  # pages tell of it as well; what was there is not given up
                self.metrics.say("endpoint", said=error.message)
                continue
            if now and now != self.generation:
                self.generation = now
                await asyncio.gather(*(pool.renew(now) for pool in self.pools))

    async def stop(self) -> None:
        """Ends the workers; what was asked has been answered by now."""
        for one in self._watchers:
            one.cancel()
        await self._opened.aclose()
        await asyncio.gather(*(pool.close() for pool in self.pools))
        self.metrics.say("stopped")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self.start()
        except (KGError, RuntimeError, OSError) as error:
            self.failed = str(error)
            await send({"type": "lifespan.startup.failed", "message": self.failed})
            return
        self.ready()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    # ------------------------------------------------------------ a request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        began = perf_counter()
        request = Request(scope, receive)
        request.client = self._client(request)
        route, respond = self._routes.get(request.path, ("page", self._page))
        if request.path.startswith("/assets/"):
            route, respond = "asset", self._asset
        try:
            if route not in ("health", "metrics"):
                self.rate.take(request.client, began)
                request.base = self._base(request)
            if request.method == "OPTIONS":
                response = Response(204, "", headers=PREFLIGHT)
            elif request.method in _METHODS.get(route, ("GET", "HEAD")):
                response = await respond(request)
            else:
                allowed = ", ".join((*_METHODS.get(route, ("GET", "HEAD")), "OPTIONS"))
                problem = Problem("method", f"there are: {allowed}")
                response = self._problem(problem, request, (("allow", allowed),))
        except Problem as problem:
            response = self._problem(problem, request)
        except Exception as error:  # a mistake of ours harms nobody else, and is told
            said = "".join(traceback.format_exception(error))[-2000:]
            self.metrics.say("fault", route=route, said=said)
            response = self._problem(Problem("internal"), request)
        except asyncio.CancelledError:
            if not request.connection.transport.is_closing():
                raise
            self._told(route, 499, began, request, 0)  # the client has gone
            return
        if self.sending + len(response.body) > self.config.sending:
            limit = ("sending", self.config.sending)
            response = self._problem(Problem("busy", limit=limit, wait=5), request)
        await self._send(response, send, request)
        self._told(route, response.status, began, request, len(response.body))

    def _told(self, route: str, status: int, began: float, request: Request, size: int) -> None:
        told: dict[str, Any] = {}
        if self.config.log:
            told = {"client": request.client, "method": request.method, "bytes": size}
            if route == "page":
                told["path"] = request.path[:500]
            if self.config.log_queries:
                told["query"] = request.query.decode("latin-1")[: self.config.query]
        self.metrics.request(route, status, perf_counter() - began, told)

    async def _send(self, response: Response, send: Send, request: Request) -> None:
        status, media, body, extra, tag = response
        headers = encoded(media, len(body), extra, tag)
        self.sending += len(body)  # from now on, since the head may wait for the other side too
        try:
            await request.connection.answer(send, status, headers, body)
        finally:
            self.sending -= len(body)
            if len(body) > _MUCH:
                self.door.gone += len(body)

    def _client(self, request: Request) -> str:
        """Who asks: the other side, or whom a proxy that we know names."""
        peer = request.scope["client"][0] if request.scope.get("client") else ""
        if peer in self.config.proxies:
            *_, last = request.header("x-forwarded-for").split(",")
            return client_of(last.strip() or peer)
        return request.connection.peer

    def _base(self, request: Request) -> str:
        """Our own address, as the client sees it.

        Raises:
            Problem: it calls us by a name that is not ours.
        """
        host = request.header("host")
        if not _HOST.fullmatch(host):
            raise Problem("request", "the header Host is missing or is none")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if self.names and name.lower() not in self.names and "*" not in self.names:
            own = self.config.origin.rpartition("//")[2]
            if own not in (host, name):
                raise Problem("misdirected", "the setting hosts lists the names that it has")
        return self.config.origin or f"http://{host}"

    def _problem(self, problem: Problem, request: Request, more: Headers = ()) -> Response:
        chinese = wants_chinese(request.header("accept-language")) or "lang=zh" in (
            request.query[-40:].decode("latin-1")
        )
        headers = (("cache-control", "no-store"), ("vary", "Accept, Accept-Language"), *more)
        if problem.wait is not None:
            headers = (*headers, ("retry-after", str(problem.wait)))
        if request.path == "/mcp":
            return Response(problem.status, "application/json", problem.rpc(), headers)
        if wants_html(request.header("accept")):
            style = next((path for path in self.assets if path.startswith("/assets/site.")), "")
            page = problem.page(chinese, style)
            return Response(problem.status, "text/html; charset=utf-8", page, headers)
        return Response(problem.status, JSON, problem.json(chinese), headers)

    # ------------------------------------------------------------ routes

    async def _body(self, request: Request) -> bytes:
        """The body of a request.

        Raises:
            Problem: it is too large, or the client went.
        """
        most = self.config.query * 3 + 10_000  # written as %XX, and the other parameters
        limit = Problem("size", limit=("query", self.config.query))
        if int(request.header("content-length") or 0) > most:
            raise limit
        parts, size = [], 0
        while True:
            message = await request.receive()
            if message["type"] != "http.request":
                raise Problem("request", "the request was cut off")
            parts.append(message["body"])
            size += len(message["body"])
            if size > most:
                raise limit
            if not message["more_body"]:
                return b"".join(parts)

    async def _sparql(self, request: Request) -> Response:
        body = await self._body(request) if request.method == "POST" else b""
        asked = protocol.sparql(request.method, request.query, request.headers, body)
        if asked["do"] == "service":
            if not request.query and wants_html(request.header("accept")):
                return Response(303, "", headers=(("location", "/query"),))
            asked["base"] = request.base
        else:
            screen(asked["query"], self.config.nesting, self.config.query)
        keep = request.method != "POST" and not protocol.volatile(asked)
        return await self._asked(self.queries, request, asked, keep)

    async def _data(self, request: Request) -> Response:
        asked = protocol.graph(request.query, request.headers)
        return await self._asked(self.queries, request, asked)

    async def _void(self, request: Request) -> Response:
        asked = {"do": "void", "base": request.base, "accept": request.header("accept")}
        return await self._asked(self.queries, request, asked)

    async def _mcp(self, request: Request) -> Response:
        if self.endpoint is None:
            raise Problem(
                "missing", "assistants are not served: the extra mcp, the setting assistants"
            )
        body = await self._body(request)
        answer = await self.endpoint.answer({**request.scope, "asked": request}, body)
        return Response(*answer, headers=(("cache-control", "no-store"),))

    async def _elsewhere(self, request: Request) -> Response:
        raise Problem("elsewhere")

    async def _page(self, request: Request) -> Response:
        asked = {
            "path": request.path,
            "query": protocol.pairs(request.query),
            "accept": request.header("accept"),
            "language": request.header("accept-language"),
            "base": request.base,
        }
        return await self._asked(self.pages, request, asked)

    async def _asked(
        self, pool: Pool, request: Request, asked: dict[str, Any], keep: bool = True
    ) -> Response:
        """Asks a worker, unless the client has what it would say.

        Args:
            pool: whose workers.
            request: from whom.
            asked: what.
            keep: whether the answer holds as long as the build does.
        """
        known = request.header("if-none-match")
        if keep and known and (tag := _tag(self.generation, request)).decode() in known:
            return Response(304, "", headers=KEEP, tag=tag)
        reply = await self._work(pool, request, asked)
        headers = tuple((name.lower(), value) for name, value in reply.head["headers"])
        status = reply.head["status"]
        tag = b""
        if not keep:
            headers = (("cache-control", "no-store"), *headers)
        elif status == 200:
            headers, tag = (*KEEP, *headers), _tag(reply.generation, request)
        if not any(name == "vary" for name, _ in headers):
            headers = (("vary", "Accept, Accept-Language"), *headers)
        return Response(status, reply.head["media"], reply.body, headers, tag)

    async def _work(self, pool: Pool, request: Request, asked: dict[str, Any]) -> Reply:
        """What a worker says; when the client goes, so does the work."""
        request.connection.running = asyncio.current_task()
        try:
            return await pool.ask(request.client, asked)
        finally:
            request.connection.running = None

    async def _asset(self, request: Request) -> Response:
        found = self.assets.get(request.path)
        if not found:
            raise Problem("missing")
        keep = (("cache-control", "public, max-age=31536000, immutable"),)
        return Response(200, found.media, found.body, keep)

    async def _robots(self, request: Request) -> Response:
        return Response(200, "text/plain; charset=utf-8", ROBOTS)

    async def _health(self, request: Request) -> Response:
        pools = {pool.kind: pool for pool in self.pools}
        told = {
            name: {"workers": len(pool.workers), "busy": pool.busy, "waiting": pool.waiting}
            for name, pool in pools.items()
        }
        fit = all(pool.workers for pool in pools.values())
        whole = all(pool.whole for pool in pools.values())
        status = {"status": "ok" if whole else "degraded" if fit else "down"}
        text = json.dumps({**status, "build": self.generation.rpartition("/")[2], **told})
        keep = (("cache-control", "no-store"),)
        return Response(200 if fit else 503, "application/json", text.encode() + b"\n", keep)

    async def _metrics(self, request: Request) -> Response:
        if not request.client.startswith("127.") and request.client != "::":
            raise Problem("forbidden", "metrics are for this machine alone")
        gauges: dict[str, float] = {
            "kg_connections": len(self.door.open),
            "kg_connections_most": self.door.most,
            "kg_bytes_on_their_way": self.sending,
        }
        for why, count in self.door.closed.items():
            gauges[f'kg_connections_closed_total{{reason="{why}"}}'] = count
        for pool in self.pools:
            gauges[f'kg_workers{{pool="{pool.kind}"}}'] = len(pool.workers)
            gauges[f'kg_workers_busy{{pool="{pool.kind}"}}'] = pool.busy
            gauges[f'kg_waiting{{pool="{pool.kind}"}}'] = pool.waiting
        media = "text/plain; version=0.0.4; charset=utf-8"
        return Response(200, media, self.metrics.text(gauges).encode())


def _tag(generation: str, request: Request) -> bytes:
    """What changes with the build, and with all that the answer depends on."""
    header = request.header
    form = _form(generation, header("accept"), header("accept-language"), request.base)
    whole = blake2b(b"%b%b?%b" % (form, request.path.encode(), request.query), digest_size=12)
    return b'"%b"' % whole.hexdigest().encode()


@lru_cache(256)
def _form(*told: str) -> bytes:
    """What stands for a build, and for all that chooses between the forms of one address."""
    return blake2b("\0".join(told).encode(), digest_size=12).digest()
