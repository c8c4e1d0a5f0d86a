"""Plain arguments mean what argparse says they mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import cli, plain
from kg.arguments import parser

PARSER = parser(cli._COMMANDS)
PIECES = [
    "ask", "query", "who-leads", "-f", "--format", "csv", "table", "nope", "-p", "--param", "a=b",
    "--lang", "zh", "both", "fr", "--no-labels", "--build", "x", "--form", "--format=csv", "-fcsv",
    "-h", "--", "-", "",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=6).map(lambda rest: ["ask", "q", *rest]))
def test_the_same_as_argparse(argv: list[str]) -> None:
    found = plain.read(argv)
    if found is not None:
        assert vars(found) == vars(PARSER.parse_args(argv))


@pytest.mark.parametrize(
    "argv",
    [
        ["ask", "who-leads"],
        ["ask", "who-leads", "--format", "csv", "--lang", "zh", "--no-labels"],
        ["ask", "by-force", "-p", "force=x", "--param", "a=b", "-f", "json", "--build", "x"],
    ],
)
def test_plain_ones_are_read(argv: list[str]) -> None:
    assert vars(plain.read(argv) or object) == vars(PARSER.parse_args(argv))


@pytest.mark.parametrize(
    "argv", [[], ["ask"], ["query", "x"], ["ask", "-h"], ["ask", "q", "--format", "fr"]]
)
def test_others_are_left_to_argparse(argv: list[str]) -> None:
    assert plain.read(argv) is None
