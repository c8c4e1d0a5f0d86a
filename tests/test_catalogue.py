"""Questions: their headers, their parameters, and what names stand for."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import tiny

from kg import catalogue
from kg.errors import KGError
from kg.house import House
from kg.prefixes import shrink

STORE = tiny.store()
QUESTION = """\
#+ id: by-force
#+ summary: {zh: 力度, en: By force}
#+ tags: [force, test]
#+ parameters:
#+   - name: force
#+     type: iri
#+     of: sti:Force
#+     default: force:plain
#+     summary: {zh: 力度, en: the force}
#+   - name: word
#+     type: literal
#+     default: UNDEF
#+     summary: {zh: 词, en: a word}
#+   - name: most
#+     type: integer
#+     default: 9
#+     summary: {zh: 最多, en: at most}
#+ rows: {zh: 一条, en: A provision}
#+ expects: rows
PREFIX force: <https://w3id.org/sci-tech-insurance/id/force/>
PREFIX sti: <https://w3id.org/sci-tech-insurance/ontology#>
SELECT ?s ?act {
  VALUES ?force { force:plain }
  VALUES ?word { UNDEF }
  VALUES ?most { 9 }
  ?s a sti:Provision ; sti:force ?force ; sti:act ?act .
  FILTER(!BOUND(?word) || STR(?act) = ?word)
  FILTER(STRLEN(?act) <= ?most)
}
ORDER BY ?s
"""
EMPTY = """\
#+ id: nothing
#+ summary: {zh: 无, en: Nothing}
#+ rows: {zh: 一条, en: A row}
#+ expects: nothing
#+ why: {zh: 没有, en: There is none}
SELECT ?s { ?s <x:x> ?s }
"""


@pytest.fixture
def house(tmp_path: Path) -> House:
    folder = tmp_path / "queries" / "questions"
    folder.mkdir(parents=True)
    (folder / "by-force.rq").write_text(QUESTION, encoding="utf-8")
    (folder / "nothing.rq").write_text(EMPTY, encoding="utf-8")
    return House(tmp_path)


def asked(house: House, **values: object) -> list[str]:
    question = catalogue.find(house, "by-force")
    rows = catalogue.ask(STORE, question, values).rows  # type: ignore[arg-type]
    return [shrink(row[0].value) for row in rows]  # type: ignore[union-attr]


def test_reads_headers(house: House) -> None:
    by_force, nothing = catalogue.catalogue(house)
    assert by_force.summary == {"zh": "力度", "en": "By force"}
    assert [p.name for p in by_force.parameters] == ["force", "word", "most"]
    assert [p.default for p in by_force.parameters] == ["force:plain", None, "9"]
    assert by_force.parameters[0].of == ("sti:Force",)
    assert by_force.order == ("s",)
    assert "order" not in by_force.data()
    assert (nothing.expects, nothing.why["en"]) == ("nothing", "There is none")
    assert catalogue.catalogue(house, tag="test") == [by_force]
    with pytest.raises(KGError, match="force, test"):
        catalogue.catalogue(house, tag="x")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#+ id: by-force\n", "", "'id'"),
        ("id: by-force", "id: other", "not the name of the file"),
        ("zh: 一条, ", "", "'zh'"),
        ("type: literal", "type: string", "type of a parameter"),
        ("expects: rows", "expects: some", "expects"),
        ("VALUES ?word { UNDEF }", "", "no VALUES ?word"),
        ("tags: [force", "tags: [force]]", "not YAML"),
        ("#+", "#", "no #+ header"),
    ],
)
def test_broken_headers(house: House, old: str, new: str, message: str) -> None:
    path = house.questions()[0]
    path.write_text(QUESTION.replace(old, new), encoding="utf-8")
    with pytest.raises(KGError) as error:
        catalogue.find(house, "by-force")
    assert message in str(error.value)
    assert "by-force.rq" in str(error.value)


def test_unknown_questions_get_suggestions(house: House) -> None:
    for name in ("by-forse", "force", "BY-FORCE"):
        with pytest.raises(KGError, match="did you mean: by-force"):
            catalogue.find(house, name)
    with pytest.raises(KGError, match="kg questions lists all"):
        catalogue.find(house, "")


@pytest.mark.parametrize(
    "value",
    [
        "force:encouraged",
        "<https://w3id.org/sci-tech-insurance/id/force/encouraged>",
        "https://w3id.org/sci-tech-insurance/id/force/encouraged",
        "鼓励",
        " “鼓励” ",
        "Encouraged",
    ],
)
def test_a_value_is_an_iri_a_curie_or_a_label(house: House, value: str) -> None:
    assert asked(house, force=value) == ["p:1-b", "p:1-c"]


def test_defaults_any_and_several(house: House) -> None:
    assert asked(house) == ["p:1-a"]
    for everything in ("*", None, ["force:plain", "鼓励"]):
        assert asked(house, force=everything) == ["p:1-a", "p:1-b", "p:1-c"]
    assert asked(house, force="*", word="形成") == ["p:1-c"]
    assert asked(house, force="*", most="1") == asked(house, force="*", most=1) == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"forse": "x"}, "no parameter 'forse'"),
        ({"force": "鼓厉"}, "did you mean: force:encouraged"),
        ({"force": "企业"}, "not of the kind asked for"),
        ({"force": "zzz"}, "it can be: force:encouraged"),
        ({"force": "org:mozt"}, "nothing is called"),
        ({"force": []}, "has no value"),
        ({"most": "many"}, "whole number"),
    ],
)
def test_wrong_values(house: House, values: dict[str, object], message: str) -> None:
    with pytest.raises(KGError) as error:
        asked(house, **values)
    assert message in str(error.value)


def test_a_value_is_never_pasted(house: House) -> None:
    assert asked(house, force="*", word='" } ?s ?p ?o . { "') == []


# ---------------------------------------------------------------- the questions of the house


@pytest.mark.parametrize("path", House.find().questions(), ids=lambda path: path.stem)
def test_every_question_of_the_house_stands_on_its_own(path: Path) -> None:
    question = catalogue.read(path)
    ox.Store().query(question.text)  # no prefix but its own
    assert question.tags


def test_compiled_questions_are_the_same(house: House, tmp_path: Path) -> None:
    """What is compiled comes back, tabs and backslashes too; what is broken is left out."""
    (house.root / "queries/questions/nothing.rq").write_text(
        EMPTY.replace("{ ?s", '{ FILTER("\\t\\\\n" = "\t")\n?s'), "utf-8"
    )
    (house.root / "queries/questions/broken.rq").write_text("SELECT", "utf-8")
    (house.root / "queries/questions/nested.rq").write_text(
        EMPTY.replace("id: nothing", "id: nested").replace("SELECT", "INSERT"), "utf-8"
    )
    path = tmp_path / "catalogue.tsv"
    path.write_text(catalogue.compile(house), "utf-8")
    compiled = catalogue.Compiled(str(path))
    assert compiled.ids() == ["by-force", "nothing"]
    for name in compiled.ids():
        read, found = catalogue.find(house, name), compiled.get(name)
        assert found
        assert {**vars(found), "path": read.path} == vars(read)
    assert compiled.get("by") is None


def test_a_damaged_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.tsv"
    with pytest.raises(KGError, match="cannot be read"):
        catalogue.Compiled(str(path))
    path.write_bytes(b"a\xff")
    with pytest.raises(KGError, match="cannot be read"):
        catalogue.Compiled(str(path))
    path.write_text("who\tno\tsuch\tline\n")
    with pytest.raises(KGError, match="run kg build"):
        catalogue.Compiled(str(path)).get("who")
