"""The graph on real servers: sent there, asked there, changed there, and cut short on the way."""

import contextlib
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import portable
import pyoxigraph as ox
import pytest
import servers
import serving
import tiny

from kg import build, card, catalogue, page, search, view
from kg.assembly import Assembly
from kg.cli import main
from kg.errors import KGError
from kg.export import FORMATS, export
from kg.export.told import Options
from kg.golden import golden
from kg.house import House
from kg.prefixes import expand
from kg.remote import Endpoint, sending
from kg.remote.equal import bag
from kg.remote.manifest import STAGING, UNION
from kg.remote.sending import Publication
from kg.store import Store, node

BOTH = ("oxigraph", pytest.param("virtuoso", marks=pytest.mark.full))
FULL = [pytest.param(name, marks=pytest.mark.full) for name in servers.SERVERS]


PAGES = (
    "/", "/about", "/ontology", "/search?q=%E7%A7%91%E6%8A%80", "/questions",
    "/questions/who-leads", "/questions/who-leads?format=csv", "/source/opinion-qa",
    "/id/kind/insurer", "/id/measure/3-1?lang=zh", "/explore?view=coverage",
    "/export?view=places&format=gexf", "/nothing",
)  # fmt: skip


def quiet(text: str) -> None:
    """Says nothing."""


def publish(server: servers.Server, quads: list[ox.Quad]) -> sending.Plan:
    """Sends them; what was done."""
    publication = Publication(server.transport(), quads, quiet)
    plan = publication.plan()
    publication.send(plan)
    return plan


def there(server: servers.Server) -> Store:
    """What is there, asked anew."""
    return Store(Endpoint(server.transport()))


def texts(quads: list[ox.Quad] | Iterator[ox.Quad]) -> list[str]:
    """To be compared."""
    return sorted(map(str, quads))


@pytest.fixture(scope="module", params=BOTH)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[servers.Server]:
    """One that runs, with whatever tests before have left on it."""
    with servers.running(request.param, tmp_path_factory.mktemp(request.param)) as running:
        yield running


@pytest.fixture(scope="module")
def whole(assembly: Assembly) -> list[ox.Quad]:
    """The real graph."""
    return list(assembly.store)


# ---------------------------------------------------------------- sending


def test_only_what_changed_is_sent_again(server: servers.Server) -> None:
    quads = tiny.quads()
    publish(server, quads)
    assert texts(there(server).quads()) == texts(quads)
    again = publish(server, quads)
    assert (again.new, again.changed, again.dropped) == ((), (), ())
    graph = ox.NamedNode(expand("graph:curated"))
    more = ox.Quad(node("org:most"), node("skos:note"), ox.Literal("say \"\\\n\t😀 'x'"), graph)
    gone = expand("graph:readback")
    changed = [quad for quad in [*quads, more] if quad.graph_name.value != gone]
    plan = publish(server, changed)
    assert plan.new == ()
    assert plan.changed == (graph.value, UNION)
    assert plan.dropped == (gone,)
    assert texts(there(server).quads()) == texts(changed)
    left = server.transport().query(
        f"SELECT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), '{STAGING}')) }}",
        "application/sparql-results+json",
    )
    assert STAGING.encode() not in left


def test_what_others_keep_there_is_neither_touched_nor_seen(server: servers.Server) -> None:
    other = '<x:theirs> { <x:a> <x:b> "theirs" }'
    server.transport().update(f"INSERT DATA {{ GRAPH {other} }}")
    publish(server, tiny.quads())
    assert there(server).query("ASK { ?s <x:b> ?o }").boolean is False
    assert there(server).query("ASK { GRAPH ?g { ?s <x:b> ?o } }").boolean is False
    assert there(server).query("ASK FROM <x:theirs> { ?s <x:b> ?o }").boolean is True


