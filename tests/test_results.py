"""Results as text: exact for tools, readable for people."""

import csv
import io
import json

import pyoxigraph as ox
import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from kg import results
from kg.assembly import Assembly
from kg.errors import KGError
from kg.results import View, columns, noted, render, text_table, wrap
from kg.store import Lang, Result, Store

STORE = tiny.store()
BASE = "https://w3id.org/sci-tech-insurance/"
FORCES = STORE.query(
    "SELECT ?s ?force ?n ?none "
    "{ ?s a sti:Provision ; sti:force ?force BIND(1.5 AS ?n) } ORDER BY ?s"
)
QUOTED = STORE.query("SELECT ?s ?q { ?s sti:quote ?q ; sti:act '开展'@zh }")


def shown(result: Result, how: str, lang: Lang = "zh", *, labels: bool = True) -> str:
    return render(result, STORE, how, View(lang, labels))


def test_csv_has_full_iris_and_labels() -> None:
    rows = list(csv.reader(io.StringIO(shown(FORCES, "csv"))))
    assert rows[0] == ["s", "sLabel", "force", "forceLabel", "n", "none"]
    assert rows[1] == [
        f"{BASE}id/statement/1-a", "科技部会同有关部门建立机制",
        f"{BASE}id/force/plain", "直述", "1.5", "",
    ]  # fmt: skip
    assert "Label" not in shown(FORCES, "csv", labels=False)


def test_csv_keeps_line_breaks_and_quotes() -> None:
    result = STORE.query('SELECT ?x { BIND("a\\n\\"b\\", c" AS ?x) }')
    assert list(csv.reader(io.StringIO(shown(result, "csv")))) == [["x"], ['a\n"b", c']]


def test_tsv_is_the_sparql_format_with_labels_between() -> None:
    head, first, *_ = shown(FORCES, "tsv").splitlines()
    assert head.split("\t") == ["?s", "?sLabel", "?force", "?forceLabel", "?n", "?none"]
    assert first.split("\t")[2:] == [f"<{BASE}id/force/plain>", '"直述"', "1.5", ""]
    plain = shown(FORCES, "tsv", labels=False)
    again = ox.parse_query_results(plain, ox.QueryResultsFormat.TSV)
    assert isinstance(again, ox.QuerySolutions)
    assert tuple(tuple(row) for row in again) == FORCES.rows


@pytest.mark.parametrize("how", ["json", "xml"])
def test_json_and_xml_are_exactly_the_sparql_formats(how: str) -> None:
    kind = ox.QueryResultsFormat.from_extension(how)
    again = ox.parse_query_results(shown(FORCES, how), kind)
    assert isinstance(again, ox.QuerySolutions)
    assert tuple(tuple(row) for row in again) == FORCES.rows
    yes = ox.parse_query_results(shown(STORE.query("ASK {}"), how), kind)
    assert isinstance(yes, ox.QueryBoolean)
    assert bool(yes)


def test_graphs() -> None:
    graph = STORE.query("CONSTRUCT WHERE { ?s sti:force force:encouraged }")
    for how, kind in (("ttl", ox.RdfFormat.TURTLE), ("nt", ox.RdfFormat.N_TRIPLES)):
        again = [quad.triple for quad in ox.parse(input=shown(graph, how), format=kind)]
        assert tuple(again) == graph.triples
    heads = [line for line in shown(graph, "table").splitlines() if line.startswith("@prefix")]
    assert [line.split()[1] for line in heads] == ["force:", "p:", "sti:"]
    for how in ("csv", "json", "md"):
        with pytest.raises(KGError, match="writes rows"):
            shown(graph, how)
    with pytest.raises(KGError, match="for CONSTRUCT"):
        shown(FORCES, "ttl")


def test_ask_is_a_word() -> None:
    assert shown(STORE.query("ASK { m:2-1 a sti:Measure }"), "table") == "true\n"
    assert shown(STORE.query("ASK { m:2-1 a sti:Part }"), "csv") == "false\n"


