"""Pictures: what their queries show; nothing overlaps or turns to boxes; the bytes are the same.

What needs the font is marked full; the rest runs without it.
"""

import csv
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg import catalogue, cli, plot
from kg.build import Assembly
from kg.errors import KGError
from kg.house import House
from kg.plot import canvas
from kg.plot.canvas import Canvas, Style, Words
from kg.plot.flow import rising
from kg.plot.picture import Picture
from kg.prefixes import expand, shrink, table
from kg.store import Lang, Store

ROOT = House.find().root
SHOWN = ("coverage", "measures", "path", "responsibility")  # in the READMEs
PICTURES = plot.pictures(House.find())
LANGS: tuple[Lang, ...] = ("zh", "en", "both")
every = pytest.mark.parametrize("name", PICTURES)
needs_font = pytest.mark.full


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


def changed(assembly: Assembly, update: str) -> Store:
    """The graph after a SPARQL Update."""
    store = ox.Store()
    store.bulk_extend(assembly.store)
    before = len(store)
    store.update(update, prefixes=table())
    assert len(store) != before
    return Store(store)


def solutions(store: Store, name: str, **values: str) -> list[dict[str, str]]:
    """What the query of a picture finds: names to CURIEs, or to texts."""
    answer = catalogue.ask(store, plot.read(House.find(), name).question, values)
    return [
        {
            key: shrink(term.value) if isinstance(term, ox.NamedNode) else str(term.value)  # type: ignore[union-attr]
            for key, term in zip(answer.variables, row, strict=True)
            if term is not None
        }
        for row in answer.rows
    ]


# ---------------------------------------------------------------- what the queries show


def test_the_pictures_of_the_house() -> None:
    assert {*PICTURES} == {*SHOWN, "actors-by-force", "tree"}


def test_an_addressee_never_stands_among_those_who_act(graph: Store) -> None:
    rows = solutions(graph, "responsibility")
    ties = [row for row in rows if "to" in row]
    left = {(r["fromGroup"], r["from"]) for r in ties if r["column"] == "1"}
    right = {(r["toGroup"], r["to"]) for r in ties if r["column"] == "2"}
    # Read off the text: 科技部、金融监管总局会同…… and 将联合地方政府和保险机构……
    assert left == {
        ("role:lead", "org:most"),
        ("role:lead", "org:nfra"),
        ("role:joined", "org:miit"),
        ("role:joined", "org:cnipa"),
        ("role:joined", "kind:relevant-department"),
        ("role:joined", "kind:local-government"),
        ("role:joined", "kind:insurer"),
    }
    assert {group for group, _ in right} == {"role:addressee", "role:duty-holder"}
    # Each line is a role that a provision states, and each such role is a line.
    roles = {"role:lead": "hasLead", "role:joined": "hasJoined"}
    roles |= {"role:addressee": "hasAddressee", "role:duty-holder": "hasDutyHolder"}
    drawn = {
        (r["statement"], roles[r["fromGroup"]], r["from"])
        if r["column"] == "1"
        else (r["statement"], roles[r["toGroup"]], r["to"])
        for r in ties
    }
    stated = {
        (shrink(quad.subject.value), role, shrink(quad.object.value))  # type: ignore[union-attr]
        for role in roles.values()
        for quad in graph.quads(None, ox.NamedNode(expand(f"sti:{role}")))
        if graph.is_a(quad.subject, "sti:Provision")  # type: ignore[arg-type]
    }
    assert drawn == stated


def test_measures_without_an_actor_are_marked(graph: Store) -> None:
    rows = solutions(graph, "responsibility")
    marked = {row["from"] for row in rows if row.get("mark") == "unstated"}
    measures = {row["tagged"] for row in rows if "tagged" in row}
    assert len(measures) == 20
    assert measures - marked == {"m:7-1", "m:7-3", "m:7-4"}  # the only ones that name 科技部


