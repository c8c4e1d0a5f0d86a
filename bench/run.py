"""make bench: everything measured in one run, side by side, and told in docs/performance.md.

What is compared runs by turns, round by round; medians count. What takes long runs once, and the
table says so. The fixed script is ended once it has taken longer than the goal asks for, or when
its share of the time is up: then the ratio is a lower bound. A part that fails is told in the
table, and the run goes on.
"""

import argparse
import json
import math
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import agree, corpus, load, report, violation
from bench.asker import Asker
from bench.graph import DEFAULT, KG, LARGE, QUICK, ROOT, SMALL, Graph, Settings
from bench.measure import Failed, Run, alternated, run, seconds
from bench.report import Point, Row
from kg.house import House

HERE = Path(__file__).resolve().parent
PYTHON = sys.executable
OXIGRAPH = str(Path(PYTHON).with_name("oxigraph"))

# Questions with few rows, with many, and with a long query.
ASKED = ("who-leads", "by-force", "overview-only")
# Questions about one measure or one statement: their rows are as many in a graph of any size.
LOOKUPS = ("no-stated-actor", "open-lists", "two-readings", "words-of")
VIEW, FORMS = "everything", ("gexf", "graphml")  # what is exported
AGREED = 90.0  # seconds for the comparison of findings
SURE = 1.2  # the fixed script is ended once it is past its goal by so much


