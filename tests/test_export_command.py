"""The command `kg export`: what it tells, and what it refuses."""

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from kg import cli, view
from kg.assembly import Assembly
from kg.export import FORMATS
from kg.export.dot import FONT
from kg.house import House
from kg.store import Store


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


@pytest.fixture
def command(graph: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs `kg export …` in an empty folder; gives its exit code."""
    monkeypatch.setattr(cli, "_store", lambda *_: graph)
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: cli.main(["export", *arguments])


def test_the_command_tells_where_everything_went(
    command: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("graphml-yed", "--lang", "zh") == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "kg: 45 nodes, 73 edges in responsibility.graphml\n" in told.err
    assert re.search(r"kg: triples: \d+ node, \d+ attribute, \d+ folded, \d+ language", told.err)
    assert (tmp_path / "responsibility.graphml.account.csv").is_file()
    assert command("neo4j", "--view", "places") == 0
    assert (tmp_path / "places-neo4j" / "account.csv").is_file()
    assert command("mermaid", "--view", "everything", "-o", "m.mmd") == 0
    assert re.search(r"kg: \d+ nodes and edges were cut", capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["gexf", "--view", "x"], "there is no view 'x'\n  views are: coverage,"),
     (["x"], "there is no format 'x'\n  formats are: csv,"),
     ([], "which format?\n  formats are: csv,"),
     (["gexf", "--excel"], "--excel is for csv, not for gexf"),
     (["csv", "--dynamic"], "--dynamic is for gexf, not for csv"),
     (["gexf", "-o", "/dev/null/x"], "the output cannot be written")],
)  # fmt: skip
def test_bad_input_is_one_message(
    arguments: list[str], told: str, command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*arguments) == 2
    assert f"kg: {told}" in capsys.readouterr().err.replace("/dev/null/x: ", "")


def test_the_list_names_formats_and_views(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--list", "--lang", "zh") == 0
    told = capsys.readouterr().out
    assert all(
        re.search(rf"^{name} ", told, re.MULTILINE)
        for name in [*FORMATS, *view.views(House.find())]
    )
    assert "谁行动、谁受动员" in told


@pytest.mark.parametrize(
    ("programs", "told"),
    [([], "Graphviz is not installed"), (["dot"], "the font Noto Sans CJK SC is not installed"),
     (["dot", "fc-list"], "the font Noto Sans CJK SC is not installed")],
)  # fmt: skip
def test_pictures_need_graphviz_and_a_font(
    programs: list[str], told: str, command: Any, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    for name in programs:
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert command("svg", "-o", "x.svg") == 2
    message = capsys.readouterr().err
    assert f"kg: {told}" in message
    assert "\n  apt-get install " in message
    assert not (tmp_path / "x.svg").exists()


def test_a_failing_graphviz_is_told(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    programs = {"dot": "echo 'out of luck' >&2; exit 1", "fc-list": f"echo '{FONT}'"}
    for name, does in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert command("svg", "-o", "x.svg") == 2
    assert "kg: Graphviz failed: out of luck" in capsys.readouterr().err


def test_measures_are_columns_of_the_table(command: Any, tmp_path: Path) -> None:
    assert command("csv", "--measures", "--lang", "en", "-o", "m") == 0
    with (tmp_path / "m" / "nodes.csv").open(encoding="utf-8", newline="") as rows:
        most = next(row for row in csv.DictReader(rows) if row["Id"] == "org:most")
    assert (most["degree"], most["degree_hasLead"], most["degree_hasJoined"]) == ("10", "10", "")
    assert most["bridging"] in ("true", "false")
