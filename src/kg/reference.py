"""SHACL by pySHACL, the reference: what the compiled shapes must agree with.

SPARQL constraints are answered by pyoxigraph, some fifty times quicker on a graph with a mention
for every name. The graph that pySHACL walks stays an rdflib graph: an Oxigraph-backed one types
plain strings and then reports false `sh:in` violations.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyoxigraph as ox
from pyshacl import validate as pyshacl_validate
from pyshacl.graph_abstraction import DataGraph
from rdflib import SH, Dataset, Graph, URIRef, Variable
from rdflib.query import Result
from rdflib.term import Node

from kg.compiled import Violation
from kg.convert import fill, from_rdflib, to_rdflib
from kg.prefixes import shrink

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)


def judge(data: "Data", shapes: Graph, only: Sequence[str]) -> list[Violation]:
    """What violates these shapes.

    Args:
        data: what is judged.
        shapes: all shapes.
        only: IRIs of the shapes to run.

    Raises:
        Exception: whatever a shape raises that cannot be run.
    """
    _, report, text = pyshacl_validate(
        DataGraph.from_rdflib(data),
        shacl_graph=_narrowed(shapes, {URIRef(iri) for iri in only}),
        inplace=True,
        inference="none",
        advanced=False,
    )
    if not isinstance(report, Graph | Dataset):  # a ValidationFailure, which is no catch
        raise RuntimeError(text)
    return [_violation(report, result) for result in report.objects(None, SH.result)]


def _narrowed(shapes: Graph, only: set[URIRef]) -> Graph:
    """The shapes with the targets of all but some taken away.

    Not by pySHACL's own `use_shapes`: that silently leaves out property shapes that have an IRI.
    """
    narrowed = Graph()
    for triple in shapes:
        if triple[1] not in _TARGETS or triple[0] in only:
            narrowed.add(triple)
    return narrowed


def _violation(report: Graph, result: Node) -> Violation:
    shape, path = report.value(result, SH.sourceShape), report.value(result, SH.resultPath)
    if not isinstance(shape, URIRef):
        raise RuntimeError(f"a shape has no IRI: {shape}")  # then nobody could name it
    value, focus = report.value(result, SH.value), report.value(result, SH.focusNode)
    assert focus is not None
    return Violation(
        str(shape),
        shrink(str(report.value(result, SH.sourceConstraintComponent))),
        from_rdflib(focus),
        str(path) if isinstance(path, URIRef) else "",
        None if value is None else from_rdflib(value),
        str(report.value(result, SH.resultSeverity)),
    )


# ---------------------------------------------------------------- the graph that is judged


class Data(Graph):
    """A graph for pySHACL to walk, whose queries pyoxigraph answers.

    Args:
        quick: what is judged, as default graph.
    """

    def __init__(self, quick: ox.Store) -> None:
        super().__init__()
        self._quick = quick
        fill(self, (quad.triple for quad in quick))

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
        given = initBindings or {}
        bound = {ox.Variable(name): from_rdflib(node) for name, node in given.items()}
        solutions: Any = self._quick.query(query_object, substitutions=bound)
        names = [Variable(variable.value) for variable in solutions.variables]
        answer = Result("SELECT")
        answer.vars = names
        answer.bindings = [
            {
                name: to_rdflib(term)
                for name, term in zip(names, row, strict=True)
                if term is not None
            }
            for row in solutions
        ]
        return answer
