"""Processes and how long they take, how much they work, and how much memory their tree holds."""

import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from statistics import median

import psutil

# Such as ask for no byte code, or for no buffers: what is measured runs as it does elsewhere.
_PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
_EVERY = 0.02  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """One process, with all that it started.

    Attributes:
        seconds: from start to end.
        cpu: seconds of work, of user and system.
        peak: bytes, the most that the tree of processes held at one look.
        code: exit code; negative for a signal.
        ended: it was ended at its limit, so all of these say too little.
        out: what it wrote to stdout.
        err: what it wrote to stderr.
    """

    seconds: float
    cpu: float
    peak: int
    code: int
    ended: bool
    out: str
    err: str


class Failed(Exception):
    """A process did not end as it should; the text is what it said."""


def run(
    command: Sequence[str],
    limit: float | None = None,
    codes: Sequence[int] = (0,),
    *,
    aloud: bool = False,
) -> Run:
    """Runs a process to its end, or to its limit.

    Args:
        command: program and arguments.
        limit: seconds after which it is ended.
        codes: exit codes that are right.
        aloud: what it writes to stderr is shown as it comes, and not kept.

    Raises:
        Failed: another exit code, unless it was ended.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdout=out, stderr=None if aloud else err, start_new_session=True, env=_PLAIN
        )
        watch = _Watch(child.pid, limit)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)  # nobody else has to wait for it
        watch.stop()
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    # Linux counts what this process held when it started the other one; more than that is its own.
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak = max(watch.peak, usage.ru_maxrss * 1024 if usage.ru_maxrss > here else 0)
    done = Run(
        seconds, usage.ru_utime + usage.ru_stime, peak, child.returncode, watch.ended, *texts
    )
    if not done.ended and done.code not in codes:
        raise Failed(f"{' '.join(command)} ended with {done.code}: {done.err[-2000:]}")
    return done


class _Watch(threading.Thread):
    """Looks at the memory of a tree of processes, and ends the tree at its limit."""

    def __init__(self, pid: int, limit: float | None) -> None:
        super().__init__(daemon=True)
        self.pid, self.limit = pid, limit
        self.peak, self.ended = 0, False
        self._over = threading.Event()
        self.start()

    def run(self) -> None:
        """Until the process is over."""
        begun = time.perf_counter()
        # A process that is over before the first look is too short to matter.
        while not self._over.wait(_EVERY):
            with suppress(psutil.Error):
                root = psutil.Process(self.pid)
                tree = [root, *root.children(recursive=True)]
                self.peak = max(self.peak, sum(one.memory_info().rss for one in tree))
            if self.limit and time.perf_counter() - begun > self.limit:
                self.ended = True
                with suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
                return

    def stop(self) -> None:
        """The process is over."""
        self._over.set()
        self.join()


def alternated(
    commands: Mapping[str, Sequence[str]], rounds: int, codes: Sequence[int] = (0,)
) -> dict[str, list[Run]]:
    """Runs each command once a round, one after the other, after a round that does not count."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            done = run(command, codes=codes)
            if number:
                runs[name].append(done)
    return runs


def seconds(runs: Sequence[Run]) -> float:
    """The median."""
    return median(one.seconds for one in runs)
