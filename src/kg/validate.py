"""SHACL: what the shapes say of the graph, as findings with file and line.

Shapes are compiled to SPARQL; pySHACL is the reference, and judges what cannot be compiled.
"""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from kg import compiled
from kg.compiled import Violation
from kg.finding import Finding, Severity
from kg.house import House
from kg.load import GRAPH
from kg.prefixes import shrink, table
from kg.store import Node, Store, node
from kg.text import short
from kg.turtle import Locator, parse_text, read_text

if TYPE_CHECKING:
    from rdflib import Graph

    from kg.reference import Data

Engine = Literal["compiled", "pyshacl"]

DERIVED = f"{GRAPH}derived-"
_WORKERS = 4  # at most: each holds in memory what its query gathers
_SH = table()["sh"]
_SEVERITY: dict[str, Severity] = {
    f"{_SH}Violation": "error",
    f"{_SH}Warning": "warning",
    f"{_SH}Info": "info",
}
_TARGETS = ("sh:targetClass", "sh:targetNode", "sh:targetObjectsOf", "sh:targetSubjectsOf")
_LABELS = {
    "zh": ("skos:prefLabel", "sti:quote", "rdfs:label"),
    "en": ("skos:prefLabel", "sti:translation", "rdfs:label"),
}


class Shapes(Store):
    """Shapes, with the prefix table that their queries use."""

    @classmethod
    def of(cls, *turtle: str) -> "Shapes":
        """The shapes in some Turtle.

        Raises:
            KGError: it is broken.
        """
        layer = ox.NamedNode(f"{GRAPH}shapes")
        triples = [triple for text in turtle for triple in parse_text(text, "shapes")]
        return cls(ox.Quad(t.subject, t.predicate, t.object, layer) for t in triples)

    @classmethod
    def of_house(cls, house: House) -> "Shapes":
        """The shapes of a house.

        Raises:
            KGError: one of the files is broken.
        """
        files = [*house.shapes(), *(p for p in house.ontology() if p.name == "prefixes.ttl")]
        return cls.of(*(read_text(path, house.name(path)) for path in files))

    def targeted(self) -> list[str]:
        """IRIs of the shapes that have targets, sorted."""
        found = {quad.subject.value for name in _TARGETS for quad in self.quads(None, node(name))
                 if isinstance(quad.subject, ox.NamedNode)}  # fmt: skip
        return sorted(found)

    def speaking(self) -> list[str]:
        """IRIs of the shapes that can find something, sorted: each has a message."""
        found = {quad.subject for quad in self.quads(None, node("sh:message"))}
        return sorted(one.value for one in found if isinstance(one, ox.NamedNode))

    def rdflib(self) -> "Graph":
        """A copy as an rdflib graph."""
        from rdflib import Graph  # noqa: PLC0415

        from kg.convert import fill  # noqa: PLC0415

        return fill(Graph(), (quad.triple for quad in self.quads()))


def judged(store: ox.Store) -> ox.Store:
    """What shapes see, as default graph.

    What is stated, curated and computed, with the ontology; nothing that rules derive, and no
    inference.

    Args:
        store: every layer as a named graph.
    """
    graph = ox.Store()
    for name in store.named_graphs():
        if name.value.startswith(DERIVED):
            continue
        # As text: the engine reads it sooner than it takes quads from Python.
        text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)
        assert text is not None
        if b"_:" in text:  # loaded, blank nodes would get other names
            graph.bulk_extend(ox.parse(text, ox.RdfFormat.N_QUADS))
        else:
            graph.bulk_load(text, ox.RdfFormat.N_TRIPLES)
    return graph


def validate(
    store: ox.Store,
    locator: Locator,
    shapes: Shapes,
    only: Sequence[str] = (),
    engine: Engine = "compiled",
) -> list[Finding]:
    """What violates the shapes, sorted; a shape that cannot be run is a finding of its own.

    Args:
        store: every layer as a named graph; see `judged`.
        locator: for file and line of findings.
        shapes: the shapes.
        only: IRIs of the shapes to run; all when empty.
        engine: what judges.
    """
    judge = Judge(judged(store), shapes, engine)
    violations, failed = judge.run(list(only) or shapes.targeted())
    found = {judge.finding(one, locator) for one in violations}
    return sorted(found | {_failure(shape, message) for shape, message in failed})


