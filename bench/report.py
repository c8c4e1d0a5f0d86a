"""What was measured, as docs/performance.md, with curves, and as bench/results.json."""

import json
import math
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import psutil

from bench.agree import AGREEMENT

if TYPE_CHECKING:
    from bench.run import Bench

PACKAGES = (
    "pyoxigraph", "oxigraph", "reasonable", "rdflib", "pyshacl", "owlrl",
)  # fmt: skip
# Why a goal is missed, by what was measured: to be kept true by whoever changes either.
REASONS: dict[str, str] = {
    "kg ask, csv": "kg writes a label beside each thing, which the bare script does not look up, "
    "and imports its own modules.",
    "kg ask, table": "a table puts rows into the order of the text, and writes the words below: "
    "each place and each quote is looked up, which the bare script does not do.",
    "validate alone": "the script was ended since a run takes 15 minutes at most; the ratio is "
    "what was seen until then.",
    "build and validate": "the script was ended since a run takes 15 minutes at most; the ratio "
    "is what was seen until then.",
    "build and validate, peak of the process tree": "the whole graph is held in the engine's "
    "memory while rules and shapes ask it.",
    "kg export": "both sides read the view out of the store, and that takes most of the time: "
    "each node's values are looked up, and all is booked in the account. Only what comes after "
    "can be quicker.",
    "each catalogue question": "rounds of half a second differ among themselves by more; asked "
    "again by hand, the same question was on either side of 1.",
    "a look-up over HTTP": "the process that listens, an engine's worker and the one who asks "
    "share the cores; a request passes two processes of Python on its way, so that a query may "
    "die without the service.",
    "look-ups at half the peak": "server, workers and the one who asks are four processes on two "
    "cores; where one has to wait for a turn it waits for milliseconds.",
    "writing": "each writer is given the same nodes and edges in memory; kg's sets them aside on "
    "disk first, so that a view may be larger than the memory.",
}
SLOW = 2.0
_TIE = 0.001  # seconds: what differs by less is a tie


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        work: what was measured.
        size: of which graph.
        ours: seconds, or another measure; None where the ratio says all.
        against: what it is compared with, or the unit of `ours`.
        theirs: seconds of that.
        goal: of the ratio; None for one that is only told.
        most: the ratio is to be at most the goal, else at least.
        ratio: measured; None where the measuring failed, which the note tells.
        met: whether; None without a goal.
        note: how often it ran, and what else to know.
        bound: the other was ended: the ratio is at least so much.
    """

    work: str
    size: str
    ours: float | None
    against: str
    theirs: float | None
    goal: float | None
    most: bool
    ratio: float | None
    met: bool | None
    note: str = ""
    bound: bool = False


@dataclass(frozen=True)
class Point:
    """A point of a curve: what was measured of a graph with so many quads."""

    curve: str
    size: str
    quads: int
    value: float
    unit: str = "s"


def exponent(points: Sequence[Point]) -> float:
    """The exponent of growth: the slope of the line of least squares through the logarithms."""
    xs = [math.log(one.quads) for one in points]
    ys = [math.log(one.value) for one in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((a - x) ** 2 for a in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread if spread else 0.0


def ratio_of(question: dict[str, Any]) -> float:
    """How much longer kg took for a question than the engine alone; 1 for a tie."""
    ours, alone = median(question["kg"]), median(question["raw"])
    return 1.0 if abs(ours - alone) < _TIE else ours / alone


def is_slow(question: dict[str, Any]) -> bool:
    """Whether a question took longer than it may, or was ended."""
    return not question["kg"] or median(question["kg"]) > SLOW


# ---------------------------------------------------------------- the machine


def machine() -> dict[str, Any]:
    """What ran it: cores, kind of processor, memory, versions."""
    cpu = "unknown"
    if (info := Path("/proc/cpuinfo")).is_file():
        found = re.search(r"^model name\s*: (.+)$", info.read_text(), re.MULTILINE)
        cpu = re.sub(r"\((?:R|TM)\)|@.*| CPU| Processor", "", found[1]).strip() if found else cpu
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "cores": os.cpu_count(),
        "cpu": f"{platform.machine()}, {cpu}",
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "python": platform.python_version(),
        "versions": versions,
    }


# ---------------------------------------------------------------- the text

_HEAD = """<!-- Written by make bench. -->
# Performance

{zh}

Everything below was measured in one run of `{command}`, which took {minutes:.0f} minutes, on a machine with {cores} cores ({cpu}) and {memory} of memory, with Python {python}, {versions}.
The ratios are of one run, side by side; seconds are for orientation only.

