"""What a user would take instead of kg: rdflib, owlrl, pySHACL and Graph.query, in one script.

It reads the same files, finds the places of the words in plain Python, runs the same rules,
closure, shapes, checks and questions, and reports the same findings; nothing of kg is imported.
It goes step by step; the seconds that each takes are written as soon as it is done, so that a
run that is ended says how far it came.
"""

import argparse
import csv
import json
import re
import signal
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import yaml
from rdflib import OWL, RDF, RDFS, SH, SKOS, XSD, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import NamespaceManager

BASE = "https://w3id.org/sci-tech-insurance/"
STI = Namespace(f"{BASE}ontology#")
ID = f"{BASE}id/"
OA = Namespace("http://www.w3.org/ns/oa#")
PROV = Namespace("http://www.w3.org/ns/prov#")
GRAPH = f"{BASE}graph/"
COMPUTED = {f"{GRAPH}{name}" for name in ("mentions", "meta", "readback", "text")}
FORMS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)
STEPS = ("parse", "anchor", "derive", "write", "closure", "union", "shapes", "checks", "questions")

Span = tuple[int, int]
Finding = tuple[str, str]  # the check, and what it is about


def graph_name(name: str) -> URIRef:
    return URIRef(GRAPH + name)


def occurrences(text: str, wanted: str, within: Span) -> list[Span]:
    """Every place of some words in a stretch of the text."""
    found, at = [], text.find(wanted, *within) if wanted else -1
    while at >= 0:
        found.append((at, at + len(wanted)))
        at = text.find(wanted, at + 1, within[1])
    return found


def longest_first(text: str, forms: Iterable[str]) -> list[tuple[Span, str]]:
    """Places of forms that do not overlap, the longest first."""
    whole = (0, len(text))
    found = [(span, form) for form in set(forms) for span in occurrences(text, form, whole)]
    found.sort(key=lambda pair: (-len(pair[1]), pair[0]))
    taken, chosen = bytearray(len(text)), []
    for (start, end), form in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            chosen.append(((start, end), form))
    return sorted(chosen)


