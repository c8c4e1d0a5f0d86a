"""Steps of the gate in one process, told as bench/baseline.py tells its own.

Arguments: the root of the house, the steps to run, and files. `all` is the whole gate with
nothing kept from earlier runs, HermiT left out; `assembly` puts the graph together, which the
other steps need.
"""

import json
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from kg import reason
from kg.check import Gate
from kg.finding import Finding
from kg.house import House

_METHODS = {"shapes": "shapes", "closure": "owl_rl", "checks": "checks", "questions": "questions"}


def main() -> None:
    """Runs the steps; a line of JSON each."""
    house, steps, *files = sys.argv[1:]
    reason.has_hermit = lambda: False
    gate = Gate(House(Path(house)), [Path(file) for file in files])
    for step in steps.split(","):
        start = time.perf_counter()
        found: Iterable[Finding] = ()
        if step == "all":
            report = gate.run(False)
            found = report.findings
            for one in report.steps:
                _tell(f"all: {one.name}", one.seconds, ())
        elif step == "assembly":
            found = gate.assembly.findings
        else:
            found = getattr(gate, _METHODS[step])()[1]
        took = time.perf_counter() - start
        _tell(step, took, sorted((one.check, one.focus) for one in found))


def _tell(step: str, seconds: float, found: Iterable[tuple[str, str]]) -> None:
    told = {"step": step, "seconds": seconds, "found": list(found)}
    print(json.dumps(told, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
