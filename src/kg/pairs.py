"""Which columns of a question would pair things that the text does not pair."""

from collections.abc import Iterable
from itertools import product
from typing import Any, NamedTuple

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
    shows a set and no pair. The branches of a UNION give rows of their own: where no branch
    shows two columns, those of the branch with most.

    Args:
        text: a SELECT query.
        roles: IRIs of the properties that tie a statement, or a list, to things.

    Raises:
        Exception: whatever rdflib raises for a query that it cannot read.
    """
    algebra = prepareQuery(text, initNs=table()).algebra
    found = (_shown(branch, roles) & set(algebra["PV"]) for branch in _branches(algebra))
    return max((sorted(map(str, names)) for names in found), key=lambda names: (len(names), names))


class _Branch(NamedTuple):
    """What must hold together in a row: triple patterns and BINDs."""

    triples: tuple[tuple[Any, Any, Any], ...] = ()
    binds: tuple[tuple[Any, Any], ...] = ()

    def __add__(self, other: Any) -> "_Branch":
        return _Branch(self.triples + other.triples, self.binds + other.binds)


def _branches(node: Any) -> list[_Branch]:
    """The ways in which a query can come by a row: one for each choice among its UNIONs."""
    if isinstance(node, CompValue):
        if node.name == "Union":
            return [*_branches(node["p1"]), *_branches(node["p2"])]
        here = _Branch(
            tuple(node["triples"]) if node.name == "BGP" else (),
            ((node["var"], node["expr"]),) if node.name == "Extend" else (),
        )
        return _joined([[here], *map(_branches, node.values())])
    if isinstance(node, list | tuple | set):
        return _joined(map(_branches, node))
    return [_Branch()]


def _joined(parts: Iterable[list[_Branch]]) -> list[_Branch]:
    return [sum(choice, _Branch()) for choice in product(*parts)]


def _shown(branch: _Branch, roles: set[str]) -> set[Any]:
    """The variables that hold things in roles."""
    asked = {expand(name) for name in _ASKED}
    open_roles = {
        s for s, p, _ in branch.triples if isinstance(s, Variable) and _properties(p) & asked
    }
    shown = {
        o
        for _, p, o in branch.triples
        if isinstance(o, Variable) and (p in open_roles or _properties(p) & roles)
    }
    for _ in branch.binds:  # a BIND may use a BIND
        shown |= {name for name, expression in branch.binds if _variables(expression) & shown}
    return shown


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
