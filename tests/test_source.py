"""The marked source: every character is there, each statement beside its words."""

from pathlib import Path

import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KGError
from kg.house import House
from kg.source import Style, marked, segments
from kg.statement import Statement

STORE = tiny.store()


@pytest.fixture
def house(tmp_path: Path) -> House:
    folder = tmp_path / "documents" / "tiny"
    folder.mkdir(parents=True)
    (folder / "source.txt").write_text(tiny.TEXT, encoding="utf-8", newline="")
    return House(tmp_path)


def test_a_measure(house: House) -> None:
    assert marked(STORE, house, "m:2-1", Style("zh")) == (
        "## sec:q1-1 · m:2-1 · 建立机制\n"
        "              答：一是\n"
        "p:1           建立机制。\n"
        "p:1-a         科技部会同有关部门建立机制，\n"
        "p:1-b*        鼓励企业、大学等开展合作，\n"
        "p:1-c         形成合力。\n"
        "\n"
        "* 可作另一种读法，见 kg show\n"
    )


@pytest.mark.parametrize("what", ["建立机制", "Build a mechanism", "p:1-b", "sec:q1-1", "2-1"])
def test_named_in_other_ways(house: House, what: str) -> None:
    assert marked(STORE, house, what, Style("zh")) == marked(STORE, house, "m:2-1", Style("zh"))


def test_all_of_it_in_order(house: House) -> None:
    page = marked(STORE, house, None, Style("zh"))
    body = [line[14:] for line in page.splitlines() if not line.startswith(("##", "*"))]
    assert "".join(body) == "".join(tiny.TEXT.split())
    assert marked(STORE, house, "doc:tiny", Style("zh")) == page


def test_translations_brackets_and_colour(house: House) -> None:
    page = marked(STORE, house, "m:2-1", Style("en"))
    assert "              = encourage enterprises, universities and others\n" in page
    assert "[科技部]会同" in marked(STORE, house, "m:2-1", Style("zh", brackets=True))
    assert "\033[4m科技部\033[0m会同" in marked(STORE, house, "m:2-1", Style("zh", colour=True))


def test_bad_names_and_another_text(house: House) -> None:
    for what in ("xyz", "org:most"):
        with pytest.raises(KGError):
            marked(STORE, house, what, Style())
    (house.documents()[0].source).write_text("其他文字" * 30, encoding="utf-8")
    with pytest.raises(KGError, match="not the one that the graph was built from"):
        marked(STORE, house, None, Style())


class At(Statement):
    """A statement at a given place."""

    def __init__(self, *place: int) -> None:
        self.__dict__["span"] = place


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=6))
def test_segments_cover_once_and_know_what_they_lie_in(places: list[tuple[int, int]]) -> None:
    known = [At(start, start + length) for start, length in places]
    found = segments(5, 25, list(known))
    assert [at for one in found for at in range(one.start, one.end)] == list(range(5, 25))
    for one in found:
        for at in range(one.start, one.end):
            inside = [it for it in known if it.span[0] <= at < it.span[1]]
            assert [id(it) for it in one.statements] == [id(it) for it in inside]
