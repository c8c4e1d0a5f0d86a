"""Questions of the catalogue, asked of a published graph in one process, warm.

Argument: the folder of a build. Each line of stdin names a question; a line of JSON answers it:
the seconds that kg took and that the engine alone took, round by round, and the number of rows.
"""

import json
import sys
import time
from collections.abc import Callable

import pyoxigraph as ox

from kg import catalogue
from kg.published import at

ROUNDS, ENOUGH = 7, 1.5  # at least two rounds, and no more once they took so many seconds


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
            if number and time.perf_counter() - begun > ENOUGH:
                break
        print(json.dumps({"question": question.id, "rows": rows, **both}), flush=True)


if __name__ == "__main__":
    main()