## Goals

{table}

Whole processes are started by turns, round by round; medians count. *At least* marks a comparison in which the other side was ended once the goal was passed, or its share of the time was up.
"""  # noqa: E501


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if value >= 1 else f"{value:.2g}" if value >= 0.001 else f"{value:.1e}"


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _goals(rows: Iterable[Row]) -> str:
    told = []
    for row in rows:
        goal = "told" if row.goal is None else f"{'≤' if row.most else '≥'} {_number(row.goal)}"
        ratio = f"{'at least ' if row.bound else ''}{_number(row.ratio)}"
        met = {None: "", True: "met", False: "**not met**"}[row.met]
        met = "**failed**" if row.ratio is None else met
        theirs = (
            f"{row.against}, {_number(row.theirs)} s" if row.theirs is not None else row.against
        )
        ours = f"{_number(row.ours)} s" if row.theirs is not None else ""
        told.append((row.work, row.size, ours, theirs, goal, ratio, met, row.note))
    names = ("work", "graph", "kg", "against", "goal", "ratio", "", "runs")
    return _table(names, told)


def _reasons(rows: Iterable[Row]) -> str:
    missed = [row for row in rows if row.met is False]
    if not missed:
        return "Every goal is met.\n"
    lines = []
    for row in missed:
        known = sorted((name for name in REASONS if row.work.startswith(name)), key=len)
        reason = REASONS[known[-1]] if known else "not explained yet."
        if row.ratio is None:
            reason = row.note
        size = f", {row.size}" if row.size else ""
        ratio = f" {_number(row.ratio)}." if row.ratio is not None else ""
        lines.append(f"- {row.work}{size}:{ratio} {reason}")
    return "What falls short:\n\n" + "\n".join(lines) + "\n"


def _questions(questions: Sequence[dict[str, Any]], size: str) -> str:
    told = []
    order = sorted(questions, key=lambda one: -(median(one["kg"]) if one["kg"] else math.inf))
    for one in order:
        if not one["kg"]:
            told.append((one["question"], "", "ended", "ended", ""))
            continue
        ours, alone = median(one["kg"]) * 1000, median(one["raw"]) * 1000
        ratio = f"{ratio_of(one):.2f}"
        told.append((one["question"], str(one["rows"]), _number(ours), _number(alone), ratio))
    names = ("question", "rows", "kg, ms", "pyoxigraph, ms", "ratio")
    note = f"Warm, in one process, at {size}, slowest first. A difference below 1 ms is a tie.\n\n"
    return note + _table(names, told) + "\n"


def _curves(points: Sequence[Point]) -> str:
    curves = list(dict.fromkeys(point.curve for point in points))
    sizes = sorted({(point.quads, point.size) for point in points})
    known = {(point.curve, point.size): point for point in points}
    told = []
    for curve in curves:
        them = [point for point in points if point.curve == curve]
        cells = [known.get((curve, size)) for _, size in sizes]
        growth = f"{exponent(them):.2f}" if len(them) > 2 else ""
        values = (f"{_number(one.value)} {one.unit}" if one else "" for one in cells)
        told.append((curve, *values, growth))
    names = ("", *(f"{size} ({quads:,} quads)" for quads, size in sizes), "exponent")
    return _table(names, told) + "\n"


def _chinese(rows: Sequence[Row]) -> str:
    judged = [row for row in rows if row.met is not None]
    met = sum(bool(row.met) for row in judged)
    return (
        f"中文摘要：本页由 `make bench` 写成，全部数字出自同一次运行。"
        f"共 {len(judged)} 项目标，达到 {met} 项；"
        "未达到者在下文逐一说明。倍数比较的是同一次运行中轮流测得的中位数，"
        "“at least”表示对照方因超时被终止，倍数只会更大。"
    )


def write(root: Path, bench: "Bench", command: str, took: float) -> None:
    """Writes docs/performance.md with its curves, and bench/results.json, under `root`."""
    docs, figures = root / "docs", root / "docs" / "performance"
    figures.mkdir(parents=True, exist_ok=True)
    (root / "bench").mkdir(exist_ok=True)
    told = machine()
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
    told |= {"versions": versions, "command": command, "minutes": took / 60}
    text = _HEAD.format(zh=_chinese(bench.rows), table=_goals(bench.rows), **told)
    size = bench.largest.name
    parts = [
        text,
        _reasons(bench.rows),
        "## Growth\n\n![Seconds by size of the graph](performance/growth.svg)\n",
        _curves(bench.points),
        _agreement(root, bench),
        f"## Questions\n\n{_questions(bench.questions, size)}",
        _steps(bench.steps),
        _how(bench),
    ]
    (docs / "performance.md").write_text("\n".join(parts), encoding="utf-8")
    data = {
        "machine": machine(),
        "command": command,
        "seconds": took,
        "rows": [asdict(row) for row in bench.rows],
        "points": [asdict(point) for point in bench.points],
        "questions": bench.questions,
        "steps": bench.steps,
        "agreement": bench.agreement,
    }
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    (root / "bench" / "results.json").write_text(text, encoding="utf-8")
    plot(bench.points, figures / "growth.svg")


def _agreement(root: Path, bench: "Bench") -> str:
    """What kg and the fixed script find; the long comparison is of another run."""
    file = root / "bench" / AGREEMENT
    told = [*bench.agreement, *(json.loads(file.read_text("utf-8")) if file.is_file() else ())]
    rows = [
        (
            one["graph"], str(one["injected"]), str(one["found"]), str(one["only kg"]["count"]),
            str(one["only script"]["count"]), f"{_number(one['seconds']['kg'])} s",
            f"{_number(one['seconds']['script'])} s",
        )
        for one in told
    ]  # fmt: skip
    names = ("graph", "injected", "findings", "only kg", "only script", "kg", "script")
    lists = [
        f"- {side}, {one['graph']}: {', '.join(one[side]['first'])}"
        for one in told
        for side in ("only kg", "only script")
        if one[side]["count"]
    ]
    text = (
        "## The same findings\n\nBoth tell findings as check and focus. A violation often shows in "
        "more than one finding. The row of the small house is of this run, and compares places, "
        "coverage and shapes; `make bench ARGS=--agree` compares the OWL 2 RL closure and the "
        "checks too, lets the script go on to its end and renews the other rows.\n\n"
    )
    if not bench.agreement:
        text += "In this run the script was ended before it had told all.\n\n"
    return text + "\n".join([_table(names, rows), "", *lists]) + "\n"


def _steps(steps: Mapping[str, float]) -> str:
    """Where the gate's time goes."""
    told = sorted(steps.items(), key=lambda pair: -pair[1])
    rows = [(name, f"{_number(took)} s") for name, took in told if took >= 0.005]
    return (
        "## Steps of the gate\n\nThe real graph, nothing kept from before.\n\n"
        + _table(("step", ""), rows)
        + "\n"
    )


