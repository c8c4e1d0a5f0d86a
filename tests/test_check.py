"""The gate: each step holds for a sound house and tells what is wrong with a broken one."""

import re
import shutil
from pathlib import Path

import pytest
from small import FIXTURES, small_house

from kg import reason
from kg.check import Gate, run
from kg.files import ONTOLOGY_HEADER
from kg.finding import Finding
from kg.house import House
from kg.readings import recorded
from kg.sparql import names_in

WHO = """#+ id: who
#+ summary: {zh: 谁受动员？, en: "Who is addressed?"}
#+ tags: [test]
#+ rows: {zh: 每行一个, en: One a row}
#+ expects: rows
PREFIX sti: <https://w3id.org/sci-tech-insurance/ontology#>

SELECT DISTINCT ?who WHERE { ?statement sti:hasAddressee ?who }
"""
GOLDEN = "who\nkind:every-locality\nkind:insurer\nkind:locality\n"


@pytest.fixture
def sound(tmp_path: Path) -> House:
    """The small house with one question of its own; every file may be changed."""
    root = tmp_path / "house"
    shutil.copytree(small_house(tmp_path / "links").root, root)  # copies in the place of links
    questions = root / "queries" / "questions"
    questions.mkdir()
    (questions / "who.rq").write_text(WHO, "utf-8")
    (questions / "who.csv").write_text(GOLDEN, "utf-8")
    recorded(House(root), [], all=True)
    return House(root)


def found(house: House, step: str, *extra: Path) -> list[Finding]:
    """What one step finds."""
    return sorted(getattr(Gate(house, extra), step)()[1])


def edit(house: House, name: str, old: str, new: str) -> None:
    path = house.root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_sound_house_holds(sound: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reason, "has_hermit", lambda: False)
    report = run(sound, [FIXTURES / "pass" / "real.ttl"])
    assert report.findings == []
    assert report.ok
    names = [step.name for step in report.steps]
    assert names == [
        "syntax",
        "prefixes",
        "format",
        "headers",
        "names",
        "source",
        "quotes",
        "words",
        "slots",
        "rules",
        "owl-rl",
        "hermit",
        "shapes",
        "checks",
        "readback",
        "questions",
        "pairs",
    ]
    (skipped,) = [step for step in report.steps if step.skipped]
    assert (skipped.name, skipped.outcome) == ("hermit", "skipped")
    assert "pip install" in skipped.told
    assert "opinion-qa 100.0%" in report.render()
    # In Chinese no word of English is left but names.
    chinese = re.sub(rf"^({'|'.join(names)}) ", "", report.render("zh"), flags=re.MULTILINE)
    left = set(re.findall(r"[A-Za-z][A-Za-z]+", chinese.partition("pip install")[0]))
    left |= set(re.findall(r"[A-Za-z][A-Za-z]+", chinese.partition("[owl]'")[2]))
    assert left <= {
        "Turtle",
        "OWL",
        "RL",
        "HermiT",
        "owlready2",
        "owlready",
        "Java",
        "opinion",
        "qa",
    }


def test_what_cannot_be_read_is_told_alone(sound: House) -> None:
    edit(sound, "documents/opinion-qa/stated/all.ttl", "sti:hasBeneficiary kind:", "sti:x kinds:")
    report = run(sound)
    assert not report.ok
    assert [finding.check for finding in report.findings] == ["syntax"]
    ran = [step.name for step in report.steps if not step.skipped]
    assert ran == ["syntax", "prefixes", "format", "headers"]


def test_hermit_can_be_demanded(sound: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reason, "has_hermit", lambda: False)
    report = run(sound, all=True)
    assert not report.ok
    assert [finding.check for finding in report.findings] == ["hermit"]


