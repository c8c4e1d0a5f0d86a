"""The bench: its corpora are clean or false where they should be, and it works in small."""

import json
import math
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench import corpus, report, violation
from bench.measure import Failed, run
from bench.report import Point, Row
from kg.assembly import Assembly, assemble
from kg.check import Gate, run_check
from kg.house import House
from kg.validate import Shapes, validate


def built(house: House, files: list[Path]) -> Assembly:
    return assemble(house, files)


@pytest.fixture(scope="module")
def clean(house: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Assembly]:
    """Seven documents, two of which are national."""
    folder = tmp_path_factory.mktemp("corpus")
    files = corpus.make(house, folder, 5e4, seed=7)
    return files, built(house, files)


def test_a_corpus_is_as_large_as_it_was_asked_for(clean: tuple[list[Path], Assembly]) -> None:
    files, assembly = clean
    assert len(files) > 2
    assert 4.5e4 < len(assembly.store) < 6.5e4


def test_a_corpus_is_clean(clean: tuple[list[Path], Assembly], house: House) -> None:
    _, assembly = clean
    assert assembly.findings == []
    assert validate(assembly.store, assembly.locator, Shapes.of_house(house)) == []
    for path in house.checks():
        assert run_check(path, path.name, assembly) == []


def test_what_was_read_back_is_what_is_stated(
    clean: tuple[list[Path], Assembly], house: House
) -> None:
    files, _ = clean
    note, found = Gate(house, files).readback()
    assert list(found) == []
    assert int(note.split()[0]) > 152  # those of the real document, and more


def test_local_documents_implement_national_ones(clean: tuple[list[Path], Assembly]) -> None:
    _, assembly = clean
    rows = assembly.store.query(
        """PREFIX sti: <https://w3id.org/sci-tech-insurance/ontology#>
        SELECT ?local ?national WHERE {
          ?statement sti:act "发布"@zh ; sti:hasObject ?local ; sti:onBasis ?national .
          ?local a sti:PolicyDocument . ?national a sti:PolicyDocument .
        }""",
        use_default_graph_as_union=True,
    )
    pairs = [(row["local"].value, row["national"].value) for row in rows]
    assert pairs
    assert all(re.search(r"/g\d+$", one) for pair in pairs for one in pair)


def test_the_same_seed_makes_the_same_corpus(house: House, tmp_path: Path) -> None:
    def texts(name: str, seed: int) -> dict[str, bytes]:
        folder = tmp_path / name
        folder.mkdir()
        corpus.make(house, folder, 3e4, seed=seed)
        return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.*")}

    first = texts("a", 3)
    assert first == texts("b", 3)
    assert first != texts("c", 4)


def test_a_hash_seed_makes_no_difference(tmp_path: Path) -> None:
    def listing(seed: str) -> list[tuple[str, bytes]]:
        folder = tmp_path / seed
        command = [sys.executable, "-m", "bench.corpus", str(folder), "--quads", "3e4"]
        subprocess.run(command, check=True, env={"PYTHONHASHSEED": seed}, cwd=ROOT, timeout=60)
        return sorted((p.name, p.read_bytes()) for p in folder.rglob("*.*"))

    assert listing("1") == listing("2")


ROOT = House.find().root


def test_a_gap_is_found(house: House, tmp_path: Path) -> None:
    files = corpus.make(house, tmp_path, 3e4, gaps=1)
    found = built(house, files).findings
    gaps = {("words", "此外"), ("words", "有关情况另行说明")}
    assert {(one.check, one.label) for one in found} == gaps
    assert len(found) == len(gaps)


def test_each_kind_of_violation_is_found(house: House, tmp_path: Path) -> None:
    injected = violation.inject(house, tmp_path)
    assembly = built(house, [*injected.folders, injected.market])
    found = validate(assembly.store, assembly.locator, Shapes.of_house(house))
    assert injected.missed((one.check, one.focus) for one in found) == []
    assert "shape-failed" not in {one.check for one in found}
    kinds = {path.stem for path in (ROOT / violation.FAIL).glob("*.ru")}
    assert {one.shape for one in injected.expected} == kinds - set(violation.NOT_INJECTED)


def test_each_kind_comes_as_often_as_it_was_asked_for(house: House, tmp_path: Path) -> None:
    injected = violation.inject(house, tmp_path, 3, buildable=True)
    times = Counter(one.shape for one in injected.expected)
    assert set(times.values()) == {3}
    assert not set(times) & violation.NOT_BUILT
    assert built(house, [*injected.folders, injected.market]).findings == []


def test_a_copy_without_changes_is_clean(house: House, tmp_path: Path) -> None:
    small, sample = violation._Small(house), violation._Sample(house)
    folder = small.write(tmp_path, "v1", 1, [])
    market = tmp_path / violation.MARKET
    market.write_text(violation._head() + violation.turtle(sample.triples("w1", 1, [])), "utf-8")
    assembly = built(house, [folder, market])
    assert assembly.findings == []
    assert validate(assembly.store, assembly.locator, Shapes.of_house(house)) == []


