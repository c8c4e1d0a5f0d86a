"""Each check is silent on the small house, and catches the false change that is made for it."""

from pathlib import Path

import pytest
from small import changed, false_changes, small_graph

from kg import sparql
from kg.assembly import Assembly
from kg.check import run_check
from kg.house import House

# <id>.ru, and <id>.<what>.ru for each further thing that a check looks at.
CHANGES = false_changes("checks")
PATHS = House.find().checks()


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return small_graph(tmp_path_factory.mktemp("small"))


def test_each_check_has_a_false_change() -> None:
    assert {name.partition(".")[0] for name in CHANGES} == {path.stem for path in PATHS}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_check_is_silent_on_the_small_house(path: Path, graph: Assembly) -> None:
    assert run_check(path, path.name, graph) == []


@pytest.mark.parametrize("name", CHANGES)
def test_check_catches_its_false_change(name: str, graph: Assembly) -> None:
    path = next(path for path in PATHS if path.stem == name.partition(".")[0])
    found = run_check(path, path.name, changed(graph, CHANGES[name]))
    assert found
    assert {finding.check for finding in found} == {path.stem}
    assert all(finding.focus and finding.mend for finding in found)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_check_tells_itself_in_both_languages(path: Path) -> None:
    header = sparql.header(path.read_text("utf-8"), path.name)
    assert header["id"] == path.stem
    assert set(header["summary"]) == set(header["mend"]) == {"zh", "en"}
    assert header["severity"] in ("error", "warning", "info")
