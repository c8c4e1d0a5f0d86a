"""Tests of kg.syntax."""

import pytest

from kg.errors import KGError
from kg.syntax import Block, Node, Remark, Token, read, tokens

TEXT = r"""# top
@prefix ex: <http://example.org/> .
PREFIX : <http://example.org/none#>

# alone

# touching
ex:a.b a :c ; # beside
    # above
    ex:p "x # no comment ; ."@zh-hans , 'y'^^ex:t , 1.5 , -2 , .5e3 , true ;
    ex:q [ ex:r ( ex:x [] ) ] ; .
_:b1 ex:p 1 .
"""


def test_tokens_keep_their_lines() -> None:
    """Long strings count their lines; marks, names and numbers are told apart."""
    text = '"""a\n"b"\n""" ex:a.b. 1. 2.5 <http://x#y>'
    assert [(t.kind, t.line) for t in tokens(text)] == [
        ("string", 1), ("name", 3), ("mark", 3), ("number", 3), ("mark", 3), ("number", 3),
        ("iri", 3),
    ]  # fmt: skip


def test_blocks_and_comments() -> None:
    """Comments go to what they touch; names, literals and nesting are read."""
    sheet = read(TEXT)
    assert sheet.header == [Remark(["# top"])]
    assert sheet.prefixes == {"ex": "http://example.org/", "": "http://example.org/none#"}
    remark, block, last = sheet.body
    assert remark == Remark(["# alone"])
    assert isinstance(block, Block)
    assert isinstance(last, Block)
    assert block.comments == ["# touching"]
    assert block.subject == Token("name", "ex:a.b", 8)
    assert [entry.comments for entry in block.entries] == [["# beside"], ["# above"], []]
    values = [term.text for term in block.entries[1].objects if isinstance(term, Token)]
    assert values == ['"x # no comment ; ."@zh-hans', "'y'^^ex:t", "1.5", "-2", ".5e3", "true"]
    assert isinstance(block.entries[2].objects[0], Node)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("ex:a ex:b\n", 1),
        ("ex:a ex:b ex:c\n", 1),
        ("ex:a\n ex:b ] .", 2),
        ('ex:a ex:b\n "open .', 2),
        ("@prefix ex: ex:a .", 1),
        ("@prefix e: <http://a> .\n@prefix e: <http://b> .", 2),
        ("ex:a ex:b " + "[ ex:c " * 5000, 1),
    ],
)
def test_what_is_no_turtle(text: str, line: int) -> None:
    """Broken text is an error with its line, however deep it nests."""
    with pytest.raises(KGError) as caught:
        read(text, "x.ttl")
    assert caught.value.place == ("x.ttl", line)
