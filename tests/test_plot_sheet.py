"""The sheet that pictures are drawn on: nothing overlaps or turns to boxes; the bytes are the same.

What needs the font is marked full.
"""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from pictures import HEAD, LANGS, PICTURES, ROOT, SHOWN, every, guide, house_with

from kg import plot
from kg.assembly import Assembly
from kg.errors import KGError
from kg.house import House
from kg.plot import canvas
from kg.plot.canvas import Canvas, Style, Words
from kg.plot.flow import rising
from kg.prefixes import expand
from kg.store import Lang, Store

needs_font = pytest.mark.full


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


# ---------------------------------------------------------------- layout


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("支持“走出去”，", ["支", "持", "“走", "出", "去”，"]),
        ("首台（套）综合", ["首", "台", "（套）", "综", "合"]),
        ("built into “first-launch sites”.", ["built", " into", " “first-launch", " sites”."]),
        ("用AI技术", ["用", "AI", "技", "术"]),
        ("《意见》（略）", ["《意", "见》", "（略）"]),
        ("— （", ["—", " （"]),
    ],
)
def test_no_line_breaks_where_none_may(text: str, pieces: list[str]) -> None:
    assert canvas.pieces(text) == pieces
    assert "".join(pieces) == text


@pytest.mark.parametrize(
    ("values", "nearest"),
    [([1, 2, 3], [1, 2, 3]), ([3, 1], [2, 2]), ([5, 1, 3, 9], [3, 3, 3, 9]), ([], [])],
)
def test_rising(values: list[float], nearest: list[float]) -> None:
    assert rising(values) == nearest


# ---------------------------------------------------------------- the sheet, with the font


Box = tuple[str, float, float, float, float]


