"""Answers in Python."""

import sys

import pytest
import tiny

from kg.results import View, render
from kg.rows import Rows, Told

STORE = tiny.store()
BASE = "https://w3id.org/sci-tech-insurance/"
FORCES = STORE.query(
    "SELECT ?s ?force ?n ?none "
    "{ ?s a sti:Provision ; sti:force ?force BIND(1.5 AS ?n) } ORDER BY ?s"
)


def test_rows() -> None:
    rows = Rows(FORCES, STORE, "zh")
    assert rows.columns == ["s", "sLabel", "force", "forceLabel", "n", "none"]
    assert rows[0]["force"] == f"{BASE}id/force/plain"
    assert (rows[0]["forceLabel"], rows[0]["n"], rows[0]["none"]) == ("直述", 1.5, None)
    assert str(rows) == render(FORCES, STORE, "table", View("zh"))
    assert "<td>直述</td>" in rows._repr_html_()
    evil = STORE.query('SELECT ?x { BIND("<script>" AS ?x) }')
    assert "<script>" not in Rows(evil, STORE, "zh")._repr_html_()
    assert Rows(STORE.query("ASK {}"), STORE, "zh") == [{"answer": True}]
    told = Rows(FORCES, STORE, "zh", Told(["what they mean"], "because"))
    assert (told.notes, told.why) == (["what they mean"], "because")
    assert told.text == f"{rows.text}\nwhat they mean\n"
    assert "<p>what they mean</p>" in told._repr_html_()
    assert not Rows(STORE.query("ASK { m:2-1 a sti:Part }"), STORE, "zh")
    triples = Rows(STORE.query("CONSTRUCT WHERE { ?s a sti:Measure }"), STORE, "en")
    assert triples[0]["subjectLabel"] == "Build a mechanism"


def test_dataframe(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = Rows(FORCES, STORE, "en").to_dataframe()
    assert list(frame["forceLabel"]) == ["plain", "encouraged", "encouraged"]
    empty = Rows(STORE.query("SELECT ?a ?b { ?a <x:x> ?b }"), STORE, "en").to_dataframe()
    assert list(empty.columns) == ["a", "b"]
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match="pip install"):
        Rows(FORCES, STORE, "en").to_dataframe()
