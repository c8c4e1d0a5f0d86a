"""The graph for assistants: a client asks, and gets rows with quotes, or an error in our words."""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from mcp import Client, StdioServerParameters
from serving import Server, serving

from kg import evidence
from kg.arguments import parser
from kg.assembly import Assembly
from kg.assistant import TOOLS as KNOWN
from kg.assistant import Assistant
from kg.build import _files
from kg.config import NAMED_BY
from kg.errors import KGError
from kg.house import House
from kg.publish import building, publish
from kg.serve.answer import Limits
from kg.serve.config import Config
from kg.serve.tools import Desk, run, security, server
from kg.upkeep import mcp
from kg.write import nquads

TOOLS = {
    "list_questions", "ask_question", "show_thing", "find_words", "read_source", "query_sparql",
}  # fmt: skip
Ask = Callable[..., Any]
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, house: House, assembly: Assembly) -> Path:
    """The graph of the house, published."""
    folder = tmp_path_factory.mktemp("assistant") / "build"
    with building(folder):
        publish(folder, _files(house, nquads(assembly.layers), [*assembly.layers]), lambda: "")
    return folder


@pytest.fixture(scope="module")
def assistant(built: Path) -> Assistant:
    return Assistant(str((built / "current").resolve()), Limits(10_000, 5_000_000))


def here(assistant: Assistant, work: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a client gets that is connected in memory, the tools being done in this process."""

    async def do(_: Any, tool: str, arguments: dict[str, Any]) -> Any:
        return KNOWN[tool][0](assistant, **arguments)

    async def work_in() -> Any:
        async with Client(server(Config(), do)) as client:
            return await work(client)

    return asyncio.run(work_in())


def by_workers(build: Path, config: Config, work: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a client gets that is connected in memory, the tools being done by workers."""

    async def work_in() -> Any:
        desk = Desk(str(build), config)
        try:
            await desk.start()
            async with Client(server(config, desk.ask)) as client:
                return await work(client)
        finally:
            await desk.pool.close()

    return asyncio.run(work_in())


def told(found: Any) -> Any:
    """The data of an answer, or the text of an error."""
    text = found.content[0].text
    assert found.is_error or json.loads(text) == found.structured_content
    return text if found.is_error else found.structured_content


@pytest.fixture
def ask(assistant: Assistant) -> Ask:
    """Calls a tool: the data that it gives, or the text of its error."""
    return lambda tool, **arguments: told(
        here(assistant, lambda client: client.call_tool(tool, arguments))
    )


# ---------------------------------------------------------------- what is offered


def test_the_tools_tell_what_they_do_in_both_languages(assistant: Assistant) -> None:
    found = here(assistant, lambda client: client.list_tools()).tools
    assert {one.name for one in found} == TOOLS
    for one in found:
        assert one.annotations.read_only_hint
        assert re.search("[一-鿿]", one.description) and re.search("[a-z]{3}", one.description)
        for words in one.input_schema["properties"].values():
            assert re.search("[一-鿿]", words["description"]), (one.name, words)


def test_every_question_is_listed_with_its_parameters(ask: Ask, house: House) -> None:
    found = ask("list_questions")
    assert {one["id"] for one in found["questions"]} == {path.stem for path in house.questions()}
    leads = next(one for one in found["questions"] if one["id"] == "who-leads")
    assert leads["parameters"][0]["name"] == "actor"
    assert leads["summary"]["zh"] == "各项举措由谁牵头或独自实施？"
    gaps = ask("list_questions", tag="gap")
    assert 0 < gaps["count"] < found["count"]


# ---------------------------------------------------------------- answers


def test_a_question_is_answered_with_quotes_force_layer_and_build(ask: Ask, built: Path) -> None:
    found = ask("ask_question", question="who-leads", parameters={"actor": "科技部"})
    assert not found["truncated"] and found["count"] == len(found["rows"]) > 5
    digest = (built / "current").readlink().name.removeprefix("generation-")
    assert found["build"] == {
        "dataset": "https://w3id.org/sci-tech-insurance/dataset", "digest": digest,
    }  # fmt: skip
    text = (House.find().root / "documents/opinion-qa/source.txt").read_text("utf-8")
    for row in found["rows"]:
        (said,) = row["said"]
        assert row["values"]["statement"] == {"id": said["id"]}
        assert row["values"]["actor"]["label"]["zh"] == "科技部"
        assert said["quote"] in text
        assert said["translation"]
        assert said["force"] == row["values"]["force"]
        assert said["layers"] == ["stated"]
        assert list(said["ties"]["actor"]) == ["sti:hasLead"]


def test_who_is_addressed_is_tied_as_addressee(ask: Ask) -> None:
    found = ask("ask_question", question="what-does-actor-do", parameters={"actor": "保险机构"})
    addressed = [
        row
        for row in found["rows"]
        if row["values"]["role"]["id"] == "role:addressee" and not row["values"]["named"]
    ]
    assert len(addressed) > 3
    for row in addressed:
        assert row["said"][0]["ties"]["actor"] == {"sti:hasAddressee": ["stated"]}


def test_a_question_without_rows_tells_why(ask: Ask) -> None:
    found = ask("ask_question", question="penalty-stated")
    assert (found["rows"], found["count"], found["truncated"]) == ([], 0, False)
    assert "没有结果" in found["notes"][-1]


def test_a_card_has_the_words_that_name_the_thing(ask: Ask) -> None:
    found = ask("show_thing", thing="kind:insurer")
    assert found["card"]["label"] == {"zh": "保险机构", "en": "insurance institution"}
    groups = {one["property"]["id"]: one["statements"] for one in found["card"]["statements"]}
    assert all("保险机构" in one["quote"] for one in groups["sti:hasAddressee"][:1])
    assert found["truncated"] == bool(found["cut"])


def test_what_is_too_long_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "BYTES", 100)
    told, cut = evidence.shortened({"a": [{"b": [1, 2]}] * 40, "c": "d"})
    assert told == {"a": [{"b": [1, 2]}] * 3, "c": "d"}
    assert cut == {"/a": 40}


