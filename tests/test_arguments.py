"""The arguments of the command line."""

from pathlib import Path

import pytest

from kg.arguments import parser
from kg.cli import _COMMANDS

PARSER = parser(_COMMANDS)


def test_defaults() -> None:
    ask = PARSER.parse_args(["ask", "who-leads"])
    assert (ask.command, ask.question, ask.param) == ("ask", "who-leads", [])
    assert (ask.format, ask.lang, ask.build, ask.no_labels) == ("table", None, None, False)
    check = PARSER.parse_args(["check", "a.ttl", "b.ttl"])
    assert (check.files, check.all) == ([Path("a.ttl"), Path("b.ttl")], False)


def test_parameters_add_up() -> None:
    ask = PARSER.parse_args(["ask", "q", "-p", "a=1", "--param", "a=2=3"])
    assert ask.param == ["a=1", "a=2=3"]


@pytest.mark.parametrize(
    "arguments", [["query", "a.rq", "-e", "ASK {}"], ["query"], ["source", "a", "b"]]
)
def test_what_does_not_go_together(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as done:
        PARSER.parse_args(arguments)
    assert done.value.code == 2
