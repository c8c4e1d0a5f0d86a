"""The graph for assistants: a server of the Model Context Protocol, over stdio or at /mcp.

This process checks what a tool is given and hands it to a worker, which does it
(`kg.assistant`) and can be killed.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import inspect
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from contextvars import ContextVar
from typing import Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ValidationError

from kg import __version__, published
from kg.assistant import TOOLS
from kg.errors import KGError
from kg.serve.config import LOOPBACK, Config
from kg.serve.pool import Pool
from kg.serve.problem import Problem
from kg.serve.process import Reply
from kg.serve.screen import screen

_ROWS, _BYTES = 10_000, 5_000_000  # of the whole result of a query, at most
_REQUEST = 200_000  # bytes of a request over HTTP

_INSTRUCTIONS = """China's sci-tech insurance Opinion (科技保险意见) as a knowledge graph.
Begin with list_questions 问题目录 and ask_question 提问; show_thing 卡片 tells all of one thing;
find_words 查词 looks for words; read_source 原文 gives the text; query_sparql 查询 is for the rest.
Things are named by CURIE (org:most), IRI, or label in Chinese or English (科技部).
Cite the quote 引文 of a row, not the row. Force matters: 鼓励 encouraged is not 应当 required.
A layer says who says it: stated is the text, curated an editor, derived a rule.
`truncated` means that there is more: go on with `next_offset`.
Where a message names kg questions, ask, show, find, source, the tool so called is meant."""

Ask = Callable[[Any, str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Has a tool done: from the scope of a request (None over stdio), its name, its arguments."""

_scope: ContextVar[Any] = ContextVar("scope", default=None)


