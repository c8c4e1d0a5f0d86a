"""The command `kg`, as a user meets it: output, messages, exit codes, speed."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
import tiny

import kg
from kg import cli, results
from kg.finding import Finding
from kg.house import House
from kg.report import Report, Step

COMMANDS = ("build", "check", "format", "questions", "ask", "query", "show", "find", "source")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder that holds the tiny graph."""
    folder = tmp_path_factory.mktemp("built")
    data = ox.serialize(tiny.quads(), format=ox.RdfFormat.N_QUADS) or b""
    (folder / "graph.nq").write_bytes(data)
    return str(folder)


def process(
    arguments: Sequence[str], code: str = "", **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Runs `kg` in a process of its own, or Python code that is given the arguments."""
    source = str(Path(cli.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": source, "LC_ALL": "C.UTF-8", **settings}
    start = ["-c", code] if code else ["-m", "kg"]
    return subprocess.run(
        [sys.executable, *start, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )


def test_version_is_that_of_the_project() -> None:
    project = House.find().root / "pyproject.toml"
    assert tomllib.loads(project.read_text())["project"]["version"] == kg.__version__
    assert process(["--version"]).stdout == f"kg {kg.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main([command, "--help"])
    assert done.value.code == 0
    assert f"  kg {command}" in capsys.readouterr().out.partition("examples:")[2]


@pytest.mark.parametrize(
    "arguments", [[], ["nope"], ["ask"], ["query"], ["show", "x", "--lang", "fr"]], ids=str
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as done:
        cli.main(arguments)
    assert done.value.code == 2
    assert "--help shows how" in capsys.readouterr().err


_IMPORTS = """
import sys
from kg.cli import main
try: main(sys.argv[1:])
except SystemExit: pass
print(*sorted(sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (["--version"], {"pyoxigraph", "yaml", "wcwidth", "kg.store", "kg.house"}),
        (["ask", "who-leads"], {"rdflib", "pyshacl", "rich", "networkx", "pandas", "kg.assembly"}),
        (["show", "org:most"], {"rdflib", "pyshacl", "rich", "networkx", "pandas", "kg.assembly"}),
        (["query", "-e", "ASK {}"], {"rdflib", "yaml", "kg.assembly"}),
    ],
    ids=["version", "ask", "show", "query"],
)
def test_imports_late(arguments: list[str], heavy: set[str], built: str) -> None:
    where = [] if arguments == ["--version"] else ["--build", built]
    done = process([*arguments, *where], _IMPORTS)
    loaded = set(done.stderr.split())
    assert "kg.cli" in loaded
    assert not heavy & loaded


def test_ask_without_a_build_needs_no_rdflib() -> None:
    done = process(["ask", "who-leads", "--lang", "zh"], _IMPORTS)
    assert "牵头者" in done.stdout
    assert not {"rdflib", "pyshacl", "rich", "networkx"} & set(done.stderr.split())


def test_show(built: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", "企业", "--build", built, "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("kind:enterprise  企业\n")
    assert err == ""
    assert cli.main(["show", "企业", "--build", built, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "kind:enterprise"


def test_another_checkout_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology/prefixes.ttl").touch()
    for folder, told in ((tmp_path, True), (House.find().root, False)):
        monkeypatch.chdir(folder)
        assert cli.main(["questions", "who-leads"]) == 0
        assert ("another checkout" in capsys.readouterr().err) is told


def test_query(built: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "SELECT ?s { ?s sti:force force:plain } ORDER BY ?s"
    file = tmp_path / "my.rq"
    file.write_text(text)
    for arguments in (["-e", text], [str(file)]):
        assert cli.main(["query", *arguments, "--build", built, "--no-labels"]) == 0
        assert capsys.readouterr() == ("s\n-----\np:1\np:1-a\n", "kg: 2 rows\n")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "SELECT ?s { ?s a sti:Provisoin }",
            "sti:Provisoin is not in the graph; did you mean: sti:Provision",
        ),
        ("SELECT ?s { ?s sti:force <http://x/y> }", "<http://x/y> is not in the graph"),
        ("SELECT ?s ?none { ?s a sti:Provision }", "?none has no value in any row"),
        ("SELECT ?s { ?s a sti:Provision FILTER(xsd:integer(1) = '1'^^xsd:integer) }", ""),
        (
            "PREFIX s: <https://w3id.org/sci-tech-insurance/ontology#> ASK { ?s a s:Provision }",
            "",
        ),
        ("SELECT ?s { GRAPH graph:stated { ?s sti:hasLead ?x } }", ""),
    ],
)
def test_a_query_that_can_find_nothing_is_told(
    query: str, told: str, built: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["query", "-e", query, "--build", built]) == 0
    talk = capsys.readouterr().err
    assert told in talk
    assert ("not in the graph" in talk or "no value" in talk) == bool(told)


def test_query_from_stdin(built: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "query", "-", "--build", built],
        input=b"DESCRIBE m:2-1",
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])},
        check=False,
    )
    assert b"m:2-1 a sti:Measure" in done.stdout
    assert b"triples" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query", "-e", "SELECT"], "not valid SPARQL"),
        (["query", "/nowhere.rq"], "not there"),
        (["query", "-e", "ASK {}", "--build", "/nowhere"], "graph.nq is not there"),
        (["show", "企ye"], "nothing is called"),
        (["show", "合力"], "1 statement says “合力”: kg find 合力"),
        (["show", "大学"], "more than one thing"),
        (["find", "、"], "no letter"),
        (["ask", "who-leeds"], "did you mean: who-leads"),
        (["ask", "by-force", "--param", "force"], "NAME=VALUE"),
        (["ask", "by-force", "--param", "force=鼓厉"], "did you mean: force:encouraged"),
        (["questions", "--tag", "nope"], "tags are: "),
        (["format", "/nowhere.ttl"], "not there"),
    ],
    ids=str,
)
def test_bad_input_is_one_message(
    arguments: list[str], message: str, built: str, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--build", built] if {"query", "show", "ask", "find"} & {*arguments} else []
    assert cli.main([*arguments[:1], *where, *arguments[1:]]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("kg: ")
    assert message in err


def test_questions(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["questions", "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert "who-leads" in out
    assert "谁" in out
    assert " questions, by --tag: comparison, " in err
    widest = max(results.columns(line) for line in out.splitlines())
    assert widest <= 100
    assert cli.main(["questions", "--format", "json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(House.find().questions())
    assert cli.main(["questions", "who-leads", "--lang", "en"]) == 0
    assert "SELECT" in capsys.readouterr().out


def test_find(built: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["find", "鼓励", "--build", built, "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[2].split() == ["p:1-b", "规定", "m:2-1", "鼓励"]
    assert err == "kg: 1条陈述含有“鼓励”\n"
    assert cli.main(["find", "universit", "--build", built, "--format", "csv"]) == 0
    assert capsys.readouterr().out.startswith("statement,statementLabel,kind,")
    assert cli.main(["find", "税收", "--build", built, "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert out == "statement  kind  place  force  quote\n---------  ----  -----  -----  -----\n"
    assert err == "kg: opinion-qa does not say “税收”: its 3,735 characters lack it\n"


def test_an_empty_answer_says_why_and_where_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ask", "by-force", "-p", "force=mandatory", "--lang", "en"]) == 0
    talk = capsys.readouterr().err
    assert "no rows. No provision carries this force. Each provision has exactly one" in talk
    assert "kg show" not in talk
    assert cli.main(["ask", "who-leads", "-p", "actor=部门", "--lang", "zh"]) == 0
    told = "点名 kind:department 本身的陈述共1条，另有6条点名其下位或名称含有其名称的事物"
    assert told in capsys.readouterr().err


def test_show_all(built: str, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ([], ["--all"]):
        assert cli.main(["show", "scheme:kind", "--build", built, "--lang", "en", *more]) == 0
        assert "kind:university" in capsys.readouterr().out


def test_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "my.ttl"
    file.write_text("# Mine.\n@prefix e: <http://e/> .\ne:a   e:b e:c.\n")
    before = file.read_bytes()
    assert cli.main(["format", "--check", str(file)]) == 1
    assert file.read_bytes() == before
    assert cli.main(["format", str(file)]) == 0
    assert file.read_bytes() != before
    assert cli.main(["format", "--check", str(file)]) == 0
    assert "my.ttl" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("@prefix e: <http://e/> .\ne:a e:b e:c\n    e:d e:f .\n", "mend the syntax"),
        ("e:a e:b e:c .\n", "declare it at the top"),
    ],
)
def test_format_never_mends_broken_turtle_in_silence(
    text: str, hint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "my.ttl"
    file.write_text(text)
    assert cli.main(["format", str(file)]) == 2
    assert file.read_text() == text
    assert hint in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_check(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Finding(
        "a.ttl", 3, "quote", "error", "", "甲", "it is not there", "不在原文中", "mend", "改正"
    )
    report = Report([Step("quotes", False, 1, 0.0, "1 quote")], [found])
    monkeypatch.setattr("kg.check.run", lambda house, extra, **_: report)
    assert cli.main(["check", "--lang", lang]) == 1
    out, err = capsys.readouterr()
    assert f"a.ttl:3: {'错误' if lang == 'zh' else 'error'} (quote): 甲" in out
    assert {"zh": "不在原文中\n  改正\n", "en": "it is not there\n  mend\n"}[lang] in out
    wrong = {"zh": "1 处问题，其中 1 处错误", "en": "1 error in 1 finding"}[lang]
    assert err == f"kg: {wrong}\n"
    monkeypatch.setattr("kg.check.run", lambda house, extra, **_: Report())
    assert cli.main(["check"]) == 0


def test_files_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("check", "build"):
        assert cli.main([command, str(tmp_path / "none.ttl")]) == 2
        assert "none.ttl: the file is not there" in capsys.readouterr().err


def test_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert cli.main(["build", "--out", str(out)]) == 0
    assert "characters encoded" in capsys.readouterr().err
    before = (out / "graph.nq").read_bytes()
    broken = tmp_path / "broken.ttl"
    broken.write_bytes(b"\xe4\xff")
    assert cli.main(["build", str(broken), "--out", str(out)]) == 2
    assert "broken.ttl:1" in capsys.readouterr().err
    assert (out / "graph.nq").read_bytes() == before


def test_a_reader_that_goes_away_is_no_error(built: str) -> None:
    text = "SELECT * { ?s ?p ?o . ?a ?b ?c }"
    with subprocess.Popen(
        [sys.executable, "-m", "kg", "query", "-e", text, "--build", built, "-f", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(cli.__file__).parents[1])},
    ) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.readline()
        running.stdout.close()
        assert b"Error" not in running.stderr.read()
        assert running.wait() == 0


def test_ctrl_c(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(cli._COMMANDS, "questions", interrupted)
    assert cli.main(["questions"]) == 130
    assert capsys.readouterr().err == ""


def test_chinese_in_an_ascii_locale(built: str) -> None:
    done = process(
        ["show", "org:most", "--build", built, "--lang", "zh"],
        LC_ALL="C",
        PYTHONIOENCODING="ascii",
        PYTHONUTF8="0",
    )
    assert done.returncode == 0
    assert "科学技术部" in done.stdout
