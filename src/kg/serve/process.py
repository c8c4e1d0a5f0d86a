"""A worker, seen from the process that listens: started, given work, killed, and why it died."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections import deque
from typing import Any, NamedTuple, Protocol, cast

from kg.serve.config import Config
from kg.serve.problem import Problem
from kg.serve.worker import LENGTHS, frame

ABANDONED = 1.0  # seconds that a query runs on when nobody waits for it any more
_BIRTH = 60.0  # seconds that a worker may take to be ready
_SAID = 4096  # bytes of what it says that are looked at
_BIRTH_THERE = 600.0  # the same, if it has to ask another server for all that it keeps


class Reply(NamedTuple):
    """What a worker answered.

    Attributes:
        generation: of the build that it answered from.
        head: status, media type, headers.
        body: what is sent.
    """

    generation: str
    head: dict[str, Any]
    body: bytes


class Job:
    """A request on its way.

    Attributes:
        until: when it is given up if it waits, or the worker killed that does it.
        worker: who was given it last; None while it waits.
    """

    __slots__ = ("client", "future", "message", "until", "worker")

    def __init__(
        self, client: str, message: bytes, future: asyncio.Future[Reply], until: float
    ) -> None:
        self.client, self.message, self.future, self.until = client, message, future, until
        self.worker: Worker | None = None

    def fail(self, problem: Problem) -> None:
        """Tells who waits that there is no answer."""
        if not self.future.done():
            self.future.set_exception(problem)


class Owner(Protocol):
    """Who is told what a worker does."""

    def told(self, worker: Worker, text: bytes, body: bytes) -> None:
        """It has answered: head and body."""

    def gone(self, worker: Worker) -> None:
        """It has died, or was told to go."""


class Worker(asyncio.Protocol):
    """A process.

    Args:
        owner: whose it is.
        generation: the folder of the build that it answers from.

    Attributes:
        born: is done once it is ready.
        jobs: what it was given and has not answered, all of one client; it does the first.
        since: when it began with that.
    """

    def __init__(self, owner: Owner, generation: str) -> None:
        self.owner, self.generation = owner, generation
        self.born: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self.process: asyncio.subprocess.Process | None = None
        self.errors = os.memfd_create("kg-worker")
        self.jobs: deque[Job] = deque()
        self.since = 0.0
        self.leaving = False  # has no more work to do
        self.killed = ""  # why we killed it
        self._data = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It can be written to."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop has a class of its own

    def data_received(self, data: bytes) -> None:
        """It has said something: whole messages are handed on."""
        self._data += data
        while len(self._data) >= LENGTHS.size:
            head, body = LENGTHS.unpack_from(self._data)
            start = LENGTHS.size + head
            if len(self._data) < start + body:
                return
            text = bytes(self._data[LENGTHS.size : start])
            sent = bytes(memoryview(self._data)[start : start + body])
            del self._data[: start + body]
            self.owner.told(self, text, sent)

    def connection_lost(self, exc: Exception | None) -> None:
        """It has gone."""
        self.owner.gone(self)

    def give(self, job: Job) -> None:
        """Sends it a request, which it does after those that it has."""
        assert self.transport
        self.jobs.append(job)
        job.worker = self
        self.transport.write(job.message)

    def begin(self, now: float, seconds: float) -> None:
        """It begins with the first of its jobs."""
        job, self.since = self.jobs[0], now
        job.until = now + (min(ABANDONED, seconds) if job.future.done() else seconds)

    def kill(self, why: str) -> None:
        """Kills it, once."""
        if self.process and self.process.returncode is None and not self.killed:
            self.killed = why
            self.process.kill()

    async def start(self, kind: str, config: Config) -> None:
        """Starts the process, and waits until it is ready.

        Args:
            kind: see `worker`.
            config: limits.

        Raises:
            OSError, RuntimeError: it did not come to that.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "kg.serve.worker", str(theirs.fileno()),
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
                stderr=self.errors, pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        transport, _ = await self.born.get_loop().create_connection(lambda: self, sock=ours)
        settings = {
            "kind": kind,
            "generation": self.generation,
            "parent": os.getpid(),
            "endpoint": config.endpoint,
            "memory": config.memory,
            "limits": [config.rows, config.bytes],
            "nice": 5 if kind == "pages" else 10,
        }
        transport.write(frame(settings))
        try:
            await asyncio.wait_for(self.born, _BIRTH_THERE if config.endpoint else _BIRTH)
        except BaseException as error:
            self.kill("stillborn")
            _, words = await self.end()
            if isinstance(error, Exception):
                raise RuntimeError(words or str(error) or "it took too long") from None
            raise

    async def end(self) -> tuple[int, str]:
        """Waits until the process has ended: its exit code, and what it said last."""
        assert self.process
        code = await self.process.wait()
        start = max(0, os.fstat(self.errors).st_size - _SAID)
        words = os.pread(self.errors, _SAID, start).decode(errors="replace")
        os.close(self.errors)
        return code, words

    def cause(self, code: int, words: str, config: Config) -> Problem:
        """Why it died, from what `end` says."""
        if self.killed == "time":
            return Problem("time", limit=("seconds", config.seconds))
        if self.killed == "closed":
            return Problem("busy", wait=5)
        if "memory allocation" in words or "MemoryError" in words:
            return Problem("memory", limit=("memory", config.memory))
        if code == -signal.SIGABRT and "overflow" in words:
            return Problem("crash", "the engine's stack overflowed")
        return Problem("crash")
