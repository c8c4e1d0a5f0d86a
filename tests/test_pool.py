"""Who is given what: the pool of `kg serve`, with workers that answer when the test says so."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from kg.serve import pool as pools
from kg.serve.config import Config
from kg.serve.pool import Pool
from kg.serve.problem import Problem
from kg.serve.process import ABANDONED, Reply, Worker
from kg.serve.worker import LENGTHS, frame


@pytest.fixture(autouse=True)
def _long(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is quick stays so on a machine that does much besides."""
    monkeypatch.setattr(pools, "_LOOK", 0.3)


class _Process:
    """Of a worker: killed, it is gone."""

    returncode: int | None = None
    gone: Callable[[], None]

    def kill(self) -> None:
        self.returncode = -9
        self.gone()

    async def wait(self) -> int:
        assert self.returncode is not None
        return self.returncode


class _Wire:
    """What a worker is sent."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.asked.append(json.loads(data[LENGTHS.size :])["do"])

    def close(self) -> None:
        self.closed = True


class _Pool(Pool):
    """A pool whose workers are none."""

    def __init__(self, size: int, **settings: Any) -> None:
        self.told_of: list[str] = []
        super().__init__(
            "queries",
            size,
            Config(**settings),
            lambda _, **told: self.told_of.append(told["reason"]),
        )
        self.wires: list[_Wire] = []
        for _ in range(size + 1):
            self.take_in()

    def take_in(self) -> None:
        worker = Worker(self, "g")
        worker.transport, worker.process = _Wire(), _Process()  # type: ignore[assignment]
        worker.process.gone = lambda: worker.connection_lost(None)  # type: ignore[union-attr]
        worker.born.set_result(None)
        self.wires.append(worker.transport)  # type: ignore[arg-type]
        self.workers.add(worker)
        self._idle.append(worker)
        self._hand_out(self.loop.time())

    def _fill(self) -> None:
        if not self.closed:
            self.take_in()

    def of(self, name: str) -> Any:
        """The worker that was sent this last."""
        return next(
            one
            for one in self.workers
            if name in one.transport.asked  # type: ignore[union-attr]
        )

    def answer(self, worker: Any, name: str, **more: Any) -> None:
        worker.data_received(frame({"status": 200, **more}, name.encode()))

    def send(self, *asked: str, client: str = "a") -> list[asyncio.Task[Reply]]:
        return [asyncio.ensure_future(self.ask(client, {"do": one})) for one in asked]

    @property
    def asked(self) -> list[list[str]]:
        return sorted(one.asked for one in self.wires if one.asked)


def _run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))


async def _soon(seconds: float = 0) -> None:
    await asyncio.sleep(seconds)
    await asyncio.sleep(0)


def test_a_client_has_half_and_work_before_it() -> None:
    """Two of four workers, each with three requests ahead; what is more waits."""

    async def test() -> None:
        pool = _Pool(4)
        asked = pool.send(*(f"{n:02}" for n in range(10)))
        await _soon()
        assert pool.asked == [["00", "02", "04", "06"], ["01", "03", "05", "07"]]
        assert (pool.busy, pool.waiting) == (2, 2)
        for name in ("00", "02", "04"):
            pool.answer(pool.of("00"), name)
        assert [(await one).body for one in asked[0:5:2]] == [b"00", b"02", b"04"]
        assert pool.of("00").transport.asked[4:] == ["08", "09"]
        other = pool.send("b", client="b")
        await _soon()
        assert ["b"] in pool.asked
        for one in (*asked, *other):
            one.cancel()

    _run(test)


def test_what_stands_behind_something_slow_is_done_by_another() -> None:
    """And counts once, though it may be done twice."""

    async def test() -> None:
        pool = _Pool(2)
        slow, quick = pool.send("slow", "quick")
        await _soon()
        assert pool.asked == [["slow", "quick"]]
        first = pool.of("slow")
        pool.answer(first, "slow")
        assert (await slow).body == b"slow"
        last, behind = pool.send("last", "behind")
        await _soon()
        assert first.transport.asked == ["slow", "quick", "last", "behind"]
        await _soon(3 * pools._LOOK)
        # The client's half is one worker: what was taken back waits, and is not given to it twice.
        assert first.transport.asked == ["slow", "quick", "last", "behind"]
        assert pool.waiting == 2
        for name in ("quick", "last", "behind"):
            pool.answer(first, name)
        assert [(await one).body for one in (quick, last, behind)] == [b"quick", b"last", b"behind"]
        assert (pool.waiting, pool.busy) == (0, 0)

    _run(test)


def test_a_taken_back_request_goes_to_a_free_worker() -> None:
    async def test() -> None:
        pool = _Pool(4)
        asked = pool.send("slow", "other", "behind slow", "behind other")
        await _soon()
        slow, other = pool.of("slow"), pool.of("other")
        pool.answer(other, "other")
        pool.answer(other, "behind other")
        await _soon(3 * pools._LOOK)
        assert other.transport.asked[-1] == "behind slow"
        pool.answer(other, "behind slow", media="first")
        assert (await asked[2]).head["media"] == "first"
        assert pool.busy == 1
        pool.answer(slow, "slow")
        pool.answer(slow, "behind slow", media="second")  # nobody waits for it any more
        assert (await asked[0]).body == b"slow"
        assert pool.busy == 0

    _run(test)


def test_nobody_is_overtaken_by_work_that_is_given_ahead() -> None:
    async def test() -> None:
        pool = _Pool(2)
        a = pool.send("a1", client="a")
        b = pool.send("b1", client="b")
        await _soon()
        c = pool.send("c1", client="c")
        await _soon()
        more = pool.send("a2", "a3", client="a")
        await _soon()
        assert pool.asked == [["a1"], ["b1"]]
        assert pool.waiting == 3
        pool.answer(pool.of("a1"), "a1")
        await _soon()
        assert pool.asked == [["a1", "c1"], ["b1"]]
        for one in (*a, *b, *c, *more):
            one.cancel()

    _run(test)


@pytest.mark.parametrize("end", ["killed", "grown"])
def test_a_worker_that_goes_takes_its_request_alone(end: str) -> None:
    """What it had before it is done by another."""

    async def test() -> None:
        pool = _Pool(2, seconds=0.2)
        first, *rest = pool.send("first", "second", "third")
        await _soon()
        worker = pool.of("first")
        if end == "grown":
            pool.answer(worker, "first", leaving=True)
            assert (await first).body == b"first"
            worker.process.kill()
        else:
            with pytest.raises(Problem, match="time"):
                await first
        await _soon()
        other = pool.of("third")
        assert other is not worker
        assert other.transport.asked == ["second", "third"]
        for name, one in zip(("second", "third"), rest, strict=True):
            pool.answer(other, name)
            assert (await one).body == name.encode()
        assert (pool.busy, pool.waiting, len(pool.workers)) == (0, 0, 3)

    _run(test)


def test_who_goes_takes_the_work_along() -> None:
    """What waits is given up at once, what is done is ended before long."""

    async def test() -> None:
        pool = _Pool(2, seconds=60)
        (running,) = pool.send("1")
        await _soon()
        worker = pool.of("1")
        running.cancel()
        await _soon(ABANDONED + 3 * pools._LOOK)
        assert worker.killed == "time"
        assert pool.told_of == ["time"]

    _run(test)


def test_too_long_in_the_queue() -> None:
    async def test() -> None:
        pool = _Pool(2, patience=0.1)
        first, *rest = pool.send(*"12345")
        await _soon()
        assert pool.waiting == 1
        for one in rest:
            with pytest.raises(Problem, match="busy"):
                await one
        assert (pool.waiting, pool.busy) == (0, 1)
        first.cancel()

    _run(test)
