"""Tests of kg.text."""

from hypothesis import given
from hypothesis import strategies as st

from kg.text import Span, line_of, longest_first, nearest, occurrences, short

ALPHABET = st.text(alphabet="科技保险", max_size=40)


def test_occurrences_overlap_and_keep_within() -> None:
    """Overlapping places count; a place that reaches out of the stretch does not."""
    assert occurrences("aaaa", "aa") == [(0, 2), (1, 3), (2, 4)]
    assert occurrences("aaaa", "aa", Span(1, 3)) == [(1, 3)]
    assert occurrences("aaaa", "") == []


def test_offsets_are_code_points() -> None:
    """A character outside the basic plane is one, as in the file."""
    assert occurrences("𠀀科技", "科技") == [(1, 3)]


def test_nearest() -> None:
    """A changed word is found again; something quite different is not forced."""
    text = "鼓励保险机构开发产品。支持企业投保。"
    whole = [Span(0, len(text))]
    assert nearest(text, "鼓励保险公司开发产品", whole) == "鼓励保险机构开发产品"
    assert nearest(text, "鼓励保险机构开发新产品", whole) == "鼓励保险机构开发产品"
    assert nearest(text, "支持企业参保", [Span(0, 10)]) == ""
    assert nearest("", "支持", [Span(0, 0)]) == ""
    assert nearest(text, "完全不同的话语而且很长很长很长很长很长很长很长", whole) == ""


def test_longest_first() -> None:
    """The longest form wins, of equals the leftmost."""
    found = longest_first("科技保险产品科技", ["科技", "科技保险", "保险产品", "产品"])
    assert list(found) == [((0, 4), "科技保险"), ((4, 6), "产品"), ((6, 8), "科技")]


@given(ALPHABET, st.lists(ALPHABET.filter(bool), max_size=6))
def test_chosen_places_hold_their_form_and_do_not_overlap(text: str, forms: list[str]) -> None:
    """Every place holds what it says; no two share a character; no form is left over."""
    found = list(longest_first(text, forms))
    taken = [at for span, _ in found for at in range(*span)]
    assert len(taken) == len(set(taken))
    assert all(text[slice(*span)] == form for span, form in found)
    for form in forms:
        assert all(set(range(*span)) & set(taken) for span in occurrences(text, form))


def test_lines_and_labels() -> None:
    """Lines count from 1; a label is cut to its length."""
    assert [line_of("a\nb", offset) for offset in (0, 1, 2)] == [1, 1, 2]
    assert short("一二三四", 3) == "一二…"
    assert short("一二三", 3) == "一二三"