def boxes(page: Any) -> list[Box]:
    """Every text and every sign of a page, with its edges in points."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.patches import PathPatch
    from matplotlib.text import Text

    found = []
    with mpl.rc_context(canvas.SETTINGS):
        renderer = FigureCanvasAgg(page).get_renderer()
        for artist in page.axes[0].get_children():
            if isinstance(artist, Text) and artist.get_text():
                name = artist.get_text()
            elif isinstance(artist, PathPatch) and artist.get_zorder() == canvas.SIGNS:
                name = "a sign"
            else:
                continue
            found.append((name, *map(float, artist.get_window_extent(renderer).extents)))
    return found


def clashes(page: Any) -> list[str]:
    """Texts and signs that overlap each other or leave the page."""
    found = boxes(page)
    width, height = page.bbox.width, page.bbox.height
    told = [
        f"{name} leaves the page"
        for name, left, low, right, high in found
        if left < 0 or low < 0 or right > width or high > height
    ]
    for (one, *a), (other, *b) in combinations(found, 2):
        wide = min(a[2], b[2]) - max(a[0], b[0])
        high = min(a[3], b[3]) - max(a[1], b[1])
        if min(wide, high) > 0.1:
            told.append(f"{one} overlaps {other}")
    return told


def spilt(page: Any) -> list[str]:
    """Texts that begin in a shaded box and do not end in it."""
    from matplotlib.patches import Rectangle

    shades = [
        artist.get_window_extent().extents
        for artist in page.axes[0].get_children()
        if isinstance(artist, Rectangle) and artist.get_zorder() == 0
    ]
    return [
        name
        for name, left, low, right, high in boxes(page)
        for x0, y0, x1, y1 in shades
        if x0 <= left < x1 and y0 <= (low + high) / 2 <= y1 and right > x1
    ]


def lacking(page: Any) -> set[str]:
    """Characters that the font draws as boxes, or that were replaced."""
    font = canvas._font(bold=False)
    letters = {char for name, *_ in boxes(page) for char in name}
    return {
        char for char in letters if char == canvas.UNKNOWN or not font.get_char_index(ord(char))
    }


@needs_font
@every
@pytest.mark.parametrize("lang", LANGS)
def test_nothing_overlaps_and_nothing_turns_to_boxes(
    name: str, lang: Lang, graph: Store, house: House
) -> None:
    drawing = plot.draw(graph, plot.read(house, name), lang)
    assert len(boxes(drawing.page)) > 20
    assert clashes(drawing.page) == []
    assert spilt(drawing.page) == []
    assert lacking(drawing.page) == set()
    assert drawing.replaced == 0


@needs_font
@pytest.mark.parametrize("thing", ["kind:insurer", "kind:tech-enterprise", "interest:patent"])
def test_long_paths_fit_too(thing: str, graph: Store, house: House) -> None:
    for lang in LANGS:
        page = plot.draw(graph, plot.read(house, "path"), lang, {"thing": thing}).page
        assert (clashes(page), spilt(page), lacking(page)) == ([], [], set())


@needs_font
@pytest.mark.parametrize("name", ["coverage", "responsibility"])
def test_without_wrapping_the_measure_finds_overlaps(
    name: str, graph: Store, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canvas, "_broken", lambda parts, *_: [("".join(parts), 1.0)])
    page = plot.draw(graph, plot.read(house, name), "en").page
    assert any("overlaps" in one for one in clashes(page))
    assert any("leaves the page" in one for one in clashes(page))


@needs_font
def test_what_is_wrong_with_a_sheet_is_found() -> None:
    sheet = Canvas()
    line = canvas.wrap([Words("保险机构 😀 عربي", "zh")], 200)
    sheet.text(line, 20, 20)
    page = sheet.figure(200, 60)
    assert (clashes(page), lacking(page), sheet.replaced) == ([], {canvas.UNKNOWN}, 5)
    sheet = Canvas()
    sheet.box(10, 10, 30, 20, canvas.SHADE)
    sheet.text(canvas.wrap([Words("保险机构", "zh")], 200), 12, 12)
    sheet.sign("●", 30, 20, 8, canvas.INK)
    page = sheet.figure(200, 60)
    assert (spilt(page), clashes(page)) == (["保险机构"], ["保险机构 overlaps a sign"])


@needs_font
def test_text_is_measured_as_it_is_drawn(graph: Store, house: House) -> None:
    sheet = Canvas()
    texts = [("支持“走出去”（略）", "zh"), ("Support going global (in short)", "en")]
    for at, (text, lang) in enumerate(texts):
        sheet.text(canvas.wrap([Words(text, lang)], 500, Style(9)), 10, 10 + 20 * at)
    for (text, lang), (_, left, _, right, _) in zip(
        texts, boxes(sheet.figure(500, 60)), strict=True
    ):
        assert canvas.measure(text, lang, Style(9)) == pytest.approx(right - left, abs=1)


@needs_font
def test_lines_are_even_and_no_longer_than_allowed() -> None:
    text = "encourage insurance institutions to develop diversified cyber insurance products"
    block = canvas.wrap([Words(text, "en")], 140)
    assert " ".join(line.text.strip() for line in block.lines) == text
    assert all(line.width <= 140 for line in block.lines)
    assert len(block.lines) == 3
    even = canvas.wrap([Words("技" * 25, "zh")], 86)
    assert [len(line.text) for line in even.lines] == [9, 9, 7]  # and not 10, 10, 5
    (one,) = canvas.wrap([Words("技" * 2_000, "zh")], 100_000).lines
    assert len(one.text) == canvas.LONGEST
    assert one.text.endswith("…")


HOSTILE = (
    '技术"&<script>alert(1)</script>]]>--> $x^2$ \\frac {0} %s\n\t\x00\x1b[31m \u202eعربي\u202c '
    + "长" * 10_000
)


@needs_font
@every
def test_hostile_labels_stay_text(
    name: str, assembly: Assembly, house: House, tmp_path: Path
) -> None:
    """Every label is a bad one: the file is still XML, and nothing of it is markup."""
    label = ox.NamedNode(expand("skos:prefLabel"))
    tail = [ox.Literal(HOSTILE + lang, language=lang) for lang in ("zh", "en")]
    things = {q.subject for q in assembly.store if q.predicate == label}
    kept = [
        q for q in assembly.store
        if q.predicate != label or not isinstance(q.subject, ox.NamedNode)
        or "/kind/" not in q.subject.value
    ]  # fmt: skip
    kept += [
        ox.Quad(thing, label, text, ox.NamedNode(expand("graph:vocabulary")))
        for thing in things
        if isinstance(thing, ox.NamedNode) and "/kind/" in thing.value
        for text in tail
    ]
    drawing = plot.draw(Store(kept), plot.read(house, name), "en")
    out = tmp_path / "bad.svg"
    plot.save(drawing, out, "svg")
    text = out.read_text("utf-8")
    tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(text).iter()}
    assert not tags & {"script", "image", "a", "text", "foreignObject"}
    assert "<script" not in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    if name in ("coverage", "responsibility", "actors-by-force"):
        assert drawing.replaced > 0
        assert clashes(drawing.page) == []


@needs_font
def test_bitmaps_have_two_dots_a_point(graph: Store, house: House, tmp_path: Path) -> None:
    drawing = plot.draw(graph, plot.read(house, "tree"), "zh")
    plot.save(drawing, tmp_path / "a.png", "png")
    head = (tmp_path / "a.png").read_bytes()[:24]
    width = int.from_bytes(head[16:20], "big")
    assert head[1:4] == b"PNG"
    assert width == pytest.approx(2 * drawing.page.bbox.width, abs=1)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]  # nothing is left aside


@needs_font
def test_files_that_cannot_be_written(graph: Store, house: House, tmp_path: Path) -> None:
    drawing = plot.draw(graph, plot.read(house, "path"), "zh")
    with pytest.raises(KGError, match="svg or png, not gif"):
        plot.save(drawing, tmp_path / "a.gif", "gif")
    (tmp_path / "file").touch()
    with pytest.raises(KGError, match="cannot be written"):
        plot.save(drawing, tmp_path / "file" / "a.svg", "svg")


@needs_font
@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?column ?from { }", r"selects no \?to"),
        ("SELECT ?column ?from ?to { FILTER(false) }", "has nothing to show"),
        ("SELECT ?column ?from ?to { VALUES (?column ?from) { (3 <urn:a>) } }", "into column 3"),
        ("SELECT ?column ?from ?to { VALUES (?column ?to) { (1 <urn:a>) } }", r"without \?from"),
        ('SELECT ?column ?from ?to ?mark { VALUES (?column ?from ?mark) { (1 <urn:a> "x") } }',
         "has no mark 'x'"),
    ],
)  # fmt: skip
def test_queries_that_cannot_be_drawn(
    query: str, message: str, tmp_path: Path, graph: Store
) -> None:
    text = HEAD[: HEAD.index("SELECT")] + query
    with pytest.raises(KGError, match=message):
        plot.draw(graph, plot.read(house_with(tmp_path, text), "mine"), "en")


@needs_font
def test_a_matrix_without_rows_is_told(graph: Store, house: House) -> None:
    with pytest.raises(KGError, match="nothing to show"):
        plot.draw(graph, plot.read(house, "coverage"), "zh", {"kind": "sti:Measure"})


def run_all(folder: Path, lang: str, form: str, seed: str) -> dict[str, bytes]:
    """What `kg plot --all` writes in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "kg", "plot", "--all", "--lang", lang, "-f", form, "-o", folder],
        env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=False,
        encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@needs_font