@pytest.mark.parametrize(
    ("step", "name", "old", "new", "words"),
    [
        ("syntax", "shapes/actor.ttl", "shape:actor a", "shape:actor ; a", "broken Turtle"),
        ("syntax", "queries/checks/judged.rq", "SELECT", "SELEKT", "SELEKT"),
        ("syntax", "queries/rules/in-part.rq", "sti:inPart", "stj:inPart", "stj"),
        ("prefixes", "queries/checks/judged.rq", "/ontology#>", "/ontologie#>", "prefix sti"),
        (
            "prefixes",
            "documents/opinion-qa/curated.ttl",
            "@prefix code:",
            "@prefix kode:",
            "prefix kode: is not in",
        ),
        (
            "format",
            "documents/opinion-qa/stated/all.ttl",
            "    sti:inSection",
            " sti:inSection",
            "laid out",
        ),
        (
            "headers",
            "ontology/vocabulary/small.ttl",
            " a owl:Ontology ;",
            " sti:x 1 ;",
            "0 ontology headers, not 1",
        ),
        (
            "headers",
            "ontology/vocabulary/small.ttl",
            "ontology/vocabulary/small>",
            "ontology/vocabulary/role>",
            "its header is that of",
        ),
        (
            "names",
            "queries/checks/judged.rq",
            "?any sti:judges",
            "?any sti:juges",
            "sti:juges is not in the graph",
        ),
        ("names", "shapes/statement.ttl", "sti:within $this", "sti:inside $this", "sti:inside"),
        ("source", "documents/opinion-qa/source.txt", "一是", "1是", "its sha256 is"),
        (
            "questions",
            "queries/questions/who.csv",
            "kind:insurer\n",
            "",
            "not golden: kind:insurer",
        ),
        (
            "questions",
            "queries/questions/who.csv",
            "kind:insurer",
            "kind:nobody",
            "does not come: kind:nobody",
        ),
        (
            "questions",
            "queries/questions/who.csv",
            "who\n",
            "wer\n",
            "the columns are who, not wer",
        ),
        (
            "questions",
            "queries/questions/who.csv",
            "kind:insurer\n",
            "kind:insurer\nkind:insurer\n",
            "does not come",
        ),
        (
            "questions",
            "queries/questions/who.rq",
            "#+ expects: rows",
            "#+ expects: nothing\n#+ why: {zh: 无, en: none}",
            "nothing is to come",
        ),
        (
            "questions",
            "queries/questions/who.rq",
            "DISTINCT ?who WHERE {",
            "?who WHERE { ?any a sti:Heading .",
            "comes 3 times",
        ),
        ("questions", "queries/questions/who.rq", "#+ id: who", "#+ id: when", "when"),
        (
            "pairs",
            "queries/questions/who.rq",
            "?who WHERE {",
            "?who ?what WHERE { ?statement sti:hasObject ?what .",
            "what | who",
        ),
        (
            "checks",
            "queries/checks/judged.rq",
            "#+   en: A statement",
            "#+   an: A statement",
            "could not be run",
        ),
        (
            "checks",
            "documents/opinion-qa/readback.ttl",
            "sti:judges p:q4-1-b",
            "sti:judges p:q4-1-c",
            "not read back",
        ),
        (
            "shapes",
            "documents/opinion-qa/stated/all.ttl",
            "sti:force force:encouraged ;\n    sti:cue",
            "sti:force force:supported ;\n    sti:cue",
            "not a word of its force",
        ),
        (
            "owl_rl",
            "documents/opinion-qa/document.ttl",
            "m:2-1 a sti:Measure",
            "m:2-1 a sti:Measure , sti:Part",
            "no member in common",
        ),
    ],
)
def test_step_tells_what_is_wrong(
    sound: House, step: str, name: str, old: str, new: str, words: str
) -> None:
    edit(sound, name, old, new)
    told = found(sound, step)
    assert told
    assert words in "\n".join(finding.message for finding in told)
    assert all(finding.file.startswith(name.partition("/")[0]) for finding in told)
    # What a shape finds says in its Chinese message what to do.
    assert all(finding.mend_zh for finding in told if step not in ("shapes", "owl_rl"))