def test_a_change_that_changes_nothing_is_refused(house: House, tmp_path: Path) -> None:
    kind = violation.Kind("x", "DELETE DATA { GRAPH graph:stated { p:none a sti:Provision } }")
    with pytest.raises(ValueError, match="the change for x changes nothing"):
        violation._Small(house).write(tmp_path, "v1", 1, [kind])


# ---------------------------------------------------------------- measuring


def test_a_run_tells_time_work_memory_and_words() -> None:
    code = (
        "import sys; x = bytearray(60_000_000); print('字'); print('e', file=sys.stderr); "
        "sum(range(2_000_000))"
    )
    done = run([sys.executable, "-c", code])
    assert (done.out, done.err, done.code, done.ended) == ("字\n", "e\n", 0, False)
    assert 0 < done.cpu < done.seconds + 1
    assert 60e6 < done.peak < 300e6


def test_memory_of_children_counts() -> None:
    child = "import time; x = bytearray(80_000_000); time.sleep(0.3)"
    code = (
        "import subprocess, sys; x = bytearray(80_000_000); "
        f"subprocess.run([sys.executable, '-c', {child!r}])"
    )
    assert run([sys.executable, "-c", code]).peak > 160e6


def test_a_run_is_ended_at_its_limit() -> None:
    done = run([sys.executable, "-c", "while True: pass"], limit=0.3)
    assert done.ended
    assert 0.3 <= done.seconds < 5


def test_a_run_that_fails_says_why() -> None:
    with pytest.raises(Failed, match="ended with 3: because"):
        run([sys.executable, "-c", "import sys; print('because', file=sys.stderr); sys.exit(3)"])


def test_the_exponent_is_that_of_the_line_through_the_logarithms() -> None:
    points = [Point("x", str(n), n, 3 * n**1.5) for n in (10, 100, 1000)]
    assert math.isclose(report.exponent(points), 1.5)
    flat = [Point("x", str(n), n, 7) for n in (10, 100)]
    assert math.isclose(report.exponent(flat), 0, abs_tol=1e-12)


def test_goals_are_told_as_they_were_met_or_missed() -> None:
    rows = [
        Row("asking", "real", 0.03, "bare script", 0.02, 1.5, True, 1.5, True, "9 rounds"),
        Row("judging", "1e6", 5.0, "the script", 100.0, 15.0, False, 20.0, True, "ended", True),
        Row("growing", "real to 1e6", 1.3, "exponent", None, 1.15, True, 1.3, False),
    ]
    table = report._goals(rows).splitlines()
    assert (
        table[2]
        == "| asking | real | 0.03 s | bare script, 0.02 s | ≤ 1.5 | 1.5 | met | 9 rounds |"
    )
    assert "≥ 15 | at least 20 | met" in table[3]
    assert "**not met**" in table[4]
    assert "growing, real to 1e6: 1.3. not explained yet." in report._reasons(rows)
    assert report._reasons(rows[:2]) == "Every goal is met.\n"


def test_questions_that_were_ended_are_slow_and_ties_are_ties() -> None:
    ended = {"question": "a", "rows": None, "kg": [], "raw": []}
    tie = {"question": "b", "rows": 1, "kg": [0.0009], "raw": [0.0001]}
    slow = {"question": "c", "rows": 1, "kg": [3.0, 2.5], "raw": [2.0, 1.9]}
    assert [report.is_slow(one) for one in (ended, tie, slow)] == [True, False, True]
    assert report.ratio_of(tie) == 1.0
    assert math.isclose(report.ratio_of(slow), 2.75 / 1.95)


def test_curves_are_drawn_the_same_each_time(tmp_path: Path) -> None:
    points = [Point(c, str(n), n, n * 1e-5) for c in ("kg build", "kg check") for n in (100, 1000)]
    report.plot(points, tmp_path / "a.svg")
    report.plot(points, tmp_path / "b.svg")
    text = (tmp_path / "a.svg").read_text("utf-8")
    assert text == (tmp_path / "b.svg").read_text("utf-8")
    assert ">kg build</text>" in text


def test_the_machine_is_told_without_its_name() -> None:
    import platform

    told = json.dumps(report.machine())
    assert platform.node() not in told
    assert str(ROOT) not in told
    assert report.machine()["cores"] >= 1


@pytest.mark.full
def test_the_bench_works_in_small(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bench.run", "--quick", "--out", str(tmp_path)]
    subprocess.run(command, check=True, cwd=ROOT, timeout=600, capture_output=True)
    text = (tmp_path / "docs" / "performance.md").read_text("utf-8")
    data = json.loads((tmp_path / "bench" / "results.json").read_text("utf-8"))
    assert (tmp_path / "docs" / "performance" / "growth.svg").is_file()
    works = {row["work"] for row in data["rows"]}
    for work in (
        "kg ask, csv", "kg ask, json", "kg ask, table", "validate alone", "build and validate",
        "build and validate, peak of the process tree", "kg check --all, without HermiT",
        "kg check again, nothing changed", "each catalogue question, warm",
        "slowest catalogue question, warm", "growth of kg build", "growth of kg validate",
        "growth of look-up, warm",
    ):  # fmt: skip
        assert work in works
        assert f"| {work} |" in text
    assert len(data["questions"]) == len(list(House.find().questions()))