def test_a_condition_and_an_open_list_stay_with_what_they_restrict(graph: Store) -> None:
    marks = {
        (row["to"], row["mark"])
        for row in solutions(graph, "responsibility")
        if row.get("column") == "2" and "mark" in row and "to" in row
    }
    assert marks == {
        ("kind:locality", "condition"),  # 有条件的地区
        ("kind:local-government", "open"),  # 地方政府、科技领军企业等
        ("kind:leading-tech-enterprise", "open"),
        ("kind:cyber-enterprise", "open"),  # 网络安全企业、专业网络安全测评机构等
        ("kind:cyber-assessor", "open"),
    }


def cells(rows: list[dict[str, str]]) -> set[tuple[str, str, str]]:
    return {(r["row"], r["column"], r["statement"]) for r in rows if "statement" in r}


def test_coverage_pairs_only_what_one_provision_pairs(graph: Store) -> None:
    """Worked out from the text: four provisions name one product line with the things it is for."""
    fields = "ai integrated-circuit quantum biomanufacturing hydrogen fusion"
    fields += " brain-computer-interface embodied-ai key-industrial-field"
    sectors = "telecom-internet industrial financial energy education health key-industry"
    wanted = {(f"tech:{name}", "prod:exclusive", "p:q6-1-c") for name in fields.split()}
    wanted |= {(f"sector:{name}", "prod:cyber-product", "p:q5-5-b") for name in sectors.split()}
    wanted |= {
        (f"scenario:{name}", "prod:scheme", "p:q4-2-b") for name in ("use-before-pay", "scenario")
    }
    wanted |= {("kind:tech-enterprise", "prod:export-credit", "p:q5-2-a")}
    rows = solutions(graph, "coverage")
    assert cells(rows) == wanted
    assert {r["row"] for r in rows if r.get("mark") == "open" and "column" in r} >= {"tech:ai"}
    assert not any(r.get("mark") == "open" for r in rows if r.get("row") == "sector:industrial")


def test_coverage_agrees_with_the_questions_on_gaps(graph: Store) -> None:
    rows = solutions(graph, "coverage")
    filled = {row for row, _, _ in cells(rows)}
    for question, column in (
        ("technologies-without-product", "technology"),
        ("stages-without-product", "stage"),
        ("actor-kinds-without-product", "actor"),
    ):
        with (ROOT / f"queries/questions/{question}.csv").open(encoding="utf-8") as file:
            gaps = {line[column]: line["gap"] for line in csv.DictReader(file)}
        listed = {r["row"]: r.get("mark") for r in rows if "row" in r and "column" not in r}
        kinds = {prefix(gap) for gap in gaps}
        assert {one for one in listed if prefix(one) in kinds} - filled == {*gaps}
        nowhere = {one for one in gaps if listed[one] == "nowhere"}
        assert nowhere == {one for one, gap in gaps.items() if gap != "sti:ProductLine"}


def prefix(curie: str) -> str:
    return curie.partition(":")[0]


@pytest.mark.parametrize(
    ("products", "fields", "count"),
    [
        ("prod:cyber , prod:exclusive", "tech:ai , tech:quantum", 0),
        ("prod:cyber", "tech:ai , tech:quantum", 2),
        ("prod:cyber , prod:exclusive", "tech:ai", 2),
    ],
)
def test_several_lines_and_several_fields_are_not_paired(
    products: str, fields: str, count: int, assembly: Assembly
) -> None:
    update = (
        "INSERT DATA { GRAPH graph:stated { p:new a sti:Provision ; sti:inMeasure m:5-1 ; "
        f"sti:force force:plain ; sti:hasObject {products} ; sti:inField {fields} }} }}"
    )
    found = cells(solutions(changed(assembly, update), "coverage"))
    assert len([one for one in found if one[2] == "p:new"]) == count


def test_every_provision_stands_once_in_the_tree(graph: Store) -> None:
    rows = [row for row in solutions(graph, "tree") if "statement" in row]
    assert len(rows) == len({row["statement"] for row in rows}) == 72
    forces = Counter(row["force"] for row in rows)
    with (ROOT / "queries/questions/force-counts.csv").open(encoding="utf-8") as file:
        golden = {line["force"]: int(line["provisions"]) for line in csv.DictReader(file)}
    assert forces == {force: count for force, count in golden.items() if count}
    for name in ("measures", "actors-by-force"):
        counted = {
            (row["column"], row["statement"])
            for row in solutions(graph, name)
            if "statement" in row and row["column"].startswith("force:")
        }
        assert Counter(force for force, _ in counted) == forces


