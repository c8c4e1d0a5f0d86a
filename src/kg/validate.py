"""SHACL: what the shapes say of the graph, as findings with file and line.

pySHACL judges; SPARQL constraints are answered by pyoxigraph, some fifty times quicker on a
graph with a mention for every name. The graph that pySHACL walks stays an rdflib graph: an
Oxigraph-backed one types plain strings and then reports false `sh:in` violations.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox
from pyshacl import validate as pyshacl_validate
from pyshacl.graph_abstraction import DataGraph
from rdflib import RDF, SH, XSD, BNode, Dataset, Graph, Literal, URIRef, Variable
from rdflib.query import Result
from rdflib.term import Node

from kg.finding import Finding, Severity
from kg.house import House
from kg.load import GRAPH
from kg.prefixes import STI, shrink
from kg.text import short
from kg.turtle import Locator

DERIVED = f"{GRAPH}derived-"
_SEVERITY: dict[Node, Severity] = {SH.Violation: "error", SH.Warning: "warning", SH.Info: "info"}
_LABELS = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    f"{STI}quote",
    "http://www.w3.org/2000/01/rdf-schema#label",
)
_LABELS_EN = (_LABELS[0], f"{STI}translation", _LABELS[2])


def shapes_graph(house: House) -> Graph:
    """All shapes, and the prefix table that their queries use."""
    graph = Graph()
    for path in [*house.shapes(), *(p for p in house.ontology() if p.name == "prefixes.ttl")]:
        graph.parse(path, format="turtle")
    return graph


def validate(
    store: ox.Store, locator: Locator, shapes: Graph, only: Sequence[str] = ()
) -> list[Finding]:
    """What violates the shapes, sorted; a shape that cannot be run is a finding of its own.

    Shapes see what is stated, curated and computed, with the ontology; nothing that rules
    derive, and no inference.

    Args:
        store: every layer as a named graph.
        locator: for file and line of findings.
        shapes: see `shapes_graph`.
        only: IRIs of the shapes to run; all when empty.
    """
    data = Data(store)
    results, failed = _run(data, shapes, [URIRef(iri) for iri in only])
    findings = [_finding(data, shapes, locator, result) for result in results]
    return sorted({*findings, *(_failure(shape, message) for shape, message in failed)})


# ---------------------------------------------------------------- the graph that is judged


def _term(node: Any) -> URIRef | BNode | Literal:
    if isinstance(node, ox.NamedNode):
        return URIRef(node.value)
    if isinstance(node, ox.BlankNode):
        return BNode(node.value)
    if node.language:
        return Literal(node.value, lang=node.language)
    datatype = URIRef(node.datatype.value)
    return Literal(node.value, datatype=None if datatype == XSD.string else datatype)


def _ox(node: Node) -> Any:
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or XSD.string)))
    return ox.BlankNode(str(node)) if isinstance(node, BNode) else ox.NamedNode(str(node))


class Data(Graph):
    """All layers but the derived ones as one rdflib graph that pyoxigraph queries."""

    def __init__(self, store: ox.Store) -> None:
        super().__init__()
        self.quick = ox.Store()
        triples = {
            ox.Triple(quad.subject, quad.predicate, quad.object)
            for quad in store
            if not str(
                quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            ).startswith(DERIVED)
        }
        self.quick.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
        for t in triples:
            self.add((_term(t.subject), _term(t.predicate), _term(t.object)))

    def query(  # type: ignore[override]
        self,
        query_object: str,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,  # noqa: N803
        initBindings: Mapping[str, Node] | None = None,  # noqa: N803
        *_: Any,
        **__: Any,
    ) -> Result:
        """Answers a SELECT with variables bound beforehand, as SHACL means it."""
        bound = {ox.Variable(name): _ox(node) for name, node in (initBindings or {}).items()}
        solutions: Any = self.quick.query(query_object, substitutions=bound)
        names = [Variable(variable.value) for variable in solutions.variables]
        answer = Result("SELECT")
        answer.vars = names
        answer.bindings = [
            {name: _term(node) for name, node in zip(names, row, strict=True) if node is not None}
            for row in solutions
        ]
        return answer

    def name(self, node: Node | None, lang: str) -> str:
        """How a reader calls a node: label, quote or translation, else its CURIE or text."""
        if not isinstance(node, URIRef):
            return "" if node is None else str(node)
        for predicate in _LABELS if lang == "zh" else _LABELS_EN:
            labels = (o for o in self.objects(node, URIRef(predicate)) if isinstance(o, Literal))
            for text in sorted(str(label) for label in labels if label.language == lang):
                return short(text, 40)
        return shrink(str(node))


# ---------------------------------------------------------------- running


@dataclass(frozen=True)
class _Violation:
    """One result of pySHACL."""

    shape: URIRef
    focus: Node
    path: Node | None
    value: Node | None
    severity: Severity


_Failed = list[tuple[URIRef, str]]


def _run(data: Data, shapes: Graph, only: Sequence[URIRef]) -> tuple[list[_Violation], _Failed]:
    """All shapes at once; when one raises an error, shape by shape, to tell which."""
    try:
        return _judge(data, shapes, only), []
    except Exception as error:  # whatever a shape raises is reported, never taken for a catch
        wanted = list(only) or _targeted(shapes)
        if len(wanted) == 1:
            return [], [(wanted[0], str(error) or type(error).__name__)]
    results: list[_Violation] = []
    failed: _Failed = []
    for shape in wanted:
        found, broken = _run(data, shapes, [shape])
        results += found
        failed += broken
    return results, failed


_TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)


def _targeted(shapes: Graph) -> list[URIRef]:
    found = {s for target in _TARGETS for s in shapes.subjects(target) if isinstance(s, URIRef)}
    return sorted(found)


def _narrowed(shapes: Graph, only: Sequence[URIRef]) -> Graph:
    """The shapes with the targets of all but some taken away.

    Not by pySHACL's own `use_shapes`: that silently leaves out property shapes that have an IRI.
    """
    if not only:
        return shapes
    narrowed = Graph()
    for triple in shapes:
        if triple[1] not in _TARGETS or triple[0] in only:
            narrowed.add(triple)
    return narrowed


def _judge(data: Data, shapes: Graph, only: Sequence[URIRef]) -> list[_Violation]:
    _, report, text = pyshacl_validate(
        DataGraph.from_rdflib(data),
        shacl_graph=_narrowed(shapes, only),
        inplace=True,
        inference="none",
        advanced=False,
    )
    if not isinstance(report, Graph | Dataset):  # a ValidationFailure, which is no catch
        raise RuntimeError(text)
    return [
        _Violation(
            _iri(report.value(result, SH.sourceShape)),
            report.value(result, SH.focusNode) or RDF.nil,
            report.value(result, SH.resultPath),
            report.value(result, SH.value),
            _SEVERITY[report.value(result, SH.resultSeverity) or SH.Violation],
        )
        for result in report.objects(None, SH.result)
    ]


def _iri(node: Node | None) -> URIRef:
    if not isinstance(node, URIRef):
        raise RuntimeError(f"a shape has no IRI: {node}")  # then nobody could name it
    return node


# ---------------------------------------------------------------- findings


def _finding(data: Data, shapes: Graph, locator: Locator, found: _Violation) -> Finding:
    messages = {
        message.language or "en": str(message)
        for message in shapes.objects(found.shape, SH.message)
        if isinstance(message, Literal)
    }
    told = messages.get("en", shrink(str(found.shape)))
    en, mend = _split(told, ". ")
    zh = messages.get("zh", told)
    path = str(found.path) if isinstance(found.path, URIRef) else None
    typed = str(found.value) if path and found.value is not None else None
    file, line = locator.place(str(found.focus), path, typed)
    return Finding(
        file,
        line,
        shrink(str(found.shape)),
        found.severity,
        str(found.focus),
        data.name(found.focus, "zh"),
        _fill(en, data.name(found.value, "en")),
        _fill(zh, data.name(found.value, "zh")),
        mend,
    )


def _split(text: str, mark: str) -> tuple[str, str]:
    """What is wrong, and what to do: the first sentence of a message, and the rest."""
    wrong, _, mend = text.partition(mark)
    return (wrong.removesuffix("."), mend) if mend else (text, "")


def _fill(text: str, value: str) -> str:
    return re.sub(r"\{[?$]value\}", lambda _: value, text)


def _failure(shape: URIRef, message: str) -> Finding:
    return Finding(
        "",
        0,
        "shape-failed",
        "error",
        str(shape),
        shrink(str(shape)),
        f"the shape could not be run: {' '.join(message.split())}",
        f"形状无法运行：{' '.join(message.split())}",
        "mend the shape; until then it catches nothing",
    )


def shapes_with_messages(shapes: Graph) -> Iterable[str]:
    """IRIs of the shapes that can find something, sorted: each needs a fixture that must fail."""
    return sorted(
        str(shape) for shape in set(shapes.subjects(SH.message)) if isinstance(shape, URIRef)
    )