def test_table_aligns_wide_characters() -> None:
    result = STORE.query(
        "SELECT ?force ?n ?kind "
        "{ VALUES (?force ?n ?kind) "
        "{ (force:plain 1.5 UNDEF) (force:encouraged 2.5 kind:enterprise) } }"
    )
    assert shown(result, "table").splitlines() == [
        "force  n    kind",
        "-----  ---  ----",
        "直述   1.5",
        "鼓励   2.5  企业",
    ]


def test_a_column_that_is_empty_in_all_rows_is_left_out_and_named() -> None:
    result = STORE.query("SELECT ?none ?force ?nothing { VALUES ?force { force:plain } }")
    assert shown(result, "table") == ("force\n-----\n直述\n\n各行均空、从略的列：none, nothing\n")
    told = "columns left out, empty in all rows: none, nothing\n"
    assert shown(result, "md", "en") == f"| force |\n| --- |\n| plain |\n\n{told}"
    assert shown(result, "csv").startswith("none,force,")
    assert shown(result, "table", labels=False).startswith("none  force")
    empty = STORE.query("SELECT ?a ?b { ?a <x:x> ?b }")
    assert shown(empty, "table") == "a  b\n-  -\n"


def test_a_column_in_the_other_language_is_left_out() -> None:
    result = STORE.query(
        'SELECT ?whyZh ?whyEn ?Zh { BIND("因" AS ?whyZh) BIND("cause" AS ?whyEn) BIND(1 AS ?Zh) }'
    )
    assert shown(result, "table", "zh").splitlines()[0].split() == ["whyZh", "Zh"]
    assert shown(result, "table", "en").splitlines()[0].split() == ["whyEn", "Zh"]
    assert shown(result, "md", "both").startswith("| whyZh | whyEn | Zh |")
    assert shown(result, "csv", "zh").startswith("whyZh,whyEn,Zh")


def test_words_stand_below_their_measure_in_the_order_of_the_text() -> None:
    result = STORE.query("SELECT ?s ?m { ?s a sti:Provision ; sti:inMeasure ?m } ORDER BY DESC(?s)")
    notes = shown(result, "table").split("\n\n")[1].splitlines()
    begins = [line.split()[0] for line in notes]
    assert begins == [
        "m:2-1",
        "p:1-a",
        "p:1-b*",
        "p:1-c",
        "（承前：鼓励企业、大学等开展合作）",
        "*",
    ]


def test_rows_in_the_order_of_the_text() -> None:
    """Columns are sorted one within the other: of IRIs, by place; of others, as they come."""
    result = STORE.query(
        "SELECT ?n ?kind ?s { VALUES (?n ?kind ?s) { (2 UNDEF p:1-b) (2 kind:university p:1) "
        "(2 kind:enterprise p:1-c) (2 kind:enterprise p:1-a) (1 org:most p:1) } }"
    )
    view = View("zh", width=100, order=("n", "kind", "s"))
    lines = render(result, STORE, "table", view).split("\n\n")[0].splitlines()[2:]
    assert [line.split()[-1] for line in lines] == ["p:1-b", "p:1-a", "p:1-c", "p:1", "p:1"]
    assert shown(result, "table").splitlines()[3].split()[-1] == "p:1"


def test_widths_share_what_is_there() -> None:
    least = [11, 10, 14, 7, 9, 5, 4]
    assert results._widths([[38, 11, 45, 7, 9, 5, 4]], least, 88) == [26, 11, 26, 7, 9, 5, 4]
    assert results._widths([[30, 6]], [15, 3], 20) == [15, 5]
    assert results._widths([[30, 6]], [15, 6], 20) is None
    # One long name in one row is worth no second line in all the others.
    short = [[10, 12]] * 9
    assert results._widths([[10, 60], *short], [8, 10], 40) == [10, 30]
    # A column that is long everywhere takes from one that can do with less.
    assert results._widths([[17, 70]] * 9, [10, 10], 34) == [10, 24]


