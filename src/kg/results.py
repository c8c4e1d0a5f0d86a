"""Results as text: a table for people, and the formats that other tools read."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import groupby, zip_longest
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg import formats
from kg.errors import KGError
from kg.formats import label, labelled, value, widened
from kg.place import Places
from kg.prefixes import shrink, table
from kg.statement import Statement
from kg.store import Lang, Node, Result, Store

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
_HIGHEST = 12  # lines of a cell that a table is fitted for
# Where a line may end: after a word and its space, or after any one wide character together
# with the punctuation that must not begin a line.
_PIECE = re.compile(r"[!-~\u00a0-\u02af]+ ?|\s+|[“‘《（【]*.[，。、；：！？”’》）】]*", re.DOTALL)
STAR: dict[Lang, str] = {
    "zh": "* 可作另一种读法，见 kg show",
    "en": "* can be read in another way: kg show tells how",
}
STAR["both"] = f"{STAR['zh']} / {STAR['en'][2:]}"
_EMPTY: dict[Lang, str] = {
    "zh": "各行均空、从略的列：",
    "en": "columns left out, empty in all rows: ",
    "both": "各行均空、从略的列 / columns left out, empty in all rows: ",
}
_BELOW: dict[Lang, str] = {
    "zh": "移到表下、与陈述并列的列：",
    "en": "columns whose words stand below the table, beside their statement: ",
}
_BELOW["both"] = f"{_BELOW['zh'][:-1]} / {_BELOW['en']}"
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
    return text_table(answer.names, answer.cells, view.width) + text_notes(answer, view.width)


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
    remarks: Sequence[str] = ()  # what the star means, which columns are left out or below


class Laid(NamedTuple):
    """Rows laid out for a reader, still as terms.

    Attributes:
        names: of the columns that are kept.
        rows: their terms, in the order of the text.
        words: what a note says of each thing in the rows, see `Note`, in the order of the text;
            then [] for those of which it says nothing.
        starred: statements that can be read in another way.
        empty: names of the columns that are left out since they are empty in all rows.
        below: names of those that are left out since the words of each statement say the same.
    """

    names: Sequence[str]
    rows: Sequence[Sequence[Node | None]]
    words: dict[ox.NamedNode, list[str]]
    starred: set[ox.NamedNode]
    empty: Sequence[str]
    below: Sequence[str]


def laid(result: Result, store: Store, lang: Lang, order: Sequence[str] = ()) -> Laid:
    """Rows in the order of the text, without what a reader need not see.

    That is a column that only repeats the words of a statement in its row, one that is empty in
    all rows, one that says in the other language what another says in this one.

    Args:
        result: rows.
        store: where words come from.
        lang: of the reader.
        order: see `View`.
    """
    places = Places(store)
    places.read(term for row in result.rows for term in row)
    by = [*map(result.variables.index, order)]
    met = Counter(row[at] for row in result.rows for at in by)
    places.read_inside(one for one, times in met.items() if times > 1 and places.is_own(one))
    rows = in_text_order(result.rows, places, by)
    things = {term: None for row in rows for term in row if isinstance(term, ox.NamedNode)}
    quotes = {one: store.text(one, ["sti:quote"], "zh") for one in things}
    words = {one: _words(one, quote, store, lang) for one, quote in quotes.items()}
    told = sorted((one for one in things if words[one]), key=places.of)
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
    dropped = {*empty, *repeats} if rows else set()
    dropped |= _other_language(result.variables, lang)
    kept = [at for at in every if at not in dropped]
    return Laid(
        [result.variables[at] for at in kept],
        [[row[at] for at in kept] for row in rows],
        {one: words[one] for one in [*told, *things]},
        _doubted(store, [one for one in told if quotes[one]]),
        [result.variables[at] for at in empty],
        [result.variables[at] for at in sorted(repeats.difference(empty))] if rows else [],
    )


def noted(result: Result, store: Store, lang: Lang | None, order: Sequence[str] = ()) -> Noted:
    """Rows in which statements and measures stand by their CURIE, with the words of each as a note.

    What a reader need not see is left out, see `laid`. When `lang` is None all is shown as it is,
    without notes.

    Args:
        result: rows.
        store: where labels and words come from.
        lang: of the labels.
        order: see `View`.
    """
    if lang is None:
        return Noted(result.variables, shown(result, store, None), [])
    found = laid(result, store, lang, order)
    cells = [
        [
            shrink(term.value)
            if isinstance(term, ox.NamedNode) and found.words[term]
            else _cell(term, store, lang)
            for term in row
        ]
        for row in found.rows
    ]
    named = [one for one in found.words if found.words[one]]
    notes = [(shrink(one.value) + "*" * (one in found.starred), found.words[one]) for one in named]
    remarks = [STAR[lang]] if found.starred else []
    if found.empty:
        remarks.append(_EMPTY[lang] + ", ".join(found.empty))
    if found.below and not order:  # who asks a question has not chosen its columns
        remarks.append(_BELOW[lang] + ", ".join(found.below))
    return Noted(found.names, cells, notes, remarks)


_Row = Sequence[Node | None]


def _other_language(names: Sequence[str], lang: Lang) -> set[int]:
    """The columns of which there is one in each language (reasonZh, reasonEn): the other one."""
    other = {"zh": ("En", "Zh"), "en": ("Zh", "En")}.get(lang)
    if not other:
        return set()
    return {
        at
        for at, name in enumerate(names)
        if name.endswith(other[0]) and name.removesuffix(other[0]) + other[1] in names
    }


def in_text_order(
    rows: Sequence[_Row], places: Places, order: Sequence[int], inside: Node | None = None
) -> list[_Row]:
    """Rows in the order of the text.

    Args:
        rows: sorted by the columns of `order`.
        places: of the graph that they are from.
        order: numbers of columns; what is no IRI keeps its order there.
        inside: the statement that all rows are of, if they are.
    """
    if not order or len(rows) < 2:
        return list(rows)
    at, *rest = order
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row[at])]
    if not any(isinstance(row[at], ox.Literal) for row in rows):
        first = ("", 0, 0)  # what is not there comes first, as in SPARQL
        groups.sort(key=lambda group: places.of(one, inside) if (one := group[0][at]) else first)
    out = []
    for group in groups:
        here = group[0][at]
        said = len(group) > 1 and places.says(here)
        out += in_text_order(group, places, rest, here if said else inside)
    return out


def _doubted(store: Store, statements: Sequence[ox.NamedNode]) -> set[ox.NamedNode]:
    """Those that can be read in another way: few, so asking for all at once is quicker."""
    iris = " ".join(map(str, statements))
    asked = f"SELECT DISTINCT ?one WHERE {{ VALUES ?one {{ {iris} }} ?one sti:reading ?reading }}"
    rows = store.answer(asked).rows if iris else ()
    return {one for (one,) in rows if isinstance(one, ox.NamedNode)}


def _words(thing: ox.NamedNode, quote: str | None, store: Store, lang: Lang) -> list[str]:
    """What a note says of a thing: a statement's words, a measure's title, else nothing."""
    if quote:
        # A translation tells in brackets what is carried over.
        before = Statement(store, thing).carried if lang != "en" else None
        english = Statement(store, thing).translation if lang != "zh" else ""
        carried = f"（承前：{before.quote}）" if before else None
        return [quote, *(text for text in (carried, english) if text)]
    return [store.name(thing, lang)] if store.is_a(thing, "sti:Measure") else []


def text_notes(answer: Noted, width: int) -> str:
    """The words and remarks below a table, after an empty line; "" where there are none."""
    margin = max((columns(curie) for curie, _ in answer.notes), default=0) + len(_GAP)
    lines = []
    for curie, words in answer.notes:
        head = pad(curie, margin)
        for text in words:
            for line in wrap(text, max(width - margin, _NARROWEST)):
                lines.append((head + line).rstrip())
                head = " " * margin
    lines += [line for remark in answer.remarks for line in wrap(remark, width)]
    return "".join(f"{line}\n" for line in ["", *lines]) if lines else ""


def _markdown_notes(answer: Noted) -> str:
    lines = [f"- `{curie}` {' — '.join(words)}\n" for curie, words in answer.notes]
    for remark in answer.remarks:
        escaped = remark.replace("*", "\\*")
        lines.append(f"\n{escaped}\n" if lines else f"{escaped}\n")
    return "".join(["\n", *lines]) if lines else ""


@lru_cache(10_000)  # cells repeat
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
    if _USUAL.fullmatch(text) and columns(text) <= width:
        return [text.rstrip()]
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
    return max((columns(piece.rstrip()) for piece in {*_PIECE.findall(text)}), default=0)


def _widths(cells: Sequence[Sequence[int]], least: Sequence[int], room: int) -> list[int] | None:
    """The widths of columns that together fit into `room` and make the rows least high.

    Args:
        cells: row by row, how wide each cell is if nothing is wrapped.
        least: of each column if no word is cut.
        room: in all.

    Returns:
        The widths, or None where that much room is not there.
    """
    if sum(least) > room:
        return None
    natural = [max(column) for column in zip(*cells, strict=True)]

    def filled(base: Sequence[int]) -> list[int]:
        """What is left goes to the narrow columns first, to none more than it needs."""
        best = list(base)
        for level in range(room + 1):
            widths = [min(n, max(b, level)) for n, b in zip(natural, base, strict=True)]
            if sum(widths) > room:
                break
            best = widths
        return best

    def height(widths: Sequence[int]) -> int:
        return sum(max(-(-c // w) for c, w in zip(row, widths, strict=True)) for row in cells)

    # Either no cell is higher than so many lines, or all columns are as wide as each other.
    bases = [
        [max(low, -(-n // lines)) for n, low in zip(natural, least, strict=True)]
        for lines in range(1, _HIGHEST)
    ]
    candidates = [filled(base) for base in [least, *bases] if sum(base) <= room]
    return min(candidates, key=height)


def text_table(names: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Aligned columns, long cells wrapped; records, one line a cell, where the screen is narrow."""
    if not names:
        return ""
    cells = [list(names), *(list(row) for row in rows)]
    wide = [[columns(cell) for cell in row] for row in cells]
    room = width - len(_GAP) * (len(names) - 1)
    least = [
        min(max(row[at] for row in wide), max(_NARROWEST, min(_LONGEST, longest)))
        for at, longest in enumerate(
            max(map(_longest_piece, {row[at] for row in cells})) for at in range(len(names))
        )
    ]
    widths = _widths(wide, least, room)
    if widths is None:
        return _records(names, rows, width)
    blocks = []
    for row in cells:
        parts = [wrap(cell, w) for cell, w in zip(row, widths, strict=True)]
        block = []
        for texts in zip_longest(*parts, fillvalue=""):
            padded = map(pad, texts, widths)
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
