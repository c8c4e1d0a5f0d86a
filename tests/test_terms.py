"""The term reference says what the ontology says, and docs/terms.md is up to date."""

from pathlib import Path

import pytest

from kg.cli import main
from kg.errors import KGError
from kg.house import House
from kg.terms import render, write


@pytest.fixture(scope="module")
def page() -> str:
    """The term reference of the real house."""
    return render(House.find())


def entry(page: str, term: str) -> list[str]:
    """The lines below a term's heading, up to the next heading."""
    lines = page.splitlines()
    start = lines.index(f"### {term}") + 1
    end = next(at for at in range(start, len(lines)) if lines[at].startswith("#"))
    return lines[start:end]


def test_the_committed_page_is_up_to_date(page: str) -> None:
    committed = House.find().root / "docs" / "terms.md"
    assert committed.read_text(encoding="utf-8") == page, "run: kg terms -o docs/terms.md"


def test_a_property_tells_its_domain_range_role_and_meaning(page: str) -> None:
    told = "\n".join(entry(page, "sti:hasLead"))
    assert "**牵头者 · lead**" in told
    for fact in ("domain `sti:Statement`", "range `sti:NamedThing`", "expresses `role:lead`"):
        assert fact in told  # the domain and range are those of sti:involves
    assert "Relates a statement to one who" in told
    assert "将陈述与" in told
    assert "*Note.* Lead: acts" in told
    assert "例 e.g. 科技部" in told


def test_a_chain_is_told_in_its_order(page: str) -> None:
    chain = "follows from `sti:hasCoverage` then `sti:coversExposure` then `sti:bearer`"
    assert chain in "\n".join(entry(page, "sti:protects"))


def test_defined_classes_stand_below_the_class_of_the_broader_kind(page: str) -> None:
    lines = page.splitlines()
    depth = {
        line.split("[")[1].split("]")[0]: line.index("-") // 2
        for line in lines
        if line.lstrip().startswith("- [sti:")
    }
    above = ("sti:Organisation", "sti:Enterprise", "sti:SciTechEnterprise", "sti:TechnologySME")
    assert [depth[name] for name in above] == list(range(depth[above[0]], depth[above[0]] + 4))
    assert depth["sti:LeadingSciTechEnterprise"] == depth["sti:SciTechEnterprise"]


def test_every_term_and_every_concept_stands_there_once(page: str) -> None:
    headings = [line for line in page.splitlines() if line.startswith("### sti:")]
    assert len(headings) == len(set(headings)) > 150
    for concept in ("force:plain", "kind:tech-sme", "org:most", "event:st-conference"):
        assert sum(f"`{concept}` |" in line for line in page.splitlines()) == 1
    assert "scheme:" not in page.replace("skos:ConceptScheme", "")


def test_a_narrower_concept_stands_below_its_broader_one(page: str) -> None:
    lines = page.splitlines()
    broader = next(at for at, line in enumerate(lines) if line.startswith("| `prod:cyber` "))
    assert lines[broader + 1].startswith("| — `prod:cyber-product` ")


def test_write_and_the_command(
    page: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(House.find(), tmp_path / "terms.md")
    assert (tmp_path / "terms.md").read_bytes() == page.encode()
    assert main(["terms"]) == 0
    assert capsys.readouterr().out == page
    assert main(["terms", "-o", str(tmp_path / "again.md")]) == 0
    assert (tmp_path / "again.md").read_bytes() == page.encode()


def test_a_page_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="cannot be written"):
        write(House.find(), tmp_path / "missing" / "terms.md")
