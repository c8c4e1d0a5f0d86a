"""Which columns of a question would pair things that the text does not pair."""

from typing import Any

from rdflib import URIRef, Variable
from rdflib.paths import Path
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.prefixes import expand, table

# A property that is a variable stands for a role when its role, or its place among roles, is asked.
_ASKED = ("sti:expressesRole", "rdfs:subPropertyOf")


def paired_columns(text: str, roles: set[str]) -> list[str]:
    """The columns of a query that show things in roles of statements, sorted.

    Two of them in one row look as if the text paired the two things. A column counts when its
    variable is the object of a role, directly or by BIND; an aggregate does not count, for it
    shows a set and no pair.

    Args:
        text: a SELECT query.
        roles: IRIs of the properties that tie a statement, or a list, to things.

    Raises:
        Exception: whatever rdflib raises for a query that it cannot read.
    """
    algebra = prepareQuery(text, initNs=table()).algebra
    triples: list[tuple[Any, Any, Any]] = []
    binds: list[tuple[Any, Any]] = []
    _collect(algebra, triples, binds)
    asked = {expand(name) for name in _ASKED}
    open_roles = {s for s, p, _ in triples if isinstance(s, Variable) and _properties(p) & asked}
    shown = {
        o
        for _, p, o in triples
        if isinstance(o, Variable) and (p in open_roles or _properties(p) & roles)
    }
    for _ in binds:  # a BIND may use a BIND
        shown |= {variable for variable, expression in binds if _variables(expression) & shown}
    return sorted(str(name) for name in algebra["PV"] if name in shown)


def _collect(node: Any, triples: list[Any], binds: list[Any]) -> None:
    """Triple patterns and BINDs of a query, wherever they stand."""
    if isinstance(node, CompValue):
        if node.name == "BGP":
            triples.extend(node["triples"])
        if node.name == "Extend":
            binds.append((node["var"], node["expr"]))
        node = list(node.values())
    if isinstance(node, list | tuple | set):
        for part in node:
            _collect(part, triples, binds)


def _properties(path: Any) -> set[str]:
    """The IRIs in a property path."""
    if isinstance(path, URIRef):
        return {str(path)}
    if not isinstance(path, Path):
        return set()
    inner = [getattr(path, name) for name in ("arg", "path") if hasattr(path, name)]
    return {iri for part in [*getattr(path, "args", ()), *inner] for iri in _properties(part)}


def _variables(expression: Any) -> set[Any]:
    if isinstance(expression, Variable):
        return {expression}
    if isinstance(expression, CompValue):
        expression = list(expression.values())
    if isinstance(expression, list | tuple):
        return {name for part in expression for name in _variables(part)}
    return set()
