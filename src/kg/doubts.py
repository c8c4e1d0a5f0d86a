"""Doubts about a query: what makes a valid one find nothing, though it looks right."""

from __future__ import annotations

import pyoxigraph as ox

from kg import names, sparql
from kg.catalogue import spoken
from kg.prefixes import table
from kg.store import Result, Store

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.catalogue import Texts
    from kg.store import Lang

_TAGS = ("zh", "en")


def doubts(text: str, result: Result, store: Store, lang: Lang = "en") -> list[str]:
    """What may be wrong with a query, a line each: names, variables, words that match nothing.

    Args:
        text: the query.
        result: its answer.
        store: the graph that was asked.
        lang: of the lines.
    """
    nothing = not result.rows and not result.triples and not result.boolean
    found = [
        *_names(text, store),
        *_variables(text, result),
        *((*_words(text, store), *_labels(text)) if nothing else ()),
    ]
    return [spoken(one, lang) for one in found]


def _names(text: str, store: Store) -> Iterator[Texts]:
    """Prefixes that mean something else here, and names that the graph has not."""
    declared, wrong = sparql.declared(text), set()
    for prefix, namespace in declared.items():
        if prefix in table() and namespace != table()[prefix]:
            wrong.add(f"{prefix}:")
            yield {
                "zh": f"PREFIX {prefix}: <{namespace}> 不是 {prefix}: 在这里所指的"
                f" <{table()[prefix]}>：请删去该行",
                "en": f"PREFIX {prefix}: <{namespace}> is not what {prefix}: means here, "
                f"<{table()[prefix]}>: leave that line out",
            }
    for written, iri in sparql.named(text, table()):
        if written.startswith(tuple(wrong)) or store.knows(ox.NamedNode(iri)):
            continue
        near = [names.shown(store, one) for one in names.nearest(store, written)]
        yield {
            "zh": f"图中没有 {written}" + (f"；是否指：{'；'.join(near)}？" if near else ""),
            "en": f"{written} is not in the graph"
            + (f"; did you mean: {'; '.join(near)}?" if near else ""),
        }


def _variables(text: str, result: Result) -> Iterator[Texts]:
    """Columns without a value; GROUP_CONCAT has none as soon as it meets an IRI."""
    zh = "或者文中没有说，或者 WHERE 子句没有绑定它。"
    en = "either the text does not say it, or the WHERE clause does not bind it."
    if "GROUP_CONCAT" in text.upper():
        zh += "GROUP_CONCAT 只连接文字：对 IRI 请写 GROUP_CONCAT(STR(?x))"
        en += " GROUP_CONCAT joins text only: of an IRI write GROUP_CONCAT(STR(?x))"
    for at, name in enumerate(result.variables):
        if result.rows and all(row[at] is None for row in result.rows):
            yield {
                "zh": f"?{name} 在各行中都没有值：{zh}",
                "en": f"?{name} has no value in any row: {en}",
            }


def _words(text: str, store: Store) -> Iterator[Texts]:
    """Strings that the graph has with another language tag: for SPARQL these are not the same."""
    for string, beside in sparql.strings(text):
        if beside:
            if string.language:
                plain = ox.Literal(string.value)
                yield {
                    "zh": f"STR(…) 没有语言标记：与它相比的请写 {plain}，不写 {string}",
                    "en": f"STR(…) has no language tag: write {plain} beside it, not {string}",
                }
            continue
        tagged = [ox.Literal(string.value, language=tag) for tag in _TAGS]
        known = [str(one) for one in tagged if one != string and _has(store, one)]
        if known and not _has(store, string):
            yield {
                "zh": f"图中没有 {string}；是否指 {' 或 '.join(known)}？",
                "en": f"nothing in the graph is {string}; did you mean {' or '.join(known)}?",
            }


def _labels(text: str) -> Iterator[Texts]:
    """That things and terms have their labels in two properties."""
    label = table()["rdfs"] + "label"
    if any(iri == label for _, iri in sparql.named(text, table())):
        yield {
            "zh": "rdfs:label 用于类与属性；有名称的事物用 skos:prefLabel",
            "en": "rdfs:label is for classes and properties; named things have skos:prefLabel",
        }


def _has(store: Store, literal: ox.Literal) -> bool:
    return next(store.quads(None, None, literal), None) is not None