def test_words_are_found_or_known_to_be_lacking(ask: Ask) -> None:
    found = ask("find_words", text="走出去")
    assert found["count"] > 0
    assert all("走出去" in row["said"][0]["quote"] for row in found["rows"])
    none = ask("find_words", text="税收")
    assert none["count"] == 0
    assert "没有说“税收”" in none["notes"][0]


def test_the_source_is_the_text_with_places(ask: Ask) -> None:
    (section,) = ask("read_source", what="m:2-1")["rows"]
    assert section["text"].startswith("一是健全重大技术攻关风险分散机制。")
    assert [one["id"] for one in section["measures"]] == ["m:2-1"]
    for one in section["said"]:
        start, end = (at - section["start"] for at in one["place"])
        assert section["text"][start:end] == one["quote"]
    assert len(section["said"]) == 4


# ---------------------------------------------------------------- queries


def test_a_query_gives_rows_with_what_they_stand_on(ask: Ask) -> None:
    found = ask("query_sparql", query="SELECT ?s ?n { ?s sti:hasLead org:most ; sti:act ?n }")
    assert found["count"] == len(found["rows"]) > 5
    assert all(row["said"][0]["quote"] for row in found["rows"])
    assert ask("query_sparql", query="ASK { m:2-1 a sti:Measure }")["answer"] is True
    triples = ask("query_sparql", query="DESCRIBE m:2-1")
    assert triples["columns"] == ["subject", "predicate", "object"]
    assert triples["count"] > 3


def test_rows_that_are_too_many_come_in_parts(ask: Ask) -> None:
    query = "SELECT ?s ?p ?o { ?s a sti:Provision ; ?p ?o } ORDER BY ?s ?p ?o LIMIT 150"
    first = ask("query_sparql", query=query)
    assert first["truncated"] and first["count"] == 150
    assert first["next_offset"] == len(first["rows"]) < 150
    seen, at = first["rows"], first["next_offset"]
    while at:
        more = ask("query_sparql", query=query, offset=at)
        assert more["truncated"]
        seen, at = seen + more["rows"], more.get("next_offset")
    assert len(seen) == 150
    assert len({json.dumps(row["values"]) for row in seen}) == 150


