"""Pictures: what their queries show, what their headers must hold, what goes wrong with few words.

None of this needs the font; see test_plot_sheet.py for what does.
"""

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from pictures import HEAD, PICTURES, ROOT, SHOWN, guide, house_with

from kg import catalogue, cli, plot
from kg.assembly import Assembly
from kg.errors import KGError
from kg.house import House
from kg.plot import canvas
from kg.prefixes import expand, shrink, table
from kg.store import Store


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
    """Worked out from the text: three provisions name a product line with what it is for."""
    fields = "ai integrated-circuit quantum biomanufacturing hydrogen fusion"
    fields += " brain-computer-interface embodied-ai key-industrial-field"
    sectors = "telecom-internet industrial financial energy education health key-industry"
    wanted = {(f"tech:{name}", "prod:exclusive", "p:q6-1-c") for name in fields.split()}
    wanted |= {(f"sector:{name}", "prod:cyber-product", "p:q5-5-b") for name in sectors.split()}
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


def test_captions_name_the_rules_that_a_picture_leans_on(assembly: Assembly) -> None:
    """Without a layer, a picture changes if and only if its header names the rule that made it.

    What a curator adds is no rule: no picture leans on it, but for the mark of another reading,
    whose meaning the picture tells.
    """

    def found(store: Store) -> dict[str, Counter[str]]:
        return {name: Counter(map(str, solutions(store, name))) for name in PICTURES}

    leans: dict[str, set[str]] = {name: set() for name in PICTURES}
    whole, reading = found(Store(assembly.store)), ox.NamedNode(expand("sti:reading"))
    layers = {str(shrink(getattr(quad.graph_name, "value", ""))) for quad in assembly.store}
    for layer in sorted(one for one in layers if "derived-" in one or one == "graph:curated"):
        graph = ox.NamedNode(expand(layer))
        rest = found(
            Store(q for q in assembly.store if q.graph_name != graph or q.predicate == reading)
        )
        for name in PICTURES:
            if rest[name] != whole[name]:
                leans[name].add(layer.replace("graph:derived-", "rule:"))
    assert leans == {name: {*plot.read(House.find(), name).derived} for name in PICTURES}


# ---------------------------------------------------------------- headers and messages


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
def test_broken_headers(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert plot.read(house_with(tmp_path, HEAD), "mine").form == "flow"
    with pytest.raises(KGError, match=message):
        plot.read(house_with(tmp_path, HEAD.replace(old, new)), "mine")


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


# ---------------------------------------------------------------- READMEs and guides


def test_the_readmes_show_them() -> None:
    for readme, lang in (("README.md", "en"), ("README.zh-CN.md", "zh")):
        text = (ROOT / readme).read_text("utf-8")
        shown = re.findall(r"!\[([^\]]+)\]\((docs/pictures/[^)]+)\)", text)
        assert {path for _, path in shown} == {f"docs/pictures/{n}.{lang}.svg" for n in SHOWN}
        assert all((ROOT / path).is_file() for _, path in shown)
        assert all(len(told) > 10 for told, _ in shown)
    committed = {path.name for path in (ROOT / "docs" / "pictures").glob("*.svg")}
    assert committed == {f"{name}.{lang}.svg" for name in SHOWN for lang in ("zh", "en")}


def test_both_guides_show_the_same_picture(tmp_path: Path, graph: Store) -> None:
    text = guide("modelling.md")
    assert guide("modelling.zh-CN.md") == text
    answer = catalogue.ask(graph, plot.read(house_with(tmp_path, text), "mine").question)
    named = [row for row in answer.rows if row[answer.variables.index("statement")]]
    assert len({row[0] for row in named}) == 7  # the seven places and regions of 2-3 and 5-4


def test_a_picture_is_a_question_with_a_form(house: House) -> None:
    for name in PICTURES:
        picture = plot.read(house, name)
        assert {*picture.question.summary} == {*picture.question.rows} == {"zh", "en"}
        assert all(rule.startswith("rule:") for rule in picture.derived)