class _Server(MCPServer[Any]):
    """Tools whose errors are told in our words."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        """The answer of a tool.

        Raises:
            ToolError: there is none; the text says why and what to do.
        """
        request = context.request_context.request if context else None
        _scope.set(request.scope if request else None)
        try:
            found = await super().call_tool(name, arguments, context)
            if isinstance(found, CallToolResult):  # the text is the data, and not spread out
                text = json.dumps(found.structured_content, ensure_ascii=False)
                found.content = [TextContent(type="text", text=text)]
            return found
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, KGError):
                raise ToolError(str(cause)) from None
            if isinstance(cause, Problem):
                raise ToolError(cause.text()) from None
            if isinstance(cause, ValidationError):
                told = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in cause.errors())
                raise ToolError(f"{name} cannot be asked so: {'; '.join(told)}") from None
            raise


def server(config: Config, ask: Ask) -> MCPServer[Any]:
    """The server, to be run by a transport.

    Args:
        config: how long and how deep a query may be.
        ask: has a tool done.
    """
    made = _Server(
        "sci-tech-insurance-kg", title="科技保险意见知识图谱 Sci-tech insurance graph",
        instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING",
        subscriptions=False,  # nobody is told anything later: no stream is held open
    )  # fmt: skip
    told = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    for tool, words in TOOLS.values():
        made.add_tool(_handed(tool, config, ask), description=words, annotations=told)
    return made


def _handed(tool: Callable[..., Any], config: Config, ask: Ask) -> Callable[..., Any]:
    """A function that is called as a tool is, and has it done."""

    @functools.wraps(tool)
    async def handed(**arguments: Any) -> dict[str, Any]:
        if "query" in arguments:
            screen(arguments["query"], config.nesting, config.query)
        return await ask(_scope.get(), tool.__name__, arguments)

    signature = inspect.signature(tool, eval_str=True)
    _, *parameters = signature.parameters.values()  # without self
    handed.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return handed


def pool(size: int, config: Config, tell: Callable[..., None]) -> Pool:
    """Workers that do tools; whoever asks reads all of an answer, so it may be less large."""
    rows, most = min(config.rows, _ROWS), min(config.bytes, _BYTES)
    return Pool("tools", size, dataclasses.replace(config, rows=rows, bytes=most), tell)


def read(reply: Reply) -> dict[str, Any]:
    """What a worker answered, as data.

    Raises:
        KGError: it says that there is no answer, and why.
    """
    if reply.head["status"] != 200:
        raise KGError(reply.body.decode())
    found: dict[str, Any] = json.loads(reply.body)
    return found


# ---------------------------------------------------------------- over HTTP


def security(config: Config) -> TransportSecuritySettings:
    """By which names it may be called over HTTP, and from pages of which sites: `[serve]` hosts."""
    hosts = list(config.hosts or (LOOPBACK if config.host in (*LOOPBACK, "::1") else ()))
    if not hosts or "*" in hosts:
        return TransportSecuritySettings(enable_dns_rebinding_protection=False)
    if own := config.origin.rpartition("//")[2]:
        hosts.append(own)
    known = [name + port for name in hosts for port in ("", ":*")]
    origins = [f"{scheme}://{name}" for name in known for scheme in ("http", "https")]
    return TransportSecuritySettings(allowed_hosts=known, allowed_origins=origins)


class Endpoint:
    """What answers at /mcp: streamable HTTP without sessions, each answer a piece of JSON.

    Args:
        config: names it may be called by, limits.
        ask: has a tool done.
    """

    def __init__(self, config: Config, ask: Ask) -> None:
        made = server(config, ask)
        logging.getLogger("mcp").setLevel(logging.CRITICAL)  # what is refused is counted elsewhere
        made.streamable_http_app(
            json_response=True, stateless_http=True, max_request_body_size=_REQUEST,
            transport_security=security(config), host=config.host,
        )  # fmt: skip
        self._manager: StreamableHTTPSessionManager = made.session_manager

    def run(self) -> AbstractAsyncContextManager[None]:
        """While it is open, requests are answered."""
        return self._manager.run()

    async def answer(self, scope: dict[str, Any], body: bytes) -> tuple[int, str, bytes]:
        """Status, media type and body of the answer to a request of which all is there."""
        given = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Any] = []

        async def receive() -> Any:
            return given.pop() if given else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            sent.append(message)

        await self._manager.handle_request(scope, receive, send)
        status, headers = sent[0]["status"], dict(sent[0]["headers"])
        whole = b"".join(one.get("body", b"") for one in sent[1:])
        return status, headers.get(b"content-type", b"").decode("latin-1"), whole


# ---------------------------------------------------------------- over stdio


class Desk:
    """Those who do the tools of one client, where no service runs.

    Args:
        build: folder of a build; its current generation is looked for with each call.
        config: limits.
    """

    def __init__(self, build: str, config: Config) -> None:
        self.build, self.pool = build, pool(1, config, lambda *_, **__: None)
        self._renewing = asyncio.Lock()

    def current(self) -> str:
        """The folder of the current generation.

        Raises:
            KGError: there is none.
        """
        built = published.at(self.build)
        if built is None:
            raise KGError("nothing is built there", (self.build, 0), "run kg build")
        return built.generation

    async def start(self) -> None:
        """Starts the workers.

        Raises:
            KGError: there is no build, or they do not start.
        """
        try:
            await self.pool.start(self.current())
        except (OSError, RuntimeError) as error:
            raise KGError(f"no worker starts: {error}", hint="run kg build") from None

    async def ask(self, _: Any, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Has a tool done.

        Raises:
            KGError, Problem: there is no answer.
        """
        async with self._renewing:
            if (now := self.current()) != self.pool.generation:
                await self.pool.renew(now)
        return read(await self.pool.ask("", {"do": tool, "arguments": arguments}))


def run(build: str, config: Config) -> None:
    """Serves one assistant over stdin and stdout until it goes.

    Raises:
        KGError: there is no build, or no worker starts.
    """

    async def serve() -> None:
        desk = Desk(build, config)
        try:
            await desk.start()
            await server(config, desk.ask).run_stdio_async()
        finally:
            await desk.pool.close()

    asyncio.run(serve())