def test_numbers_that_json_lacks_are_words(ask: Ask) -> None:
    (row,) = ask("query_sparql", query="SELECT (1e0/0e0 AS ?x) ('NaN'^^xsd:double AS ?y) {}")[
        "rows"
    ]
    assert row["values"] == {"x": "inf", "y": "nan"}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELEC", "not valid SPARQL"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is refused"),
        ("SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", "不支持 SERVICE"),
        ("INSERT DATA { m:2-1 a sti:Measure }", "not valid SPARQL"),
        ("ASK " + "{" * 200 + "}" * 200, "nesting: 100"),
        ("ASK { ?s ?p '" + "x" * 20_000 + "' }", "query: 20000"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "rows: 10000|bytes: 5000000"),
        (
            "SELECT (GROUP_CONCAT(STR(?o)) AS ?all) { ?s ?p ?o . FILTER isLiteral(?o) }",
            "larger than an answer",
        ),
    ],
)
def test_what_a_query_may_not_is_told_in_our_words(ask: Ask, query: str, words: str) -> None:
    found = ask("query_sparql", query=query)
    assert isinstance(found, str), found
    assert re.search(words, found)
    assert "Traceback" not in found and "Error" not in found


def test_a_query_that_runs_too_long_is_killed_and_the_next_is_answered(built: Path) -> None:
    async def work(client: Client) -> Any:
        begun = time.monotonic()
        failed = await client.call_tool("query_sparql", {"query": SLOW})
        took = time.monotonic() - begun
        # What reads files, or loads a part late, works where nothing can be opened any more.
        calls = (
            ("list_questions", {}),
            ("ask_question", {"question": "who-leads", "parameters": {"actor": "科技部"}}),
            ("ask_question", {"question": "who-leds"}),
            ("show_thing", {"thing": "保险机构"}),
            ("find_words", {"text": "税收"}),
            ("read_source", {"what": "m:2-1"}),
            ("query_sparql", {"query": "ASK {}"}),
            ("query_sparql", {"query": "SELECT ?s { ?s sti:act '鼓励' }"}),
        )
        return failed, took, [told(await client.call_tool(name, given)) for name, given in calls]

    failed, took, then = by_workers(built, Config(seconds=1), work)
    assert failed.is_error and 1 <= took < 8
    assert re.search("作答超时: seconds: 1.*\n.*took too long", failed.content[0].text)
    assert "did you mean: who-leads" in then[2]
    assert [type(one) for one in then].count(dict) == 7
    assert then[6]["answer"] is True
    assert not [one for one in psutil.Process().children() if "kg.serve.worker" in one.cmdline()]


def test_a_name_that_html_would_run_is_only_text(ask: Ask) -> None:
    (row,) = ask("query_sparql", query="SELECT ('<script>' AS ?x) {}")["rows"]
    assert row["values"] == {"x": "<script>"}


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask_question", {"question": "who-leds"}, "did you mean: who-leads"),
        ("ask_question", {"question": "who-leads", "parameters": {"x": 1}}, "it has: actor"),
        ("ask_question", {"question": "who-leads", "parameters": {"actor": "税务"}}, "税务"),
        ("ask_question", {"question": "who-leads", "offset": -1}, "^ask_question cannot be asked"),
        ("ask_question", {}, "question: Field required"),
        ("ask_question", {"question": "../../x"}, "there is no question"),
        ("show_thing", {"thing": "no such thing"}, "nothing is called 'no such thing'"),
        ("find_words", {"text": "…"}, "has no letter"),
        ("read_source", {"what": "org:most"}, "is not of the kind asked for"),
        ("list_questions", {"tag": "x"}, "tags are: "),
        ("no_such_tool", {}, "(?i)unknown tool"),
    ],
)
def test_errors_are_in_our_words(
    ask: Ask, tool: str, arguments: dict[str, Any], words: str
) -> None:
    found = ask(tool, **arguments)
    assert isinstance(found, str), found
    assert re.search(words, found), found
    assert "Traceback" not in found and "pydantic" not in found


