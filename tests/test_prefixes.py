"""Tests of kg.prefixes."""

import re

import pytest

from kg import prefixes, syntax
from kg.errors import KGError
from kg.house import House
from kg.prefixes import expand, shrink, split, table


def test_table_is_sorted_and_complete() -> None:
    """The table holds the prefixes that the build writes with."""
    assert list(table()) == sorted(table())
    assert {"sti", "p", "m", "sec", "t", "occ", "oa", "prov", "void", "dcat"} <= set(table())


def test_every_file_uses_the_table(house: House) -> None:
    """Every prefix of every Turtle file and query has the namespace of the table."""
    for path in sorted([*house.root.glob("ontology/**/*.ttl"), *house.root.glob("shapes/*.ttl"),
                        *house.root.glob("documents/**/*.ttl")]):  # fmt: skip
        declared = syntax.read(path.read_text(encoding="utf-8"), str(path)).prefixes
        assert declared.items() <= table().items(), path
    for path in sorted(house.root.glob("queries/**/*.rq")):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"(?im)^prefix\s+(\S+):\s*<(.*?)>", text)) <= set(table().items())


def test_there_and_back() -> None:
    """A CURIE expands to an IRI that shrinks to it; the longest namespace wins."""
    iri = "https://w3id.org/sci-tech-insurance/id/statement/q4-1-a"
    assert expand("p:q4-1-a") == iri
    assert shrink(iri) == "p:q4-1-a"
    assert split("http://www.w3.org/2004/02/skos/core#prefLabel") == ("skos", "prefLabel")


@pytest.mark.parametrize("iri", ["https://example.org/x", f"{prefixes.BASE}id/statement/a/b"])
def test_what_has_no_curie_stays_an_iri(iri: str) -> None:
    """No prefix, or a local name that would need an escape: the IRI stays."""
    assert shrink(iri) == iri


@pytest.mark.parametrize("curie", ["nothing:x", "plain"])
def test_unknown_prefix(curie: str) -> None:
    """An unknown prefix is an error that lists the known ones."""
    with pytest.raises(KGError, match="no known prefix") as caught:
        expand(curie)
    assert "sti" in str(caught.value)


def test_local_names_with_dots_do_not_end_in_one() -> None:
    """t:x.position is a CURIE; a name that ends in a dot would end a Turtle statement."""
    assert shrink(f"{table()['t']}x.position") == "t:x.position"
    assert shrink(f"{table()['t']}x.") == f"{table()['t']}x."
