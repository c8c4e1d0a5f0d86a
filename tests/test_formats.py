"""Rows for tools; what each format holds is told by the tests of kg.results."""

import csv
import io

import pyoxigraph as ox
import tiny
from hypothesis import given
from hypothesis import strategies as st

from kg.formats import written
from kg.store import Result

STORE = tiny.store()


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_csv_is_read_as_it_was(cells: list[tuple[str, str]]) -> None:
    """Two columns and one; only a cell in a column of its own can be an empty line."""
    try:
        rows = tuple((ox.Literal(one), ox.Literal(other)) for one, other in cells)
    except (ValueError, UnicodeEncodeError):  # a lone surrogate is no text
        return
    for width in (1, 2):
        result = Result(("a", "b")[:width], tuple(row[:width] for row in rows))
        text = written(result, STORE, "csv", None) or ""
        again = list(csv.reader(io.StringIO(text, newline="")))
        assert again == [list(result.variables), *(list(row[:width]) for row in cells)]


def test_csv_quotes_only_what_must_be() -> None:
    result = Result(("a", "b"), ((ox.Literal('x"y'), None), (ox.Literal("x, y"), ox.Literal("z"))))
    assert written(result, STORE, "csv", None) == 'a,b\n"x""y",\n"x, y",z\n'


def test_tsv_knows_only_one_end_of_line() -> None:
    result = Result(("a",), ((ox.Literal("a\u2028b\x85c"),),))
    assert written(result, STORE, "tsv", "en") == '?a\n"a\u2028b\x85c"\n'


def test_others_are_left_to_results() -> None:
    assert written(STORE.query("ASK {}"), STORE, "csv", None) is None
    assert written(STORE.query("DESCRIBE org:most"), STORE, "json", None) is None
    assert written(Result(("a",)), STORE, "md", None) is None