def test_blank_nodes_are_found_again(server: servers.Server) -> None:
    """By a later request, and in the union as in their layer."""
    text = "_:a <x:p> _:b <x:g> .\n"
    text += '_:b <x:q> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <x:h> .\n'
    quads = list(ox.parse(input=text, format=ox.RdfFormat.N_QUADS))
    publish(server, quads)
    store = there(server)
    (quad,) = store.quads(None, ox.NamedNode("x:p"))
    assert isinstance(quad.object, ox.BlankNode)
    assert [str(o) for _, o in store.said(quad.object)] == [
        '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    ]
    assert len(store.query("SELECT * { GRAPH <x:g> { ?a <x:p> ?b } ?b <x:q> ?c }").rows) == 1
    assert texts(store.quads()) == texts(quads)


def test_many_quads_are_read_by_pages(server: servers.Server) -> None:
    graph, kind = ox.NamedNode("x:g"), ox.NamedNode("x:p")
    many = [
        ox.Quad(ox.NamedNode(f"x:s{n % 700}"), kind, ox.Literal(str(n)), graph) for n in range(2100)
    ]
    publish(server, many)
    assert texts(there(server).quads()) == texts(many)
    assert texts(there(server).quads(None, kind)) == texts(many)
    assert len(there(server).query("SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o").rows) == 2100
    with pytest.raises(KGError, match="with FROM cannot be counted"):
        there(server).query("SELECT ?s ?o FROM <x:g> { ?s ?p ?o }")
    with pytest.raises(KGError, match="triples cannot be counted"):
        there(server).query("CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_publish_goes_on_where_it_ended(
    server: servers.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(server, tiny.quads())
    before = texts(there(server).quads())
    graph, kind = ox.NamedNode("x:more"), ox.NamedNode("x:p")
    new = [
        ox.Quad(ox.NamedNode(f"x:s{n}"), kind, ox.Literal(n), graph) for n in range(2500)
    ]  # three batches
    publication = Publication(server.transport(), [*tiny.quads(), *new], quiet)
    sent: list[str] = []
    update = publication._transport.update

    def cut(text: str, *, again: bool = True) -> None:
        if len([one for one in sent if "x:s1" in one]) == 2:
            raise KGError("the line is dead")
        sent.append(text)
        update(text, again=again)

    monkeypatch.setattr(publication._transport, "update", cut)
    with pytest.raises(KGError, match="the line is dead") as told:
        publication.send(publication.plan())
    assert "nothing that is live was changed" in (told.value.hint or "")
    assert texts(there(server).quads()) == before
    said: list[str] = []
    again = Publication(server.transport(), [*tiny.quads(), *new], said.append)
    again.send(again.plan())
    assert "x:more: 500 of 2500 triples to send" in said
    assert texts(there(server).quads()) == texts([*tiny.quads(), *new])


def test_command_line(
    server: servers.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    profile = server.profile
    lines = [f"[endpoint.theirs]\nquery = '{profile.query}'\nupdate = '{profile.update}'"]
    if profile.auth:
        lines.append(f"auth = 'digest'\nuser = 'dba'\nsecret = '{servers.SECRET}'")
    (tmp_path / "kg.toml").write_text("\n".join(lines), "utf-8")
    monkeypatch.chdir(tmp_path)
    build = tmp_path / "built"
    build.mkdir()
    data = ox.serialize(tiny.quads(), format=ox.RdfFormat.N_QUADS) or b""
    (build / "graph.nq").write_bytes(data)
    one = ox.Quad(node("org:most"), node("skos:note"), ox.Literal("x"), ox.NamedNode("x:g"))
    publish(server, [one])
    assert main(["publish", "theirs", "--build", str(build), "--dry-run"]) == 0
    told = capsys.readouterr()
    assert "would add graph:stated" in told.out
    assert list(there(server).quads()) == [one]
    with pytest.raises(KGError, match="nothing to publish"):
        publish(server, [])
    assert main(["publish", "theirs", "--build", str(build)]) == 0
    assert "add graph:stated" in capsys.readouterr().out
    for command in (
        ["show", "org:most"], ["find", "机制"], ["query", "-e", "ASK { ?s a sti:Measure }"],
        ["ask", "provisions-per-measure", "--format", "csv"],
        ["export", "nq", "--view", "structure", "-o", "NAME.nq"],
    ):  # fmt: skip
        answers = []
        for where in (["--endpoint", "theirs"], ["--build", str(build)]):
            name = where[0].strip("-")
            assert main([one.replace("NAME", name) for one in command] + where) == 0
            answers.append(capsys.readouterr().out)
        assert answers[0] == answers[1], command
    assert (tmp_path / "endpoint.nq").read_bytes() == (tmp_path / "build.nq").read_bytes()
    assert main(["ask", "who-leads", "--endpoint", "theirs", "--build", "x"]) == 2


@pytest.mark.parametrize("union", [True, False])
def test_a_server_that_was_filled_otherwise(union: bool, tmp_path: Path) -> None:
    """It is asked as a whole, if it answers over the union of its graphs."""
    foreign = servers.oxigraph(tmp_path)
    foreign.command += ["--union-default-graph"] * union
    try:
        foreign.start()
        with pytest.raises(KGError, match="has no graph"):
            there(foreign).query("ASK { ?s ?p ?o }")
        foreign.transport().update("INSERT DATA { GRAPH <x:g> { <x:a> <x:p> [] } }")
        if not union:
            with pytest.raises(KGError, match="does not answer over the union"):
                there(foreign).query("ASK { ?s ?p ?o }")
            return
        (quad,) = there(foreign).quads(ox.NamedNode("x:a"))
        assert quad.graph_name.value == "x:g"
        assert isinstance(quad.object, ox.BlankNode)
        with pytest.raises(KGError, match=r"a blank node .* cannot be asked for"):
            list(there(foreign).quads(quad.object))
    finally:
        foreign.kill()


# ---------------------------------------------------------------- the real graph, the same rows


@pytest.mark.parametrize("name", FULL)
def test_all_questions_views_and_cards_are_the_same(
    name: str, whole: list[ox.Quad], house: House, tmp_path: Path
) -> None:
    """On a server that was empty: the plans of Virtuoso depend on what it has held before."""
    with servers.running(name, tmp_path / "server") as server:
        publish(server, whole)
        # What Virtuoso has learnt of its tables while they were empty makes it lose rows.
        server.kill()
        server.start()
        same(server, whole, house, tmp_path)


def same(server: servers.Server, whole: list[ox.Quad], house: House, tmp_path: Path) -> None:
    """Asks all of it there and here."""
    wrong = []
    far, near = there(server), Store(whole)
    for question in catalogue.catalogue(house):
        rows = [bag(catalogue.ask(one, question).rows) for one in (far, near)]
        if list(golden(house, far, question)) or rows[0] != rows[1]:
            wrong.append(question.id)
    assert wrong == []
    for name in view.views(house):
        one, other = (
            view.Projection(store, view.read(house, name), "both") for store in (far, near)
        )
        assert list(one.nodes) == list(other.nodes), name
        assert list(one.edges()) == list(other.edges()), name
        assert one.account() == other.account(), name
    for thing in ("kind:insurer", "m:2-1", "p:q8-1-a", "sti:TechnologySME"):
        cards = [page.text(card.card(store, node(thing)), "both") for store in (far, near)]
        assert cards[0] == cards[1]
    assert search.find(far, "走出去") == search.find(near, "走出去")
    assert texts(far.quads()) == texts(whole)
    files = []
    for store in (far, near):
        projection = view.Projection(store, view.read(house, "responsibility"), "zh")
        out = tmp_path / f"{len(files)}.gexf"
        export(projection, out, Options("gexf"))
        files.append(out.read_bytes())
    assert "gexf" in FORMATS
    assert files[0] == files[1]


@pytest.mark.full
@pytest.mark.parametrize("name", portable.SAID)
def test_questions_that_find_nothing_could(server: servers.Server, name: str) -> None:
    publish(server, portable.quads_of(name))
    wanted = sorted(quote for quote, so in portable.SAID[name].items() if so)
    assert portable.found(there(server), name) == wanted


@pytest.mark.full
def test_pages_of_a_server_are_those_of_a_build(
    whole: list[ox.Quad], house: House, tmp_path: Path
) -> None:
    """Byte by byte; its queries are its own; another publish is seen, and that it is gone."""
    build.build(house, tmp_path / "build")
    with (
        servers.running("oxigraph", tmp_path / "there") as there,
        serving.serving(tmp_path / "build") as near,
    ):
        with pytest.raises(AssertionError, match="holds nothing that kg publish has sent"):
            serving.serving(endpoint=there.profile.query).__enter__()
        publish(there, whole)
        with serving.serving(endpoint=there.profile.query) as far:
            for path in PAGES:
                one, other = (who.ask(path, {"Accept": "text/html"}) for who in (far, near))
                assert (one[0], one[2]) == (other[0], other[2]), path
                assert one[0] in (200, 404), path
            for path in ("/sparql?query=ASK%7B%7D", "/data", "/.well-known/void", "/query"):
                assert far.ask(path)[0] == 501, path
            tag = far.ask("/")[1]["etag"]
            assert far.ask("/", {"If-None-Match": tag})[0] == 304
            publish(there, whole[:-1])
            ends = time.monotonic() + 300
            while far.ask("/")[1]["etag"] == tag:
                assert time.monotonic() < ends
                time.sleep(1)
            there.kill()
            status, _, body = far.ask("/id/measure/3-1")
            assert (status, b"gives no whole answer" in body) == (502, True)
            assert b"127.0.0.1" not in body
            there.start()
            assert far.ask("/id/measure/3-1")[0] == 200


# ---------------------------------------------------------------- killed at any moment


def version(number: int) -> list[ox.Quad]:
    """Three layers that all tell which version they are."""
    return [
        ox.Quad(ox.NamedNode(f"x:s{n}"), ox.NamedNode("x:is"), ox.Literal(number), graph)
        for graph in map(ox.NamedNode, ("x:one", "x:two", "x:three"))
        for n in range(400)
    ]


def attempt(publication: Publication, plan: sending.Plan) -> None:
    """Sends, and fails in silence: what is live then is what the test looks at."""
    with contextlib.suppress(KGError):
        publication.send(plan)


# Of each of the four kinds; make soak-publish has more.
ROUNDS = int(os.environ.get("KG_PUBLISHES", "8"))


@pytest.mark.full
@pytest.mark.parametrize("name", FULL)
@pytest.mark.parametrize("victim", ["server", "client"])
def test_what_is_live_is_old_or_new(name: str, victim: str, tmp_path: Path) -> None:
    """Killed at random moments; all layers and the union are of one version."""
    seed = random.randrange(10**6)
    chance, cut = random.Random(seed), 0
    with servers.running(name, tmp_path) as server:
        publish(server, version(0))
        started = time.monotonic()
        publish(server, version(1))
        took, live = time.monotonic() - started, 1
        for rounds in range(1, ROUNDS + 1):
            new = live + 1
            publication = Publication(server.transport(), version(new), quiet)
            plan = publication.plan()
            process = multiprocessing.get_context("fork").Process(
                target=attempt, args=(publication, plan)
            )
            process.start()
            time.sleep(chance.uniform(0, took * 2))
            if victim == "server":
                server.kill()
                server.start()
            else:
                process.kill()
            process.join()
            # One query: the server may still be at it after the client is gone.
            text = "SELECT ?v ?g { { ?s <x:is> ?v } UNION { GRAPH ?g { ?s <x:is> ?v } } }"
            found = bag(there(server).query(text).rows)
            (told,) = {row[0] for row in found}
            now = int(told.split()[-1])
            assert now in (live, new), (seed, rounds)
            layers = ("", "<x:one>", "<x:two>", "<x:three>")
            assert found == {(told, layer): 400 for layer in layers}, (seed, rounds)
            cut += now == live
            live = now
    print(f"{name}, {victim} killed: {ROUNDS} rounds, {cut} of them kept the old, seed {seed}")
    assert cut > 0
