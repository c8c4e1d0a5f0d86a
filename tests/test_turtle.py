"""Tests of kg.turtle."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import KGError
from kg.prefixes import expand
from kg.turtle import Locator, parse, parse_text, read_text

HEAD = "@prefix ex: <http://example.org/> .\n"


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"", 1, "empty"),
        (b" \n\n", 1, "empty"),
        (b"# only a comment\n", 1, "no statement"),
        (b"a\nb\n\xe9", 3, "0xe9 is not UTF-8"),
        (b"\xef\xbb\xbf# x", 1, "byte order mark"),
        (HEAD.encode() + b"ex:a ex:b\n  ex:c ex:d .", 3, "broken Turtle"),
        (b"ex:a ex:b ex:c .", 1, "prefix ex: has not been declared"),
    ],
)
def test_bad_files_say_where(tmp_path: Path, data: bytes, line: int, message: str) -> None:
    """Each kind of bad file gives one message with its line and a hint."""
    path = tmp_path / "bad.ttl"
    path.write_bytes(data)
    with pytest.raises(KGError, match=message) as caught:
        parse(path, "bad.ttl")
    assert caught.value.place == ("bad.ttl", line)
    assert caught.value.hint


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A file that is not there, or is a folder, is a clear error too."""
    with pytest.raises(KGError, match="not there"):
        read_text(tmp_path / "none.ttl")
    with pytest.raises(KGError, match="cannot be read"):
        read_text(tmp_path)


NODES = """
ex:a ex:p [ ex:q ex:x ] , [ ex:q ex:y ; ex:r ( 1 2 ) ] .
ex:b ex:p [ ex:q ex:x ] .
"""


def _names(triples: list[ox.Triple]) -> set[str]:
    return {str(t.subject) for t in triples if isinstance(t.subject, ox.BlankNode)}


def test_blank_nodes_keep_their_names() -> None:
    """Names last from run to run, and when something else in the file changes."""
    once = parse_text(HEAD + NODES, "x")
    assert {str(t) for t in parse_text(HEAD + NODES, "x")} == {str(t) for t in once}
    more = parse_text(f"{HEAD}ex:new ex:p [ ex:q ex:new ] .{NODES}", "x")
    assert _names(once) < _names(more)


def test_equal_blank_nodes_stay_apart() -> None:
    """The same description under two subjects, or twice under one, is two nodes."""
    assert len(_names(parse_text(HEAD + NODES, "x"))) == 5
    twice = parse_text(HEAD + "ex:a ex:p [ ex:q 1 ] , [ ex:q 1 ] .", "x")
    assert len(_names(twice)) == 2


def test_ring_of_blank_nodes() -> None:
    """Blank nodes that name each other get names, each its own."""
    triples = parse_text(HEAD + "_:x ex:p _:y . _:y ex:p _:x . _:z ex:p _:z .", "x")
    assert len(_names(triples)) == 3


def test_long_list() -> None:
    """A list of thousands of members is read."""
    members = " ".join(map(str, range(5000)))
    assert len(parse_text(f"{HEAD}ex:a ex:p ( {members} ) .", "x")) == 10_001


TURTLE = """@prefix p: <https://w3id.org/sci-tech-insurance/id/statement/> .
@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .

p:a a sti:Provision ;  # ; a comment is no code . p:b sti:quote
    sti:quote "句"@zh ;
    sti:act "一"@zh ,
        "二"@zh ;
    sti:hasObject <https://w3id.org/sci-tech-insurance/id/topic/x> .
p:b sti:quote \"\"\"长
句\"\"\"@zh ; sti:act "三"@zh .
"""


@pytest.fixture
def locator() -> Locator:
    """A locator that knows one file."""
    found = Locator()
    found.add("one.ttl", TURTLE, parse_text(TURTLE, "one.ttl"))
    return found


@pytest.mark.parametrize(
    ("subject", "predicate", "value", "line"),
    [
        ("p:a", None, None, 4),
        ("p:a", "sti:quote", None, 5),
        ("p:a", "sti:act", "二", 7),
        ("p:a", "sti:act", "none", 6),
        ("p:a", "sti:cue", None, 4),
        ("p:b", "sti:quote", None, 9),
        ("p:b", "sti:act", "三", 10),
        ("topic:x", None, None, 8),
    ],
)
def test_places(
    locator: Locator, subject: str, predicate: str | None, value: str | None, line: int
) -> None:
    """The line of a value, else of the predicate, of the subject, of any mention."""
    iri = f"https://w3id.org/sci-tech-insurance/id/topic/{subject[6:]}"
    iri = iri if subject.startswith("topic:") else expand(subject)
    verb = expand(predicate) if predicate else None
    assert locator.place(iri, verb, value) == ("one.ttl", line)


def test_nowhere(locator: Locator) -> None:
    """What no file names has no place."""
    assert locator.place(expand("p:none")) == ("", 0)
    assert locator.files(expand("p:none")) == []
    assert locator.files(expand("p:a")) == ["one.ttl"]