def test_the_force_of_a_sign_is_that_of_its_statement(graph: Store) -> None:
    for name in PICTURES:
        for row in solutions(graph, name):
            if "statement" in row:
                statement = ox.NamedNode(expand(row["statement"]))
                assert [shrink(f.value) for f in graph.objects(statement, "sti:force")] == [  # type: ignore[union-attr]
                    row["force"]
                ]
                assert graph.is_a(statement, "sti:Provision")


def test_a_path_tells_what_is_stated_from_what_is_read_off_a_name(graph: Store) -> None:
    stated = solutions(graph, "path", thing="侵权责任")
    assert {row["toGroup"] for row in stated if row.get("column") == "1"} == {"stated"}
    assert {row["to"] for row in stated if row.get("column") == "2"} == {"p:q4-1-b"}
    beside = {(r["toGroup"], r["to"]) for r in stated if r.get("column") == "3" and "to" in r}
    assert ("role:interest", "interest:trademark") in beside
    assert ("role:addressee", "kind:insurer") in beside
    derived = solutions(graph, "path", thing="研发费用损失")
    assert {row["toGroup"] for row in derived if row.get("column") == "1"} == {"derived"}
    assert {row["to"] for row in derived if row.get("column") == "2"} == {"p:q5-1-b"}
    many = solutions(graph, "path", thing="保险机构")
    assert {r.get("toGroup") for r in many if r.get("column") == "3"} == {None, "measure"}


@every
def test_captions_name_the_rules_that_a_picture_leans_on(name: str, assembly: Assembly) -> None:
    """Without what a rule derives, the picture changes if and only if its header names the rule."""
    leans = set()
    graphs = {quad.graph_name for quad in assembly.store}
    whole = Counter(map(str, solutions(Store(assembly.store), name)))
    for layer in (g for g in graphs if isinstance(g, ox.NamedNode) and "derived-" in g.value):
        rest = Store(quad for quad in assembly.store if quad.graph_name != layer)
        if Counter(map(str, solutions(rest, name))) != whole:
            leans.add(shrink(layer.value).replace("graph:derived-", "rule:"))
    assert leans == {*plot.read(House.find(), name).derived}


def test_no_picture_leans_on_what_a_curator_adds(assembly: Assembly) -> None:
    curated = ox.NamedNode(expand("graph:curated"))
    rest = Store(quad for quad in assembly.store if quad.graph_name != curated)
    for name in PICTURES:
        found = solutions(rest, name), solutions(Store(assembly.store), name)
        assert Counter(map(str, found[0])) == Counter(map(str, found[1]))


# ---------------------------------------------------------------- headers and messages


HEAD = """#+ id: mine
#+ form: flow
#+ summary: {zh: 题, en: title}
#+ rows: {zh: 说明, en: caption}
#+ columns: [{zh: 一, en: one, width: 90}]
#+ marks: {gap: {sign: ∅, zh: 空, en: gap}}
SELECT ?column ?from ?to { VALUES (?column ?from) { (1 <urn:a>) } OPTIONAL { ?from ?none ?to } }
"""


@pytest.fixture
def mine(tmp_path: Path) -> Callable[[str], House]:
    """A house with one picture."""

    def made(text: str) -> House:
        path = tmp_path / "queries" / "pictures" / "mine.rq"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return House(tmp_path)

    return made


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("form: flow", "form: cake", "the form must be one of: flow, matrix"),
        ("sign: ∅, ", "", "needs a sign"),
        (", width: 90", "", "each with a width"),
        ("#+ columns:", "#+ pillars:", "a flow needs columns"),
        ("zh: 空, ", "", "needs zh and en"),
        ("id: mine", "id: yours", "not the name of the file"),
        ("summary: ", "summery: ", "lacks or garbles"),
    ],
)
def test_broken_headers(old: str, new: str, message: str, mine: Callable[[str], House]) -> None:
    assert plot.read(mine(HEAD), "mine").form == "flow"
    with pytest.raises(KGError, match=message):
        plot.read(mine(HEAD.replace(old, new)), "mine")


