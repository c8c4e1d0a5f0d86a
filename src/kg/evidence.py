"""Rows as data for those who must cite: each with the statements in it, and what these stand on."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import PurePath
from typing import Any, TypeVar

import pyoxigraph as ox

from kg import card, results, source
from kg.describe import DATASET
from kg.errors import KGError
from kg.place import span
from kg.prefixes import shrink
from kg.statement import Statement, layer
from kg.store import Node, Store, node

Data = dict[str, Any]
T = TypeVar("T")

ROWS, BYTES = 100, 60_000  # of one answer: whoever asks reads all of it


def build(generation: str) -> Data:
    """The build that an answer is from: the data set, and the digest of what was published.

    Args:
        generation: its folder.
    """
    return {"dataset": DATASET, "digest": PurePath(generation).name.rpartition("-")[2]}


def part(items: Sequence[T], offset: int, tell: Callable[[T], Data]) -> Data:
    """As many items as an answer holds, how many there are, and where to go on.

    Args:
        items: all there are.
        offset: how many to leave out.
        tell: an item as data.

    Returns:
        `rows`, `count` of all items, `truncated` where there are more than are given, and
        `next_offset` where there are more behind them.

    Raises:
        KGError: one of them alone is too large.
    """
    shown: list[Data] = []
    size = 0
    for item in items[offset : offset + ROWS]:
        told = tell(item)
        size += _size(told)
        if size > BYTES:
            break
        shown.append(told)
    if not shown and offset < len(items):
        raise KGError(
            f"row {offset} alone is larger than an answer, {BYTES:,} bytes",
            hint="select fewer columns, or less of a text with SUBSTR",
        )
    found = {"rows": shown, "count": len(items), "truncated": len(shown) < len(items)}
    end = offset + len(shown)
    return {**found, "next_offset": end} if end < len(items) else found


def _size(told: Any) -> int:
    return len(json.dumps(told, ensure_ascii=False).encode())


def table(
    store: Store, columns: Sequence[str], rows: Sequence[Sequence[Node | None]], offset: int = 0
) -> Data:
    """Rows, as `part` gives them: of each the values by column, and what is said there.

    What is said are the statements in the row; `ties` tells by column how each is tied to what
    stands there: by which properties, of which layers.

    Args:
        store: where words and layers come from.
        columns: their names.
        rows: terms.
        offset: how many rows to leave out.

    Raises:
        KGError: see `part`.
    """

    def told(row: Sequence[Node | None]) -> Data:
        cells = dict(zip(columns, row, strict=True))
        things = [one for one in dict.fromkeys(row) if isinstance(one, ox.NamedNode)]
        found = [Statement(store, one) for one in things]
        return {
            "values": {name: value(store, one) for name, one in cells.items()},
            "said": [
                {**said(store, one), "ties": _ties(store, one, cells)} for one in found if one.quote
            ],
        }

    return {"columns": list(columns), **part(rows, offset, told)}


def value(store: Store, term: Node | None) -> Any:
    """A term: a thing by CURIE and labels, a statement by its CURIE alone, else a plain value."""
    if isinstance(term, ox.NamedNode):
        if store.text(term, ["sti:quote"], "zh"):
            return {"id": shrink(term.value)}
        return card.brief(store, term)
    plain = results.python(term)
    # JSON has no word for what is no number.
    return str(plain) if isinstance(plain, float) and not math.isfinite(plain) else plain


def said(store: Store, one: Statement) -> Data:
    """A statement: its words, how strongly it says them, in which layers, and other readings."""
    readings = store.objects(one.node, "sti:reading")
    told = {
        "id": one.curie,
        "kind": card.brief(store, one.kind) if one.kind else None,
        "force": card.brief(store, one.force) if one.force else None,
        "quote": one.quote,
        "translation": one.translation,
        "layers": sorted({layer(q.graph_name) for q in store.quads(one.node, node("sti:quote"))}),
    }
    found = [text.value for text in readings if isinstance(text, ox.Literal)]
    return {**told, "readings": found} if found else told


def section(store: Store, texts: Mapping[str, str], one: ox.NamedNode) -> Data:
    """A section: its text, and where in the whole text it and its statements stand (code points).

    Raises:
        KGError: the text is not the one of the graph.
    """
    text, statements = source.section(store, texts, one)
    start, end = span(store, one) or (0, 0)
    return {
        **card.brief(store, one),
        "measures": [value(store, at) for at in store.objects(one, "sti:tells")],
        "start": start,
        "text": text[start:end],
        "said": [{**said(store, at), "place": at.span} for at in statements],
    }


def _ties(store: Store, one: Statement, cells: Mapping[str, Node | None]) -> Data:
    """How a statement is tied to the things in its row: column, property, layers."""
    found: Data = {}
    for name, term in cells.items():
        if isinstance(term, ox.NamedNode) and term != one.node:
            for quad in store.quads(one.node, None, term):
                layers = found.setdefault(name, {}).setdefault(shrink(quad.predicate.value), [])
                layers.append(layer(quad.graph_name))
                layers.sort()
    return found


def shortened(whole: Data) -> tuple[Data, dict[str, int]]:
    """Data that one answer holds: its lists cut, with the path of each that was and its length."""
    for most in (100, 30, 10, 3, 1):
        cut: dict[str, int] = {}
        told: Data = _cut(whole, most, "", cut)
        if _size(told) <= BYTES:
            break
    return told, cut


def _cut(whole: Any, most: int, at: str, cut: dict[str, int]) -> Any:
    """The same with no list longer than `most`; `cut` is told of those that were."""
    if isinstance(whole, dict):
        return {key: _cut(one, most, f"{at}/{key}", cut) for key, one in whole.items()}
    if not isinstance(whole, list):
        return whole
    if len(whole) > most:
        cut[at] = len(whole)
    return [_cut(one, most, f"{at}/{index}", cut) for index, one in enumerate(whole[:most])]