class Judge:
    """Shapes over a graph.

    Args:
        graph: what is judged, as default graph.
        shapes: the shapes.
        engine: what judges; see `validate`.
    """

    def __init__(self, graph: ox.Store, shapes: Shapes, engine: Engine = "compiled") -> None:
        self._graph, self._shapes, self._engine = graph, shapes, engine
        self._compiler = compiled.Compiler(shapes, graph)
        self._data: Data | None = None

    def run(self, only: Sequence[str]) -> tuple[list[Violation], list[tuple[str, str]]]:
        """What violates these shapes or their property shapes, and which of them cannot be run.

        Args:
            only: IRIs of shapes that have targets.

        Returns:
            The violations; and shapes with what they raised: that is told, never taken for a catch.
        """
        found: list[Violation] = []
        failed: list[tuple[str, str]] = []
        left: list[str] = []  # for the reference
        asked = []
        pool = ThreadPoolExecutor(min(os.cpu_count() or 1, _WORKERS))
        try:
            for shape in only:
                try:
                    if self._engine == "pyshacl":
                        raise compiled.NotCompiled
                    queries = self._compiler.queries(ox.NamedNode(shape))
                    asked.append((shape, pool.submit(self._ask, queries)))
                except compiled.NotCompiled:
                    left.append(shape)
                except Exception as error:
                    failed.append((shape, _told(error)))
            for shape, answer in asked:
                try:
                    found += answer.result()
                except Exception as error:
                    failed.append((shape, _told(error)))
        finally:  # where it is interrupted, nothing more is asked
            pool.shutdown(cancel_futures=True)
        try:
            found += self._reference(left)
        except Exception:  # one of them: to tell which, one by one
            for shape in left:
                try:
                    found += self._reference([shape])
                except Exception as error:
                    failed.append((shape, _told(error)))
        return found, failed

    def _ask(self, queries: Sequence[compiled.Query]) -> list[Violation]:
        """What the queries find; the engine works outside of Python's lock."""
        return [one for query in queries for one in compiled.run(self._graph, query)]

    def _reference(self, only: Sequence[str]) -> list[Violation]:
        if not only:
            return []
        from kg import reference  # noqa: PLC0415 - takes a second to import and to fill

        self._data = self._data or reference.Data(self._graph)
        return reference.judge(self._data, self._shapes.rdflib(), only)

    # ------------------------------------------------------------ findings

    def finding(self, found: Violation, locator: Locator) -> Finding:
        """A violation as it is told."""
        messages = {
            message.language or "en": message.value
            for message in self._shapes.objects(ox.NamedNode(found.shape), "sh:message")
            if isinstance(message, ox.Literal)
        }
        told = messages.get("en", shrink(found.shape))
        en, mend = _split(told, ". ")
        zh = messages.get("zh", told)
        focus = getattr(found.focus, "value", "")
        typed = getattr(found.value, "value", None) if found.path else None
        file, line = locator.place(focus, found.path or None, typed)
        return Finding(
            file,
            line,
            shrink(found.shape),
            _SEVERITY[found.severity],
            focus,
            self._name(found.focus, "zh"),
            _fill(en, self._name(found.value, "en")),
            _fill(zh, self._name(found.value, "zh")),
            mend,
        )

    def _name(self, one: Node | None, lang: str) -> str:
        """How a reader calls a node: label, quote or translation, else its CURIE or text."""
        if not isinstance(one, ox.NamedNode):
            return getattr(one, "value", "")
        for name in _LABELS[lang]:
            labels = self._graph.quads_for_pattern(one, node(name), None)
            texts = (q.object.value for q in labels
                     if isinstance(q.object, ox.Literal) and q.object.language == lang)  # fmt: skip
            for text in sorted(texts):
                return short(text, 40)
        return shrink(one.value)


def _told(error: Exception) -> str:
    return str(error) or type(error).__name__


def _split(text: str, mark: str) -> tuple[str, str]:
    """What is wrong, and what to do: the first sentence of a message, and the rest."""
    wrong, _, mend = text.partition(mark)
    return (wrong.removesuffix("."), mend) if mend else (text, "")


def _fill(text: str, value: str) -> str:
    return re.sub(r"\{[?$]value\}", lambda _: value, text)


def _failure(shape: str, message: str) -> Finding:
    return Finding(
        "",
        0,
        "shape-failed",
        "error",
        shape,
        shrink(shape),
        f"the shape could not be run: {' '.join(message.split())}",
        f"形状无法运行：{' '.join(message.split())}",
        "mend the shape; until then it catches nothing",
    )