class Gate:
    """The steps over one graph.

    Args:
        house: the folder with ontology/, documents/, shapes/ and queries/.
        extra: folders of further documents, and further Turtle files.
        out: where the step `write` writes.
    """

    def __init__(self, house: Path, extra: Sequence[Path], out: Path | None) -> None:
        self.house, self.extra, self.out = house, extra, out
        self.data = Dataset(default_union=True)
        self.all = Graph()  # the same in one graph, which answers sooner
        self.folders = [*sorted(house.glob("documents/*/")), *(p for p in extra if p.is_dir())]
        self.files: dict[str, str] = {}  # file of each statement that lies in a document's folder
        self.found: list[Finding] = []

    def find(self, check: str, focus: object) -> None:
        self.found.append((check, str(focus)))

    def add(self, graph: Graph, triples: Iterable[Any]) -> None:
        """Adds triples to a layer."""
        for triple in triples:
            graph.add(triple)
            self.all.add(triple)

    def ask(self, text: str) -> Any:
        """Asks the graphs where the query tells them apart, else all in one."""
        return (self.data if "GRAPH" in text else self.all).query(text)

    # ------------------------------------------------------------ parse

    def parse(self) -> None:
        """Every Turtle file into the graph of its layer."""
        modules = sorted(self.house.glob("ontology/*.ttl"))
        self.read("ontology", [path for path in modules if path.name != "alignment.ttl"])
        self.read("vocabulary", sorted(self.house.glob("ontology/vocabulary/*.ttl")))
        for folder in self.folders:
            stated = [folder / "document.ttl", *sorted(folder.glob("stated/*.ttl"))]
            apart = {*stated, folder / "readback.ttl"}
            self.read("stated", [p for p in stated if p.exists()], folder.name)
            self.read("readback", sorted(folder.glob("readback.ttl")), folder.name)
            curated = [p for p in sorted(folder.rglob("*.ttl")) if p not in apart]
            self.read("curated", curated, folder.name)
        self.read("extra", [p for p in self.extra if p.is_file()])

    def read(self, layer: str, paths: Iterable[Path], document: str = "") -> None:
        graph = self.data.graph(graph_name(layer))
        for path in paths:
            one = Graph().parse(path, format="turtle")
            self.add(graph, one)
            for subject in one.subjects(STI.quote):
                self.files.setdefault(str(subject), document)

    # ------------------------------------------------------------ anchor

    def anchor(self) -> None:
        """Places of sections, quotes, slots, lists, names and cue words; what is not covered."""
        data = Graph()
        for graph in list(self.data.graphs()):
            if graph.identifier != graph_name("readback"):
                for triple in graph:
                    data.add(triple)
        vocabulary = Vocabulary(data)
        texts = self.data.graph(graph_name("text"))
        mentions = self.data.graph(graph_name("mentions"))
        homes = self.homes(data)
        for folder in self.folders:
            text = (folder / "source.txt").read_bytes().decode()
            iri = URIRef(f"{ID}document/{folder.name}")
            one = Text(folder.name, iri, text, data, vocabulary, sorted(homes.get(folder.name, ())))
            one.place()
            self.found += one.found
            self.add(texts, one.text_triples())
            self.add(mentions, one.mention_triples())

    def homes(self, data: Graph) -> dict[str, list[URIRef]]:
        """The statements of each document: those in its folder, or told in one of its sections."""
        apart = set(data.subjects(RDF.type, STI.ListInText)) | set(
            data.subjects(RDF.type, STI.NotACue)
        )
        found: dict[str, list[URIRef]] = defaultdict(list)
        names = {URIRef(f"{ID}document/{folder.name}"): folder.name for folder in self.folders}
        for statement in set(data.subjects(STI.quote)) - apart:
            name = self.files.get(str(statement))
            if not name:
                told = sections_of(data, statement)
                parts: list[Any] = [d for s in told for d in data.objects(s, STI.sectionOf)]
                wholes = [names[d] for d in parts if d in names]
                name = wholes[0] if wholes else self.folders[0].name
            found[name].append(statement)  # type: ignore[arg-type]
        return found

    # ------------------------------------------------------------ derive

    def derive(self) -> None:
        """Each rule, in order, into a graph of its own; only what no graph holds yet."""
        texts = {
            p.stem: p.read_text("utf-8") for p in sorted(self.house.glob("queries/rules/*.rq"))
        }
        heads = {name: header(text) for name, text in texts.items()}
        order = TopologicalSorter(
            {n: [a] if isinstance(a := h.get("after", []), str) else a for n, h in heads.items()}
        )
        meta = self.data.graph(graph_name("meta"))
        for name in order.static_order():
            graph = self.data.graph(graph_name(f"derived-{name}"))
            self.add(graph, [t for t in self.ask(texts[name]).graph if t not in self.all])
            rule = URIRef(f"{ID}rule/{name}")
            said: list[Any] = [
                (rule, RDF.type, PROV.Activity),
                (rule, RDF.type, STI.Rule),
                (rule, STI.made, graph.identifier),
                (graph.identifier, PROV.wasGeneratedBy, rule),
            ]
            for part, predicate in (("summary", SKOS.prefLabel), ("note", SKOS.scopeNote)):
                texts_of = heads[name].get(part, {}).items()
                said += [
                    (rule, predicate, Literal(words.strip(), lang)) for lang, words in texts_of
                ]
            self.add(meta, said)

    # ------------------------------------------------------------ write

    def write(self) -> None:
        """N-Quads, sorted, and Turtle of all in one."""
        assert self.out
        self.out.mkdir(parents=True, exist_ok=True)
        lines = self.data.serialize(format="nquads").splitlines(keepends=True)
        lines = sorted(line for line in lines if line.strip())
        (self.out / "graph.nq").write_text("".join(lines), encoding="utf-8")
        self.all.serialize(self.out / "graph.ttl", format="turtle")

    def merged(self, wanted: Callable[[str], bool] = lambda name: True) -> Graph:
        """Some of the graphs as one."""
        union = Graph()
        for graph in self.data.graphs():
            if wanted(str(graph.identifier)):
                for triple in graph:
                    union.add(triple)
        return union

    # ------------------------------------------------------------ closure

    def closure(self) -> None:
        """Contradictions that the OWL 2 RL rules find."""
        from owlrl import DeductiveClosure, OWLRL_Semantics

        graph = Graph()
        for s, p, o in self.merged(lambda name: name not in COMPUTED):
            words = isinstance(o, Literal) and o.language
            if (
                not words
                and p not in (OWL.imports, OWL.versionIRI)
                and not str(p).startswith(str(SH))
            ):
                graph.add((s, p, o))
        DeductiveClosure(OWLRL_Semantics).expand(graph)
        known = set(self.data.subjects())
        error = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")
        for message in graph.objects(None, error):
            iris = [URIRef(i) for i in re.findall(r"https?://[^\s<>'\",)]+", str(message))]
            iris = sorted(
                (i for i in dict.fromkeys(iris) if i in known),
                key=lambda i: (not i.startswith(f"{ID}statement/"), i.startswith(STI)),
            )
            self.find("owl-rl", iris[0] if iris else "")

    # ------------------------------------------------------------ shapes

    def union(self) -> None:
        """The graph that is judged, and the shapes."""
        self.judged = self.merged(lambda name: not name.startswith(f"{GRAPH}derived-"))
        self.rules_of_form = Graph()
        for path in [
            *sorted(self.house.glob("shapes/*.ttl")),
            self.house / "ontology/prefixes.ttl",
        ]:
            self.rules_of_form.parse(path, format="turtle")

    def shapes(self) -> None:
        """What pySHACL says of all that is not derived; no inference."""
        from pyshacl import validate

        _, report, text = validate(
            self.judged, shacl_graph=self.rules_of_form, inference="none", inplace=True
        )
        if not isinstance(report, Graph):
            raise RuntimeError(text)
        for result in report.objects(None, SH.result):
            shape = str(report.value(result, SH.sourceShape)).rpartition("/")[2]
            self.find(f"shape:{shape}", report.value(result, SH.focusNode))

    # ------------------------------------------------------------ checks and questions

    def checks(self) -> None:
        """Queries that must return nothing."""
        for path in sorted(self.house.glob("queries/checks/*.rq")):
            for row in self.ask(path.read_text("utf-8")):
                self.find(path.stem, row[0])

    def questions(self) -> None:
        """Each question: no row twice, and its golden rows where nothing is added."""
        names = NamespaceManager(Graph(), bind_namespaces="none")
        table = Graph().parse(self.house / "ontology/prefixes.ttl", format="turtle")
        for declared in table.objects(None, SH.declare):
            names.bind(
                str(table.value(declared, SH.prefix)), str(table.value(declared, SH.namespace))
            )

        def cell(term: object) -> str:
            if isinstance(term, URIRef):
                return names.curie(term, generate=False) if "/" in term else str(term)
            return "" if term is None else str(term)

        for path in sorted(self.house.glob("queries/questions/*.rq")):
            rows = Counter(tuple(map(cell, row)) for row in self.ask(path.read_text("utf-8")))
            for _ in (row for row, times in rows.items() if times > 1):
                self.find("duplicate-row", "")
            if not self.extra:
                with path.with_suffix(".csv").open(encoding="utf-8", newline="") as lines:
                    golden = Counter(map(tuple, list(csv.reader(lines))[1:]))
                for _ in ((golden - rows) + (rows - golden)).elements():
                    self.find("golden", "")


