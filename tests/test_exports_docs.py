"""The guide to exports: its commands run, its tables are complete, its twin says the same."""

import json
import re
import shlex
from pathlib import Path

import pytest

import kg
from kg import cli, view
from kg.assembly import Assembly
from kg.export import FORMATS
from kg.export.dot import FONT
from kg.house import House
from kg.store import Store
from kg.view import BUCKETS, Projection

ROOT = House.find().root
TEXTS = {
    name: (ROOT / "docs" / name).read_text("utf-8") for name in ("exports.md", "exports.zh-CN.md")
}
COMMANDS = re.findall(r"`kg (export [a-z][^`]* -o [^`]+)`", TEXTS["exports.md"])
DRAWN = {"svg", "png", "pdf"}
both = pytest.mark.parametrize("name", TEXTS)


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


@both
def test_every_format_has_a_row_with_its_command(name: str) -> None:
    rows = re.findall(r"^\| `([a-z0-9 -]+)` \| `kg export ([a-z0-9-]+) ", TEXTS[name], re.MULTILINE)
    assert all(of.split()[0] == command for of, command in rows)
    assert set(FORMATS) <= {of for of, _ in rows}
    views = TEXTS[name].partition("\n## 2")[0]
    named = re.findall(r"^\| `(\w+)` \|", views, re.MULTILINE)
    assert {*view.views(House.find())} == {*named}


def test_the_twins_have_the_same_commands_code_and_outline() -> None:
    def told(text: str) -> tuple[list[str], list[str], list[int]]:
        bare = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
        return (
            re.findall(r"`(kg [^`]*)`", re.sub("[\u4e00-\u9fff|]+", "", bare))[1:],
            re.findall(r"^```(.*?)^```", text, re.DOTALL | re.MULTILINE),
            [len(marks) for marks in re.findall(r"^(#+|\|)", bare, re.MULTILINE)],
        )

    assert told(TEXTS["exports.md"]) == told(TEXTS["exports.zh-CN.md"])


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.split()[1] not in DRAWN])
def test_the_commands_write_what_they_say(
    command: str, graph: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    if (how := command.split()[1]) not in FORMATS:
        pytest.skip(f"this copy does not write {how}")
    run(command, graph, tmp_path, monkeypatch)
    told = capsys.readouterr()
    assert told.out == ""
    assert "kg: triples: " in told.err


def run(command: str, graph: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    monkeypatch.setattr(cli, "_store", lambda *_: graph)
    assert cli.main(shlex.split(command)) == 0
    out = folder / command.rpartition(" -o ")[2]
    assert out.is_dir() == FORMATS[command.split()[1]].folder
    assert out.is_dir() or out.stat().st_size > 100
    return out


@pytest.mark.full
@pytest.mark.parametrize("command", [one for one in COMMANDS if one.split()[1] in DRAWN])
def test_pictures(
    command: str, graph: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(command, graph, tmp_path, monkeypatch)


@both
def test_names_are_those_of_the_code(name: str) -> None:
    text = TEXTS[name]
    columns = re.findall(r"^\| `([a-z ]+)` \| [^|]+ \|$", text.partition("## 5")[2], re.MULTILINE)
    assert tuple(columns) == BUCKETS
    assert FONT in text
    assert len(COMMANDS) == 20


def test_the_example_view_works(graph: Store, tmp_path: Path) -> None:
    folder = tmp_path / "queries" / "views" / "services"
    folder.mkdir(parents=True)
    for part in ("nodes", "edges"):
        fenced = re.compile(rf"^```sparql {part}\n(.*?)^```", re.DOTALL | re.MULTILINE)
        (body,) = fenced.findall(TEXTS["exports.md"])
        (folder / f"{part}.rq").write_text(body, encoding="utf-8")
    projection = Projection(graph, view.read(House(tmp_path), "services"), "en")
    edges = list(projection.edges())
    assert {"sti:hasObject"} <= {edge.kind for edge in edges}
    assert all(edge.attributes["quote"].values for edge in edges)
    assert sum(counts["folded"] for _, counts in projection.account())


def test_the_python_example_works() -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", TEXTS["exports.md"], re.DOTALL | re.MULTILINE)
    body, _, last = code.rstrip().rpartition("\n")
    names: dict[str, object] = {}
    exec(body, names)
    # 科技部 leads in each of the ten clauses in which it leads
    assert eval(last, names) == 10
    assert json.dumps(names["view"].nodes["org:most"])  # type: ignore[attr-defined]
    assert kg.__version__
