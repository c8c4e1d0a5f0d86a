"""Results as text: a table for people, and the formats that other tools read."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg import formats
from kg.errors import KGError
from kg.formats import label, labelled, value, widened
from kg.prefixes import shrink, table
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
    """

    lang: Lang = "en"
    labels: bool = True
    width: int = 100


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
    answer = noted(result, store, lang)
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

    A statement that can be read in another way has a star after its CURIE in the notes.
    """

    names: Sequence[str]
    cells: Sequence[Sequence[str]]
    notes: Sequence[Note]
    star: str = ""  # what the star means; "" where there is none


def noted(result: Result, store: Store, lang: Lang | None) -> Noted:
    """Rows in which statements and measures stand by their CURIE, with the words of each as a note.

    A column that only repeats the words of a statement in its row is left out: the notes have
    them. When `lang` is None all is shown as it is, without notes.
    """
    if lang is None:
        return Noted(result.variables, shown(result, store, None), [])
    words: dict[ox.NamedNode, list[str]] = {}
    for row in result.rows:
        for term in row:
            if isinstance(term, ox.NamedNode) and term not in words:
                words[term] = _words(term, store, lang)
    said = [
        {text for term in row if isinstance(term, ox.NamedNode) for text in words[term][:1]}
        for row in result.rows
    ]
    repeats = {
        at
        for at in range(len(result.variables))
        if any(row[at] is not None for row in result.rows)
        and all(
            row[at] is None or (isinstance(row[at], ox.Literal) and python(row[at]) in texts)
            for row, texts in zip(result.rows, said, strict=True)
        )
    }
    kept = [at for at in range(len(result.variables)) if at not in repeats]
    cells = [
        [
            shrink(term.value)
            if isinstance(term, ox.NamedNode) and words[term]
            else _cell(term, store, lang)
            for term in (row[at] for at in kept)
        ]
        for row in result.rows
    ]
    starred = {term for term in words if words[term] and store.objects(term, "sti:reading")}
    notes = [
        (shrink(term.value) + "*" * (term in starred), texts)
        for term, texts in words.items()
        if texts
    ]
    names = [result.variables[at] for at in kept]
    return Noted(names, cells, notes, _STAR[lang] if starred else "")


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
    lines += [answer.star] if answer.star else []
    return "".join(f"{line}\n" for line in ["", *lines]) if lines else ""


def _lines(words: Sequence[str], width: int) -> list[tuple[bool, str]]:
    lines = [line for text in words for line in wrap(text, width)]
    return [(at == 0, line) for at, line in enumerate(lines)]


def _markdown_notes(answer: Noted) -> str:
    lines = [f"- `{curie}` {' — '.join(words)}\n" for curie, words in answer.notes]
    lines += [f"\n\\{answer.star}\n"] if answer.star else []
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
    widths = list(least)
    open_ = set(range(len(natural)))
    while open_:
        rest = room - sum(widths[at] for at in range(len(natural)) if at not in open_)
        share = rest // len(open_)
        # A column that needs less than its share, or cannot do with it, is settled first.
        settled = {at for at in open_ if least[at] > share} or {
            at for at in open_ if natural[at] <= share
        }
        for at in settled or open_:
            widths[at] = min(natural[at], max(share, least[at]))
        open_ -= settled or set(open_)
    return widths if sum(widths) <= room else None


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


class Rows(list[dict[str, Any]]):
    """An answer as a list of dicts: IRIs as str, with `<name>Label` beside each.

    An ASK gives one row, {"answer": True}, or none.

    Attributes:
        columns: the names, in order.
        text: the answer as a table for the screen.
    """

    def __init__(self, result: Result, store: Store, lang: Lang) -> None:
        if result.triples is not None:
            names = ("subject", "predicate", "object")
            rows = tuple((t.subject, t.predicate, t.object) for t in result.triples)
            result = Result(names, rows)
        elif result.boolean is not None:
            result = Result(("answer",), ((ox.Literal(True),),) if result.boolean else ())
        super().__init__(records(result, store, lang))
        self.columns: list[str] = list(self[0]) if self else list(result.variables)
        self._noted = noted(result, store, lang)

    @property
    def text(self) -> str:
        """The answer as a table of 100 columns."""
        return text_table(self._noted.names, self._noted.cells, 100) + _text_notes(self._noted, 100)

    def __str__(self) -> str:
        """The same as `text`."""
        return self.text

    def _repr_html_(self) -> str:
        """The answer as a table in a notebook."""
        from html import escape  # noqa: PLC0415

        names, rows, notes, star = self._noted
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows
        )
        words = "".join(
            f"<p><code>{escape(curie)}</code> {escape(' — '.join(said))}</p>\n"
            for curie, said in notes
        )
        words += f"<p>{escape(star)}</p>\n" if star else ""
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