def header(text: str) -> dict[str, Any]:
    """The YAML after `#+` at the head of a query."""
    lines = (line[2:] for line in text.splitlines() if line.startswith("#+"))
    return yaml.safe_load("\n".join(lines)) or {}


def sections_of(data: Graph, statement: Any) -> list[Any]:
    """The sections that a statement may stand in."""
    named = list(data.objects(statement, STI.inSection))
    return named or [
        s for m in data.objects(statement, STI.inMeasure) for s in data.subjects(STI.tells, m)
    ]


class Vocabulary:
    """What the text is read with: names, cue words, slots, roles, small words."""

    def __init__(self, data: Graph) -> None:
        named = self.instances(data, STI.NamedThing)
        self.forms: dict[str, set[URIRef]] = defaultdict(set)
        for predicate in FORMS:
            for thing, form in data.subject_objects(predicate):
                if thing in named and isinstance(form, Literal) and form.language == "zh":
                    self.forms[str(form)].add(thing)  # type: ignore[arg-type]
        self.words = {str(w) for w in data.objects(None, STI.cueWord) if w.language == "zh"}  # type: ignore[attr-defined]
        self.words.add("等")
        self.slots = sorted(
            one
            for one in data.transitive_subjects(RDFS.subPropertyOf, STI.textSlot)
            if isinstance(one, URIRef)
        )
        self.roles = set(data.transitive_subjects(RDFS.subPropertyOf, STI.involves))
        self.provisions = self.instances(data, STI.Provision)
        self.not_cues = self.instances(data, STI.NotACue)
        self.not_linked: dict[Any, set[Any]] = defaultdict(set)
        for node in self.instances(data, STI.NotLinked):
            for statement in data.objects(node, STI.inStatement):
                self.not_linked[statement] |= set(data.objects(node, STI.mentions))
        self.connectives = closed(data, STI.connective)
        self.function_words = closed(data, STI.functionWord)

    @staticmethod
    def instances(data: Graph, top: URIRef) -> set[Any]:
        classes = data.transitive_subjects(RDFS.subClassOf, top)
        return {s for one in classes for s in data.subjects(RDF.type, one)}