def test_a_mistake_of_ours_tells_nothing_of_the_machine(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("kg.assistant.card.card", fail)
    found = ask("show_thing", thing="org:most")
    assert isinstance(found, str) and "/secret" not in found


def test_without_a_build_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(KGError, match="nothing is built there"):
        run(str(tmp_path), Config())


def test_a_new_build_is_taken_up(
    tmp_path: Path, house: House, assembly: Assembly, built: Path
) -> None:
    folder = tmp_path / "build"
    with building(folder):
        publish(folder, _files(house, nquads(assembly.layers), [*assembly.layers]), lambda: "")

    async def work(client: Client) -> list[str]:
        digests = []
        for stamp in ("a", "b"):
            found = await client.call_tool("query_sparql", {"query": "ASK {}"})
            digests.append(found.structured_content["build"]["digest"])
            less = {name: them for name, them in assembly.layers.items() if "mentions" not in name}
            with building(folder):
                publish(folder, _files(house, nquads(less), [*less]), lambda stamp=stamp: stamp)
        return digests

    first, second = by_workers(folder, Config(), work)
    assert first != second == (folder / "current").readlink().name.removeprefix("generation-")


# ---------------------------------------------------------------- who may call it, and how


def test_hosts_come_from_the_one_configuration() -> None:
    own = security(Config())
    assert own.enable_dns_rebinding_protection
    assert "127.0.0.1:*" in own.allowed_hosts and "http://localhost:*" in own.allowed_origins
    named = security(Config(hosts=("kg.example.org",), host="0.0.0.0"))
    assert named.allowed_hosts == ["kg.example.org", "kg.example.org:*"]
    assert not security(Config(host="0.0.0.0")).enable_dns_rebinding_protection


def test_a_port_that_is_none_is_told() -> None:
    for given in ("x", "127.0.0.1:", "127.0.0.1:８"):
        arguments = parser_of("mcp", "--http", given)
        with pytest.raises(KGError, match="names no port"):
            mcp(arguments)


def test_it_listens_to_this_machine_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kg.toml"
    file.write_text('[serve]\nhost = "0.0.0.0"\nhosts = ["kg.example.org"]\n', "utf-8")
    monkeypatch.setenv(NAMED_BY, str(file))  # set for the workers, and taken back after this
    seen: list[Config | None] = []
    monkeypatch.setattr("kg.serve.server.run", lambda config, build, say: seen.append(config))
    monkeypatch.setattr("kg.serve.tools.run", lambda build, config: seen.append(None))
    for given in (["--http", "8001"], ["--http", "[::1]:8002"], []):
        mcp(parser_of("mcp", "--build", "x", "--config", str(file), *given))
    one, other, none = seen
    assert one and (one.host, one.port, one.hosts) == ("127.0.0.1", 8001, ("kg.example.org",))
    assert other and (other.host, other.port) == ("::1", 8002)
    assert none is None


def parser_of(*argv: str) -> Any:
    from kg.cli import _COMMANDS

    return parser(_COMMANDS).parse_args(argv)


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "kg.serve.tools")
    monkeypatch.delattr("kg.serve.tools", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    with pytest.raises(KGError, match=r"needs mcp\S*, which is not installed") as caught:
        mcp(parser_of("mcp"))
    assert caught.value.hint == "pip install 'sci-tech-insurance-kg[mcp]'"


@pytest.mark.full
def test_a_real_process_over_stdio(built: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "kg", "mcp", "--build", str(built)],
        env={"KG_SECONDS": "2"},
    )

    async def talk() -> list[Any]:
        async with Client(command) as client:
            asked = {"question": "who-leads", "parameters": {"actor": "科技部"}}
            return [
                (await client.call_tool("ask_question", asked)).structured_content,
                (await client.call_tool("query_sparql", {"query": SLOW})).content[0].text,
                (await client.call_tool("query_sparql", {"query": "ASK {}"})).structured_content,
                (await client.call_tool("show_thing", {"thing": "x y z"})).is_error,
            ]

    rows, slow, answer, failed = asyncio.run(talk())
    assert "took too long: seconds: 2" in slow
    assert rows["rows"][0]["said"][0]["quote"]
    assert answer["answer"] is True
    assert failed
    end = time.monotonic() + 10
    while left := [p for p in psutil.process_iter(["cmdline"]) if str(built) in str(p.info)]:
        assert time.monotonic() < end, left
        time.sleep(0.1)


@pytest.fixture
def listening(built: Path) -> Iterator[Server]:
    with serving(built, seconds=2) as one:
        yield one


def post(server: Server, source: str, tool: str, **arguments: str) -> tuple[int, Any, Any]:
    """Calls a tool from an address: status, headers, and what is told."""
    asked = {
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": tool, "arguments": arguments},
    }  # fmt: skip
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    status, names, body = server.ask("/mcp", headers, json.dumps(asked).encode(), source=source)
    return status, names, json.loads(body)


@pytest.mark.full
def test_over_http_a_query_that_runs_too_long_is_killed(listening: Server) -> None:
    async def talk() -> Any:
        async with Client(f"{listening.address}/mcp") as client:
            assert {one.name for one in (await client.list_tools()).tools} == TOOLS
            failed = await client.call_tool("query_sparql", {"query": SLOW})
            return failed, await client.call_tool("query_sparql", {"query": "ASK {}"})

    failed, then = asyncio.run(talk())
    assert failed.is_error and "seconds: 2" in failed.content[0].text
    assert then.structured_content["answer"] is True
    assert listening.whole_again()


