"""What the service cannot or will not do, told in both languages: what, which limit, what to do."""

from __future__ import annotations

import html
import json
from typing import Any, NamedTuple

from kg.site.request import Speech
from kg.site.words import say

JSON = "application/problem+json"
_MENU = ("questions", "source", "explore", "query", "ontology", "about")  # as on all pages
_RPC = -32_000  # an error of the server


class _Kind(NamedTuple):
    """A kind of problem: HTTP status, title and advice in zh and en."""

    status: int
    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""


_KINDS = {
    "syntax": _Kind(400, "查询语句有误", "The query is not valid"),
    "request": _Kind(400, "请求有误", "The request is not valid"),
    "service": _Kind(
        400, "不支持 SERVICE", "SERVICE is refused",
        "本服务只就本图作答；请分别查询，或将其他数据一同构建",
        "the graph is asked without a network: ask there yourself, or build with its data",
    ),
    "nesting": _Kind(
        400, "括号嵌套过深", "Brackets are nested too deep",
        "请将查询拆成几个", "part the query into several",
    ),
    "tokens": _Kind(
        400, "查询中的词过多", "The query has too many words",
        "请将查询拆成几个", "part the query into several",
    ),
    "forbidden": _Kind(403, "不对外开放", "This is not open to the public"),
    "missing": _Kind(404, "没有此页", "There is nothing here", "请从首页找起", "begin at /"),
    "method": _Kind(405, "不支持此方法", "This method is not known here"),
    "accept": _Kind(
        406, "没有所要的格式", "None of the formats that were asked for is there",
        "可要求的格式见 detail", "detail names those that are",
    ),
    "size": _Kind(
        413, "请求过大", "The request is too large",
        "请将查询拆成几个", "part the query into several",
    ),
    "media": _Kind(
        415, "不支持此类内容", "This kind of content is not known here",
        "请以 application/sparql-query 或 application/x-www-form-urlencoded 发送，编码为 UTF-8",
        "send application/sparql-query or application/x-www-form-urlencoded, as UTF-8",
    ),
    "misdirected": _Kind(421, "主机名不符", "This service is not called so"),
    "rows": _Kind(
        422, "答案行数过多", "The answer has too many rows",
        "请加限制条件，或用 LIMIT 与 OFFSET 分次查询",
        "tie the variables to each other, or ask in parts with LIMIT and OFFSET",
    ),
    "bytes": _Kind(
        422, "答案过大", "The answer is too large",
        "请减少列数，或用 LIMIT 与 OFFSET 分次查询",
        "select fewer columns, or ask in parts with LIMIT and OFFSET",
    ),
    "rate": _Kind(429, "请求过于频繁", "Too many requests", "请稍候再试", "wait, then go on"),
    "share": _Kind(
        429, "同时查询过多", "Too many of your requests are waiting",
        "请等前面的查询答完", "wait for the answers to those before",
    ),
    "head": _Kind(431, "请求头过大", "Address and headers are too large"),
    "internal": _Kind(500, "服务内部出错", "The service failed"),
    "elsewhere": _Kind(
        501, "本服务不提供查询端点", "Queries are not answered here",
        "本服务展示的是另一服务器上的图；查询请发往该服务器，目录中的问题见 /questions",
        "this service shows the graph of another server: send them there; see /questions",
    ),
    "behind": _Kind(
        502, "图所在的服务器没有完整作答", "The server that holds the graph gives no whole answer",
        "请稍候再试", "wait, then ask again",
    ),
    "time": _Kind(
        503, "作答超时", "The answer took too long",
        "请加限制条件，或缩短路径",
        "tie the variables to each other, or shorten the paths",
    ),
    "memory": _Kind(
        503, "作答占用内存过多", "The answer needed too much memory",
        "请加限制条件，或去掉 ORDER BY 与 GROUP BY",
        "tie the variables to each other, or drop ORDER BY and GROUP BY",
    ),
    "crash": _Kind(
        503, "应答进程中断", "The process that was to answer has ended",
        "若是查询，请改得简单些；其他请求不受影响",
        "if it is a query, make it simpler; no other request was harmed",
    ),
    "busy": _Kind(503, "服务繁忙", "The service is busy", "请稍候再试", "wait, then ask again"),
}  # fmt: skip


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """A request that gets no answer.

    Attributes:
        kind: one of the kinds above.
        detail: what exactly is wrong; of a limit: what it is.
        limit: name of the setting that was passed, with its value, or None.
        wait: seconds after which to try again, or None.
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        limit: tuple[str, int | float] | None = None,
        wait: int | None = None,
    ) -> None:
        super().__init__(kind, detail)
        self.kind, self.detail, self.limit, self.wait = kind, detail, limit, wait

    @property
    def status(self) -> int:
        """The HTTP status."""
        return _KINDS[self.kind].status

    def data(self) -> dict[str, Any]:
        """As it travels from a worker to the server; see `of`."""
        return {"kind": self.kind, "detail": self.detail, "limit": self.limit, "wait": self.wait}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Problem:
        """Made again from `data`."""
        return cls(**data)

    def _told(self) -> str:
        return self.detail or (f"{self.limit[0]}: {self.limit[1]}" if self.limit else "")

    def json(self, chinese: bool) -> bytes:
        """As RFC 9457 has it, with the limit and what to do.

        Args:
            chinese: title and hint in Chinese, else in English.
        """
        kind = _KINDS[self.kind]
        told: dict[str, Any] = {
            "type": f"tag:sci-tech-insurance,2025:problem/{self.kind}",
            "title": kind.zh if chinese else kind.en,
            "status": kind.status,
        }
        if detail := self._told():
            told["detail"] = detail
        if self.limit:
            told["limit"], told["value"] = self.limit
        if hint := kind.hint_zh if chinese else kind.hint_en:
            told["hint"] = hint
        return json.dumps(told, ensure_ascii=False, indent=2).encode() + b"\n"

    def rpc(self) -> bytes:
        """As an error of JSON-RPC, for clients that would read nothing else."""
        error = {"code": _RPC, "message": self.text()}
        told = {"jsonrpc": "2.0", "id": None, "error": error}
        return json.dumps(told, ensure_ascii=False).encode()

    def text(self) -> str:
        """In both languages, a paragraph each: what, which limit, what to do."""
        zh = en = ""
        if self.wait is not None:
            zh, en = f"{self.wait} 秒后再试", f"retry after {self.wait} s"
        return "\n".join(
            ": ".join(filter(None, told))
            for told in (
                (_KINDS[self.kind].zh, self._told(), _KINDS[self.kind].hint_zh, zh),
                (_KINDS[self.kind].en, self._told(), _KINDS[self.kind].hint_en, en),
            )
        )

    def page(self, chinese: bool, style: str) -> bytes:
        """As a page, for people.

        Args:
            chinese: in Chinese, else in English.
            style: address of the style of all pages.
        """
        kind = _KINDS[self.kind]
        title, hint = (kind.zh, kind.hint_zh) if chinese else (kind.en, kind.hint_en)
        detail = self._told()
        parts = [f"<h1>{kind.status} {html.escape(title)}</h1>"]
        if detail:
            parts.append(f"<pre>{html.escape(detail)}</pre>")
        if hint:
            parts.append(f"<p>{html.escape(hint)}</p>")
        lang: Speech = "zh" if chinese else "en"
        links = "".join(
            f'<a href="/{path}?lang={lang}">{html.escape(say(path, lang))}</a>' for path in _MENU
        )
        return (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{html.escape(title)}</title><link rel="icon" href="data:,">'
            f'<link rel="stylesheet" href="{html.escape(style)}"></head><body>'
            f'<header class="top"><a class="home" href="/?lang={lang}">'
            f"{html.escape(say('site', lang))}</a>"
            f'<nav aria-label="{html.escape(say("menu", lang))}">{links}</nav></header>'
            f"<main>{''.join(parts)}</main></body></html>\n"
        ).encode()
