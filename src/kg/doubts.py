"""Doubts about a query: what makes a valid one find nothing, though it looks right."""

from __future__ import annotations

import pyoxigraph as ox

from kg import names, sparql
from kg.prefixes import table
from kg.store import Result, Store

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Iterator

_TAGS = ("zh", "en")


def doubts(text: str, result: Result, store: Store) -> list[str]:
    """What may be wrong with a query, a line each: names, variables, words that match nothing.

    Args:
        text: the query.
        result: its answer.
        store: the graph that was asked.
    """
    nothing = not result.rows and not result.triples and not result.boolean
    return [
        *_names(text, store),
        *_variables(text, result),
        *((*_words(text, store), *_labels(text)) if nothing else ()),
    ]


def _names(text: str, store: Store) -> Iterator[str]:
    """Prefixes that mean something else here, and names that the graph has not."""
    declared, wrong = sparql.declared(text), set()
    for prefix, namespace in declared.items():
        if prefix in table() and namespace != table()[prefix]:
            wrong.add(f"{prefix}:")
            yield (
                f"PREFIX {prefix}: <{namespace}> is not what {prefix}: means here, "
                f"<{table()[prefix]}>: leave that line out"
            )
    for written, iri in sparql.named(text, table()):
        if written.startswith(tuple(wrong)) or store.knows(ox.NamedNode(iri)):
            continue
        near = "; ".join(names.shown(store, one) for one in names.nearest(store, written))
        yield f"{written} is not in the graph" + (f"; did you mean: {near}?" if near else "")


def _variables(text: str, result: Result) -> Iterator[str]:
    """Columns without a value; GROUP_CONCAT has none as soon as it meets an IRI."""
    mend = "either the text does not say it, or the WHERE clause does not bind it."
    if "GROUP_CONCAT" in text.upper():
        mend += " GROUP_CONCAT joins text only: of an IRI write GROUP_CONCAT(STR(?x))"
    for at, name in enumerate(result.variables):
        if result.rows and all(row[at] is None for row in result.rows):
            yield f"?{name} has no value in any row: {mend}"


def _words(text: str, store: Store) -> Iterator[str]:
    """Strings that the graph has with another language tag: for SPARQL these are not the same."""
    for string, beside in sparql.strings(text):
        if beside:
            if string.language:
                plain = ox.Literal(string.value)
                yield f"STR(…) has no language tag: write {plain} beside it, not {string}"
            continue
        tagged = [ox.Literal(string.value, language=tag) for tag in _TAGS]
        known = [str(one) for one in tagged if one != string and _has(store, one)]
        if known and not _has(store, string):
            yield f"nothing in the graph is {string}; did you mean {' or '.join(known)}?"


def _labels(text: str) -> Iterator[str]:
    """That things and terms have their labels in two properties."""
    label = table()["rdfs"] + "label"
    if any(iri == label for _, iri in sparql.named(text, table())):
        yield "rdfs:label is for classes and properties; named things have skos:prefLabel"


def _has(store: Store, literal: ox.Literal) -> bool:
    return next(store.quads(None, None, literal), None) is not None