def _how(bench: "Bench") -> str:
    graphs = [
        (g.name, f"{g.quads:,}", str(len(g.files)), str(g.violations))
        for g in bench.graphs.values()
    ]
    names = ("graph", "quads", "folders and files beside the house", "violations injected")
    return f"""## How it was measured

{_table(names, graphs)}

- `make bench` measures all of this again; `make bench ARGS=--large` adds 10⁷ without the fixed script; `make bench ARGS=--quick` only shows that the bench works.
- Corpora are written by `bench/corpus.py`: the passages of the real text with other things of the same kind named in them, under names of their own, one document in five national, the others local. `bench/violation.py` adds copies of the small document of the tests, each false in known places.
- The bare script is `bench/floor.py`; it opens the published store and runs the query of the same file. `oxigraph query` is the command line of the PyPI package `oxigraph`.
- The fixed script is `bench/baseline.py`: rdflib, owlrl, pySHACL with `inference="none"`, and `Graph.query`, step by step, with no part of kg.
- Memory is the sum over the tree of processes, looked at every 20 ms.
"""  # noqa: E501


# ---------------------------------------------------------------- the curves


def plot(points: Sequence[Point], path: Path) -> None:
    """Seconds by quads on logarithmic axes, the same bytes for the same points."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams.update({"svg.hashsalt": "kg", "svg.fonttype": "none", "font.size": 9})
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    timed = [point for point in points if point.unit == "s"]
    marks = "osD^vPX*<>"
    for number, curve in enumerate(dict.fromkeys(point.curve for point in timed)):
        them = sorted((p for p in timed if p.curve == curve), key=lambda point: point.quads)
        label = f"{curve} ({exponent(them):.2f})" if len(them) > 2 else curve
        xs, ys = [p.quads for p in them], [p.value for p in them]
        axes.plot(xs, ys, marker=marks[number % len(marks)], markersize=4, label=label)
    axes.set(xscale="log", yscale="log", xlabel="quads", ylabel="seconds")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend(
        loc="upper left", bbox_to_anchor=(1, 1), frameon=False, title="exponent in brackets"
    )
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)
