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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import yaml
from rdflib import OWL, RDF, SH, SKOS, Dataset, Graph, Literal, Namespace, URIRef
from rdflib.namespace import NamespaceManager

from bench.words import BASE, ID, PREFIX_OF, STI, Finding, Text, Vocabulary, sections_of

PROV = Namespace("http://www.w3.org/ns/prov#")
GRAPH = f"{BASE}graph/"
COMPUTED = {f"{GRAPH}{name}" for name in ("mentions", "meta", "readback", "text")}
STEPS = ("parse", "anchor", "derive", "write", "closure", "union", "shapes", "checks", "questions")


def graph_name(name: str) -> URIRef:
    return URIRef(GRAPH + name)


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
            notes = [t for t in one if layer == "stated" and t[1] in (STI.reading, STI.reason)]
            for triple in notes:  # of whoever encodes
                one.remove(triple)
            self.add(graph, one)
            self.add(self.data.graph(graph_name("curated")), notes)
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
                # Again and again: what is raised inside a destructor is lost.
                signal.setitimer(signal.ITIMER_REAL, max(min(left), 0.001), 1)
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
        if given.limit and time.perf_counter() - begun > given.limit:
            return  # a later step would need what this one has not made


class Ended(BaseException):
    """A step has come to its limit; no library may take it for an error of its own."""


def end(*_: object) -> None:
    """What the timer calls."""
    raise Ended


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, end)
    main()