def closed(data: Graph, predicate: URIRef) -> str:
    words = {str(word) for word in data.objects(None, predicate)}
    return "|".join(sorted(map(re.escape, words), key=lambda w: (-len(w), w))) or r"(?!)"


class Text:
    """One text with the places of what is said of it."""

    def __init__(
        self, name: str, iri: URIRef, text: str, data: Graph, known: Vocabulary, mine: list[URIRef]
    ) -> None:
        self.name, self.iri, self.text = name, iri, text
        self.data, self.known, self.mine = data, known, mine
        self.sections: dict[Any, Span] = {}
        self.quotes: dict[Any, Span] = {}
        self.slots: list[tuple[Span, Any, Any, str, Any]] = []
        self.mentions = [
            (span, thing, form)
            for span, form in longest_first(text, known.forms)
            for thing in sorted(known.forms[form])
        ]
        self.words = longest_first(text, known.words)
        self.found: list[Finding] = []

    def zh(self, subject: Any, predicate: Any) -> list[str]:
        found = self.data.objects(subject, predicate)
        return [str(o) for o in found if isinstance(o, Literal) and o.language == "zh"]

    def place(self) -> None:
        self.place_sections()
        for statement in self.mine:
            self.place_quote(statement)
        for statement in self.mine:
            for slot in self.known.slots:
                for words in self.zh(statement, slot):
                    self.place_slot(statement, statement, slot, words)
        here = set(self.mine)
        for node in sorted(self.known.not_cues):
            for owner in self.data.objects(node, STI.inStatement):
                if owner in here:
                    for words in self.zh(node, STI.quote):
                        self.place_slot(owner, node, STI.quote, words)
        users: dict[Any, list[Any]] = defaultdict(list)
        for statement in self.mine:
            for node in self.data.objects(statement, STI.inList):
                users[node].append(statement)
        for node in sorted(users):
            for words in self.zh(node, STI.quote):
                if span := self.inner("list", node, words, users[node]):
                    self.quotes[node] = span
        self.cover()

    def place_sections(self) -> None:
        starts = []
        for section in self.data.subjects(STI.sectionOf, self.iri):
            for opening in self.zh(section, STI.opening):
                places = occurrences(self.text, opening, (0, len(self.text)))
                if len(places) == 1:
                    starts.append((places[0][0], section))
                else:
                    self.found.append(("section", str(section)))
        starts.sort()
        ends = [start for start, _ in starts[1:]] + [len(self.text)]
        for (start, section), end in zip(starts, ends, strict=True):
            if start == end:
                self.found.append(("section", str(section)))
            self.sections[section] = (start, end)

    def place_quote(self, statement: URIRef) -> None:
        told, quotes = sections_of(self.data, statement), self.zh(statement, STI.quote)
        where = [self.sections[s] for s in told if s in self.sections]
        if not quotes:
            self.found.append(("quote", str(statement)))
        elif where:
            places = [at for span in where for at in occurrences(self.text, quotes[0], span)]
            if len(places) == 1:
                self.quotes[statement] = places[0]
            else:
                self.found.append(("quote", str(statement)))
        elif not any((s, STI.sectionOf, self.iri) in self.data for s in told):
            self.found.append(("section", str(statement)))

    def clauses(self, statement: Any) -> list[Any]:
        found = [statement]
        for clause in found:
            found += [c for c in self.data.objects(clause, STI.continues) if c not in found]
        return [clause for clause in found if clause in self.quotes]

    def inner(self, check: str, node: Any, words: str, statements: list[Any]) -> Span | None:
        placed = [statement for statement in statements if statement in self.quotes]
        for statement in placed:
            for clause in self.clauses(statement):
                places = occurrences(self.text, words, self.quotes[clause])
                if len(places) > 1:
                    places = [at for at in places if not self.in_longer(at)] or places
                if len(places) == 1:
                    return places[0]
                if places:
                    self.found.append((check, str(node)))
                    return None
        if placed:
            self.found.append((check, str(node)))
        return None

    def in_longer(self, at: Span) -> bool:
        return any(s[0] <= at[0] and at[1] <= s[1] and s != at for s, _, _ in self.mentions)

    def place_slot(self, statement: Any, node: Any, slot: Any, words: str) -> None:
        check = "slot" if node == statement else "exception"
        if span := self.inner(check, node, words, [statement]):
            self.slots.append((span, statement, slot, words, node))

    # ------------------------------------------------------------ what is not covered

    def runs(self, within: Span, covered: Iterable[Span]) -> Iterator[str]:
        blank = [
            c.isspace() or unicodedata.category(c)[0] == "P" for c in self.text[slice(*within)]
        ]
        for start, end in covered:
            for at in range(max(start, within[0]), min(end, within[1])):
                blank[at - within[0]] = True
        marks = "".join(" " if one else "x" for one in blank)
        for match in re.finditer("x+", marks):
            yield self.text[within[0] + match.start() : within[0] + match.end()]

    def cover(self) -> None:
        quotes = [self.quotes[s] for s in self.mine if s in self.quotes]
        for words in self.runs((0, len(self.text)), quotes):
            if not re.fullmatch(f"(?:[一二三四五六七八九十]+是|{self.known.connectives})+", words):
                self.found.append(("words", str(self.iri)))
        by: dict[Any, list[Span]] = defaultdict(list)
        for span, statement, *_ in self.slots:
            by[statement].append(span)
        for one in self.mine:
            if one not in self.known.provisions or one not in self.quotes:
                continue
            lists = list(self.data.objects(one, STI.inList))
            things = {t for role in self.known.roles for t in self.data.objects(one, role)}
            things |= {
                t for n in lists for p in (STI.member, STI.genus) for t in self.data.objects(n, p)
            }
            things |= self.known.not_linked.get(one, set())
            covered = by[one] + [span for span, thing, _ in self.mentions if thing in things]
            covered += [self.quotes[n] for n in lists if n in self.quotes]
            for words in self.runs(self.quotes[one], covered):
                if not re.fullmatch(f"(?:{self.known.function_words})+", words):
                    self.found.append(("slots", str(one)))

    # ------------------------------------------------------------ as triples

    def text_triples(self) -> Iterator[Any]:
        """Places of sections, quotes and slots."""
        for section, span in self.sections.items():
            yield from placed(section, span)
        for node, (start, end) in self.quotes.items():
            target = URIRef(f"{ID}target/{local(node)}")
            position, quote = URIRef(f"{target}.position"), URIRef(f"{target}.quote")
            yield from placed(position, (start, end))
            yield node, OA.hasTarget, target
            yield target, RDF.type, OA.SpecificResource
            yield target, OA.hasSource, self.iri
            yield target, OA.hasSelector, position
            yield target, OA.hasSelector, quote
            yield position, RDF.type, OA.TextPositionSelector
            yield quote, RDF.type, OA.TextQuoteSelector
            yield quote, OA.exact, Literal(self.text[start:end], "zh")
            yield quote, OA.prefix, Literal(self.text[max(0, start - 16) : start], "zh")
            yield quote, OA.suffix, Literal(self.text[end : end + 16], "zh")
        for span, statement, slot, words, node in self.slots:
            one = self.occurrence(span, f"{local(slot)}-{local(node)}")
            yield from placed(one, span)
            yield one, RDF.type, STI.SlotOccurrence
            yield one, STI.ofStatement, statement
            yield one, STI.slot, slot
            yield one, STI.surface, Literal(words, "zh")

    def mention_triples(self) -> Iterator[Any]:
        """Places of names and cue words."""
        for span, thing, form in self.mentions:
            one = self.occurrence(span, dashed(thing))
            yield from placed(one, span)
            yield one, RDF.type, STI.Mention
            yield one, STI.mentions, thing
            yield one, STI.surface, Literal(form, "zh")
            yield from self.within(one, span)
        for span, word in self.words:
            one = self.occurrence(span, "word")
            yield from placed(one, span)
            yield one, RDF.type, STI.WordOccurrence
            yield one, STI.word, Literal(word, "zh")
            yield from self.within(one, span)

    def occurrence(self, span: Span, name: str) -> URIRef:
        return URIRef(f"{ID}occurrence/{self.name}-{span[0]}-{span[1]}-{name}")

    def within(self, one: URIRef, span: Span) -> Iterator[Any]:
        for statement in self.mine:
            quote = self.quotes.get(statement)
            if quote and quote[0] <= span[0] and span[1] <= quote[1]:
                yield one, STI.within, statement