@pytest.mark.parametrize(("lang", "form"), [("zh", "svg"), ("en", "svg"), ("zh", "png")])
def test_the_same_bytes_under_two_hash_seeds(tmp_path: Path, lang: str, form: str) -> None:
    one, other = (run_all(tmp_path / seed, lang, form, seed) for seed in ("1", "2"))
    assert sorted(one) == [f"{name}.{lang}.{form}" for name in PICTURES]
    assert one == other
    for data in one.values():
        assert not re.search(rb"20\d\d-\d\d-\d\d|[Mm]atplotlib v|<dc:date>", data)


@needs_font
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pictures_of_the_readmes_are_those_of_today(tmp_path: Path, lang: Lang) -> None:
    made = run_all(tmp_path, lang, "svg", "0")
    for name in SHOWN:
        path = ROOT / "docs" / "pictures" / f"{name}.{lang}.svg"
        assert path.read_bytes() == made[path.name], (
            f"{path.name}: run make pictures and look at it"
        )


@needs_font
@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_of_the_guides_is_drawn(lang: Lang, tmp_path: Path, graph: Store) -> None:
    page = plot.draw(
        graph, plot.read(house_with(tmp_path, guide("modelling.md")), "mine"), lang
    ).page
    assert (clashes(page), spilt(page), lacking(page)) == ([], [], set())
