"""The graph for assistants: a server of the Model Context Protocol, `kg mcp`.

It offers tools that read and change nothing. Every answer is data: rows with the words that
they stand on, how strongly these say it, in which layer, and from which build. Questions of the
catalogue are known and answered here; a query goes to a worker of `kg.serve`, which can be killed.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import socket
from collections.abc import Callable
from itertools import count
from typing import Annotated, Any

import pyoxigraph as ox
import uvicorn
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field, ValidationError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg import __version__, card, catalogue, evidence, names, published, results, search, source
from kg.doubts import doubts
from kg.errors import KGError
from kg.evidence import Data
from kg.house import House
from kg.serve.config import LOOPBACK, Config
from kg.serve.pool import Pool, Reply
from kg.serve.problem import Problem
from kg.serve.screen import screen
from kg.store import Oxigraph, Result, Store

_ROWS, _BYTES = 10_000, 5_000_000  # of the whole result of a query, at most
_REQUEST = 200_000  # bytes of a request over HTTP
_DOUBTED = 4_000  # characters of a query that is looked at for what may be wrong with it
_ACCEPT = "application/sparql-results+json, application/n-triples"

_INSTRUCTIONS = """China's sci-tech insurance Opinion (科技保险意见) as a knowledge graph.
Begin with list_questions 问题目录 and ask_question 提问; show_thing 卡片 tells all of one thing;
find_words 查词 looks for words; read_source 原文 gives the text; query_sparql 查询 is for the rest.
Things are named by CURIE (org:most), IRI, or label in Chinese or English (科技部).
Cite the quote 引文 of a row, not the row. Force matters: 鼓励 encouraged is not 应当 required.
A layer says who says it: stated is the text, curated an editor, derived a rule.
`truncated` means that there is more: go on with `next_offset`.
Where a message names kg questions, ask, show, find, source, the tool so called is meant."""

Offset = Annotated[int, Field(ge=0, description="rows to leave out 跳过的行数")]


class _Server(MCPServer[Any]):
    """Tools whose errors are told in our words."""

    async def call_tool(self, name: str, arguments: dict[str, Any], context: Any = None) -> Any:
        """The answer of a tool.

        Raises:
            ToolError: there is none; the text says why and what to do.
        """
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


class Assistant:
    """What the tools do.

    Args:
        build: folder of a build; its current generation is looked for with each call.
        config: limits of queries, see `kg.serve.config`.
        workers: how many queries are answered at a time.
    """

    def __init__(self, build: str, config: Config, workers: int = 1) -> None:
        self.build, self.workers = build, workers
        self.config = dataclasses.replace(
            config, rows=min(config.rows, _ROWS), bytes=min(config.bytes, _BYTES)
        )
        self._opened: tuple[str, Store] | None = None
        self._pool: Pool | None = None
        self._starting = asyncio.Lock()
        self._clients = count()

    def server(self) -> MCPServer[Any]:
        """The server, to be run by a transport."""
        made = _Server(
            "sci-tech-insurance-kg", title="科技保险意见知识图谱 Sci-tech insurance graph",
            instructions=_INSTRUCTIONS, version=__version__, log_level="WARNING",
        )  # fmt: skip
        told = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
        for tool, words in (
            (self.list_questions, "列出问题目录 List the questions that can be asked"),
            (self.ask_question, "按目录提问 Ask one of the questions; rows with quotes 引文"),
            (self.show_thing, "事物卡片 Card of a thing: all that is said of it, with quotes 引文"),
            (self.find_words, "查词 Find the statements whose words or translation hold a text"),
            (self.read_source, "原文 Source text of a measure 举措, section or statement"),
            (self.query_sparql, "SPARQL 只读查询 Read-only SPARQL; prefixes are known, no SERVICE"),
        ):
            made.add_tool(tool, description=words, annotations=told)
        return made

    # ------------------------------------------------------------ tools

    def list_questions(
        self, tag: Annotated[str, Field(description="only with this tag 标签")] = ""
    ) -> dict[str, Any]:
        """The questions of the catalogue, with their parameters."""
        built = self.current()
        found = catalogue.catalogue(built.questions(), tag or None)
        keys = ("id", "summary", "tags", "parameters")
        questions = [{key: one.data()[key] for key in keys} for one in found]
        told = {"count": len(found), "questions": questions}
        return {"build": evidence.build(built.generation), **told}

    def ask_question(
        self,
        question: Annotated[str, Field(description="an id of list_questions 问题编号")],
        parameters: Annotated[
            dict[str, str | int | list[str | int]],
            Field(description="by name: label, CURIE or IRI, or several; * for any 参数，* 为不限"),
        ] = {},  # noqa: B006 - a default that the schema can tell; it is only read
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The answer to a question of the catalogue."""
        built = self.current()
        build, store = self._open(built.generation)
        found = built.questions().get(question) or catalogue.find(House.find(), question)
        terms = catalogue.terms(store, found, parameters)
        result = catalogue.answer(store, found, terms)
        rows = results.laid(result, store, "both", found.order)
        return {
            "build": build,
            "question": {"id": found.id, "summary": found.summary, "row": found.rows},
            "notes": catalogue.remarks(store, found, terms, result, "both"),
            "empty_columns": list(rows.empty),
            **evidence.table(store, rows.names, rows.rows, offset),
        }

    def show_thing(
        self, thing: Annotated[str, Field(description="label, CURIE or IRI 名称")]
    ) -> dict[str, Any]:
        """The card of a thing; where lists are cut, `cut` has the length of each."""
        build, store = self._open()
        whole = card.card(store, names.resolve(store, thing))
        told, cut = evidence.shortened(whole)
        return {
            "build": build,
            "card": told,
            "truncated": bool(cut),
            "cut": cut,
        }

    def find_words(
        self,
        text: Annotated[str, Field(description="words in Chinese or English, no pattern 词语")],
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The statements that say a text; where none does, whether the source lacks it."""
        build, store = self._open()
        found = search.find(store, text)
        notes = [] if found else [search.silence(search.sources(House.find()), text, "both")]
        result = search.result(found)
        keep = result.variables[:-1]  # the quote is told with the statement
        rows = [row[:-1] for row in result.rows]
        return {"build": build, "notes": notes, **evidence.table(store, keep, rows, offset)}

    def read_source(
        self,
        what: Annotated[str, Field(description="measure, section, statement or part 举措或段落")],
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The text of sections, and where in it each statement stands (code points)."""
        build, store = self._open()
        house, sections = House.find(), source.sections(store, what)
        rows = evidence.part(sections, offset, lambda one: evidence.section(store, house, one))
        return {"build": build, **rows}

    async def query_sparql(
        self,
        query: Annotated[str, Field(description="SELECT, ASK, CONSTRUCT or DESCRIBE 查询语句")],
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The answer to a query; CONSTRUCT and DESCRIBE give triples as rows."""
        screen(query, self.config.nesting, self.config.query)
        pool = await self._workers(self.current().generation)
        asked = {"do": "query", "query": query, "accept": _ACCEPT}
        reply = await pool.ask(str(next(self._clients)), asked)
        return await asyncio.to_thread(self._answered, query, reply, offset)

    def _answered(self, query: str, reply: Reply, offset: int) -> Data:
        """What a worker answered, as data."""
        build, store = self._open(reply.generation)
        if reply.head["media"] == "application/n-triples":
            triples = tuple(q.triple for q in ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES))
            result = Result(
                ("subject", "predicate", "object"),
                tuple((one.subject, one.predicate, one.object) for one in triples),
            )
        else:
            # No name for what is parsed: an error would carry it to another thread than its own.
            result = Result.of(ox.parse_query_results(reply.body, ox.QueryResultsFormat.JSON))
        told: Data = {"build": build}
        if result.boolean is not None:
            told["answer"] = result.boolean
        empty = not result.rows and not result.boolean
        told["notes"] = doubts(query, result, store) if empty and len(query) <= _DOUBTED else []
        return {**told, **evidence.table(store, result.variables, result.rows, offset)}

    # ------------------------------------------------------------ the graph

    def current(self) -> published.Published:
        """The current build.

        Raises:
            KGError: there is none.
        """
        built = published.at(self.build)
        if built is None:
            raise KGError("nothing is built there", (self.build, 0), "run kg build")
        return built

    def _open(self, generation: str = "") -> tuple[Data, Store]:
        """The build of a generation, the current one if none is named, and its graph.

        Raises:
            KGError: it cannot be read.
        """
        generation = generation or self.current().generation
        opened = self._opened
        if opened is None or opened[0] != generation:
            try:
                store = Store(Oxigraph.disk(f"{generation}/{published.STORE}"))
            except OSError as error:
                told = f"the built graph cannot be read: {error}"
                raise KGError(told, hint="run kg build") from None
            opened = self._opened = generation, store
        return evidence.build(generation), opened[1]

    async def _workers(self, generation: str) -> Pool:
        """Those who answer queries, started when the first one comes, and again for a new build.

        Raises:
            KGError: they do not start.
        """
        async with self._starting:
            if self._pool is None:
                pool = Pool("queries", self.workers, self.config, lambda *_, **__: None)
                try:
                    await pool.start(generation)
                except (OSError, RuntimeError) as error:
                    raise KGError(f"no worker starts: {error}", hint="run kg build") from None
                self._pool = pool
            elif self._pool.generation != generation:
                await self._pool.renew(generation)
            return self._pool

    async def close(self) -> None:
        """Ends the workers."""
        if self._pool:
            await self._pool.close()


# ---------------------------------------------------------------- transports


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


def run(build: str, config: Config, http: bool, say: Callable[[str], None]) -> None:
    """Serves assistants until the client goes (stdio), or until it is stopped (HTTP).

    Args:
        build: folder of the build.
        config: limits; with `http` also where to listen and under which names.
        http: over HTTP at /mcp, else over stdin and stdout.
        say: is told where it listens.

    Raises:
        KGError: there is no build, or it cannot listen there.
    """
    assistant = Assistant(build, config, config.workers if http else 1)
    assistant.current()

    async def serve() -> None:
        try:
            if http:
                await _http(assistant.server(), config, say)
            else:
                await assistant.server().run_stdio_async()
        finally:
            await assistant.close()

    asyncio.run(serve())


async def _http(server: MCPServer[Any], config: Config, say: Callable[[str], None]) -> None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        listener = socket.create_server((config.host, config.port), family=family)
    except OSError as error:
        told = f"{config.host}:{config.port} cannot be listened at: {error.strerror or error}"
        raise KGError(told, hint="name another port with --http") from None
    app = server.streamable_http_app(
        json_response=True, stateless_http=True, max_request_body_size=_REQUEST,
        transport_security=security(config), host=config.host,
    )  # fmt: skip

    async def posted(scope: Scope, receive: Receive, send: Send) -> None:
        """Without sessions there is nothing to GET: a stream would only hold a connection."""
        refused = scope["type"] == "http" and scope["method"] != "POST"
        answer = Response("POST only", 405, {"allow": "POST"}) if refused else app
        await answer(scope, receive, send)

    shown = f"[{config.host}]" if ":" in config.host else config.host
    say(f"http://{shown}:{listener.getsockname()[1]}/mcp (process {os.getpid()}); Ctrl-C stops it")
    settings = uvicorn.Config(
        posted, log_level="warning", access_log=False, server_header=False,
        limit_concurrency=config.share, timeout_keep_alive=int(config.idle),
        timeout_graceful_shutdown=int(config.grace),
    )  # fmt: skip
    await uvicorn.Server(settings).serve(sockets=[listener])