def test_words_of_a_statement_stand_once_below_the_rows() -> None:
    words = "鼓励企业、大学等开展合作"
    star, below = "* 可作另一种读法，见 kg show", "移到表下、与陈述并列的列：q"
    assert shown(QUOTED, "table").splitlines()[2:] == ["p:1-b", "", f"p:1-b*  {words}", star, below]
    english = results.render(QUOTED, STORE, "md", View("en"))
    assert words not in english.split("\n\n")[0]
    assert f"- `p:1-b*` {words} — encourage enterprises, universities and others\n" in english
    told = "columns whose words stand below the table, beside their statement: q"
    assert english.endswith(f"\n\\* can be read in another way: kg show tells how\n\n{told}\n")
    # Whoever asks a question has not chosen its columns.
    asked = results.render(QUOTED, STORE, "table", View("zh", order=("s",)))
    assert asked.splitlines()[-1] == star
    plain = STORE.query("SELECT ?s ?q { ?s sti:quote ?q FILTER(?s = p:1-a) }")
    assert "*" not in shown(plain, "table")
    assert results.shown(QUOTED, STORE, None)[0] == ["p:1-b", words]


def test_a_carried_clause_stands_with_the_one_that_it_continues(
    assembly: Assembly,
) -> None:
    store = Store(assembly.store)
    result = store.query("SELECT ?p { VALUES ?p { p:q4-1-d p:q4-1-c } }")
    notes = dict(noted(result, store, "zh").notes)
    assert notes["p:q4-1-c"] == ["鼓励有条件的地区出台支持政策"]
    assert notes["p:q4-1-d*"][1:] == ["（承前：鼓励有条件的地区出台支持政策）"]
    assert noted(result, store, "en").notes[1][1][1].startswith("[Encourage")


def test_no_notes_where_no_labels_are_wanted() -> None:
    assert len(shown(QUOTED, "table", labels=False).splitlines()) == 3


def test_markdown() -> None:
    result = STORE.query('SELECT ?x ?y { BIND("a|b\\nc" AS ?x) BIND(force:plain AS ?y) }')
    assert shown(result, "md") == "| x | y |\n| --- | --- |\n| a\\|b c | 直述 |\n"


@given(st.text(), st.integers(2, 40))
def test_wrapping_loses_nothing_and_fits(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(columns(line) <= width for line in lines)
    kept = "".join("".join(lines).split())
    assert kept == "".join(results._CONTROL.sub(" ", text).split())


def test_wrapping_keeps_words_and_punctuation_together() -> None:
    assert wrap("ab cdef gh", 5) == ["ab", "cdef", "gh"]
    assert wrap("科技保险，协调", 8) == ["科技保", "险，协调"]
    assert wrap("", 8) == [""]


def test_long_cells_wrap_and_narrow_screens_get_records() -> None:
    rows = [["p:q8-1-a", "科技部" * 20], ["p:2", "短"]]
    wide = text_table(("id", "quote"), rows, 60)
    assert max(columns(line) for line in wide.splitlines()) <= 60
    assert "\n\np:2" in wide  # rows stand apart where a cell takes several lines
    assert text_table(("id", "quote"), rows[1:], 9) == "id     p:2\nquote  短\n"
    assert text_table(("id",), [], 60) == "id\n--\n"


def test_json_text_is_chinese() -> None:
    assert "鼓励" in shown(QUOTED, "json")
    assert json.loads(shown(QUOTED, "json"))["head"]["vars"] == ["s", "q"]


def test_usual_signs_are_as_wide_as_wcwidth_says() -> None:
    """All that `columns` does not ask the library about."""
    usual = [chr(code) for code in range(0x10000) if results._USUAL.fullmatch(chr(code))]
    assert len(usual) > 20_000
    assert [sign for sign in usual if columns(sign) != wcswidth(sign)] == []
    assert columns("e\u0301 👨‍👩‍👧") == wcswidth("e\u0301 👨‍👩‍👧")
