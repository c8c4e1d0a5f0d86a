"""The gate: every check of the house, one after another, each told in a line."""

import csv
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg import reason, sparql
from kg.build import Assembly, assemble
from kg.catalogue import Question, ask
from kg.catalogue import read as read_question
from kg.errors import KGError
from kg.finding import Finding, Severity
from kg.house import House
from kg.layout import unformatted
from kg.load import STATED
from kg.pairs import paired_columns
from kg.prefixes import BASE, STI, expand, shrink, table
from kg.store import Store
from kg.text import short
from kg.turtle import parse_text, read_text

RDF_TYPE, OWL = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "http://www.w3.org/2002/07/owl#"
_PREFIX = re.compile(r"^\s*@?prefix\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
# Findings of the build, told under the step that they belong to.
_OF_BUILD = {
    "syntax": ("syntax",),
    "quotes": ("exception", "list", "quote", "section", "slot"),
    "words": ("words",),
    "slots": ("slots",),
    "rules": ("rule",),
}


@dataclass(frozen=True)
class Step:
    """One line of the table.

    Attributes:
        name: of the step.
        ok: nothing of severity `error` was found.
        findings: how many findings of any severity.
        seconds: how long it took.
        note: what was looked at, or why nothing was.
        skipped: it did not run.
    """

    name: str
    ok: bool
    findings: int
    seconds: float
    note: str
    skipped: bool = False

    @property
    def outcome(self) -> str:
        """`ok`, `skipped`, or the number of findings."""
        if self.skipped:
            return "skipped"
        return "ok" if not self.findings else f"{self.findings} {'found' if self.ok else 'wrong'}"

    @property
    def told(self) -> str:
        """The note, with the seconds where they can be felt."""
        return self.note + (f" ({self.seconds:.0f} s)" if self.seconds >= 1 else "")


@dataclass
class Report:
    """What the gate found: a step a line, then the findings, file by file."""

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every step holds."""
        return all(step.ok for step in self.steps)

    def render(self, lang: str = "en") -> str:
        """The report as text, in `zh` or `en`."""
        lines = [f"{step.name:<10}{step.outcome:<12}{step.told}".rstrip() for step in self.steps]
        for one in self.findings:
            label = f": {one.label}" if one.label else ""
            lines += ["", f"{one.where}: {one.severity} ({one.check}){label}"]
            lines.append(f"  {one.message_zh if lang == 'zh' else one.message}")
            if one.mend and lang != "zh":
                lines.append(f"  {one.mend}")
        return "\n".join(lines) + "\n"


def run(house: House, extra: Sequence[Path] = (), *, all: bool = False) -> Report:
    """Runs every check.

    Args:
        house: where the files are.
        extra: more Turtle to check with the rest; see `load.load`.
        all: HermiT must run; without it, it runs where it can.

    Raises:
        KGError: a folder that the house cannot do without is missing.
    """
    start = time.perf_counter()
    assembly = assemble(house, extra)
    gate = _Gate(house, extra, assembly, time.perf_counter() - start)
    return gate.run(all)


class _Gate:
    """One pass of all steps."""

    def __init__(
        self, house: House, extra: Sequence[Path], assembly: Assembly, seconds: float
    ) -> None:
        self.house, self.extra, self.assembly, self.build_seconds = house, extra, assembly, seconds
        self.report = Report()
        self.graph = Store(assembly.store)

    def run(self, all_steps: bool) -> Report:
        self.step("syntax", self.syntax, seconds=self.build_seconds)
        for name, work in (
            ("prefixes", self.prefixes),
            ("format", self.format),
            ("headers", self.headers),
            ("names", self.names),
            ("source", self.source),
        ):
            self.step(name, work)
        for name in ("quotes", "words", "slots", "rules"):
            self.step(name, lambda name=name: self.of_build(name))  # type: ignore[misc]
        self.step("owl-rl", self.owl_rl)
        if reason.has_hermit() or all_steps:
            self.step("hermit", self.hermit)
        else:
            note = "needs owlready2 and Java: pip install 'sci-tech-insurance-kg[owl]'"
            self.report.steps.append(Step("hermit", True, 0, 0.0, note, skipped=True))
        for name, work in (
            ("shapes", self.shapes),
            ("checks", self.checks),
            ("readback", self.readback),
            ("questions", self.questions),
            ("pairs", self.pairs),
        ):
            self.step(name, work)
        self.report.findings.sort()
        return self.report

    def step(
        self, name: str, work: Callable[[], tuple[str, Iterable[Finding]]], seconds: float = 0.0
    ) -> None:
        """Runs a step and notes how it went."""
        start = time.perf_counter()
        note, found = work()
        findings = sorted(set(found))
        seconds += time.perf_counter() - start
        ok = not any(finding.severity == "error" for finding in findings)
        self.report.steps.append(Step(name, ok, len(findings), seconds, note))
        self.report.findings += findings

    def finding(  # noqa: PLR0913, PLR0917
        self, path: Path, line: int, check: str, en: str, zh: str, mend: str
    ) -> Finding:
        """A finding about a file."""
        return Finding(self.house.name(path), line, check, "error", "", "", en, zh, mend)

    # ------------------------------------------------------------ files

    def turtle(self) -> list[Path]:
        house = self.house
        files = [*house.ontology(), *house.alignment(), *house.vocabularies(), *house.shapes()]
        files += [path for folder in house.documents() for path in folder.turtle]
        return files + [path for path in self.extra if path.is_file()]

    def queries(self) -> list[Path]:
        return [*self.house.questions(), *self.house.rules(), *self.house.checks()]

    def of_build(self, name: str) -> tuple[str, Iterable[Finding]]:
        """Findings that the build has made already."""
        found = [f for f in self.assembly.findings if f.check in _OF_BUILD[name]]
        notes = {
            "quotes": lambda: f"{self.count('?s sti:quote ?o')} quotes",
            "rules": lambda: f"{len(self.house.rules())} rules",
            "words": lambda: ", ".join(
                f"{c.document} {c.words:.1%}" for c in self.assembly.coverage
            ),
            "slots": lambda: ", ".join(
                f"{c.document} {c.slots:.1%}" for c in self.assembly.coverage
            ),
        }
        return notes.get(name, str)(), found

    def count(self, pattern: str) -> int:
        rows = self.graph.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}").rows
        return int(str(getattr(rows[0][0], "value", 0)))

    def syntax(self) -> tuple[str, Iterable[Finding]]:
        """Turtle that the build does not read; queries. Then what the build found."""
        found = list(self.of_build("syntax")[1])
        for path in [*self.house.alignment(), *self.house.shapes()]:
            name = self.house.name(path)
            found += _errors(
                "syntax", lambda path=path, name=name: parse_text(read_text(path, name), name)
            )  # type: ignore[misc]
        for path in self.queries():
            found += _errors("syntax", lambda path=path: self.parse(path), self.house.name(path))  # type: ignore[misc]
        return f"{len(self.turtle())} Turtle files, {len(self.queries())} queries", found

    def parse(self, path: Path) -> None:
        """Whether a query is one.

        Raises:
            KGError: it is not.
        """
        name = self.house.name(path)
        text = read_text(path, name)
        sparql.header(text, name)
        sparql.guard(text, {})
        try:
            ox.Store().query(text)
        except SyntaxError as error:
            spot = re.search(r"\d+", str(error))
            message = sparql.explain(error, text).message
            raise KGError(message, (name, int(spot[0]) if spot else 0)) from None

    def prefixes(self) -> tuple[str, Iterable[Finding]]:
        """Every file means by a prefix what the table means by it."""
        found = []
        for path in [*self.turtle(), *self.queries()]:
            text = path.read_text(encoding="utf-8", errors="replace")
            for match in _PREFIX.finditer(text):
                prefix, namespace = match.groups()
                if table().get(prefix) == namespace or (
                    path in self.extra and prefix not in table()
                ):
                    continue  # people who extend may have prefixes of their own
                line = text.count("\n", 0, match.start(1)) + 1
                known = table().get(prefix)
                means = f"means <{known}>" if known else "is not in the prefix table"
                meint = f"应为 <{known}>" if known else "不在前缀表中"
                found.append(
                    self.finding(
                        path,
                        line,
                        "prefix",
                        f"the prefix {prefix}: {means}",
                        f"前缀 {prefix}: {meint}",
                        "use the prefixes of ontology/prefixes.ttl, or declare the new one there",
                    )
                )
        return f"{len(table())} prefixes, the same in every file", found

    def format(self) -> tuple[str, Iterable[Finding]]:
        """Every Turtle file of the house is laid out in the one way."""
        found = []
        for path in self.turtle():
            try:
                changed = unformatted([path])
            except KGError:
                continue  # a finding of syntax already
            found += [
                self.finding(
                    p,
                    0,
                    "format",
                    "the file is not laid out in the one way",
                    "文件排版不统一",
                    f"kg format {self.house.name(p)}",
                )
                for p in changed
            ]
        return f"{len(self.turtle())} Turtle files", found

    def headers(self) -> tuple[str, Iterable[Finding]]:
        """One ontology header in each file of ontology and shapes, none in a document."""
        found: list[Finding] = []
        seen: dict[str, str] = {}
        plain = {path for folder in self.house.documents() for path in folder.turtle}
        for path in self.turtle():
            if path in self.extra:
                continue
            try:
                triples = parse_text(read_text(path), str(path))
            except KGError:
                continue
            headers = [
                t.subject.value
                for t in triples
                if t.predicate.value == RDF_TYPE
                and t.object == ox.NamedNode(f"{OWL}Ontology")
                and isinstance(t.subject, ox.NamedNode)
            ]
            wanted = 0 if path in plain else 1
            if len(headers) != wanted:
                found.append(
                    self.finding(
                        path,
                        1,
                        "header",
                        f"the file has {len(headers)} ontology headers, not {wanted}",
                        f"文件有 {len(headers)} 个本体头，应为 {wanted} 个",
                        "a file of ontology/ or shapes/ is one owl:Ontology; a document is none",
                    )
                )
            for header in headers:
                if header in seen:
                    found.append(
                        self.finding(
                            path,
                            1,
                            "header",
                            f"its header is that of {seen[header]}",
                            f"本体头与 {seen[header]} 相同",
                            "give each file an IRI of its own",
                        )
                    )
                seen[header] = self.house.name(path)
        return f"{len(seen)} ontology headers", found

    def names(self) -> tuple[str, Iterable[Finding]]:
        """Every name of this graph that a query or a shape uses is one that the graph has.

        A query with a misspelt or renamed name is valid, finds nothing, and so catches nothing.
        """
        said = {
            getattr(term, "value", "")
            for quad in self.assembly.store
            for term in (quad.subject, quad.graph_name)
        }
        found, seen = [], set()
        for path in [*self.queries(), *self.house.shapes()]:
            for name, line in _names(read_text(path), path.suffix == ".ttl"):
                iri = expand(name)
                if not iri.startswith(BASE) or iri.startswith((table()["graph"], table()["shape"])):
                    continue
                seen.add(name)
                if iri not in said:
                    found.append(
                        self.finding(
                            path,
                            line,
                            "name",
                            f"{name} is not in the graph",
                            f"图中没有 {name}",
                            "correct the spelling, or describe it in the ontology or a vocabulary",
                        )
                    )
        return f"{len(seen)} names that queries and shapes use", found

    def source(self) -> tuple[str, Iterable[Finding]]:
        """Each text is, byte for byte, the one whose sha256 document.ttl states."""
        found, digests = [], []
        for folder in self.house.documents():
            document = ox.NamedNode(f"{table()['doc']}{folder.name}")
            stated = [getattr(o, "value", "") for o in self.graph.objects(document, "sti:sha256")]
            if not folder.source.is_file():
                continue  # a finding of syntax already
            digest = sha256(folder.source.read_bytes()).hexdigest()
            digests.append(f"{folder.name} {digest[:12]}")
            if stated != [digest]:
                found.append(
                    self.finding(
                        folder.source,
                        1,
                        "source",
                        f"its sha256 is {digest}, but document.ttl says {stated}",
                        f"其 sha256 为 {digest}，而 document.ttl 写为 {stated}",
                        "put the source back as it was; every offset and judgement rests on it",
                    )
                )
        return ", ".join(digests), found

    # ------------------------------------------------------------ the graph

    def owl_rl(self) -> tuple[str, Iterable[Finding]]:
        return "no contradiction by the OWL 2 RL rules", reason.clashes(
            self.assembly.layers, self.assembly.locator
        )

    def hermit(self) -> tuple[str, Iterable[Finding]]:
        if not reason.has_hermit():
            return "", [
                Finding(
                    "",
                    0,
                    "hermit",
                    "error",
                    "",
                    "",
                    "HermiT cannot run: owlready2 or Java is missing",
                    "HermiT 无法运行：缺少 owlready2 或 Java",
                    "pip install 'sci-tech-insurance-kg[owl]'",
                )
            ]
        found = reason.hermit(self.assembly.layers, self.assembly.locator)
        return "consistent, every class can have members", found

    def shapes(self) -> tuple[str, Iterable[Finding]]:
        from kg.validate import shapes_graph, shapes_with_messages, validate  # noqa: PLC0415

        try:
            shapes = shapes_graph(self.house)
        except Exception as error:  # broken Turtle: a finding of syntax, with its line
            return "", [_plain_error("shapes", str(error))]
        found = validate(self.assembly.store, self.assembly.locator, shapes)
        return f"{len(list(shapes_with_messages(shapes)))} shapes", found

    def checks(self) -> tuple[str, Iterable[Finding]]:
        paths = self.house.checks()
        found: list[Finding] = []
        for path in paths:
            try:
                found += run_check(path, self.house.name(path), self.assembly)
            except (KGError, SyntaxError, KeyError, TypeError, ValueError) as error:
                found.append(
                    _plain_error(
                        "checks", f"the check could not be run: {error}", self.house.name(path)
                    )
                )
        return f"{len(paths)} checks", found

    def readback(self) -> tuple[str, Iterable[Finding]]:
        """Each judgement was made of the statement as it is now."""
        judged = self.graph.query(
            "SELECT ?judgement ?statement ?digest WHERE "
            "{ ?judgement sti:judges ?statement ; sti:statementDigest ?digest }"
        ).rows
        found = []
        for judgement, statement, digest in judged:
            assert isinstance(judgement, ox.NamedNode) and isinstance(statement, ox.NamedNode)
            if fingerprint(self.assembly, statement.value) != getattr(digest, "value", ""):
                file, line = self.assembly.locator.place(statement.value)
                found.append(
                    Finding(
                        file,
                        line,
                        "readback",
                        "error",
                        statement.value,
                        self.label(statement),
                        "the statement was changed since it was read back",
                        "该陈述在复核之后被改动",
                        f"read it against the text again, then renew {shrink(judgement.value)}",
                    )
                )
        return f"{self.count('?s a sti:Judgement')} judgements", found

    def label(self, thing: ox.NamedNode) -> str:
        return short(self.graph.label(thing, "zh") or shrink(thing.value), 40)

    # ------------------------------------------------------------ the questions

    def catalogue(self) -> Iterator[Question]:
        for path in self.house.questions():
            try:
                yield read_question(path)
            except KGError:
                continue  # told by the step `questions`

    def questions(self) -> tuple[str, Iterable[Finding]]:
        """Each question has its golden rows, none of them twice."""
        found: list[Finding] = []
        for path in self.house.questions():
            found += _errors(
                "question", lambda path=path: read_question(path), self.house.name(path)
            )  # type: ignore[misc]
        questions = list(self.catalogue())
        for question in questions:
            try:
                found += self.golden(question)
            except KGError as error:
                found.append(_plain_error("question", str(error), self.house.name(question.path)))
        return f"{len(questions)} questions", found

    def golden(self, question: Question) -> Iterator[Finding]:
        answer = ask(self.graph, question)
        rows = [tuple(_cell(term) for term in row) for row in answer.rows]
        for row, times in Counter(rows).items():
            if times > 1:
                yield self.finding(
                    question.path,
                    0,
                    "duplicate-row",
                    f"a row comes {times} times: {_row(row)}",
                    f"同一行出现 {times} 次：{_row(row)}",
                    "SELECT DISTINCT, or bind what tells them apart",
                )
        if question.expects == "nothing" and rows:
            yield self.finding(
                question.path,
                0,
                "golden",
                f"nothing is to come, but {len(rows)} rows do",
                f"应无结果，却有 {len(rows)} 行",
                "correct the data, or the question",
            )
        path = question.path.with_suffix(".csv")
        if not path.is_file():
            yield self.finding(
                path,
                0,
                "golden",
                "the question has no golden rows",
                "该问题没有标准答案",
                "work the rows out from the text and write them there",
            )
            return
        with path.open(encoding="utf-8", newline="") as lines:
            names, *golden = [tuple(row) for row in csv.reader(lines)] or [()]
        if names != answer.variables:
            yield self.finding(
                path,
                1,
                "golden",
                f"the columns are {_row(answer.variables)}, not {_row(names)}",
                f"列应为 {_row(answer.variables)}，而非 {_row(names)}",
                "name the columns as the query does",
            )
            return
        for row in sorted((Counter(golden) - Counter(rows)).elements()):
            yield self.finding(
                path,
                golden.index(row) + 2,
                "golden",
                f"a golden row does not come: {_row(row)}",
                f"标准答案中的一行没有出现：{_row(row)}",
                "see whether the data or the golden row is wrong",
            )
        for row in sorted((Counter(rows) - Counter(golden)).elements()):
            yield self.finding(
                path,
                0,
                "golden",
                f"a row comes that is not golden: {_row(row)}",
                f"出现了标准答案之外的一行：{_row(row)}",
                "see whether the data or the golden rows are wrong",
            )

    def pairs(self) -> tuple[str, Iterable[Finding]]:
        """No question pairs two things that the text does not pair."""
        roles = {getattr(role, "value", "") for role in self.graph.roles}
        roles |= {
            f"{STI}member",
            f"{STI}presumedLead",
        }  # a genus is paired with its members by the text
        found = []
        for question in self.catalogue():
            try:
                paired = paired_columns(question.text, roles)
            except Exception as error:  # rdflib cannot read what the engine can: say so
                found.append(
                    _plain_error(
                        "pairs",
                        f"the query cannot be looked into: {error}",
                        self.house.name(question.path),
                    )
                )
                continue
            stated = sparql.header(question.text, question.id).get("pairs") == "stated"
            if len(paired) > 1 and not stated:
                found.append(
                    self.finding(
                        question.path,
                        0,
                        "pairs",
                        f"the columns {_row(paired)} put things of several roles into one row, as if the text paired them",
                        f"列 {_row(paired)} 把不同角色的事物放入同一行，如同原文将其配对",
                        "give one column for the thing and one for its role, with a row for each",
                    )
                )
        return "no row pairs what the text does not", found


# ---------------------------------------------------------------- parts that stand alone


def run_check(path: Path, name: str, assembly: Assembly) -> list[Finding]:
    """Runs one query of queries/checks/; each row is a finding.

    Args:
        path: the query; its header gives summary and mend in zh and en, and the severity.
        name: how to call it in messages.
        assembly: the graph.

    Raises:
        KGError: the header lacks something, or the query is not valid.
        SyntaxError: the query is not SPARQL.
    """
    text = read_text(path, name)
    header = sparql.header(text, name)
    sparql.guard(text, table())
    severity: Severity = header["severity"]
    wrong, mend = (
        {lang: str(header[key][lang]) for lang in ("en", "zh")} for key in ("summary", "mend")
    )
    graph = Store(assembly.store)
    found = []
    for row in graph.query(text).rows:
        focus, value = (*row, None)[:2]
        iri = getattr(focus, "value", "")
        file, line = assembly.locator.place(iri, None, None)
        told = {lang: _named(graph, value, lang) for lang in ("en", "zh")}
        found.append(
            Finding(
                file,
                line,
                path.stem,
                severity,
                iri,
                _named(graph, focus, "zh"),
                _with(wrong["en"], told["en"]),
                f"{_with(wrong['zh'], told['zh'])}。{mend['zh']}",
                mend["en"],
            )
        )
    return found


def _names(text: str, turtle: bool) -> Iterator[tuple[str, int]]:
    """The prefixed names of SPARQL, or of Turtle with SPARQL in long strings, with their lines."""
    strings = [(m.start(1), m[1]) for m in re.finditer(r'"{3}(.*?)"{3}', text, re.DOTALL)]
    pieces = [
        *strings,
        (0, re.sub(r'"{3}.*?"{3}', lambda m: " " * len(m[0]), text, flags=re.DOTALL)),
    ]
    for offset, piece in pieces if turtle else [(0, text)]:
        found = list(sparql.tokens(piece))
        for at, token in enumerate(found):
            declared = at and found[at - 1].text.lower().lstrip("@") == "prefix"
            prefix, _, local = token.text.partition(":")
            if token.kind == "name" and local and not declared and prefix in table():
                yield token.text, text.count("\n", 0, offset + token.start) + 1


def _named(graph: Store, term: Any, lang: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return short(graph.label(term, lang) or shrink(term.value), 40)
    return str(getattr(term, "value", "")) if term is not None else ""


def _with(summary: str, value: str) -> str:
    return f"{summary}: {value}" if value else summary


def fingerprint(assembly: Assembly, statement: str) -> str:
    """The sha256 of all that is stated of a statement, with its lists and its exceptions.

    It changes with every word and link, and with nothing else: order and layout do not count.
    """
    triples = assembly.layers.get(STATED, [])
    node, lists = ox.NamedNode(statement), {f"{STI}inList"}
    about = {node} | {t.object for t in triples if t.subject == node and t.predicate.value in lists}
    about |= {
        t.subject for t in triples if t.predicate.value == f"{STI}inStatement" and t.object == node
    }
    lines = sorted({f"{t} ." for t in triples if t.subject in about})
    return sha256("\n".join(lines).encode()).hexdigest()


def _cell(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return shrink(term.value)
    return "" if term is None else str(getattr(term, "value", term))


def _row(cells: Iterable[str]) -> str:
    return " | ".join(short(cell, 40) for cell in cells)


def _errors(check: str, work: Callable[[], object], file: str = "") -> list[Finding]:
    """A KGError of `work` as a finding."""
    try:
        work()
    except KGError as error:
        name, line = error.place or (file, 0)
        zh = f"文件有误：{error.message}"
        return [
            Finding(file or name, line, check, "error", "", "", error.message, zh, error.hint or "")
        ]
    return []


def _plain_error(check: str, message: str, file: str = "") -> Finding:
    text = " ".join(message.split())
    return Finding(file, 0, check, "error", "", "", text, f"出错：{text}", "")
