"""Files by themselves: what is told of each, and how one of the house differs from an added one."""

from pathlib import Path

import pytest

from kg.files import Files
from kg.house import House

HEAD = "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
QUERY = (
    '#+ id: a\n#+ summary: {zh: 甲, en: "A"}\n'
    "PREFIX sti: <https://w3id.org/sci-tech-insurance/ontology#>\nSELECT ?s { ?s a sti:Part }\n"
)


@pytest.fixture
def files() -> Files:
    return Files(House.find())


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def test_files_of_the_house_are_sound(files: Files) -> None:
    assert files.headers() == []
    for path in [*files.turtle(), *files.house.queries()]:
        assert files.broken(path) == []
        assert list(files.misused(path)) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (QUERY.replace("?s {", "?s ("), "line 4, column"),
        (QUERY.replace("?s a", "?s x:a"), "x: is not declared\n  4 |"),
        (QUERY.replace("{zh: 甲", "{zh: 甲:"), "header"),
    ],
)
def test_a_broken_query_is_told_with_its_line(
    files: Files, tmp_path: Path, text: str, words: str
) -> None:
    assert files.broken(written(tmp_path / "a.rq", QUERY)) == []
    (told,) = files.broken(written(tmp_path / "a.rq", text))
    assert words in told.message


def test_broken_turtle_is_told_with_its_line(files: Files, tmp_path: Path) -> None:
    (told,) = files.broken(written(tmp_path / "a.ttl", f"{HEAD}<urn:a> a owl:Class ;; .\n. x"))
    assert told.line == 3


def test_a_prefix_of_ones_own_is_for_added_files_only(tmp_path: Path) -> None:
    mine = written(tmp_path / "my.ttl", "@prefix my: <https://example.org/> .\n" + HEAD)
    (told,) = Files(House.find()).misused(mine)
    assert (told.line, "my: is not in the prefix table" in told.message) == (1, True)
    added = Files(House.find(), [mine])
    assert list(added.misused(mine)) == []
    assert added.is_added(mine)
    assert mine in added.turtle()


def test_a_known_prefix_may_mean_nothing_else_even_in_an_added_file(tmp_path: Path) -> None:
    mine = written(tmp_path / "my.ttl", HEAD.replace("owl#", "owl/"))
    (told,) = Files(House.find(), [mine]).misused(mine)
    assert "means <http://www.w3.org/2002/07/owl#>" in told.message


def test_layout(files: Files, tmp_path: Path) -> None:
    (told,) = files.untidy(written(tmp_path / "a.ttl", f"# A.\n{HEAD}\n<urn:a>   a owl:Class .\n"))
    assert told.mend.startswith("kg format ")
    assert files.untidy(written(tmp_path / "b.ttl", "broken")) == []  # told as syntax