@pytest.mark.full
def test_two_clients_are_fair(listening: Server) -> None:
    with ThreadPoolExecutor(6) as many:
        greedy = [many.submit(post, listening, "127.0.0.8", "query_sparql", query=SLOW)
                  for _ in range(4)]  # fmt: skip
        end = time.monotonic() + 10
        while listening.health()["tools"]["busy"] != 1:  # type: ignore[index]
            assert time.monotonic() < end
        for _ in range(5):
            begun = time.monotonic()
            status, _, found = post(listening, "127.0.0.9", "find_words", text="科技")
            assert status == 200 and not found["result"]["isError"]
            assert time.monotonic() - begun < 1.5  # less than one of the others takes
            assert listening.health()["tools"]["waiting"] > 0  # type: ignore[index]
        assert all(one.result()[2]["result"]["isError"] for one in greedy)


@pytest.mark.full
def test_who_asks_too_often_is_told_when_to_go_on(built: Path) -> None:
    with serving(built, rate=1, burst=3) as one, ThreadPoolExecutor(12) as many:
        asked = [many.submit(post, one, "127.0.0.8", "find_words", text="科技") for _ in range(12)]
        found = [one.result() for one in asked]
        assert {status for status, _, _ in found} == {200, 429}
        _, headers, said = next(one for one in found if one[0] != 200)
        assert (headers["retry-after"], said["id"]) == ("1", None)
        words = said["error"]["message"]
        assert re.search("请求过于频繁.*1 秒后再试\nToo many requests.*retry after 1 s", words)
        assert post(one, "127.0.0.9", "find_words", text="科技")[0] == 200
    with serving(built, seconds=2, queue=2) as one, ThreadPoolExecutor(3) as many:
        slow = [many.submit(post, one, "127.0.0.8", "query_sparql", query=SLOW) for _ in range(3)]
        words = [one.result()[2]["result"]["content"][0]["text"] for one in slow]
        assert any(re.search("1 秒后再试\n.*retry after 1 s", text) for text in words), words


@pytest.mark.full
def test_who_may_call_it_over_http(listening: Server) -> None:
    for host, origin, status in (
        ("evil.example", "", 421),
        (f"127.0.0.1:{listening.port}", "http://evil.example", 403),
    ):
        headers = {"Host": host, "Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"Origin": origin} if origin else {}
        assert listening.ask("/mcp", headers, b"{}")[0] == status
    status, headers, _ = listening.ask("/mcp", {"Accept": "text/event-stream"})
    assert (status, headers["allow"]) == (405, "POST, OPTIONS")
    assert listening.ask("/mcp", {}, b"x" * 200_000)[0] == 413


@pytest.mark.full
def test_where_assistants_are_not_wanted_there_is_nothing(built: Path) -> None:
    with serving(built, assistants=0) as one:
        assert post(one, "127.0.0.1", "find_words", text="科技")[0] == 404
        assert "tools" not in one.health()


@pytest.mark.parametrize("kind", ["pages", "tools"])
def test_a_worker_has_all_it_needs_when_it_is_born(kind: str, built: Path) -> None:
    """Later it may open no file, so no module can be imported any more."""
    script = """
import sys
from kg.serve import worker

settings = {"generation": sys.argv[1], "endpoint": "", "limits": [100_000, 20_000_000]}
do = {"pages": worker._pages, "tools": worker._tools}[sys.argv[2]](settings)
born = {*sys.modules}
for question, name, value in (
    ("who-is-addressed", "actor", "保险机构"),
    ("who-is-addressed", "actor", "保险公司"),
    ("coverage-of-thing", "thing", "走出去"),
    ("words-of", "measure", "m:4-3"),
):
    arguments = {"question": question, "parameters": {name: value}}
    asked = {"do": "ask_question", "arguments": arguments}
    if sys.argv[2] == "pages":
        asked = {"path": f"/questions/{question}", "query": ((name, value),), "base": "http://x"}
        asked |= {"accept": "text/html", "language": "zh"}
    print(do(asked)[0].get("status"))
print(sorted({*sys.modules} - born))
"""
    made = subprocess.run(
        [sys.executable, "-c", script, str((built / "current").resolve()), kind],
        capture_output=True,
        text=True,
        check=True,
    )
    # 保险公司 is told what is near
    assert made.stdout.splitlines() == ["200", "400", "200", "200", "[]"]
