"""The gate: every check of the house, one after another, each told in a line."""

import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg import reason, sparql
from kg.catalogue import read as read_question
from kg.errors import KGError
from kg.files import Files
from kg.finding import Finding, Severity
from kg.golden import golden
from kg.golden import row as shown
from kg.house import House
from kg.inputs import walk
from kg.kept import Kept
from kg.prefixes import BASE, STI, expand, shrink, table
from kg.readings import Readings, readings
from kg.report import Report, Step
from kg.store import Store
from kg.text import short
from kg.turtle import read_text

# The parts that find something anew are imported when they have to: most runs find little.
if TYPE_CHECKING:
    from kg.assembly import Assembly
    from kg.validate import Engine

# Findings of the build, told under the step that they belong to.
OF_BUILD = {
    "syntax": ("stray", "syntax"),
    "quotes": ("exception", "list", "quote", "section", "slot"),
    "words": ("words",),
    "slots": ("slots",),
    "rules": ("rule",),
}
_INSTALL = "pip install 'sci-tech-insurance-kg[owl]'"

_LACKS = "a file cannot be read: mend the syntax first"

Outcome = tuple[str, Iterable[Finding]]  # what was looked at, what was found
Look = Callable[[Path], Iterable[Finding]]  # what is wrong with one file


def run(
    house: House,
    extra: Sequence[Path] = (),
    *,
    all: bool = False,
    kept: Path | None = None,
    engine: "Engine" = "compiled",
) -> Report:
    """Runs every check whose input has changed, and tells again what the others found.

    Args:
        house: where the files are.
        extra: more Turtle to check with the rest; see `load.load`.
        all: every check runs, and HermiT must; without it, HermiT runs where it can.
        kept: folder that keeps what was found; None for none, and then every check runs.
        engine: what judges by the shapes; see `validate.validate`.

    Raises:
        KGError: a folder that the house cannot do without is missing.
    """
    return Gate(house, extra, Kept(kept, anew=all), engine).run(all)


