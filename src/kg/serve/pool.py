"""Who is given what, and who comes after: the workers of one kind, and the requests for them."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from kg.serve.config import Config
from kg.serve.problem import Problem
from kg.serve.process import ABANDONED, Job, Reply, Worker
from kg.serve.worker import frame

_AGAIN = 5.0  # seconds after which another is tried, at most
_LOOK = 0.05  # seconds between two looks at who has taken, or waited, too long
_SHORT = 300  # bytes of a head that is kept; a long one holds what a client has sent
_AHEAD = 3  # requests of the same client that a worker has before it, so that it need not wait


def _head(text: bytes) -> dict[str, Any]:
    """The head of an answer."""
    found: dict[str, Any] = json.loads(text)
    return found


_kept = lru_cache(64)(_head)  # most say the same, and nobody changes them


class Pool:
    """Workers of one kind, one more than may work at a time: a spare for one that dies.

    Args:
        kind: `queries`, `pages` or `tools`.
        size: how many work at a time.
        config: limits.
        tell: is called with the name of what happened, for logs and metrics.
    """

    def __init__(self, kind: str, size: int, config: Config, tell: Callable[..., None]) -> None:
        self.kind, self.size, self.config, self.tell = kind, size, config, tell
        self.share = max(1, size // 2)
        self.generation = ""
        self.loop = asyncio.get_running_loop()
        self.workers: set[Worker] = set()
        self.starting = 0
        self.closed = False
        self._idle: list[Worker] = []
        self._waiting: deque[Job] = deque()
        self._queued: Counter[str] = Counter()
        self._working: dict[Worker, None] = {}  # in order, as a set is not
        self._running: Counter[str] = Counter()
        self._looking = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._retired: set[Worker] = set()

    # ------------------------------------------------------------ what is asked

    @property
    def busy(self) -> int:
        """How many work."""
        return len(self._working)

    @property
    def waiting(self) -> int:
        """How many requests wait."""
        return len(self._waiting)

    @property
    def whole(self) -> bool:
        """Whether every worker is there."""
        return len(self.workers) > self.size

    async def ask(self, client: str, asked: dict[str, Any]) -> Reply:
        """Has a worker answer, now or when one is free. Cancelled, it stops the work.

        Args:
            client: has at most half of the workers, and half of the queue.
            asked: see `worker`.

        Raises:
            Problem: too many wait already, or what a worker says instead of an answer.
        """
        if self.closed:
            raise Problem("busy", wait=2)
        now = self.loop.time()
        job = Job(client, frame(asked), self.loop.create_future(), now + self.config.patience)
        if self._waiting or not self._given(job, now):
            self._queue(job)
            self._hand_out(now)
        self._watch()
        try:
            return await job.future
        except asyncio.CancelledError:
            self._abandon(job)
            raise
        finally:
            job.message = b""  # an exception that is raised here holds the job for a while

    def _may_run(self, client: str) -> bool:
        return len(self._working) < self.size and self._running[client] < self.share

    def _given(self, job: Job, now: float) -> bool:
        """Gives work to a worker that is free, or to one that does the same client's.

        The latter is spared a pause that way. What stands behind a job that takes long is taken
        back, see `_look`; it may be done twice then, and the first answer counts.
        """
        if self._idle and self._may_run(job.client):
            worker = self._idle.pop()
            self._working[worker] = None
            self._running[job.client] += 1
            worker.give(job)
            worker.begin(now, self.config.seconds)
            return True
        fit = [
            one for one in self._working
            if one.jobs[0].client == job.client and len(one.jobs) <= _AHEAD
            and now - one.since < _LOOK and not one.leaving and not one.killed
        ]  # fmt: skip
        if fit:
            min(fit, key=lambda one: len(one.jobs)).give(job)
        return bool(fit)

    def _hand_out(self, now: float) -> None:
        """Gives work to each client in turn as its share allows."""
        while self._waiting:
            free = (job for job in self._waiting if self._idle and self._may_run(job.client))
            job = next(free, self._waiting[0])  # nobody is overtaken by work that is given ahead
            if not self._given(job, now):
                return
            self._unqueue(job)

    def _queue(self, job: Job) -> None:
        limit = ("queue", self.config.queue)
        if self._queued[job.client] >= max(1, self.config.queue // 2):
            raise Problem("share", limit=limit, wait=1)
        if len(self._waiting) >= self.config.queue:
            raise Problem("busy", limit=limit, wait=2)
        self._waiting.append(job)
        self._queued[job.client] += 1

    def _unqueue(self, job: Job) -> None:
        self._waiting.remove(job)
        self._queued[job.client] -= 1
        if not self._queued[job.client]:
            del self._queued[job.client]

    def _put_back(self, worker: Worker, jobs: list[Job]) -> None:
        """Lets others do what a worker was given."""
        for job in reversed(jobs):
            if self.closed:
                job.fail(Problem("busy", wait=5))
            elif job.worker is worker and not job.future.done():
                job.worker = None
                self._waiting.appendleft(job)
                self._queued[job.client] += 1

    def _abandon(self, job: Job) -> None:
        """Nobody waits for it any more."""
        if job in self._waiting:
            self._unqueue(job)
        elif job.worker and job.worker.jobs and job.worker.jobs[0] is job:
            job.until = min(job.until, self.loop.time() + ABANDONED)

    def _watch(self) -> None:
        """Sees to it that somebody looks before long."""
        if not self._looking:
            self._looking = True
            self.loop.call_later(_LOOK, self._look)

    def _look(self) -> None:
        """Gives up what waits, kills who works, for too long; nobody stands behind those."""
        now, self._looking = self.loop.time(), False
        for job in [one for one in self._waiting if one.until <= now]:
            self._unqueue(job)
            job.fail(Problem("busy", limit=("patience", self.config.patience), wait=2))
        for worker in self._working:
            if worker.jobs[0].until <= now:
                worker.kill("time")
            elif len(worker.jobs) > 1 and now - worker.since >= _LOOK:
                self._put_back(worker, list(worker.jobs)[1:])
        self._hand_out(now)
        if self._waiting or self._working:
            self._watch()

    def _end(self, worker: Worker) -> Job | None:
        """Takes the job that it does from a worker."""
        if not worker.jobs:
            return None
        job = worker.jobs.popleft()
        if not worker.jobs:
            self._working.pop(worker, None)
            self._running[job.client] -= 1
            if not self._running[job.client]:
                del self._running[job.client]
        return job

    def _end_all(self, worker: Worker) -> None:
        """Takes all that it was given from a worker that does no more."""
        jobs = list(worker.jobs)
        while worker.jobs:
            self._end(worker)
        self._put_back(worker, jobs)

    # ------------------------------------------------------------ what workers say

    def told(self, worker: Worker, text: bytes, body: bytes) -> None:
        """A worker has answered, or is ready."""
        head = _kept(text) if len(text) < _SHORT else _head(text)
        if not worker.born.done():
            worker.born.set_result(None)
            return
        now = self.loop.time()
        job = self._end(worker)
        if "said" in head:
            self.tell("fault", pool=self.kind, reason="internal", said=head["said"])
        if job and not job.future.done():  # else nobody waits, or another was sooner
            if job in self._waiting:
                self._unqueue(job)
            if "problem" in head:
                job.fail(Problem.of(head["problem"]))
            else:
                job.future.set_result(Reply(worker.generation, head, body))
        if "leaving" in head:
            self.tell("worker", pool=self.kind, reason="grown")
            self._end_all(worker)
            self._retire(worker)
            self._fill()
        elif worker.jobs:
            worker.begin(now, self.config.seconds)
            for job in worker.jobs:
                if job in self._waiting:  # nobody else was free: it is not sent again
                    self._unqueue(job)
                    job.worker = worker
        elif worker.leaving:
            self._retire(worker)
        else:
            self._idle.append(worker)
        self._hand_out(now)

    def gone(self, worker: Worker) -> None:
        """A worker has died, or was told to go."""
        if not worker.born.done():
            worker.born.set_exception(RuntimeError("it died at birth"))
            return
        if worker.killed == "stillborn":  # it was never taken in, and its birth tells of it
            return
        worker.leaving = True
        if worker in self._idle:
            self._idle.remove(worker)
        self._task(self._bury(worker))

    async def _bury(self, worker: Worker) -> None:
        self.workers.discard(worker)
        expected = worker in self._retired or self.closed
        self._retired.discard(worker)
        job = self._end(worker)
        self._end_all(worker)
        code, words = await worker.end()
        if expected and not job:
            return
        problem = worker.cause(code, words, self.config)
        if job:
            job.fail(problem)
        self.tell("worker", pool=self.kind, reason=problem.kind, code=code, said=words[-300:])
        self._fill()
        self._hand_out(self.loop.time())

    def _retire(self, worker: Worker) -> None:
        """Lets a worker go, now or when it has done what it does."""
        self.workers.discard(worker)
        worker.leaving = True
        if not worker.jobs:
            if worker in self._idle:
                self._idle.remove(worker)
            self._retired.add(worker)
            assert worker.transport
            worker.transport.close()

    # ------------------------------------------------------------ birth and end

    def _task(self, work: Any) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _fill(self) -> None:
        """Sees to it that there are as many as there should be."""
        while not self.closed and len(self.workers) + self.starting <= self.size:
            self.starting += 1
            self._task(self._replace())

    async def _replace(self) -> None:
        pause = 0.1
        try:
            while not self.closed:
                try:
                    await self._birth(self.generation)
                    return
                except (OSError, RuntimeError) as error:
                    self.tell("worker", pool=self.kind, reason="stillborn", said=str(error)[-2000:])
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _AGAIN)
        finally:
            self.starting -= 1

    async def _birth(self, generation: str) -> None:
        """Starts a worker, and takes it in when it is ready.

        Raises:
            OSError, RuntimeError: it did not come to that.
        """
        worker = Worker(self, generation)
        await worker.start(self.kind, self.config)
        if self.closed:
            self._retire(worker)
            return
        self.workers.add(worker)
        self._idle.append(worker)
        self._hand_out(self.loop.time())

    async def start(self, generation: str) -> None:
        """Starts all workers.

        Raises:
            RuntimeError: they do not start; the text says why.
        """
        self.generation = generation
        await asyncio.gather(*(self._birth(generation) for _ in range(self.size + 1)))

    async def renew(self, generation: str) -> None:
        """Replaces the workers by those of another generation, one after another."""
        self.generation = generation
        for old in [one for one in self.workers if one.generation != generation]:
            self.starting += 1
            await self._replace()
            self._retire(old)
        self.tell(
            "worker", pool=self.kind, reason="renewed", generation=generation.rpartition("/")[2]
        )

    async def close(self) -> None:
        """Ends all workers, those that work too."""
        self.closed = True
        for job in list(self._waiting):
            self._unqueue(job)
            job.fail(Problem("busy", wait=5))
        for worker in list(self.workers):
            worker.kill("closed")
        while self.workers or self._tasks:
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=5)
            else:  # they are dying, and are buried when that is seen
                await asyncio.sleep(0.01)

    def pids(self) -> list[int]:
        """The processes."""
        return sorted(one.process.pid for one in self.workers if one.process)