@pytest.mark.parametrize("words", ["quotes", "words", "slots", "rules"])
def test_findings_of_the_build_are_told(sound: House, words: str) -> None:
    cut = {
        "quotes": ("stated/all.ttl", "建立协调推进机制", "建立协调机制"),
        "words": ("stated/all.ttl", "持续开展网络安全保险服务试点", "持续开展网络安全保险服务"),
        "slots": ("stated/all.ttl", '    sti:condition "有条件的"@zh ;\n', ""),
    }
    if words == "rules":
        edit(sound, "queries/rules/in-part.rq", "CONSTRUCT", "SELECT * WHERE { ?a ?b ?c } #")
    else:
        file, old, new = cut[words]
        edit(sound, f"documents/opinion-qa/{file}", old, new)
    told = list(Gate(sound).of_build(words)[1])
    assert told
    assert all(finding.mend and finding.mend_zh for finding in told)


def test_golden_rows_are_asked_for(sound: House) -> None:
    (sound.root / "queries/questions/who.csv").unlink()
    (told,) = found(sound, "questions")
    assert told.message == "the question has no golden rows"


def test_extra_turtle_is_checked_with_the_rest(sound: House, tmp_path: Path) -> None:
    mine = tmp_path / "my.ttl"
    mine.write_text(
        "@prefix ex: <https://example.org/> .\n"
        "@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .\n\n"
        "ex:claim a sti:InsuranceClaim .\n",
        "utf-8",
    )
    assert found(sound, "prefixes", mine) == []  # prefixes of one's own are welcome
    told = found(sound, "shapes", mine)
    assert {finding.check for finding in told} == {"shape:claim-contract", "shape:claim-loss"}
    assert {(Path(finding.file).name, finding.line) for finding in told} == {("my.ttl", 4)}


def test_what_was_changed_since_it_was_read_back(sound: House) -> None:
    edit(
        sound,
        "documents/opinion-qa/stated/all.ttl",
        "sti:hasBeneficiary kind:enterprise",
        "sti:hasParty kind:enterprise",
    )
    (told,) = found(sound, "readback")
    assert told.label == "p:q4-1-b"
    assert told.message == "it was changed since it was read"


def test_names_in_queries_and_shapes() -> None:
    query = 'PREFIX sti: <x#>\nSELECT * { ?s sti:a p:b ; other:c "sti:d" } # sti:e'
    assert list(names_in(query, turtle=False)) == [("sti:a", 2), ("p:b", 2)]
    shape = '@prefix sti: <x#> .\nshape:a sh:select """\n  { ?s sti:b ?o }""" ; sh:path sti:c .'
    assert {("sti:b", 3), ("sti:c", 3)} <= set(names_in(shape, turtle=True))


@pytest.mark.parametrize(
    ("step", "old", "new", "words"),
    [
        ("source", r'sti:sha256 "[0-9a-f]+"', 'sti:sha256 "0"', "document.ttl says 0"),
        ("prefixes", "ontology#>", "ontologie#>", "the prefix sti: means"),
        ("format", r" ;\n", "  ;\n", "not laid out"),
        ("headers", r"\Z", f"\n<urn:x> a {ONTOLOGY_HEADER} .\n", "1 ontology headers"),
    ],
)  # fmt: skip
def test_the_files_of_an_added_document_are_looked_at(
    step: str, old: str, new: str, words: str, tmp_path: Path
) -> None:
    folder = tmp_path / "example"
    shutil.copytree(House.find().root / "docs" / "example", folder)
    assert found(House.find(), step, folder) == []
    path = folder / "document.ttl"
    path.write_text(re.sub(old, new, path.read_text("utf-8"), count=1), "utf-8")
    told = found(House.find(), step, folder)
    assert words in "\n".join(finding.message for finding in told)
