"""Results as text: a table for people, and the formats that other tools read."""

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg import formats
from kg.errors import KGError
from kg.formats import label, labelled, value, widened
from kg.prefixes import shrink, table
from kg.statement import position
from kg.store import Lang, Node, Result, Store

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("table", "csv", "tsv", "json", "xml", "md", "ttl", "nt")

_TRIPLES = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES}
_XSD = "http://www.w3.org/2001/XMLSchema#"
_PYTHON: dict[str, Callable[[str], Any]] = {
    f"{_XSD}integer": int,
    f"{_XSD}decimal": float,
    f"{_XSD}double": float,
    f"{_XSD}boolean": lambda text: text in ("true", "1"),
}
_GAP = "  "
_NARROWEST = 10  # a table whose cells would be narrower is written as records
_LONGEST = 32  # words up to this are not cut
# Where a line may end: after a word and its space, or after any one wide character together
# with the punctuation that must not begin a line.
_PIECE = re.compile(r"[!-~\u00a0-\u02af]+ ?|\s+|[“‘《（【]*.[，。、；：！？”’》）】]*", re.DOTALL)
_STAR: dict[Lang, str] = {
    "zh": "* 可作另一种读法，见 kg show",
    "en": "* can be read in another way: kg show tells how",
}
_STAR["both"] = f"{_STAR['zh']} / {_STAR['en'][2:]}"
_EMPTY: dict[Lang, str] = {
    "zh": "各行均空、从略的列：",
    "en": "columns left out, empty in all rows: ",
    "both": "各行均空、从略的列 / columns left out, empty in all rows: ",
}
# The signs of nearly every cell; how wide they are needs no table of all signs.
_WIDE = "\u3000-\u3029\u4e00-\u9fff\uff01-\uff60"
_USUAL, _WIDES = re.compile(rf"[ -~·‘’“”–—…{_WIDE}]*"), re.compile(rf"[{_WIDE}]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class View(NamedTuple):
    """How rows are shown.

    Attributes:
        lang: of the labels.
        labels: table, md: labels instead of CURIEs; csv, tsv: a column `<name>Label` after each
            column that holds IRIs. The other formats have no labels.
        width: of the screen, in columns (table).
        order: columns by which the rows are sorted, if these are to be in the order of the text
            (table, md): of such a column, an IRI stands where it does in the text.
    """

    lang: Lang = "en"
    labels: bool = True
    width: int = 100
    order: Sequence[str] = ()


def render(result: Result, store: Store, how: str, view: View) -> str:
    """A result as text that ends with a line break.

    Args:
        result: what a query gave.
        store: where labels come from.
        how: one of FORMATS; `table` writes a graph as Turtle.
        view: language, labels, width.

    Raises:
        KGError: the format does not fit the kind of query.
    """
    if result.triples is not None:
        return _graph(result.triples, "ttl" if how == "table" else how)
    if how in _TRIPLES:
        raise KGError(f"{how} writes graphs: for CONSTRUCT and DESCRIBE", hint="try table or csv")
    lang = view.lang if view.labels else None
    if (text := formats.written(result, store, how, lang)) is not None:
        return text
    if result.boolean is not None:
        return f"{str(result.boolean).lower()}\n"
    answer = noted(result, store, lang, view.order)
    if how == "md":
        return markdown(answer.names, answer.cells) + _markdown_notes(answer)
    return text_table(answer.names, answer.cells, view.width) + _text_notes(answer, view.width)


def _graph(triples: Sequence[ox.Triple], how: str) -> str:
    if how not in _TRIPLES:
        raise KGError(f"{how} writes rows: for SELECT and ASK", hint="try ttl or nt")
    text = ox.serialize(triples, format=_TRIPLES[how], prefixes=table()) or b""
    if how == "nt":
        return text.decode()
    # The engine writes the whole table of prefixes, in any order, and indents by tabs.
    lines = text.decode().replace("\n\t", "\n    ").splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith("@prefix"))
    heads = sorted(line for line in lines if line.startswith("@prefix"))
    used = [head for head in heads if re.search(rf"(?<![\w-]){re.escape(head.split()[1])}", body)]
    return "".join([*used, "\n" if used else "", body])


# ---------------------------------------------------------------- rows for tools


