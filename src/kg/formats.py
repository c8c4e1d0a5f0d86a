"""Rows for tools: CSV, TSV, JSON and XML, written with nothing imported for the screen."""

from __future__ import annotations

import pyoxigraph as ox

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from kg.store import Lang, Node, Result, Store

_STANDARD = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}


def written(result: Result, store: Store, how: str, lang: Lang | None) -> str | None:
    """Rows or a yes or no as text that ends with a line break; None for formats of other modules.

    Args:
        result: what a SELECT or ASK gave.
        store: where labels come from.
        how: `csv`, `tsv`, `json` or `xml`.
        lang: of a column `<name>Label` after each column that holds IRIs (csv, tsv); None for no
            such columns.
    """
    if result.triples is not None:
        return None
    if how in _STANDARD:
        return result.standard(_STANDARD[how]) + "\n"
    if how not in ("csv", "tsv") or result.boolean is not None:
        return None
    return (_csv if how == "csv" else _tsv)(result, store, lang)


def labelled(result: Result, lang: Lang | None) -> list[int]:
    """The columns that get a label column: those that hold IRIs, unless the query names one."""
    return [
        at
        for at, name in enumerate(result.variables)
        if lang
        and f"{name}Label" not in result.variables
        and any(isinstance(row[at], ox.NamedNode) for row in result.rows)
    ]


def widened(cells: Sequence[Any], extra: dict[int, Any]) -> list[Any]:
    """The cells of a row with one more after each column that `extra` knows."""
    return [
        cell
        for at, one in enumerate(cells)
        for cell in ((one, extra[at]) if at in extra else (one,))
    ]


def label(store: Store, term: Node | None, lang: Lang) -> str | None:
    """The label of a term; None of what has none."""
    return store.label(term, lang) if isinstance(term, ox.NamedNode) else None


def value(term: Node) -> str:
    """A term without its marks: the IRI, or the characters of a literal."""
    return str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value


def _csv(result: Result, store: Store, lang: Lang | None) -> str:
    chosen = labelled(result, lang)
    names = result.variables
    lines = [_line(widened(names, {at: f"{names[at]}Label" for at in chosen}))]
    for row in result.rows:
        cells = ["" if term is None else value(term) for term in row]
        extra = {at: label(store, row[at], lang or "en") or "" for at in chosen}
        lines.append(_line(widened(cells, extra)))
    return "".join(lines)


def _line(cells: Iterable[str]) -> str:
    """A line of CSV: quoted where RFC 4180 asks for it, as is an only cell that is empty."""
    quoted = [
        '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\r\n') else cell
        for cell in cells
    ]
    return (",".join(quoted) if quoted != [""] else '""') + "\n"


def _tsv(result: Result, store: Store, lang: Lang | None) -> str:
    # Not by splitlines: a literal may hold other signs that it takes for ends of lines.
    head, *lines = result.standard(ox.QueryResultsFormat.TSV).removesuffix("\n").split("\n")
    chosen = labelled(result, lang)
    names = head.split("\t")
    out = ["\t".join(widened(names, {at: f"{names[at]}Label" for at in chosen}))]
    for row, line in zip(result.rows, lines, strict=True):
        extra = {
            at: str(ox.Literal(name)) if (name := label(store, row[at], lang or "en")) else ""
            for at in chosen
        }
        out.append("\t".join(widened(line.split("\t"), extra)))
    return "\n".join(out) + "\n"
