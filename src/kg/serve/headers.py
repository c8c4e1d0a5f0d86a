"""The headers of answers, and those of a request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

Headers = tuple[tuple[str, str], ...]
Raw = tuple[bytes, bytes]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
PREFLIGHT: Headers = (
    ("access-control-allow-methods", "GET, HEAD, POST, OPTIONS"),
    ("access-control-allow-headers", "Accept, Accept-Language, Content-Type, If-None-Match"),
    ("access-control-max-age", "86400"),
)
KEEP: Headers = (("cache-control", "public, no-cache"),)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_LONGEST = 1_000  # characters of a header that says what is liked, or is kept


def _raw(headers: Iterable[tuple[str, str]]) -> bytes:
    """Headers as they are sent.

    Raises:
        ValueError: one would end before its value does.
    """
    lines = [f"{name}: {value}" for name, value in headers]
    if bad := next((line for line in lines if _CONTROL.search(line)), ""):
        raise ValueError(f"no header: {bad!r}")
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


# Encoded once, as they go with every answer.
_ALWAYS = _raw(
    (
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "ETag, Link, Retry-After"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    )
)


def encoded(media: str, size: int, more: Headers, tag: bytes) -> bytes:
    """The headers of an answer, as they are sent.

    Args:
        media: its type; empty for none.
        size: bytes of its body.
        more: its own; they may hold a policy of its own.
        tag: its ETag; empty for none.

    Raises:
        ValueError: one holds what no header may.
    """
    short = all(len(value) < _LONGEST for _, value in more)  # a client may choose the others
    shared = _kept(media, more) if short else _shared(media, more)
    own = b"etag: %b\r\n" % tag if tag else b""
    return b"%bcontent-length: %d\r\n%b" % (shared, size, own)


def _shared(media: str, more: Headers) -> bytes:
    headers = list(more)
    if media:
        headers.append(("content-type", media))
    if not any(name == "content-security-policy" for name, _ in more):
        headers.append(("content-security-policy", _POLICY))
    return _ALWAYS + _raw(headers)


_kept = lru_cache(64)(_shared)


def read(raw: Iterable[Raw]) -> dict[str, str]:
    """The headers of a request, by names in small letters."""
    found = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
    for name in ("accept", "accept-language"):  # kept for a while: see kg.accept
        if len(found.get(name, "")) > _LONGEST:
            found[name] = found[name][:_LONGEST]
    return found
