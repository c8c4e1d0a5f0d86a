"""Questions of the catalogue, asked of a published graph in one process, warm.

`Asker` starts that process and speaks with it. Argument: the folder of a build. Each line of
stdin names a question; a line of JSON answers it: the seconds that kg took and that the engine
alone took, round by round, and the number of rows.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox

from kg import catalogue
from kg.published import at

ROUNDS, ENOUGH = 7, 1.5  # at least three rounds, and no more once they took so many seconds


class Asker:
    """A process that answers questions warm, begun anew when a question takes too long.

    Args:
        folder: of the build.
        limit: seconds that a question may take.
    """

    def __init__(self, folder: str, limit: float) -> None:
        self.folder, self.limit = folder, limit
        self.child: subprocess.Popen[str] | None = None

    def ask(self, name: str) -> dict[str, Any]:
        """Seconds by turns; none where it took longer than the limit."""
        if not self.child:
            command = [sys.executable, __file__, self.folder]
            self.child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        child = self.child
        assert child.stdin and child.stdout
        timer = threading.Timer(self.limit, child.kill)
        timer.start()
        child.stdin.write(f"{name}\n")
        child.stdin.flush()
        line = child.stdout.readline()
        timer.cancel()
        if line:
            told: dict[str, Any] = json.loads(line)
            return told
        self.close()
        return {"question": name, "rows": None, "kg": [], "raw": []}

    def close(self) -> None:
        """Ends the process."""
        if self.child:
            self.child.communicate()
            self.child = None


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Seconds and rows."""
    start = time.perf_counter()
    rows = work()
    return time.perf_counter() - start, rows


def main() -> None:
    """Answers until stdin ends."""
    built = at(sys.argv[1])
    assert built
    store = built.store()
    raw = ox.Store.read_only(f"{built.generation}/store")
    for line in sys.stdin:
        question = built.questions().get(line.strip())
        assert question

        def asked(question: catalogue.Question = question) -> int:
            found = catalogue.answer(store, question, catalogue.terms(store, question, {}))
            return len(found.rows)

        def alone(question: catalogue.Question = question) -> int:
            return len([tuple(row) for row in raw.query(question.text)])  # type: ignore[union-attr]

        both: dict[str, list[float]] = {"kg": [], "raw": []}
        begun = time.perf_counter()
        for number in range(ROUNDS):
            # Now one goes first, now the other: what comes second finds the memory warm.
            order = [("kg", asked), ("raw", alone)]
            for name, work in order if number % 2 else reversed(order):
                took, rows = timed(work)
                both[name].append(took)
            if number > 1 and time.perf_counter() - begun > ENOUGH:
                break
        print(json.dumps({"question": question.id, "rows": rows, **both}), flush=True)


if __name__ == "__main__":
    main()
