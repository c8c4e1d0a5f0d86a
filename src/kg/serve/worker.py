"""A process that answers, and that may be killed at any time: `python -m kg.serve.worker FD`.

It opens the store, loads all that it will ever need, and then gives up what it does not need:
no file or socket can be opened any more, memory is bounded, and it dies with its parent. Where
the graph is on another server, it makes pages alone, and needs sockets to ask there. It
speaks frames over the socket that it is born with: lengths of head and body, a head of JSON, a
body of bytes.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox

from kg.errors import KGError
from kg.serve.answer import Answerer, Limits
from kg.serve.problem import Problem

LENGTHS = struct.Struct(">II")
_PR_SET_PDEATHSIG = 1
_FILES_THERE = 64  # what is open already counts, and a name is looked up in several files
_READ = json.JSONDecoder().decode
_WRITTEN = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps makes one each time
_GROWN = 128 * 1024  # kB over what a worker has at birth: then it is replaced


def frame(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A message in one piece."""
    text = _WRITTEN(head).encode()
    return b"".join((LENGTHS.pack(len(text), len(body)), text, body))


class Channel:
    """The socket to the process that listens, and what has come of the next messages."""

    def __init__(self, one: socket.socket) -> None:
        self._socket, self._data = one, b""
        self.send = one.sendall

    def receive(self) -> dict[str, Any]:
        """The head of the next message, which has no body.

        The process ends where the other side has gone.
        """
        data = self._data
        while len(data) < LENGTHS.size or len(data) < LENGTHS.size + LENGTHS.unpack_from(data)[0]:
            part = self._socket.recv(1 << 14)  # a buffer that is no larger is there already
            if not part:
                os._exit(0)
            data += part
        end = LENGTHS.size + LENGTHS.unpack_from(data)[0]
        self._data = data[end:]
        found: dict[str, Any] = _READ(data[LENGTHS.size : end].decode())
        return found


def _die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before this was said
        os._exit(0)


def _give_up(memory: int, files: int) -> None:
    """From here on no more files and sockets than that, no core, and so much memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


Do = Callable[[dict[str, Any]], tuple[dict[str, Any], bytes]]


def _queries(settings: dict[str, Any]) -> Do:
    """What answers queries."""
    generation = settings["generation"]
    void = [quad.triple for quad in ox.parse(path=f"{generation}/void.ttl")]
    answerer = Answerer(
        ox.Store.read_only(f"{generation}/store"), void, Limits(*settings["limits"])
    )

    def do(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        found = answerer.answer(asked)
        return {"status": 200, "media": found.media, "headers": []}, found.body

    # What is loaded late is loaded now: later nothing can be opened.
    for query in ("SELECT * { ?s ?p 1 } LIMIT 1", "DESCRIBE sti:Measure", "ASK {", "è {"):
        for name in ("json", "xml", "csv", "tsv", "ttl", "nt", "rdf", "jsonld"):
            try:
                do({"do": "query", "query": query, "format": name, "accept": "*/*"})
            except Problem:
                continue
    do({"do": "void", "base": "http://localhost"})
    return do


def _pages(settings: dict[str, Any]) -> Do:
    """What makes pages."""
    from kg import elsewhere, site  # noqa: F401, PLC0415 - those who answer queries need neither
    from kg.house import House  # noqa: PLC0415
    from kg.store import Oxigraph, Store  # noqa: PLC0415

    if settings["endpoint"]:
        from kg import remote  # noqa: PLC0415

        store = remote.store(settings["endpoint"])
    else:
        store = Store(Oxigraph.disk(f"{settings['generation']}/store"))
    made = site.Site(store, House.find())

    def do(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        request = site.Request(
            asked["path"],
            tuple((name, value) for name, value in asked["query"]),
            asked["accept"],
            asked["language"],
            asked["base"],
        )
        try:
            reply = made.respond(request)
        except KGError as error:
            kind = "behind" if settings["endpoint"] else "internal"
            return {"problem": Problem(kind).data(), "said": str(error)[-2000:]}, b""
        except Exception as error:  # a mistake of ours: told, and the next page is made
            said = "".join(traceback.format_exception(error))
            return {"problem": Problem("internal").data(), "said": said[-2000:]}, b""
        return {
            "status": reply.status, "media": reply.media, "headers": reply.headers,
        }, reply.body  # fmt: skip

    for path in ("/", "/search", "/questions", "/query", "/explore", "/export", "/nothing"):
        do({"path": path, "query": (), "accept": "text/html", "language": "zh", "base": ""})
    return do


def _tools(settings: dict[str, Any]) -> Do:
    """What does the tools of assistants."""
    from kg.assistant import TOOLS, Assistant  # noqa: PLC0415 - others need none of it
    from kg.errors import KGError  # noqa: PLC0415

    assistant = Assistant(settings["generation"], Limits(*settings["limits"]))

    def do(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        tool, _ = TOOLS[asked["do"]]
        try:
            found = tool(assistant, **asked["arguments"])
        except KGError as error:
            return {"status": 400}, str(error).encode()
        except (Problem, MemoryError):
            raise
        except Exception as error:  # a mistake of ours: told, and the next is answered
            said = "".join(traceback.format_exception(error))
            return {"problem": Problem("internal").data(), "said": said[-2000:]}, b""
        return {"status": 200}, json.dumps(found, ensure_ascii=False).encode()

    assistant.warm()
    return do


def main() -> None:
    """Serves one request after another until the other side has gone."""
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    settings = channel.receive()
    _die_with(settings["parent"])
    os.nice(settings["nice"])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which lets us finish
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    do = {"queries": _queries, "pages": _pages, "tools": _tools}[settings["kind"]](settings)
    there = settings["kind"] == "pages" and settings["endpoint"]
    _give_up(settings["memory"], _FILES_THERE if there else 0)
    born = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    channel.send(frame({"ready": True}))
    while True:
        asked = channel.receive()
        body = b""
        try:
            head, body = do(asked)
        except Problem as problem:
            head = {"problem": problem.data()}
        except MemoryError:
            head = {"problem": Problem("memory", limit=("memory", settings["memory"])).data()}
        # A worker that has grown is not used again: what it held goes back with it.
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > born + _GROWN:
            head["leaving"] = True
        channel.send(frame(head, body))
        del body
        if "leaving" in head:
            return


if __name__ == "__main__":
    main()
