"""The guides say what the files say: worked clauses, skeletons, messages, links."""

import hashlib
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
import readme

from kg.assembly import Assembly, assemble
from kg.catalogue import ask
from kg.catalogue import read as read_question
from kg.check import run_check
from kg.derive import derive
from kg.derive import read as read_rule
from kg.house import House
from kg.layout import format_text
from kg.prefixes import STI, expand, shrink, table
from kg.report import Report
from kg.store import Store
from kg.turtle import parse, parse_text

ROOT = House.find().root
GUIDES = {"en": "modelling.md", "zh": "modelling.zh-CN.md"}
PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in table().items())
guides = pytest.mark.parametrize("lang", GUIDES)


def guide(lang: str) -> str:
    return (ROOT / "docs" / GUIDES[lang]).read_text(encoding="utf-8")


def blocks(lang: str, info: str) -> list[str]:
    """The fenced blocks that are marked so, e.g. `turtle worked`."""
    return re.findall(rf"^```{info}\n(.*?)^```", guide(lang), re.DOTALL | re.MULTILINE)


def files(lang: str) -> dict[str, str]:
    """The example folder: file name to what the guide shows of it."""
    found = re.findall(r"^```\w+ file=(\S+)\n(.*?)^```", guide(lang), re.DOTALL | re.MULTILINE)
    return dict(found)


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example folder."""
    return Path(shutil.copytree(ROOT / "docs" / "example", tmp_path / "example"))


@pytest.fixture(scope="module")
def stated() -> dict[str, set[ox.Triple]]:
    """What the files state, by subject."""
    found: dict[str, set[ox.Triple]] = {}
    for folder in House.find().documents():
        for path in folder.stated:
            for triple in parse(path):
                found.setdefault(str(triple.subject), set()).add(triple)
    return found


# ---------------------------------------------------------------- worked clauses


@guides
def test_worked_clauses_are_those_of_the_files(
    lang: str, stated: dict[str, set[ox.Triple]]
) -> None:
    worked = blocks(lang, "turtle worked")
    assert len(worked) == 12
    for block in worked:
        shown: dict[str, set[ox.Triple]] = {}
        for triple in parse_text(PREFIXES + block, "block"):
            shown.setdefault(str(triple.subject), set()).add(triple)
        for subject, triples in shown.items():
            assert triples == stated.get(subject), f"copy {subject} from the file again"


def test_worked_clauses_show_what_the_guide_promises() -> None:
    text = "\n".join(blocks("en", "turtle worked"))
    for force in ("plain", "encouraged", "supported", "guided", "explored", "studied"):
        assert f"force:{force} ;" in text
    for status in ("stated", "carried", "addressed", "unstated", "existing", "ongoing", "planned"):
        assert f"status:{status} ;" in text
    for term in ("hasJoined", "condition", "reading", "continues", "NotACue", "NotLinked"):
        assert f"sti:{term}" in text


def test_the_guides_share_every_block() -> None:
    def fenced(lang: str) -> list[str]:
        return re.findall(r"^```(\w+ .*?)^```", guide(lang), re.DOTALL | re.MULTILINE)

    assert fenced("en") == fenced("zh")


def test_the_guides_have_the_same_outline() -> None:
    def outline(lang: str) -> list[int]:
        bare = re.sub(r"^```.*?^```", "", guide(lang), flags=re.DOTALL | re.MULTILINE)
        return [len(marks) for marks in re.findall(r"^(#+|\|)", bare, re.MULTILINE)]

    assert outline("en") == outline("zh")


# ---------------------------------------------------------------- skeletons


@guides
def test_the_prefixes_of_the_skeleton_are_enough(lang: str) -> None:
    (prefixes,) = blocks(lang, "turtle prefixes")
    text = f"# Mine.\n{prefixes}\n{blocks(lang, 'turtle skeleton')[0]}"
    assert parse_text(text, "block")
    assert format_text(text) == text


@guides
def test_skeletons_are_turtle_in_the_one_layout(lang: str) -> None:
    known = {subject for path in House.find().ontology() for subject in subjects(path)}
    for block in blocks(lang, "turtle skeleton"):
        triples = parse_text(PREFIXES + block, "block")
        used = {triple.predicate.value for triple in triples}
        assert {one for one in used if one.startswith(STI)} <= known
        laid_out = format_text(PREFIXES + block)
        assert laid_out.partition("\n\n")[2] == block


def subjects(path: Path) -> set[str]:
    return {t.subject.value for t in parse(path) if isinstance(t.subject, ox.NamedNode)}


def test_the_skeleton_has_every_slot_and_role_of_a_provision(assembly: Assembly) -> None:
    """Those of reported statements and frames, and the generic ones, are told elsewhere."""
    facts = assembly.store.query(
        "SELECT ?slot { ?slot rdfs:subPropertyOf+ ?top VALUES ?top { sti:involves sti:textSlot } }",
        prefixes=table(),
        use_default_graph_as_union=True,
    )
    assert isinstance(facts, ox.QuerySolutions)
    wanted = {shrink(row["slot"].value) for row in facts}
    wanted -= {"sti:about", "sti:atEvent", "sti:hasIssuer", "sti:hasSpeaker"}
    shown = set(re.findall(r"sti:\w+", blocks("en", "turtle skeleton")[0]))
    assert wanted <= shown
    for lang in GUIDES:
        assert {*wanted, "sti:about", "sti:hasIssuer"} <= set(re.findall(r"sti:\w+", guide(lang)))


@guides
def test_the_guide_shows_the_example_folder(lang: str) -> None:
    folder = ROOT / "docs" / "example"
    there = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    assert files(lang) == {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in there
    }


@pytest.mark.parametrize("name", readme.READMES)
def test_the_readme_shows_what_a_broken_quote_is_told(name: str, example: Path) -> None:
    """Its path from the copy to the break: all holds, and then the finding that it shows."""
    zh = "zh" in name
    path = example / "stated" / "text.ttl"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace("支持高新技术产业开发区", "支持高新区"), "utf-8")
    (found,) = [f for f in assemble(House.find(), [example]).findings if f.check == "quote"]
    shown = Report(findings=[replace(found, file="example/stated/text.ttl")])
    told = shown.render("zh" if zh else "en").strip()
    assert "".join(f"   {line}\n" for line in told.split("\n")) in (ROOT / name).read_text("utf-8")


def test_the_example_folder_is_sound(example: Path) -> None:
    house = House.find()
    digest = hashlib.sha256((example / "source.txt").read_bytes()).hexdigest()
    assert f'sti:sha256 "{digest}"' in files("en")["document.ttl"]
    assert files("en")["readback.ttl"].count(f'"{digest}"') == 5
    for path in example.rglob("*.ttl"):
        text = path.read_text(encoding="utf-8")
        assert format_text(text) == text, path.name
    assembly = assemble(house, [example])
    assert assembly.findings == []
    assert (assembly.coverage[-1].words, assembly.coverage[-1].slots) == (1, 1)
    about = str(example)
    for path in house.checks():
        assert [f for f in run_check(path, path.name, assembly) if about in f.file] == []


@pytest.mark.full
def test_the_example_folder_fits_the_shapes(example: Path) -> None:
    from kg.validate import Shapes, validate

    assembly = assemble(House.find(), [example])
    found = validate(assembly.store, assembly.locator, Shapes.of_house(House.find()))
    assert [f for f in found if str(example) in f.file] == []


def test_the_example_queries_run(assembly: Assembly, tmp_path: Path) -> None:
    (question,), (rule,), (check,) = (
        blocks("en", f"sparql {kind}") for kind in ("question", "rule", "check")
    )

    def saved(text: str) -> Path:
        path = tmp_path / f"{re.findall(r'^#. id: (.*)$', text, re.MULTILINE)[0]}.rq"
        path.write_text(text, encoding="utf-8")
        return path

    answer = ask(Store(assembly.store), read_question(saved(question)), {})
    assert expand("p:q4-1-b") in {getattr(row[2], "value", "") for row in answer.rows}
    copy = ox.Store()
    copy.extend(assembly.store)
    assert derive(copy, read_rule(saved(rule), "rule"))
    assert run_check(saved(check), "check", assembly) == []


# ---------------------------------------------------------------- messages and links


@guides
def test_the_messages_are_those_of_the_shapes(lang: str) -> None:
    store = ox.Store()
    for path in House.find().shapes():
        store.extend(ox.Quad(*triple) for triple in parse_triples(path))
    rows = re.findall(r"^\| `(shape:[\w-]+)` \| (.*?) \|", guide(lang), re.MULTILINE)
    assert len(rows) > 20
    for name, told in rows:
        message = ox.NamedNode(expand("sh:message"))
        quads = store.quads_for_pattern(ox.NamedNode(expand(name)), message, None, None)
        said = [q.object.value for q in quads if getattr(q.object, "language", "") == lang]
        assert said, name
        assert said[0].replace("{?value}", "…").startswith(told), name


@guides
def test_the_finding_shown_has_its_line(lang: str, assembly: Assembly) -> None:
    file, line = assembly.locator.place(expand("p:q4-1-c"), expand("sti:quote"))
    assert f"{file}:{line}: error (slots): 鼓励有条件的地区出台支持政策" in guide(lang)


def parse_triples(path: Path) -> list[tuple[ox.NamedNode, ox.NamedNode, ox.Literal]]:
    return [
        (t.subject, t.predicate, t.object)
        for t in parse(path)
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.Literal)
    ]


@pytest.mark.parametrize("name", [*GUIDES.values(), "decisions.md"])
def test_links_and_names_lead_somewhere(name: str, assembly: Assembly) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        file, _, part = target.partition("#")
        assert not file or (ROOT / "docs" / file).is_file(), target
        assert file or part in headings, target
    bare = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    graph = Store(assembly.store)
    for curie in re.findall(r"`((?:sti|force|status|org|kind|prod|place|p|x|m):[\w-]+)`", bare):
        if "example" not in curie and curie not in ("sti:hasX", "sti:hasY"):
            assert graph.knows(ox.NamedNode(expand(curie))), curie