def placed(node: Any, span: Span) -> Iterator[Any]:
    yield node, OA.start, Literal(span[0], datatype=XSD.integer)
    yield node, OA.end, Literal(span[1], datatype=XSD.integer)


def local(iri: str) -> str:
    return re.split(r"[/#:]", iri)[-1]


PREFIX_OF: dict[str, str] = {}


def dashed(iri: str) -> str:
    """prod:x as prod-x: names of occurrences hold it."""
    for namespace, prefix in PREFIX_OF.items():
        if iri.startswith(namespace):
            return re.sub(r"[^A-Za-z0-9.-]+", "-", f"{prefix}:{iri[len(namespace) :]}").strip("-.")
    return re.sub(r"[^A-Za-z0-9.-]+", "-", iri).strip("-.")


def main() -> None:
    """Runs the steps; findings and seconds go to stdout as JSON, a line a step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--house", type=Path, required=True)
    parser.add_argument("--steps", default=",".join(s for s in STEPS if s != "write"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--limit", type=float, help="seconds for all steps")
    parser.add_argument("--shapes-limit", type=float, help="seconds for the shapes")
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    begun = time.perf_counter()
    table = Graph().parse(given.house / "ontology/prefixes.ttl", format="turtle")
    for declared in table.objects(None, SH.declare):
        PREFIX_OF[str(table.value(declared, SH.namespace))] = str(table.value(declared, SH.prefix))
    gate = Gate(given.house, given.files, given.out)
    for step in given.steps.split(","):
        start, gate.found = time.perf_counter(), []
        left = [given.limit - (start - begun)] if given.limit else []
        left += [given.shapes_limit] if given.shapes_limit and step == "shapes" else []
        ended = False
        try:
            if left:
                signal.setitimer(signal.ITIMER_REAL, max(min(left), 0.001))
            getattr(gate, step)()
        except Ended:
            ended = True
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        told = {
            "step": step,
            "seconds": time.perf_counter() - start,
            "ended": ended,
            "found": sorted(gate.found),
        }
        print(json.dumps(told, ensure_ascii=False), flush=True)
        end_of = "ended" if ended else "done"
        print(f"script: {step} {end_of}, {told['seconds']:.1f} s", file=sys.stderr, flush=True)


class Ended(BaseException):
    """A step has come to its limit; no library may take it for an error of its own."""


def end(*_: object) -> None:
    """What the timer calls."""
    raise Ended


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, end)
    main()