class Gate:
    """The steps, over one graph; each gives what it looked at and what it found."""

    def __init__(
        self,
        house: House,
        extra: Sequence[Path] = (),
        kept: Kept | None = None,
        engine: "Engine" = "compiled",
    ) -> None:
        self.house, self.extra, self.kept = house.require(), extra, kept or Kept()
        self.files, self.engine = Files(self.house, extra), engine
        self.parts = self.reused = 0  # of the step that runs: all its parts, those not run again
        self.lacks = False  # a file that the graph is made of cannot be read

    @cached_property
    def assembly(self) -> "Assembly":
        """The graph, put together when a check first needs it."""
        from kg.assembly import assemble  # noqa: PLC0415

        return assemble(self.house, self.extra)

    @cached_property
    def graph(self) -> Store:
        """The graph, to be asked."""
        return Store(self.assembly.store)

    def run(self, all_steps: bool) -> Report:
        """Every step in turn; those with inputs run only when one of these has changed."""
        data, graph = self.data, self.whole
        shapes, queries = self.digest(self.house.shapes()), self.digest(self.house.queries())
        hermit = reason.has_hermit()
        steps: dict[str, tuple[Callable[[], Outcome], *tuple[str, ...]]] = {
            "syntax": (self.syntax,),
            "prefixes": (self.prefixes,),
            "format": (self.format,),
            "headers": (self.headers, self.digest(self.files.turtle()), self.added),
            "names": (self.names, graph, queries, shapes),
            "source": (self.source, data),
            **{
                name: (partial(self.of_build, name), graph)
                for name in ("quotes", "words", "slots", "rules")
            },
            "owl-rl": (self.owl_rl, graph, self.digest(self.house.owl_rl())),
            "hermit": (self.hermit, graph, str(hermit)),
            "shapes": (self.shapes, data, shapes, self.engine),
            "checks": (self.checks,),
            "readback": (self.readback,),
            "questions": (self.questions,),
            "pairs": (self.pairs,),
        }
        report = Report()
        for name, (work, *inputs) in steps.items():
            if name == "hermit" and not (all_steps or hermit):
                note = f"needs owlready2 and Java: {_INSTALL}"
                report.steps.append(Step(name, True, 0, 0.0, note, skipped=True))
                continue
            if self.lacks and name not in ("prefixes", "format", "headers"):
                report.steps.append(Step(name, True, 0, 0.0, _LACKS, skipped=True))
                continue
            start, self.parts, self.reused = time.perf_counter(), 0, 0
            note, found = self.proved(work, name, *inputs) if inputs else work()
            findings = sorted(set(found))
            took = time.perf_counter() - start
            ok = not any(finding.severity == "error" for finding in findings)
            told = (
                "reused" if self.reused == self.parts else f"{self.reused} of {self.parts} reused"
            )
            reused = told if self.reused else ""
            report.steps.append(Step(name, ok, len(findings), took, note, reused=reused))
            report.findings += findings
        report.findings.sort()
        self.kept.save()
        return report

    # ------------------------------------------------------------ what is known already

    def digest(self, paths: Iterable[Path]) -> str:
        """What changes with these files."""
        return self.kept.digest(paths)

    @cached_property
    def data(self) -> str:
        """Digest of the files that state something, those that are added by themselves."""
        files = [*self.house.ontology(), *self.house.vocabularies()]
        for one in self.house.documents():
            files += [*one.turtle, one.source]
        for path in self.extra:
            files += map(Path, sorted(walk(str(path)))) if path.is_dir() else [path]
        return f"{self.digest(files)} {self.added}"

    @property
    def added(self) -> str:
        """What was added on the command line, and where from: messages call it by that."""
        return " ".join(map(str, [Path.cwd(), *self.extra])) if self.extra else ""

    @cached_property
    def whole(self) -> str:
        """Digest of the files that the whole graph is made of."""
        return f"{self.data} {self.digest(self.house.rules())}"

    def proved(self, work: Callable[[], Outcome], *inputs: str) -> Outcome:
        """What `work` gives, from an earlier run if all that it reads is as it was then.

        Args:
            work: a part of a step.
            inputs: its name, and digests of all that it reads.
        """
        self.parts += 1
        key = self.kept.key(*inputs)
        if known := self.kept.get(key):
            note, found = known
            self.reused += 1
            return note, [Finding(*one) for one in found]
        note, found = work()
        told = sorted(set(found))
        self.kept.put(key, [note, [list(vars(one).values()) for one in told]])
        return note, told

    def each(
        self,
        name: str,
        paths: Iterable[Path],
        work: Callable[[Path], Iterable[Finding]],
        *more: str,
    ) -> list[Finding]:
        """What `work` finds in each file, which is all that it reads besides `more`."""
        found: list[Finding] = []
        for path in paths:

            def one(path: Path = path) -> Outcome:
                return "", work(path)

            found += self.proved(one, name, self.digest([path]), *more)[1]
        return found

    # ------------------------------------------------------------ files

    def of_build(self, name: str) -> Outcome:
        """Findings that the build has made already."""
        found = [f for f in self.assembly.findings if f.check in OF_BUILD[name]]
        if name in ("words", "slots"):
            shares = (f"{c.document} {getattr(c, name):.1%}" for c in self.assembly.coverage)
            return ", ".join(shares), found
        if name == "quotes":
            return f"{self.count('?s sti:quote ?o')} quotes", found
        return f"{len(self.house.rules())} rules", found

    def count(self, pattern: str) -> int:
        """How often a pattern holds."""
        rows = self.graph.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}").rows
        return int(str(getattr(rows[0][0], "value", 0)))

    def syntax(self) -> Outcome:
        """What the build found, then Turtle and queries that it does not read."""
        of_build = partial(self.of_build, "syntax")
        found = list(self.proved(of_build, "syntax of the build", self.whole)[1])
        self.lacks = any(one.check == "syntax" for one in found)
        files = [*self.house.alignment(), *self.house.shapes(), *self.house.queries()]
        found += self.each("syntax", files, self.files.broken)
        return (
            f"{len(self.files.turtle())} Turtle files, {len(self.house.queries())} queries",
            found,
        )

    def prefixes(self) -> Outcome:
        """Every file means by a prefix what the table means by it."""
        every = [*self.files.turtle(), *self.house.queries()]
        found = self.each("prefixes", every, self.files.misused, self.added)
        return f"{len(table())} prefixes, the same in every file", found

    def format(self) -> Outcome:
        """Every Turtle file is laid out in the one way."""
        found = self.each("format", self.files.turtle(), self.files.untidy)
        return f"{len(self.files.turtle())} Turtle files", found

    def headers(self) -> Outcome:
        """One ontology header in each file of ontology and shapes, none in a document."""
        files = [path for path in self.files.turtle() if path not in self.files.of_documents]
        return f"{len(files)} ontology headers", self.files.headers()

    def names(self) -> Outcome:
        """Every name of this graph that a query or a shape uses is one that the graph has.

        A query with a misspelt or renamed name is valid, finds nothing, and so catches nothing.
        """
        said = {
            getattr(term, "value", "")
            for quad in self.assembly.store
            for term in (quad.subject, quad.graph_name)
        }
        found, seen = [], set()
        for path in [*self.house.queries(), *self.house.shapes()]:
            for name, line in sparql.names_in(read_text(path), path.suffix == ".ttl"):
                iri = expand(name)
                if not iri.startswith(BASE) or iri.startswith((table()["graph"], table()["shape"])):
                    continue
                seen.add(name)
                if iri not in said:
                    told = f"{name} is not in the graph", f"图中没有 {name}"
                    mend = (
                        "correct the spelling, or describe it in the ontology or a vocabulary",
                        "请改正拼写，或在本体或词表中加以描述",
                    )
                    found.append(self.files.wrong(path, line, "name", told, mend))
        return f"{len(seen)} names that queries and shapes use", found

    def source(self) -> Outcome:
        """Each text is, byte for byte, the one whose sha256 document.ttl states."""
        found, digests = [], []
        for folder in self.files.documents:
            document = ox.NamedNode(f"{table()['doc']}{folder.name}")
            stated = [getattr(o, "value", "") for o in self.graph.objects(document, "sti:sha256")]
            if not folder.source.is_file():
                continue  # told by the step `syntax`
            digest = sha256(folder.source.read_bytes()).hexdigest()
            digests.append(f"{folder.name} {digest[:12]}")
            if stated != [digest]:
                known = ", ".join(stated) or "–"
                en = f"its sha256 is {digest}, but document.ttl says {known}"
                zh = f"其 sha256 为 {digest}，而 document.ttl 写为 {known}"
                mend = (
                    "put the source back as it was: every offset and judgement rests on it",
                    "请恢复原文：每个位置和每条判定都以它为准",
                )
                found.append(self.files.wrong(folder.source, 1, "source", (en, zh), mend))
        return ", ".join(digests), found

    # ------------------------------------------------------------ the graph

    def owl_rl(self) -> Outcome:
        """No contradiction by the OWL 2 RL rules."""
        try:
            found = reason.clashes(self.assembly.layers, self.assembly.locator, self.house)
        except (KGError, SyntaxError) as error:
            return "", [_failed("owl-rl", error)]
        return "looked for contradictions by the OWL 2 RL rules", found

    def hermit(self) -> Outcome:
        """No contradiction, and no class without possible members, by HermiT."""
        if not reason.has_hermit():
            told = "HermiT cannot run: owlready2 or Java is missing", "缺少 owlready2 或 Java"
            mend = _INSTALL, f"请运行 {_INSTALL}"
            return "", [Finding("", 0, "hermit", "error", "", "", *told, *mend)]
        found = reason.hermit(self.assembly.layers, self.assembly.locator)
        return "looked for contradictions and empty classes", found

    def shapes(self) -> Outcome:
        """Nothing violates a shape."""
        from kg.validate import Shapes, validate  # noqa: PLC0415

        try:
            shapes = Shapes.of_house(self.house)
        except KGError as error:  # the step `syntax` tells its line
            return "", [_failed("shapes", error)]
        graph, locator = self.assembly.store, self.assembly.locator
        found = validate(graph, locator, shapes, engine=self.engine)
        return f"{len(shapes.speaking())} shapes", found

    def checks(self) -> Outcome:
        """No check returns anything."""
        paths = self.house.checks()
        return f"{len(paths)} checks", self.each("check", paths, self.caught, self.whole)

    def caught(self, path: Path) -> list[Finding]:
        """What one check returns."""
        name = self.house.name(path)
        try:
            return run_check(path, name, self.assembly, self.graph)
        except (KGError, SyntaxError, LookupError, TypeError, ValueError) as error:
            return [_failed("checks", error, name)]

    def readback(self) -> Outcome:
        """Everything was read back, and still is as it was then."""
        found: list[Finding] = []
        books = readings(self.house, (path for path in self.extra if path.is_dir()))
        for one in books:
            inputs = self.digest([*one.files, *filter(Path.is_file, [one.record])])

            def work(one: Readings = one) -> Outcome:
                return "", one.findings()

            found += self.proved(work, f"readback of {self.house.name(one.folder)}", inputs)[1]
        return f"{sum(one.size for one in books)} things read", found

    # ------------------------------------------------------------ the questions

    def questions(self) -> Outcome:
        """Each question has its golden rows, none of them twice."""
        found: list[Finding] = []
        for path in self.house.questions():
            golden = self.digest([path.with_suffix(".csv")])
            found += self.each("question", [path], self.asked, golden, self.whole)
        note = ", golden rows not compared with files added" if self.extra else ""
        return f"{len(self.house.questions())} questions{note}", found

    def asked(self, path: Path) -> list[Finding]:
        """What is wrong with a question or its rows."""
        try:
            return list(golden(self.house, self.graph, read_question(path), added=bool(self.extra)))
        except KGError as error:
            return [_failed("question", error, self.house.name(path))]

    def pairs(self) -> Outcome:
        """No question and no picture pairs two things that the text does not pair."""
        paths = [*self.house.questions(), *self.house.pictures()]
        found = self.each("pairs", paths, self.paired, self.whole)
        return "looked for rows that pair what the text does not", found

    def paired(self, path: Path) -> list[Finding]:
        """Whether a question puts things of several roles into one row."""
        from kg.pairs import paired_columns  # noqa: PLC0415

        try:
            question = read_question(path)
        except KGError:
            return []  # told by the step `questions`
        # A list's genus is no role: the text itself says it of the members.
        roles = {getattr(role, "value", "") for role in self.graph.roles}
        roles |= {f"{STI}member", f"{STI}presumedLead"}
        try:
            paired = shown(paired_columns(question.text, roles))
        except Exception as error:  # rdflib cannot read what the engine can: say so
            return [_failed("pairs", error, self.house.name(path))]
        stated = sparql.header(question.text, question.id).get("pairs") == "stated"
        if "|" not in paired or stated:
            return []
        en = f"the columns {paired} put things of several roles into one row"
        zh = f"列 {paired} 把不同角色的事物放入同一行，如同原文将其配对"
        mend = (
            "give one column for the thing and one for its role, with a row for each",
            "请以一列列出事物、一列列出其角色，每一角色一行",
        )
        return [self.files.wrong(path, 0, "pairs", (en, zh), mend)]