def records(result: Result, store: Store, lang: Lang | None) -> list[dict[str, Any]]:
    """Rows as dicts of plain Python values, with `<name>Label` entries unless `lang` is None."""
    chosen = labelled(result, lang)
    names = widened(result.variables, {at: f"{result.variables[at]}Label" for at in chosen})
    return [
        dict(
            zip(
                names,
                widened(
                    [python(term) for term in row],
                    {at: label(store, row[at], lang or "en") for at in chosen},
                ),
                strict=True,
            )
        )
        for row in result.rows
    ]


def python(term: Node | None) -> Any:
    """A term as a plain Python value: IRIs and most literals as str, numbers as numbers."""
    if term is None:
        return None
    if isinstance(term, ox.Literal):
        convert = _PYTHON.get(term.datatype.value, str)
        try:
            return convert(term.value)
        except ValueError:  # a literal that is not of its datatype
            return term.value
    return term.value if isinstance(term, ox.NamedNode) else str(term)


# ---------------------------------------------------------------- rows for people


def shown(result: Result, store: Store, lang: Lang | None) -> list[list[str]]:
    """Rows as a reader sees them: labels for IRIs (CURIEs when `lang` is None)."""
    return [[_cell(term, store, lang) for term in row] for row in result.rows]


def _cell(term: Node | None, store: Store, lang: Lang | None) -> str:
    if not isinstance(term, ox.NamedNode):
        return "" if term is None else _CONTROL.sub(" ", value(term))
    return shrink(term.value) if lang is None else store.name(term, lang)


Note = tuple[str, list[str]]
"""A statement or measure as its CURIE, and its words: quote and translation, or title."""


class Noted(NamedTuple):
    """Rows for the screen, and below them the words of the statements and measures in them.

    The words stand in the order of the text, those of a measure after its title. A statement
    that can be read in another way has a star after its CURIE there.
    """

    names: Sequence[str]
    cells: Sequence[Sequence[str]]
    notes: Sequence[Note]
    remarks: Sequence[str] = ()  # what the star means, which columns are left out


def noted(result: Result, store: Store, lang: Lang | None, order: Sequence[str] = ()) -> Noted:
    """Rows in which statements and measures stand by their CURIE, with the words of each as a note.

    What a reader need not see is left out: a column that only repeats the words of a statement in
    its row, one that is empty in all rows, a row that says in the other language what another
    says in this one. When `lang` is None all is shown as it is, without notes.

    Args:
        result: rows.
        store: where labels and words come from.
        lang: of the labels.
        order: see `View`.
    """
    if lang is None:
        return Noted(result.variables, shown(result, store, None), [])
    rows = in_text_order(_spoken(result.rows, lang), store, [*map(result.variables.index, order)])
    words: dict[ox.NamedNode, list[str]] = {}
    for row in rows:
        for term in row:
            if isinstance(term, ox.NamedNode) and term not in words:
                words[term] = _words(term, store, lang)
    said = [
        {text for term in row if isinstance(term, ox.NamedNode) for text in words[term][:1]}
        for row in rows
    ]
    every = range(len(result.variables))
    empty = [at for at in every if rows and all(row[at] is None for row in rows)]
    repeats = {
        at
        for at in every
        if all(
            row[at] is None or (isinstance(row[at], ox.Literal) and python(row[at]) in texts)
            for row, texts in zip(rows, said, strict=True)
        )
    }
    kept = [at for at in every if not rows or at not in {*empty, *repeats}]
    cells = [
        [
            shrink(term.value)
            if isinstance(term, ox.NamedNode) and words[term]
            else _cell(term, store, lang)
            for term in (row[at] for at in kept)
        ]
        for row in rows
    ]
    named = sorted((one for one in words if words[one]), key=lambda one: position(store, one))
    starred = {one for one in named if store.objects(one, "sti:reading")}
    notes = [(shrink(one.value) + "*" * (one in starred), words[one]) for one in named]
    remarks = [_STAR[lang]] if starred else []
    if empty:
        remarks.append(_EMPTY[lang] + ", ".join(result.variables[at] for at in empty))
    return Noted([result.variables[at] for at in kept], cells, notes, remarks)


_Row = Sequence[Node | None]


