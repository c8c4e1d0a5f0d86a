"""Tests of kg.load."""

from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import Check, Edit

from kg.errors import KGError
from kg.house import House
from kg.load import CURATED, EXTRA, ONTOLOGY, READBACK, STATED, VOCABULARY, Facts, load
from kg.prefixes import expand
from kg.turtle import parse, parse_text

MINE = '@prefix ex: <http://example.org/> .\nex:a ex:b "x"@zh .\n'


def test_each_file_goes_to_its_layer(tiny_house: House, tmp_path: Path) -> None:
    """Ontology, vocabulary, stated, curated, read-back and what is given besides stay apart."""
    for name in ("curated.ttl", "readback.ttl"):
        (tiny_house.root / "documents/tiny" / name).write_text(MINE, encoding="utf-8")
    extra = tmp_path / "my.ttl"
    extra.write_text(MINE, encoding="utf-8")
    loaded = load(tiny_house, [extra])
    assert list(loaded.layers) == sorted([ONTOLOGY, VOCABULARY, STATED, CURATED, READBACK, EXTRA])
    assert not loaded.findings
    (document,) = loaded.documents
    assert (document.name, document.iri) == ("tiny", expand("doc:tiny"))
    assert document.text[0] == " "  # the text is never stripped


def test_a_note_beside_a_clause_is_curated(house: House) -> None:
    """How a clause can be read, and why a word is no cue, is not what the text states."""
    layers = load(house).layers
    for name in ("sti:reading", "sti:reason"):
        note = ox.NamedNode(expand(name))
        assert not [one for one in layers[STATED] if one.predicate == note]
        assert [one for one in layers[CURATED] if one.predicate == note]
    written = parse(house.root / "documents/opinion-qa/stated/q4.ttl")
    assert {*written} <= {*layers[STATED], *layers[CURATED]}


def test_a_further_document(tiny_house: House, tmp_path: Path) -> None:
    """A folder with a source.txt is a document, wherever it lies."""
    folder = tmp_path / "other"
    (folder / "stated").mkdir(parents=True)
    (folder / "source.txt").write_text("别的文本", encoding="utf-8")
    (folder / "stated" / "a.ttl").write_text(MINE, encoding="utf-8")
    loaded = load(tiny_house, [folder])
    assert [document.name for document in loaded.documents] == ["tiny", "other"]
    assert EXTRA not in loaded.layers


@pytest.mark.parametrize("name", ["a b", "x> <x:p> <x:o> .\n<x:y"])
def test_a_folder_whose_name_no_iri_can_hold(name: str, tiny_house: House, tmp_path: Path) -> None:
    """It is told, and neither read nor made into triples."""
    folder = tmp_path / name
    folder.mkdir()
    (folder / "source.txt").write_text("别的文本", encoding="utf-8")
    (folder / "document.ttl").write_text(MINE, encoding="utf-8")
    loaded = load(tiny_house, [folder])
    (finding,) = loaded.findings
    assert repr(name) in finding.message
    assert finding.mend_zh == "请用字母、数字和连字符命名"
    assert [document.name for document in loaded.documents] == ["tiny"]


def test_all_broken_files_are_found_at_once(tiny_house: House, findings: Check, edit: Edit) -> None:
    """One broken file does not hide the next; the rest is still loaded."""
    edit("ontology/vocabulary/tiny.ttl", "force:supported sti:cueWord", "force:supported")
    (tiny_house.root / "documents/tiny/stated/two.ttl").write_bytes(b"# caf\xe9\n")
    (tiny_house.root / "documents/tiny/curated.ttl").touch()
    (tiny_house.root / "documents/tiny/source.txt").unlink()
    found = findings("syntax", (tiny_house.root / "none.ttl",))
    assert [f.where for f in found] == [
        "documents/tiny/curated.ttl:1",
        "documents/tiny/source.txt",
        "documents/tiny/stated/two.ttl:1",
        "none.ttl",
        "ontology/vocabulary/tiny.ttl:10",
    ]
    assert all(f.severity == "error" and f.message_zh for f in found)


def test_no_folder_no_document(tiny_house: House, tmp_path: Path) -> None:
    """A house without ontology is refused; one without documents is a finding."""
    with pytest.raises(KGError, match="ontology/ is missing"):
        load(House(tmp_path))
    (tiny_house.root / "documents/tiny").rename(tmp_path / "away")
    assert [f.message for f in load(tiny_house).findings] == ["there is no document"]


def test_facts() -> None:
    """Objects by kind, literals by language, and everything below a class."""
    triples = parse_text(
        '@prefix ex: <http://e/> . ex:a ex:p ex:b , "x"@zh , "y"@en , 1 ; ex:up ex:top .'
        "ex:b ex:up ex:a . ex:top ex:up ex:b .",
        "",
    )
    facts = Facts([*triples, *triples])
    assert facts.iris("http://e/a", "http://e/p") == ["http://e/b"]
    assert facts.texts("http://e/a", "http://e/p") == ["x"]
    assert facts.texts("http://e/a", "http://e/p", None) == ["x", "y", "1"]
    assert facts.subjects("http://e/up") == ["http://e/a", "http://e/b", "http://e/top"]
    assert facts.below("http://e/a", "http://e/up") == {"http://e/a", "http://e/b", "http://e/top"}
    assert facts.texts("http://e/none", "http://e/p") == []


def test_a_file_where_nothing_is_read_is_a_finding(tiny_house: House, tmp_path: Path) -> None:
    """Left alone it would be missing without a word; the finding says where it goes."""
    places = (
        "documents/my.ttl",
        "documents/tiny/my.ttl",
        "documents/tiny/stated/deep/my.ttl",
        "ontology/deep/my.ttl",
        "shapes/deep/my.ttl",
        "queries/my.rq",
    )
    for name in places:
        path = tiny_house.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MINE, encoding="utf-8")
    found = [f for f in load(tiny_house).findings if f.check == "stray"]
    assert sorted(f.file for f in found) == sorted(places)
    assert all(f.severity == "error" and f.mend and f.mend_zh for f in found)
    (mine,) = [f for f in found if f.file == "documents/my.ttl"]
    assert "documents/NAME/stated/" in mine.mend
    assert "documents/NAME/stated/" in mine.mend_zh
    further = tmp_path / "other"
    further.mkdir()
    (further / "source.txt").write_text("别的文本", encoding="utf-8")
    (further / "my.ttl").write_text(MINE, encoding="utf-8")
    assert [f for f in load(tiny_house, [further]).findings if str(further) in f.file]


@pytest.mark.parametrize(
    ("data", "mend_zh"),
    [
        (b"", "请填写内容，或删去该文件"),
        (b"# nothing\n", "请填写内容，或删去该文件"),
        (b"\xff", "请把文件存为 UTF-8"),
        (b"\xef\xbb\xbf# x", "请存为不带 BOM 的 UTF-8"),
        (b"<a:a> <a:b>", "请改正该处或紧接其前的语法"),
        (b"e:a e:b e:c .", "请照 ontology/prefixes.ttl 的写法在文件开头声明：@prefix name: <…> ."),
    ],
)
def test_what_to_do_is_told_in_chinese_too(
    data: bytes, mend_zh: str, tiny_house: House, tmp_path: Path
) -> None:
    path = tmp_path / "my.ttl"
    path.write_bytes(data)
    (found,) = [f for f in load(tiny_house, [path]).findings if "my.ttl" in f.file]
    assert found.mend_zh == mend_zh
    assert found.mend
