"""Whether kg and the fixed script find the same: the same bag of check and focus.

`make bench ARGS=--agree` gives the script an hour for each of two graphs: the real one, and one
with every kind of violation and with a gap; `make bench` compares the two on the small house of
the tests, with a few violations.
"""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import corpus, violation
from bench.measure import run
from kg.house import House
from kg.prefixes import shrink

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
AGREEMENT = "agreement.json"
GATE, SCRIPT = "assembly,shapes,closure,checks", "parse,anchor,derive,union,shapes,closure,checks"
SOME, SOME_OF_SCRIPT = "assembly,shapes", "parse,anchor,union,shapes"
_HOUR = 3600.0  # the longest that the script may take for all steps of one graph
_SHOWN = 20  # differences that are told one by one
# What the small house has of the real one; see tests/small.py.
_CODES = ("force", "role", "status")


def small_house(root: Path) -> House:
    """The small house of the tests, with the shapes, rules and checks of the real one."""
    vocabulary = root / "ontology" / "vocabulary"
    vocabulary.mkdir(parents=True)
    (root / "documents").mkdir()
    for path in House(ROOT).ontology():
        (root / "ontology" / path.name).symlink_to(path)
    for name in _CODES:
        file = f"{name}.ttl"
        (vocabulary / file).symlink_to(ROOT / "ontology" / "vocabulary" / file)
    (vocabulary / "small.ttl").symlink_to(ROOT / violation.PASS / "vocabulary.ttl")
    (root / "documents" / "opinion-qa").symlink_to(ROOT / violation.PASS / "opinion-qa")
    for name in ("queries", "shapes"):
        (root / name).symlink_to(ROOT / name)
    return House(root)


def compare(
    name: str, house: Path, files: Sequence[str], expected: int, limit: float, *, whole: bool
) -> dict[str, Any] | None:
    """What the two find of one graph.

    Args:
        name: of the graph.
        house: its root.
        files: folders of documents and Turtle files beside it.
        expected: how many violations were injected.
        limit: seconds that the script may take.
        whole: all steps, told as each is done; else places, coverage and shapes.

    Returns:
        None where the script was ended.
    """
    steps, wanted = (GATE, SCRIPT) if whole else (SOME, SOME_OF_SCRIPT)
    ours = run([sys.executable, str(HERE / "gate.py"), str(house), steps, *files])
    command = [sys.executable, "-m", "bench.baseline", f"--house={house}", f"--steps={wanted}"]
    theirs = run([*command, *files], limit, aloud=whole)
    if theirs.ended:
        return None
    bags = [_found(one.out) for one in (ours, theirs)]
    return {
        "graph": name,
        "injected": expected,
        "found": sum(bags[0].values()),
        "seconds": {"kg": ours.seconds, "script": theirs.seconds},
        "only kg": _told(bags[0] - bags[1]),
        "only script": _told(bags[1] - bags[0]),
    }


def _found(out: str) -> Counter[tuple[str, str]]:
    lines = (json.loads(line) for line in out.splitlines())
    return Counter((check, shrink(focus)) for line in lines for check, focus in line["found"])


def _told(bag: Counter[tuple[str, str]]) -> dict[str, Any]:
    first = [f"{check} {focus}" for check, focus in sorted(bag.elements())[:_SHOWN]]
    return {"count": sum(bag.values()), "first": first}


def differences(told: Sequence[dict[str, Any]]) -> int:
    """How many findings only one of the two has."""
    return sum(one[side]["count"] for one in told for side in ("only kg", "only script"))


def to_the_end() -> int:
    """Compares the two on both graphs, and writes bench/agreement.json; 1 where they differ."""
    work = ROOT / "build" / "bench" / "agree"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    house = House(ROOT)
    injected = violation.inject(house, work)
    documents = corpus.make(house, work, 2.5e4, gaps=1)
    files = [*map(str, documents), *map(str, injected.folders), str(injected.market)]
    graphs = [
        ("real", [], 0),
        ("every kind of violation, and a gap", files, len(injected.expected)),
    ]
    told: list[dict[str, Any]] = []
    for name, them, count in graphs:
        _say(f"comparing on {name}")
        if not (found := compare(name, ROOT, them, count, _HOUR, whole=True)):
            _say(f"the script was ended after {_HOUR / 60:.0f} minutes; {name} is not compared")
            continue
        told.append(found)
        _say(f"{found['found']} findings, {differences([found])} of only one of the two")
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        (HERE / AGREEMENT).write_text(text, encoding="utf-8")
    _say(f"see bench/{AGREEMENT}")
    return 1 if differences(told) or len(told) < len(graphs) else 0


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