def _spoken(rows: Sequence[_Row], lang: Lang) -> list[_Row]:
    """The rows without those that another row says in the language wanted."""
    if lang == "both":
        return list(rows)

    def bare(row: _Row) -> tuple[Any, ...]:
        return tuple(
            "text" if isinstance(term, ox.Literal) and term.language in ("zh", "en") else term
            for term in row
        )

    def foreign(row: _Row) -> bool:
        other = {"zh": "en", "en": "zh"}[lang]
        return any(isinstance(term, ox.Literal) and term.language == other for term in row)

    told = {bare(row) for row in rows if not foreign(row)}
    return [row for row in rows if not foreign(row) or bare(row) not in told]


def in_text_order(rows: Sequence[_Row], store: Store, order: Sequence[int]) -> list[_Row]:
    """Rows in the order of the text.

    Args:
        rows: sorted by the columns of `order`.
        store: where the places in the text are.
        order: numbers of columns; what is no IRI keeps its order there.
    """
    if not order or len(rows) < 2:
        return list(rows)
    at, *rest = order
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row[at])]
    if not any(isinstance(row[at], ox.Literal) for row in rows):
        first = ("", 0, 0)  # what is not there comes first, as in SPARQL
        groups.sort(key=lambda group: position(store, one) if (one := group[0][at]) else first)
    return [row for group in groups for row in in_text_order(group, store, rest)]


def _words(thing: ox.NamedNode, store: Store, lang: Lang) -> list[str]:
    """What a note says of a thing: a statement's words, a measure's title, else nothing."""
    quote = store.text(thing, ["sti:quote"], "zh")
    if quote:
        translation = None if lang == "zh" else store.own_label(thing, "en")
        return [quote, *([translation] if translation else [])]
    return [store.name(thing, lang)] if store.is_a(thing, "sti:Measure") else []


def _text_notes(answer: Noted, width: int) -> str:
    margin = max((columns(curie) for curie, _ in answer.notes), default=0) + len(_GAP)
    lines = [
        (pad(curie if first else "", margin) + line).rstrip()
        for curie, words in answer.notes
        for first, line in _lines(words, max(width - margin, _NARROWEST))
    ]
    lines += [line for remark in answer.remarks for line in wrap(remark, width)]
    return "".join(f"{line}\n" for line in ["", *lines]) if lines else ""


def _lines(words: Sequence[str], width: int) -> list[tuple[bool, str]]:
    lines = [line for text in words for line in wrap(text, width)]
    return [(at == 0, line) for at, line in enumerate(lines)]


def _markdown_notes(answer: Noted) -> str:
    lines = [f"- `{curie}` {' — '.join(words)}\n" for curie, words in answer.notes]
    for remark in answer.remarks:
        escaped = remark.replace("*", "\\*")
        lines.append(f"\n{escaped}\n" if lines else f"{escaped}\n")
    return "".join(["\n", *lines]) if lines else ""


def columns(text: str) -> int:
    """How many columns of the screen a text takes."""
    if _USUAL.fullmatch(text):
        return len(text) + len(_WIDES.findall(text))
    from wcwidth import wcswidth  # noqa: PLC0415 - 20 ms that nearly no answer needs

    return max(wcswidth(text), 0)


