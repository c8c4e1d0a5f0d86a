"""HTTP as asked, read into what a worker is asked: SPARQL Protocol and Graph Store Protocol."""

from __future__ import annotations

import re
from codecs import escape_decode
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

from kg.serve.problem import Problem

FORM, DIRECT, UPDATE = (
    "application/x-www-form-urlencoded",
    "application/sparql-query",
    "application/sparql-update",
)
Pairs = Sequence[tuple[str, str]]
# What gives another answer each time it is asked.
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)
_FIELDS = 1_000  # of a form
_SHORT = 4_096  # bytes: copies of long texts leave holes in the memory
_READ_ONLY = "the graph is only read: change the files, and build again"


def pairs(text: bytes) -> Pairs:
    """The names and values of a form or of a query string.

    Raises:
        Problem: it is not UTF-8, or has too many fields.
    """
    fields = text.replace(b"+", b" ").split(b"&", _FIELDS)
    if len(fields) > _FIELDS:
        raise Problem("request", f"there are more than {_FIELDS} parameters")
    try:
        split = (field.partition(b"=") for field in fields if field)
        return [(_plain(name), _plain(value)) for name, _, value in split]
    except UnicodeDecodeError:
        raise Problem("request", "the parameters are not UTF-8") from None


def _plain(text: bytes) -> str:
    """A text without its %XX: what unquote_to_bytes makes of it; four times as soon if short."""
    if b"%" in text:
        try:
            if len(text) > _SHORT:
                raise ValueError
            text, _ = escape_decode(text.replace(b"\\", b"\\\\").replace(b"%", b"\\x"))
        except ValueError:  # or one of them is none, and stays as it is
            text = unquote_to_bytes(text)
    return text.decode()


def content(header: str) -> str:
    """The media type of a Content-Type header.

    Raises:
        Problem: the charset is another than UTF-8.
    """
    media, *parameters = header.split(";")
    for one in parameters:
        name, _, value = one.partition("=")
        if name.strip().lower() == "charset" and value.strip(" \"'").lower() not in (
            "utf-8", "utf8", "us-ascii",
        ):  # fmt: skip
            raise Problem("media", f"charset{value[:40]!r} is not UTF-8")
    return media.strip().lower()


def _fields(text: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs(text):
        found.setdefault(name, []).append(value)
    return found


def sparql(method: str, address: bytes, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """What a request to the endpoint asks: a query, or what the service is.

    Args:
        method: GET, HEAD or POST.
        address: the query string.
        headers: names in small letters.
        body: of a POST.

    Raises:
        Problem: it is not as the SPARQL 1.1 Protocol has it.
    """
    accept = headers.get("accept", "")
    if method != "POST":
        found = _fields(address)
        if "query" not in found:
            _no_update(found)
            if "default-graph-uri" in found or "named-graph-uri" in found:
                raise Problem("request", "the parameter query is missing")
            return {"do": "service", "accept": accept, "format": _first(found, "format")}
        return _query(found, accept)
    media = content(headers.get("content-type", ""))
    if media == FORM:
        return _query(_fields(body), accept)
    if media == DIRECT:
        found = _fields(address)
        try:
            found.setdefault("query", []).append(body.decode())
        except UnicodeDecodeError:
            raise Problem("request", "the query is not UTF-8") from None
        return _query(found, accept)
    if media == UPDATE:
        raise Problem("media", _READ_ONLY)
    raise Problem("media", f"this is {media[:80] or 'nothing that is named'}")


def _query(found: dict[str, list[str]], accept: str) -> dict[str, Any]:
    _no_update(found)
    queries = found.get("query", ())
    if len(queries) != 1:
        many = "there are several" if queries else "it is missing"
        raise Problem("request", f"the parameter query is given once: {many}")
    return {
        "do": "query",
        "query": queries[0],
        "default": found.get("default-graph-uri", ()),
        "named": found.get("named-graph-uri", ()),
        "format": _first(found, "format"),
        "accept": accept,
    }


def _no_update(found: dict[str, list[str]]) -> None:
    if "update" in found:
        raise Problem("request", _READ_ONLY)


def graph(address: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    """What a reading request to the graph store asks.

    Args:
        address: the query string.
        headers: names in small letters.

    Raises:
        Problem: it names no graph, or several.
    """
    found = _fields(address)
    named = found.get("graph", ())
    if len(named) + ("default" in found) != 1 or "" in named:
        raise Problem("request", "name one graph: ?default (all of them) or ?graph=IRI")
    return {
        "do": "graph",
        "graph": named[0] if named else "",
        "format": _first(found, "format"),
        "accept": headers.get("accept", ""),
    }


def _first(found: dict[str, list[str]], name: str) -> str:
    return found.get(name, ("",))[0]


def volatile(asked: Mapping[str, Any]) -> bool:
    """Whether the same question may have another answer of the same build."""
    text = asked["query"] if asked["do"] == "query" else ""
    return "(" in text and bool(_VOLATILE.search(text))
