"""How the service is set: a table of the settings, and an environment variable for each."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_type_hints

from kg import config
from kg.errors import KGError

PREFIX = "KG_"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LAST_PORT = 65_535
_LEAST = {"port": 0, "rate": 1, "burst": 1, "workers": 2, "pages": 1, "queue": 1}


def _is(default: Any, told: str) -> Any:
    return field(default=default, metadata={"told": told})


@dataclass(frozen=True)
class Config:
    """Every setting, with what it is when nothing is said."""

    host: str = _is("127.0.0.1", "address to listen at")
    port: int = _is(8000, "port to listen at; 0 for any that is free")
    origin: str = _is("", "public address, e.g. https://kg.example.org; empty: as asked for")
    hosts: tuple[str, ...] = _is(
        (), "names it may be called by; empty: loopback names at a loopback address, else any"
    )
    proxies: tuple[str, ...] = _is(
        (), "addresses of reverse proxies, whose X-Forwarded-For is believed"
    )
    endpoint: str = _is(
        "", "address or profile of a server that kg publish has filled: its graph is shown"
    )
    workers: int = _is(4, "queries that are answered at a time; a client has at most half")
    pages: int = _is(2, "pages and catalogue questions that are made at a time")
    assistants: int = _is(
        2, "tools of assistants that are done at a time; a client has at most half; 0: no /mcp"
    )
    queue: int = _is(64, "requests that may wait for each kind of worker; a client's: half")
    nesting: int = _is(100, "depth of brackets in a query")
    query: int = _is(20_000, "bytes of a query")
    seconds: float = _is(10.0, "time for an answer")
    memory: int = _is(512_000_000, "bytes of memory of a worker")
    rows: int = _is(100_000, "rows, or triples, of an answer")
    bytes: int = _is(20_000_000, "bytes of an answer")
    sending: int = _is(256_000_000, "bytes of answers that are on their way at a time")
    rate: float = _is(200.0, "requests a second that a client may send for long")
    burst: int = _is(1_000, "requests that it may send at once after a pause")
    head: int = _is(100_000, "bytes of address and headers of a request")
    patience: float = _is(10.0, "seconds to send a request, to take 64 kB, or to wait in the queue")
    idle: float = _is(30.0, "seconds that a connection may be open without a request")
    connections: int = _is(0, "connections in all; 0: as many as the limit of open files allows")
    share: int = _is(256, "connections of one client")
    grace: float = _is(15.0, "seconds for running requests when the service is stopped")
    log: bool = _is(True, "a line of JSON for each request, to standard error")
    log_queries: bool = _is(False, "queries too are logged")


def read(
    path: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    given: Mapping[str, Any] | None = None,
) -> Config:
    """The settings: those given, else of the environment, else of the file, else the defaults.

    Args:
        path: a file of settings, of which `[serve]` counts; None for the usual one.
        environ: `KG_SECONDS=5` sets `seconds`; lists are parted by commas.
        given: settings of the command line; None is nothing.

    Raises:
        KGError: the file cannot be read, or a setting is unknown or has a bad value.
    """
    types, place = get_type_hints(Config), (str(path or config.path(environ)), 0)
    values: dict[str, Any] = {}
    table = config.read(path, environ).get("serve", {})
    if not isinstance(table, dict):
        raise KGError("serve is a table: [serve]", place)
    for name, value in table.items():
        if name not in types:
            raise KGError(f"there is no setting {name!r}", place, f"settings: {' '.join(types)}")
        values[name] = _value(name, value, types[name], place)
    for name, kind in types.items():
        if text := environ.get(PREFIX + name.upper()):
            place = (PREFIX + name.upper(), 0)
            values[name] = _value(name, _parsed(text, kind), kind, place)
    for name, value in (given or {}).items():
        if value is not None:
            values[name] = _value(name, value, types[name], ("--" + name, 0))
    return dataclasses.replace(Config(), **values)


def _parsed(text: str, kind: Any) -> Any:
    """What an environment variable says; text where it says nothing of the kind."""
    if kind is bool:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if kind in (int, float):
        try:
            return int(text) if kind is int else float(text)
        except ValueError:
            return text
    return text if kind is str else [one.strip() for one in text.split(",") if one.strip()]


def _value(name: str, value: Any, kind: Any, place: tuple[str, int]) -> Any:
    if kind is float and type(value) is int:
        value = float(value)
    wanted = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    if kind not in wanted:
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise KGError(f"{name} is a list of texts, not {value!r}", place)
    if type(value) is not kind:
        raise KGError(f"{name} is {wanted[kind]}, not {value!r}", place)
    if kind in (int, float) and not value >= _LEAST.get(name, 0):
        raise KGError(f"{name} is at least {_LEAST.get(name, 0)}, not {value!r}", place)
    if name == "port" and value > _LAST_PORT:
        raise KGError(f"{name} is at most {_LAST_PORT}, not {value}", place)
    return value