# ---------------------------------------------------------------- parts that stand alone


def run_check(
    path: Path, name: str, assembly: "Assembly", graph: Store | None = None
) -> list[Finding]:
    """Runs one query of queries/checks/; each row is a finding.

    Args:
        path: the query; its header gives summary and mend in zh and en, and the severity.
        name: how to call it in messages.
        assembly: the graph.
        graph: the same, opened already.

    Raises:
        KGError: there is no header, or the query is not valid.
        LookupError: the header lacks something.
    """
    text = read_text(path, name)
    header = sparql.header(text, name)
    sparql.guard(text, table())
    severity: Severity = header["severity"]
    (en, zh), (mend, mend_zh) = (
        (str(header[key]["en"]), str(header[key]["zh"])) for key in ("summary", "mend")
    )
    graph, found = graph or Store(assembly.store), []
    for row in graph.query(text).rows:
        focus, value = (*row, None)[:2]
        iri = getattr(focus, "value", "")
        file, line = assembly.locator.place(iri)
        told = en if value is None else f"{en}: {_named(graph, value, 'en')}"
        told_zh = zh if value is None else f"{zh}：{_named(graph, value)}"
        label = _named(graph, focus)
        texts = (told, told_zh, mend, mend_zh)
        found.append(Finding(file, line, path.stem, severity, iri, label, *texts))
    return found


def _named(graph: Store, term: Any, lang: Any = "zh") -> str:
    if isinstance(term, ox.NamedNode):
        return short(graph.label(term, lang) or shrink(term.value), 40)
    return str(getattr(term, "value", ""))


def _failed(check: str, error: Exception, file: str = "") -> Finding:
    """What kept a check from running, as a finding: it is never taken for silence."""
    text = " ".join(str(getattr(error, "message", error)).split())
    told = f"it could not be run: {text}", f"无法运行：{text}"
    mend = str(getattr(error, "hint", "") or "mend what keeps it from running")
    return Finding(
        file, 0, check, "error", "", "", *told, mend, f"请先排除其无法运行的原因：{mend}"
    )