def test_unknown_pictures(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KGError, match="there is no picture 'x'") as told:
        plot.read(house, "x")
    assert "responsibility" in str(told.value)
    assert cli.main(["plot"]) == cli.main(["plot", "tree", "--all"]) == 2
    assert "kg plot --list shows them" in capsys.readouterr().err


def test_the_list_needs_no_matplotlib() -> None:
    code = (
        "import sys; from kg.cli import main; main(['plot', '--list', '--lang', 'zh']); "
        "assert 'matplotlib' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=False, encoding="utf-8",
        env={**os.environ, "COLUMNS": "120"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "谁受动员" in done.stdout
    assert "thing=risk:infringement-liability" in done.stdout


def test_without_the_font_the_message_says_how_to_get_it(
    graph: Store, house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def missing(*_: object, **__: object) -> str:
        raise ValueError("Failed to find font")

    canvas._font.cache_clear()
    monkeypatch.setattr(canvas.fontManager, "findfont", missing)
    try:
        with pytest.raises(KGError, match="Noto Sans CJK SC is not installed") as told:
            plot.draw(graph, plot.read(house, "tree"), "zh")
        assert "apt install fonts-noto-cjk" in told.value.hint
        out = tmp_path / "tree.svg"
        assert cli.main(["plot", "tree", "-o", str(out)]) == 2
        assert "apt install fonts-noto-cjk" in capsys.readouterr().err
        assert not out.exists()
    finally:
        canvas._font.cache_clear()


def test_without_matplotlib_the_message_says_how_to_get_it(
    graph: Store, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(KGError, match="matplotlib is not installed") as told:
        plot.draw(graph, plot.read(house, "tree"), "zh")
    assert "[plot]" in told.value.hint


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
    query: str, message: str, mine: Callable[[str], House], graph: Store
) -> None:
    text = HEAD[: HEAD.index("SELECT")] + query
    with pytest.raises(KGError, match=message):
        plot.draw(graph, plot.read(mine(text), "mine"), "en")


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


def test_the_readmes_show_them() -> None:
    for readme, lang in (("README.md", "en"), ("README.zh-CN.md", "zh")):
        text = (ROOT / readme).read_text("utf-8")
        shown = re.findall(r"!\[([^\]]+)\]\((docs/pictures/[^)]+)\)", text)
        assert {path for _, path in shown} == {f"docs/pictures/{n}.{lang}.svg" for n in SHOWN}
        assert all((ROOT / path).is_file() for _, path in shown)
        assert all(len(told) > 10 for told, _ in shown)
    committed = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}
    assert committed == {f"{name}.{lang}.svg" for name in SHOWN for lang in ("zh", "en")}


def guide(name: str) -> str:
    """The picture that a guide shows how to add."""
    text = (ROOT / "docs" / name).read_text("utf-8")
    (block,) = re.findall(r"^```sparql picture\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return block.replace("id: places-by-force", "id: mine")


def test_both_guides_show_the_same_picture(mine: Callable[[str], House], graph: Store) -> None:
    text = guide("modelling.md")
    assert guide("modelling.zh-CN.md") == text
    answer = catalogue.ask(graph, plot.read(mine(text), "mine").question)
    named = [row for row in answer.rows if row[answer.variables.index("statement")]]
    assert len({row[0] for row in named}) == 7  # the seven places and regions of 2-3 and 5-4


@needs_font
@pytest.mark.parametrize("lang", LANGS)
def test_the_picture_of_the_guides_is_drawn(
    lang: Lang, mine: Callable[[str], House], graph: Store
) -> None:
    page = plot.draw(graph, plot.read(mine(guide("modelling.md")), "mine"), lang).page
    assert (clashes(page), spilt(page), lacking(page)) == ([], [], set())


def test_a_picture_is_a_question_with_a_form(house: House) -> None:
    for name in PICTURES:
        picture: Picture = plot.read(house, name)
        assert {*picture.question.summary} == {*picture.question.rows} == {"zh", "en"}
        assert all(rule.startswith("rule:") for rule in picture.derived)