def pad(text: str, width: int) -> str:
    """`text` filled with spaces to `width` columns."""
    return text + " " * (width - columns(text))


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` columns (at least 2), Chinese between any two signs."""
    lines, line, room = [], "", width
    for piece in _PIECE.findall(_CONTROL.sub(" ", text)):
        while columns(piece.rstrip()) > room:
            if line:
                lines.append(line.rstrip())
                line, room = "", width
                continue
            fitting = 1  # a word longer than a line is cut
            while fitting < len(piece) and columns(piece[: fitting + 1]) <= width:
                fitting += 1
            lines.append(piece[:fitting])
            piece = piece[fitting:]  # noqa: PLW2901
        line += piece
        room = width - columns(line)
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _longest_piece(text: str) -> int:
    return max((columns(piece.rstrip()) for piece in _PIECE.findall(text)), default=0)


def _widths(natural: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """Widths that together fit into `room`: narrow columns as they are, wide ones share the rest.

    Args:
        natural: of each column if nothing is wrapped.
        least: of each column if no word is cut.
        room: in all.

    Returns:
        The widths, or None where that much room is not there.
    """
    best = list(least)
    for level in range(room + 1):  # no column is wider than the level, unless it has to be
        widths = [min(n, max(low, level)) for n, low in zip(natural, least, strict=True)]
        if sum(widths) > room:
            break
        best = widths
    return best if sum(best) <= room else None


def text_table(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Aligned columns, long cells wrapped; records, one line a cell, where the screen is narrow."""
    if not names:
        return ""
    cells = [list(names), *(list(row) for row in rows)]
    natural = [max(columns(row[at]) for row in cells) for at in range(len(names))]
    room = width - len(_GAP) * (len(names) - 1)
    least = [
        min(n, max(_NARROWEST, min(_LONGEST, max(_longest_piece(row[at]) for row in cells))))
        for at, n in enumerate(natural)
    ]
    widths = _widths(natural, least, room)
    if widths is None:
        return _records(names, rows, width)
    blocks = []
    for row in cells:
        parts = [wrap(cell, w) for cell, w in zip(row, widths, strict=True)]
        height = max(len(part) for part in parts)
        block = []
        for line in range(height):
            texts = (part[line] if line < len(part) else "" for part in parts)
            padded = [pad(text, w) for text, w in zip(texts, widths, strict=True)]
            block.append(_GAP.join(padded).rstrip())
        blocks.append(block)
    apart = "\n\n" if any(len(block) > 1 for block in blocks[1:]) else "\n"
    rule = _GAP.join("-" * w for w in widths)
    head = "\n".join([*blocks[0], rule])
    return "\n".join([head, apart.join("\n".join(block) for block in blocks[1:])]).rstrip() + "\n"


def _records(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    margin = max(columns(name) for name in names) + len(_GAP)
    out = []
    for row in rows:
        lines = []
        for name, cell in zip(names, row, strict=True):
            for at, line in enumerate(wrap(cell, max(width - margin, _NARROWEST))):
                lines.append((pad(name if at == 0 else "", margin) + line).rstrip())
        out.append("\n".join(lines))
    return "\n\n".join(out) + "\n"


def markdown(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A pipe table."""
    lines = [names, ["---"] * len(names), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


class Told(NamedTuple):
    """What is told with rows.

    Attributes:
        notes: what a reader has to know of the answer: what the rows mean, what parameters
            stand for, what may be wrong with the query.
        why: why there is no row, as far as that is known; "" where there are rows.
        order: see `View`.
    """

    notes: Sequence[str] = ()
    why: str = ""
    order: Sequence[str] = ()


class Rows(list[dict[str, Any]]):
    """An answer as a list of dicts: IRIs as str, with `<name>Label` beside each.

    An ASK gives one row, {"answer": True}, or none.

    Attributes:
        columns: the names, in order.
        notes: what is told of it, see `Told`.
        why: why there is no row.
        text: the answer as a table for the screen, with the notes.
    """

    def __init__(self, result: Result, store: Store, lang: Lang, told: Told | None = None) -> None:
        told = told or Told()
        if result.triples is not None:
            names = ("subject", "predicate", "object")
            rows = tuple((t.subject, t.predicate, t.object) for t in result.triples)
            result = Result(names, rows)
        elif result.boolean is not None:
            result = Result(("answer",), ((ox.Literal(True),),) if result.boolean else ())
        super().__init__(records(result, store, lang))
        self.columns: list[str] = list(self[0]) if self else list(result.variables)
        self.why, self.notes = told.why, list(told.notes)
        self._noted = noted(result, store, lang, told.order)

    @property
    def text(self) -> str:
        """The answer as a table of 100 columns."""
        table = text_table(self._noted.names, self._noted.cells, 100) + _text_notes(
            self._noted, 100
        )
        told = [line for note in self.notes for line in wrap(note, 100)]
        return table + "".join(f"{line}\n" for line in ["", *told] if told)

    def __str__(self) -> str:
        """The same as `text`."""
        return self.text

    def _repr_html_(self) -> str:
        """The answer as a table in a notebook."""
        from html import escape  # noqa: PLC0415

        names, rows, notes, remarks = self._noted
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows
        )
        words = "".join(
            f"<p><code>{escape(curie)}</code> {escape(' — '.join(said))}</p>\n"
            for curie, said in notes
        )
        words += "".join(f"<p>{escape(line)}</p>\n" for line in [*remarks, *self.notes])
        return (
            f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{words}"
        )

    def to_dataframe(self) -> "pd.DataFrame":
        """The answer as a pandas DataFrame.

        Raises:
            ImportError: pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415
        except ImportError:
            raise ImportError("pandas is not installed: pip install pandas") from None
        return pd.DataFrame(list(self), columns=self.columns)