class Bench:
    """One run.

    Args:
        settings: how much is measured.
        work: folder for corpora and builds; cleared first.
    """

    def __init__(self, settings: Settings, work: Path) -> None:
        self.settings, self.work, self.house = settings, work, House(ROOT)
        self.begun = time.perf_counter()
        self.rows: list[Row] = []
        self.points: list[Point] = []
        self.questions: list[dict[str, Any]] = []
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        self.graphs: dict[str, Graph] = {}
        self.steps: dict[str, float] = {}  # of the gate, in seconds
        self.agreement: list[dict[str, Any]] = []

    @property
    def left(self) -> float:
        """Seconds that are left of the budget."""
        return max(self.settings.budget - (time.perf_counter() - self.begun), 1)

    def say(self, text: str) -> None:
        """Progress, with the seconds since the start."""
        print(
            f"bench {time.perf_counter() - self.begun:6.1f} s  {text}", file=sys.stderr, flush=True
        )

    def point(self, curve: str, graph: Graph, value: float, unit: str = "s") -> None:
        """A point of a curve."""
        self.points.append(Point(curve, graph.name, graph.quads, value, unit))

    @property
    def largest(self) -> Graph:
        """The largest graph that the fixed script is measured on."""
        return [g for name, g in self.graphs.items() if name not in self.settings.alone][-1]

    def all(self) -> None:
        """Everything, one part after another; without graphs there is nothing to measure."""
        self.corpora()
        for part in (
            self.build, self.ask, self.parsed, self.catalogue, self.lookups, self.validate,
            self.again, self.served, self.exports, self.agree, self.check, self.judged, self.growth,
        ):  # fmt: skip
            with self.told(f"the part “{part.__name__}”"):
                part()

    @contextmanager
    def told(self, work: str, graph: Graph | None = None) -> Iterator[None]:
        """What fails inside becomes a row of the table."""
        try:
            yield
        except Exception as error:
            why = " ".join(f"{type(error).__name__}: {error}".split())[-300:].replace("|", "/")
            name = graph.name if graph else ""
            self.rows.append(Row(work, name, None, "", None, None, True, None, False, why))
            self.say(f"failed: {work} {name}: {why}")

    def whole(self, command: Sequence[str]) -> Run:
        """Runs a process of kg to its end.

        Raises:
            Failed: another exit code than 0, or it took longer than any may.
        """
        done = run(command, self.settings.longest)
        if done.ended:
            raise Failed(f"{command[1]} was ended after {done.seconds:.0f} s")
        return done

    # ------------------------------------------------------------ corpora and builds

    def corpora(self) -> None:
        """Writes the corpora."""
        self.graphs["real"] = Graph("real", folder=str(ROOT / "build"))
        for name, quads in self.settings.sizes.items():
            folder = self.work / f"corpus-{name}"
            folder.mkdir()
            start = time.perf_counter()
            times = max(1, int(quads // 4e5))
            most = self.settings.copies
            injected = violation.inject(self.house, folder, times, buildable=True, most=most)
            own = violation.QUADS_A_COPY * len(injected.folders)
            documents = corpus.make(self.house, folder, quads - own)
            took = time.perf_counter() - start
            files = [*map(str, documents), *map(str, injected.folders), str(injected.market)]
            graph = Graph(name, files, str(self.work / f"build-{name}"))
            graph.injected = injected
            self.graphs[name] = graph
            count = len(documents) + len(injected.folders)
            self.say(f"{name}: {count} documents in {took:.1f} s")

    def build(self) -> None:
        """Builds each graph."""
        for graph in list(self.graphs.values()):
            del self.graphs[graph.name]  # what cannot be built is not measured further
            with self.told("kg build", graph):
                rounds = self.settings.long if self.settings.sizes.get(graph.name, 0) < 5e5 else 1
                runs = [self.whole(graph.build) for _ in range(rounds)]
                with Path(graph.folder, "graph.nq").open("rb") as file:
                    graph.quads = sum(1 for _ in file)
                self.graphs[graph.name] = graph
                self.point("kg build", graph, seconds(runs))
                self.point("kg build, peak", graph, max(one.peak for one in runs) / 1e6, "MB")
                self.say(f"kg build, {graph.name}: {seconds(runs):.2f} s, {graph.quads} quads")

    # ------------------------------------------------------------ asking

    def ask(self) -> None:
        """Whole processes of `kg ask` against the floor."""
        for graph in self.graphs.values():
            with self.told("kg ask", graph):
                self._ask(graph)

    def _ask(self, graph: Graph) -> None:
        ratios: dict[str, list[float]] = {}
        took: dict[str, list[float]] = {}
        rounds = graph.rounds(self.settings)
        for question in ASKED:
            query = str(ROOT / "queries" / "questions" / f"{question}.rq")
            floor = [PYTHON, str(HERE / "floor.py"), graph.store, query]
            commands = {
                "csv": [KG, "ask", question, "--format", "csv", *graph.option],
                "csv floor": [*floor, "CSV"],
                "json": [KG, "ask", question, "--format", "json", *graph.option],
                "json floor": [*floor, "JSON"],
                "table": [KG, "ask", question, *graph.option],
                "oxigraph": [
                    OXIGRAPH, "query", "--location", graph.store, "--query-file", query,
                    "--results-format", "csv",
                ],
            }  # fmt: skip
            runs = alternated(commands, rounds)
            for name, them in runs.items():
                took.setdefault(name, []).append(seconds(them))
        for name, floor_name in (
            ("csv", "csv floor"),
            ("json", "json floor"),
            ("table", "csv floor"),
        ):
            ratios[name] = [a / b for a, b in zip(took[name], took[floor_name], strict=True)]
            goal = 2.5 if name == "table" else 1.5
            self.add(
                f"kg ask, {name}", graph, median(took[name]), "bare script",
                median(took[floor_name]), goal, most=True, ratio=median(ratios[name]),
                rounds=rounds,
            )  # fmt: skip
        beside = [a / b for a, b in zip(took["csv"], took["oxigraph"], strict=True)]
        self.add(
            "kg ask, csv", graph, median(took["csv"]), "oxigraph query",
            median(took["oxigraph"]), None, most=True, ratio=median(beside),
            rounds=rounds,
        )  # fmt: skip
        self.say(f"kg ask, {graph.name}: csv {median(ratios['csv']):.2f} x the bare script")

    def parsed(self) -> None:
        """Against rdflib that parses the Turtle and asks."""
        query = str(ROOT / "queries" / "questions" / f"{ASKED[0]}.rq")
        goals = {"real": 5.0, "1e5": 15.0}
        for graph in self.graphs.values():
            if graph.quads > 3e5:
                continue
            ours = [run([KG, "ask", ASKED[0], "--format", "csv", *graph.option]) for _ in range(5)]
            turtle = str(Path(graph.folder, "graph.ttl"))
            rounds = self.settings.long if graph.name == "real" else 1
            theirs = [run([PYTHON, str(HERE / "parsed.py"), turtle, query]) for _ in range(rounds)]
            self.add(
                "kg ask, csv", graph, seconds(ours), "rdflib parses and asks", seconds(theirs),
                goals.get(graph.name), most=False, rounds=rounds,
            )  # fmt: skip
            self.point("rdflib parses and asks", graph, seconds(theirs))
            self.say(f"rdflib parses and asks, {graph.name}: {seconds(theirs):.1f} s")

    def catalogue(self) -> None:
        """Each question at the largest size, warm, against the engine alone."""
        graph = self.largest
        asker = Asker(graph.folder, self.settings.question)
        names = [path.stem for path in self.house.questions()]
        for name in names:
            self.questions.append(asker.ask(name))
        asker.close()
        told = [one for one in self.questions if one["kg"]]
        if not told:
            raise Failed("no question was answered in time")
        ratios = {one["question"]: report.ratio_of(one) for one in told}
        worst = max(ratios, key=lambda name: ratios[name])
        slow = [one["question"] for one in self.questions if report.is_slow(one)]
        self.rows.append(
            Row("each catalogue question, warm", graph.name, None, "pyoxigraph alone", None, 1.2,
                True, ratios[worst], ratios[worst] <= 1.2,
                f"worst: {worst}")
        )  # fmt: skip
        longest = max(
            (median(one["kg"]) if one["kg"] else math.inf, one["question"])
            for one in self.questions
        )
        worst_took = min(longest[0], self.settings.question)
        self.rows.append(
            Row("slowest catalogue question, warm", graph.name, worst_took,
                "seconds", None, 2.0, True, worst_took, not slow,
                f"{len(slow)} slower than 2 s; slowest: {longest[1]}")
        )  # fmt: skip
        self.say(f"questions, {graph.name}: {len(slow)} of {len(names)} slower than 2 s")

    def lookups(self) -> None:
        """Look-ups at each size, warm."""
        for graph in self.graphs.values():
            asker = Asker(graph.folder, self.settings.question)
            took = [median(asker.ask(name)["kg"] or [math.nan]) for name in LOOKUPS]
            asker.close()
            self.point("look-up, warm", graph, median(took))

    # ------------------------------------------------------------ judging

    def gate(self, graph: Graph, steps: str) -> tuple[Run, dict[str, dict[str, Any]]]:
        """Steps of the gate in a process of their own."""
        done = self.whole([PYTHON, str(HERE / "gate.py"), str(ROOT), steps, *graph.files])
        return done, _told(done)

    def script(
        self, graph: Graph, steps: str, **limits: float
    ) -> tuple[Run, dict[str, dict[str, Any]]]:
        """The fixed script."""
        options = [f"--{name.replace('_', '-')}={value}" for name, value in limits.items()]
        out = str(self.work / "script")
        command = [PYTHON, "-m", "bench.baseline", f"--house={ROOT}", f"--steps={steps}"]
        done = run([*command, f"--out={out}", *options, *graph.files])
        return done, _told(done)

    def validate(self) -> None:
        """Validation alone at each size, with all that was injected found."""
        for graph in self.graphs.values():
            with self.told("kg validate", graph):
                self._validate(graph)

    def _validate(self, graph: Graph) -> None:
        rounds = 1 if graph.quads > 5e5 else 2
        runs = [self.gate(graph, "assembly,shapes") for _ in range(rounds)]
        took = median(told["shapes"]["seconds"] for _, told in runs)
        found = runs[0][1]["shapes"]["found"]
        self.point("kg validate", graph, took)
        self.point("kg validate, peak", graph, max(one.peak for one, _ in runs) / 1e6, "MB")
        missed = graph.injected.missed(map(tuple, found)) if graph.injected else found
        if missed:
            raise Failed(f"{graph.name}: not as injected: {missed[:5]}")
        self.say(f"validate, {graph.name}: {took:.2f} s, all {graph.violations} found")

    def judged(self) -> None:
        """Building and validating the largest graph against the fixed script."""
        graph = self.largest
        alone = self.value("kg validate", graph)
        both = self.value("kg build", graph) + alone
        # Until both goals have been seen to be met: reading and placing come before the shapes.
        limit = min(SURE * max(6 * both, 15 * alone + both), self.left)
        steps = "parse,anchor,union,shapes,derive,write"
        done, told = self.script(
            graph, steps, limit=limit, shapes_limit=min(SURE * 15 * alone, limit)
        )
        judged = told.get("shapes", {"seconds": 0.0, "ended": True})
        self.add(
            "validate alone", graph, alone, "pySHACL on a loaded graph", judged["seconds"], 15.0,
            most=False, bound=judged["ended"],
        )  # fmt: skip
        self.add(
            "build and validate", graph, both, "the fixed script", done.seconds, 6.0, most=False,
            bound=any(one["ended"] for one in told.values()),
        )  # fmt: skip
        for step in ("parse", "anchor"):
            if step in told and not told[step]["ended"]:
                self.point(f"script: {step}", graph, told[step]["seconds"])
        peak = max(self.value("kg build, peak", graph), self.value("kg validate, peak", graph))
        self.rows.append(
            Row("build and validate, peak of the process tree", graph.name, peak / 1000, "GB", None,
                1.5, True, peak / 1000, peak <= 1500)
        )  # fmt: skip
        self.say(f"the fixed script, {graph.name}: {done.seconds:.0f} s")

    def agree(self) -> None:
        """The same findings by kg and the script, on the small house with a few violations."""
        folder = self.work / "agree"
        folder.mkdir()
        injected = violation.inject(self.house, folder, buildable=True, most=1)
        house = agree.small_house(folder / "house").root
        files = [*map(str, injected.folders), str(injected.market)]
        if self.settings.budget > 100:
            name = "the small house of the tests, with violations"
            found = agree.compare(name, house, files, len(injected.expected), AGREED, whole=False)
            self.agreement += [found] if found else []
            told = f"{agree.differences(self.agreement)} differences" if found else "ended"
            self.say(f"agreement: {told}")

    def check(self) -> None:
        """The whole gate on the real graph against the fixed script."""
        graph = self.graphs["real"]
        runs = [self.gate(graph, "all") for _ in range(self.settings.long)]
        took = median(one.seconds for one, _ in runs)
        self.point("kg check", graph, took)
        limit = min(SURE * 10 * took, self.left)
        steps = "parse,anchor,derive,closure,union,shapes,checks,questions"
        done, told = self.script(graph, steps, limit=limit)
        ended = any(one["ended"] for one in told.values())
        self.add(
            "kg check --all, without HermiT", graph, took, "the fixed script", done.seconds, 10.0,
            most=False, bound=ended, rounds=self.settings.long,
        )  # fmt: skip
        self.steps = {
            step.removeprefix("all: "): median(told[step]["seconds"] for _, told in runs)
            for step in runs[0][1]
            if step != "all"
        }
        self.say(f"kg check --all, real: {took:.1f} s; the fixed script {done.seconds:.0f} s")

    def again(self) -> None:
        """`kg check` where nothing has changed."""
        run([KG, "check"])
        runs = alternated(
            {"check": [KG, "check"], "version": [KG, "--version"]}, self.settings.short
        )
        took, bare = seconds(runs["check"]), seconds(runs["version"])
        self.add(
            "kg check again, nothing changed", self.graphs["real"], took, "kg --version", bare, 3.0,
            most=True, rounds=self.settings.short, enough=took <= 0.15,
        )  # fmt: skip
        self.say(f"kg check again: {took * 1000:.0f} ms")

    def growth(self) -> None:
        """The exponents of growth."""
        for curve, goal in (("kg build", 1.15), ("kg validate", 1.15), ("look-up, warm", 0.15)):
            them = [p for p in self.points if p.curve == curve]
            exponent = report.exponent(them)
            sizes = f"{them[0].size} to {them[-1].size}"
            self.rows.append(
                Row(f"growth of {curve}", sizes, exponent, "exponent", None, goal, True, exponent,
                    exponent <= goal)
            )  # fmt: skip

    def served(self) -> None:
        """Look-ups over HTTP of the real graph, with all protection, beside Oxigraph's server."""
        real = self.graphs["real"]
        found = load.measured(self.settings.served, self.say)
        for count, goal in ((1, 0.5), (4, 0.4), (16, 0.35)):
            ours, theirs = (1 / found[name][str(count)] for name in ("kg", "oxigraph"))
            self.add(
                f"a look-up over HTTP, {count} at a time", real, ours, "oxigraph serve-read-only",
                theirs, goal, most=False, rounds=3,
            )  # fmt: skip
        for name, work in (
            ("kg", "look-ups at half the peak, p99"),
            ("oxigraph", "the same of oxigraph serve-read-only"),
        ):
            half, one = (found["p99"][f"{name}, {which}"] for which in ("half", "one"))
            self.add(
                work, real, half, "p99 of one client", one, 3.0 if name == "kg" else None, most=True
            )

    # ------------------------------------------------------------ exports

    def exports(self) -> None:
        """A view written by kg and by networkx; of the largest graph by kg alone, once."""
        small = [g for g in self.graphs.values() if g.quads < 5e5][-1]
        for graph in dict.fromkeys((small.name, self.largest.name)):
            for form in FORMS if graph == small.name else FORMS[-1:]:
                self._export(self.graphs[graph], form, beside=graph == small.name)

    def _export(self, graph: Graph, form: str, *, beside: bool) -> None:
        out = str(self.work / f"view.{form}")
        command = [KG, "export", form, "--view", VIEW, "-o", out, *graph.option]
        runs = [run(command) for _ in range(self.settings.long if beside else 1)]
        took, peak = seconds(runs), max(one.peak for one in runs)
        curve = f"kg export {form}"
        self.point(curve, graph, took)
        self.point(f"{curve}, peak", graph, peak / 1e6, "MB")
        self.say(f"{curve}, {graph.name}: {took:.1f} s, {peak / 1e6:.0f} MB")
        if not beside:
            return
        script = [PYTHON, "-m", "bench.exporter", form, graph.folder, VIEW, f"{out}.nx"]
        told = _told(run(script))["export"]
        self.add(
            f"writing {form} alone, {told['edges']} edges", graph, told["kg write"],
            "networkx's writer", told["write"], 3.0, most=False,
        )  # fmt: skip
        self.add(
            f"kg export {form}, whole process", graph, took, "the same read, held by networkx",
            told["read"] + told["held"] + told["write"], 3.0, most=False, rounds=len(runs),
        )  # fmt: skip

    # ------------------------------------------------------------ rows

    def value(self, curve: str, graph: Graph) -> float:
        """A point that is there."""
        return next(p.value for p in self.points if (p.curve, p.size) == (curve, graph.name))

    def add(
        self, work: str, graph: Graph, ours: float, against: str, theirs: float, goal: float | None,
        *, most: bool, ratio: float | None = None, bound: bool = False, rounds: int = 1,
        enough: bool = False,
    ) -> None:  # fmt: skip
        """A row of the table; `most`: the ratio is to be at most the goal, else at least."""
        if ratio is None:
            ratio = ours / theirs if most else theirs / ours
        met = None if goal is None else (ratio <= goal if most else ratio >= goal) or enough
        note = f"{rounds} rounds" if rounds > 1 else "ran once"
        if bound:
            note = f"ended after {theirs:.0f} s: at least so much"
        self.rows.append(
            Row(work, graph.name, ours, against, theirs, goal, most, ratio, met, note, bound)
        )


def _told(done: Run) -> dict[str, dict[str, Any]]:
    """Lines of JSON, by step."""
    return {told["step"]: told for line in done.out.splitlines() if (told := json.loads(line))}


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, and writes what was measured."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny: to see that the bench works")
    parser.add_argument("--small", action="store_true", help="no more than 1e5: some minutes")
    parser.add_argument("--large", action="store_true", help="also 1e7, without the fixed script")
    parser.add_argument(
        "--agree",
        action="store_true",
        help="only compare what kg and the fixed script find, by all steps",
    )
    parser.add_argument("--out", type=Path, default=ROOT, help="where docs/ and bench/ are written")
    given = parser.parse_args(argv)
    if given.agree:
        return agree.to_the_end()
    name = next((n for n in ("quick", "small", "large") if getattr(given, n)), "")
    settings = {"quick": QUICK, "small": SMALL, "large": LARGE, "": DEFAULT}[name]
    bench = Bench(settings, ROOT / "build" / "bench" / "run")
    bench.all()
    command = "make bench" + (f" ARGS=--{name}" if name else "")
    report.write(given.out, bench, command, time.perf_counter() - bench.begun)
    bench.say("done")
    return 0


if __name__ == "__main__":
    sys.exit(main())
