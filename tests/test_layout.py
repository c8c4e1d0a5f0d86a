"""Tests of kg.layout."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import KGError
from kg.house import House
from kg.layout import WIDTH, format_text, rank, unformatted
from kg.turtle import parse_text

UNTIDY = """\
#   What belongs here.
@prefix   sti: <https://w3id.org/sci-tech-insurance/ontology#>.
@prefix p: <https://w3id.org/sci-tech-insurance/id/statement/> .
@prefix unused: <http://example.org/> .
# A section of the file.

# On the provision.
p:b sti:act "办"@zh; # the verb
  sti:quote "办事"@zh ; a sti:Provision
  . # after the full stop
p:a sti:member p:c,p:d ; sti:reading "one reading of the clause that is quite long"@en ,
  "another reading that is as long"@en .
[] a sti:X ; sti:y ( p:a [ sti:p 1 ; sti:q 2 ] ) .
# the end
"""

TIDY = """#   What belongs here.
@prefix p: <https://w3id.org/sci-tech-insurance/id/statement/> .
@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .

# A section of the file.

# On the provision.
# after the full stop
p:b a sti:Provision ;
    sti:quote "办事"@zh ;
    # the verb
    sti:act "办"@zh .

p:a sti:member p:c , p:d ;
    sti:reading
        "one reading of the clause that is quite long"@en ,
        "another reading that is as long"@en .

[] a sti:X ;
    sti:y ( p:a [ sti:p 1 ; sti:q 2 ] ) .

# the end
"""


def test_layout() -> None:
    """Prefixes, predicates, objects and comments find their places."""
    assert format_text(UNTIDY) == TIDY
    assert format_text(TIDY) == TIDY


def test_long_nested_nodes_get_lines_of_their_own() -> None:
    """A node, or a list, that does not fit is broken inside its brackets, comments kept."""
    text = """@prefix ex: <http://example.org/> .

ex:a ex:list (
        ex:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
        ex:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
    ) ;
    ex:shape [
        # why
        ex:path ex:b ;
        ex:select \"\"\"SELECT ?this
    WHERE { }\"\"\"
    ] .
"""
    tidy = format_text(text)
    assert tidy == format_text(tidy)
    assert "    ex:shape [\n        # why\n        ex:path ex:b ;\n" in tidy
    assert {str(t) for t in parse_text(tidy, "")} == {str(t) for t in parse_text(text, "")}


def test_predicates_without_a_rank_come_last_by_name() -> None:
    """The order does not depend on what was written."""
    verbs = ["x:b", "sti:quote", "a:a", "a", "sti:inMeasure"]
    assert sorted(verbs, key=rank) == ["a", "sti:inMeasure", "sti:quote", "a:a", "x:b"]


def test_real_files_keep_their_triples(house: House) -> None:
    """Every Turtle file of the house is laid out without loss, once and for all."""
    for path in sorted(house.root.glob("*/**/*.ttl")):
        if not {"build", ".venv"} & set(path.relative_to(house.root).parts):
            text = path.read_text(encoding="utf-8")
            tidy = format_text(text, str(path))
            assert format_text(tidy) == tidy, path
            before, after = (
                {str(triple) for triple in parse_text(t, str(path))} for t in (text, tidy)
            )
            assert before == after, path
            assert text.count("#") == tidy.count("#") + _dropped(text, tidy), path


def _dropped(text: str, tidy: str) -> int:
    """Signs # of prefix lines that were left out."""
    return sum(line.count("#") for line in text.splitlines() if "@prefix" in line) - sum(
        line.count("#") for line in tidy.splitlines() if "@prefix" in line
    )


def test_unformatted(tmp_path: Path) -> None:
    """Only files with another layout are named; broken ones are an error."""
    good, bad = tmp_path / "good.ttl", tmp_path / "bad.ttl"
    good.write_text(TIDY, encoding="utf-8")
    bad.write_text(UNTIDY, encoding="utf-8")
    assert unformatted([good, bad]) == [bad]
    bad.write_text("p:a p:b", encoding="utf-8")
    with pytest.raises(KGError):
        unformatted([bad])


_NAMES = st.sampled_from(["ex:a", "ex:b.c", "<http://example.org/d#e>", "ex:2", "ex:长"])
_LITERALS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters='"\\\n\r\0'), max_size=WIDTH).map(
        lambda words: f'"{words}"@zh'
    ),
    st.sampled_from(["1", "-2.5", "1e3", "true", '"x"^^ex:t', "'''a\n'b''# '''", '"a\\"b;."']),
)
_VERBS = st.sampled_from(["a", "ex:p", "ex:q", "<http://example.org/r>"])
_BREAKS = st.sampled_from([" ", "\n", "\n\n", " # note ; [ .\n", "\n# note\n"])


def _entries(terms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    entry = st.builds(
        lambda verb, objects, comma, space: f"{verb}{space}{f' ,{comma}'.join(objects)}",
        _VERBS, st.lists(terms, min_size=1, max_size=3), _BREAKS, _BREAKS,
    )  # fmt: skip
    return st.builds(
        lambda entries, semicolon, end: f" ;{semicolon}".join(entries) + end,
        st.lists(entry, min_size=1, max_size=3), _BREAKS, _BREAKS,
    )  # fmt: skip


_TERMS = st.recursive(
    st.one_of(_NAMES, _LITERALS),
    lambda terms: st.one_of(
        st.lists(terms, max_size=3).map(lambda items: f"( {' '.join(items)} )"),
        _entries(terms).map(lambda entries: f"[ {entries} ]"),
    ),
    max_leaves=6,
)
_BLOCKS = st.builds(
    lambda name, entries, after: f"{name} {entries} .{after}", _NAMES, _entries(_TERMS), _BREAKS
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_BLOCKS, min_size=1, max_size=4), _BREAKS)
def test_any_turtle_keeps_its_triples_and_its_comments(blocks: list[str], first: str) -> None:
    """Whatever is written: the same triples, the same comments, the same layout the second time."""
    text = f"{first}@prefix ex: <http://example.org/> .{first}{''.join(blocks)}"
    tidy = format_text(text)
    assert format_text(tidy) == tidy
    before, after = (sorted(map(str, parse_text(t, ""))) for t in (text, tidy))
    assert set(before) == set(after)
    assert text.count("# note") == tidy.count("# note")
