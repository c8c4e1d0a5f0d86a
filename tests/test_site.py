"""Pages: each kind answers in both languages, escaped, and leads nowhere that is not there."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import hostile
import pyoxigraph as ox
import pytest

from kg.assembly import Assembly
from kg.errors import KGError
from kg.house import House
from kg.prefixes import expand
from kg.site import Reply, Request, Site
from kg.site.request import address
from kg.store import Store

BASE = "http://localhost:8000"
# What the server answers itself.
SERVER = ("/sparql", "/data", "/.well-known/void", "/assets/")


@pytest.fixture(scope="module")
def store(assembly: Assembly) -> Store:
    return Store(assembly.store)


@pytest.fixture(scope="module")
def site(store: Store, house: House) -> Site:
    return Site(store, house)


def ask(site: Site, where: str, accept: str = "text/html", language: str = "") -> Reply:
    parts = urlsplit(where)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return site.respond(Request(unquote(parts.path), query, accept, language, BASE))


def page(site: Site, where: str, language: str = "") -> str:
    reply = ask(site, where, language=language)
    assert reply.status == 200, (where, reply.status)
    return reply.body.decode()


class Seen(HTMLParser):
    """What a page holds: links, ids, elements and attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.attributes: set[str] = set()
        self.elements: set[str] = set()
        self.lang = self.text = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._inside = tag
        self.elements.add(tag)
        self.attributes |= set(told)
        self.links += [told[name] or "" for name in ("href", "src", "action") if name in told]
        self.ids += [told["id"] or ""] if "id" in told else []
        self.lang = self.lang or told.get("lang") or ""
        if tag == "script" and "src" not in told:
            assert told.get("type") == "application/json"

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside != "script":
            self.text += data


PAGES = (
    "/", "/questions", "/questions/who-leads", "/questions/by-force?force=force:encouraged",
    "/search?q=保险机构", "/search?q=insur&page=2", "/source/opinion-qa",
    "/source/opinion-qa?at=p:q4-1-b", "/source/opinion-qa?at=kind:insurer", "/ontology", "/about",
    "/query", "/explore?view=places", "/id/kind/insurer", "/id/measure/3-1",
    "/id/statement/q4-1-b", "/id/scheme/force", "/id/rule/presumed-lead", "/term/hasAddressee",
    "/term/Provision", "/graph/stated", "/graph/derived-presumed-lead",
    "/thing?iri=http://www.w3.org/2004/02/skos/core%23Concept",
)  # fmt: skip


@pytest.mark.parametrize("where", PAGES)
def test_each_kind_of_page_in_both_languages(site: Site, where: str) -> None:
    for lang, other in (("zh", "en"), ("en", "zh")):
        mark = "&" if "?" in where else "?"
        reply = ask(site, f"{where}{mark}lang={lang}")
        assert reply.status == 200
        assert reply.media == "text/html; charset=utf-8"
        assert dict(reply.headers)["Content-Language"] == lang
        assert dict(reply.headers)["Vary"] == "Accept, Accept-Language"
        seen = Seen(reply.body.decode())
        assert seen.lang == lang
        assert "h1" in seen.elements
        assert len(seen.ids) == len(set(seen.ids))
        # No inline style or handler: the policy of the server forbids them.
        assert not {name for name in seen.attributes if name == "style" or name.startswith("on")}
        assert "style" not in seen.elements
        twin = [link for link in seen.links if f"lang={other}" in link]
        assert twin and ask(site, twin[0]).status == 200


def test_the_language_asked_for_wins_over_the_liked_one(site: Site) -> None:
    for language, where, wanted in (
        ("zh-CN,zh;q=0.9,en;q=0.8", "/", "zh"),
        ("en-GB,zh;q=0.5", "/", "en"),
        ("de,zh;q=0.2,en;q=0.1", "/", "zh"),
        ("fr", "/", "en"),
        ("", "/", "en"),
        ("zh", "/?lang=en", "en"),
        ("en", "/?lang=zh", "zh"),
        ("en", "/?lang=xx", "en"),
    ):
        assert Seen(page(site, where, language)).lang == wanted, (language, where)


def crawled(site: Site, sparse: int) -> tuple[set[str], list[tuple[str, int]]]:
    """All that is linked from the start page, and what of it is not there.

    Args:
        site: the pages.
        sparse: of the questions about one thing, only each so many-eth is asked.
    """
    waiting, seen, lost = ["/"], {"/"}, []
    while waiting:
        where = waiting.pop(0)
        reply = ask(site, where)
        if reply.status in (302, 308):
            links = [dict(reply.headers)["Location"]]
        elif reply.status != 200:
            lost.append((where, reply.status))
            continue
        else:
            is_page = reply.media.startswith("text/html") and "/export" not in where
            links = Seen(reply.body.decode()).links if is_page else []
        for link in links:
            full = urlsplit(urljoin(where, link))
            if full.netloc or full.scheme or full.path.startswith(SERVER):
                assert full.scheme in ("", "http", "https", "data"), (where, link)
                continue
            told = f"{full.path}?{full.query}" if full.query else full.path
            # The twins and the data are tried elsewhere; one state of the reader is like another.
            skipped = ("lang=", "format=", "at=", "query=", "/explore", "all=1")
            if told not in seen and not any(one in told for one in skipped):
                seen.add(told)
                if "/questions/" not in told or not full.query or len(seen) % sparse == 0:
                    waiting.append(told)
    return seen, lost


def test_every_link_leads_somewhere(site: Site) -> None:
    seen, lost = crawled(site, 60)
    assert lost == []
    assert len([one for one in seen if one.startswith("/id/statement/")]) > 150
    assert len([one for one in seen if one.startswith("/questions/")]) > 100


@pytest.mark.full
def test_every_question_about_every_thing_is_answered(site: Site) -> None:
    seen, lost = crawled(site, 1)
    assert lost == []
    assert len(seen) > 3000


def test_assets_are_there_under_their_names(site: Site) -> None:
    paths = {one.path for one in site.assets.values()}
    for where in ("/", "/explore", "/query"):
        asked = [link for link in Seen(page(site, where)).links if link.startswith("/assets/")]
        assert asked
        assert set(asked) <= paths


# ---------------------------------------------------------------- what pages say


def test_an_addressee_is_never_told_as_an_actor(site: Site) -> None:
    text = page(site, "/id/kind/insurer?lang=en")
    addressed = text.index("sti:hasAddressee")
    joined = text.index("sti:hasJoined")
    assert joined < text.index("p:q8-3-c") < addressed < text.index("p:q4-1-a")
    assert "sti:hasLead" not in text
    assert "actor" not in [
        cell.strip() for cell in Seen(page(site, "/questions/actor-with-conditions?lang=en")).text
        .splitlines()
    ]  # fmt: skip


def test_force_and_layer_stand_beside_the_words(site: Site) -> None:
    text = Seen(page(site, "/id/measure/3-1?lang=en")).text
    quote = "鼓励保险机构对企业核心专利与商标的侵权责任和维权费用提供重点保障"
    before = text[: text.rindex(quote)]
    line = before[before.rindex("encouraged") :]
    assert "provision" in line and "p:q4-1-b" in line and "stated" in line
    derived = page(site, "/id/statement/q7-2-c?lang=zh")
    caution = derived.index("由规则推导，并非原文所述")
    assert caution < derived.index("org:most")


def test_a_quote_is_marked_in_its_place(site: Site, house: House) -> None:
    text = page(site, "/source/opinion-qa?at=p:q4-1-b")
    marked = "".join(
        Seen(part.partition("</mark>")[0]).text for part in text.split("<mark")[1:]
    ).replace(' id="at">', "").replace(">", "")  # fmt: skip
    assert marked == "鼓励保险机构对企业核心专利与商标的侵权责任和维权费用提供重点保障"
    assert text.count('id="at"') == 1
    # Nothing of the text is lost or said twice.
    pages = text[text.index('<div class="pages">') : text.index("<aside")]
    words = "".join(Seen(part.partition("</div>")[0]).text for part in
                    pages.split('<div class="text" lang="zh">')[1:])  # fmt: skip
    source = house.documents()[0].source.read_text("utf-8")
    assert words in source
    assert len(words) > 0.95 * len(source)


def test_search_finds_names_in_both_languages_and_words(site: Site) -> None:
    for text in ("保险机构", "insurance institution", "kind:insurer", "Insurance  Institutions"):
        found = Seen(page(site, f"/search?q={text}")).links
        first = next(link for link in found if link.startswith("/id/"))
        assert first == "/id/kind/insurer", text
    assert "/id/statement/q5-2-c" in page(site, "/search?q=协作")
    none = Seen(page(site, "/search?q=税收&lang=en")).text
    assert "does not say “税收”" in none
    assert ask(site, "/search?q=" + "x" * 10_000).status == 200
    assert ask(site, "/search?q=%00%01<script>").status == 200


def test_search_is_paged_without_loss(site: Site, store: Store) -> None:
    first = Seen(page(site, "/search?q=保险&lang=en")).text
    told = first[first.index("Page 1 / ") :].split()
    seen: list[str] = []
    for number in range(1, int(told[3]) + 1):
        text = page(site, f"/search?q=保险&page={number}&lang=en")
        results = text[text.index("<ol") : text.index("</ol>")].split("<article")[1:]
        assert 0 < len(results) <= 20
        seen += results
    numbers = first[first.index("Names:") :].split("\n")[0]
    total = sum(int(part) for part in numbers.replace("·", " ").split() if part.isdigit())
    assert len(seen) == total == len(set(seen))
    assert "/ " + told[3] in page(site, "/search?q=保险&page=999&lang=en")


# ---------------------------------------------------------------- questions


def test_a_question_has_a_form_with_what_can_be_picked(site: Site) -> None:
    text = page(site, "/questions/by-force?lang=en")
    assert '<option value="force:encouraged" selected>encouraged</option>' in text
    assert '<option value="*">any</option>' in text
    assert "p:q4-1-b" in text
    typed = page(site, "/questions/who-leads?actor=科技部&lang=zh")
    assert 'value="org:most"' in typed
    assert "<datalist" in typed


def test_answers_for_programs(site: Site) -> None:
    reply = ask(site, "/questions/whose-duty?lang=en", "application/json")
    told = json.loads(reply.body)
    assert reply.media == "application/json"
    assert {row["actor"] for row in told["rows"]} >= {expand("kind:insurer")}
    assert all(row["quote"] == told["rows"][0]["quote"] for row in told["rows"])
    assert told["rows"][0]["forceLabel"] == "plain"
    csv = ask(site, "/questions/whose-duty?format=csv")
    assert csv.media.startswith("text/csv")
    assert csv.body.decode().splitlines()[0].startswith("actor,actorLabel,")
    empty = json.loads(ask(site, "/questions/what-is-mandatory?format=json&lang=en").body)
    assert empty["rows"] == [] and empty["why"]
    several = ask(site, "/questions/by-force?force=force:explored&force=force:studied&format=json")
    forces = {row["force"] for row in json.loads(several.body)["rows"]}
    assert forces == {expand("force:explored"), expand("force:studied")}


def test_a_wrong_value_is_told_with_suggestions(site: Site) -> None:
    reply = ask(site, "/questions/by-force?force=<b>encoureged&lang=en")
    text = reply.body.decode()
    assert reply.status == 400
    assert "<b>encoureged" not in text and "&lt;b&gt;encoureged" in text
    assert '<a href="/questions/by-force?force=force%3Aencouraged&amp;lang=en">' in text
    assert "kg " not in Seen(text).text
    told = ask(site, "/questions/by-force?force=nope", "application/json")
    assert (told.status, told.media) == (400, "application/problem+json")
    assert "nope" in json.loads(told.body)["detail"]


def test_an_unknown_parameter_is_told_in_the_language_of_the_page(site: Site) -> None:
    for lang, words in (("zh", "此问题没有参数“nonsense”"), ("en", "no parameter “nonsense”")):
        reply = ask(site, f"/questions/by-force?nonsense=1&lang={lang}")
        assert reply.status == 400
        assert words in Seen(reply.body.decode()).text
    assert (
        "has no parameter" not in ask(site, "/questions/by-force?nonsense=1&lang=zh").body.decode()
    )


def test_a_product_tells_what_the_text_leaves_open(site: Site) -> None:
    text = Seen(page(site, "/id/product/cyber?lang=en")).text
    told = text.partition("Not stated")[2].partition("No clause that names it says so")[0]
    for slot in ("on risk", "on interest", "beneficiary", "insured"):
        assert slot in told
    assert "原文未写明" in page(site, "/id/product/cyber?lang=zh")
    assert "Not stated" not in page(site, "/id/kind/insurer?lang=en")


def test_what_is_said_of_an_actor_is_told_by_force(site: Site) -> None:
    group = page(site, "/id/kind/insurer?lang=zh").partition("sti:hasAddressee")[2]
    group = group.partition("<h3>")[0]
    parts = [Seen(part).text for part in group.split("<h4>")[1:]]
    assert [part.split()[1] for part in parts] == ["支持", "鼓励"]
    encouraged = {word for word in parts[1].split() if word.startswith("p:")}
    assert encouraged == {f"p:{name}" for name in (
        "q4-1-b", "q5-5-b", "q6-3-c", "q6-3-d", "q7-2-a", "q7-2-b", "q8-3-b"
    )}  # fmt: skip
    # A measure is told in the order of its text.
    assert "<h4>" not in page(site, "/id/measure/3-1?lang=zh")


def test_a_product_and_what_is_narrower_lead_to_each_other(site: Site) -> None:
    for here, there in (("cyber", "cyber-product"), ("cyber-product", "cyber")):
        told = page(site, f"/id/product/{here}?lang=en").partition("What statements say")[0]
        assert f"/id/product/{there}?lang=en" in Seen(told).links


def test_yes_and_no_are_words_of_the_page(site: Site) -> None:
    for lang, word in (("zh", "是"), ("en", "yes")):
        text = page(site, f"/questions/who-joins?lang={lang}")
        assert f">{word}</td>" in text and ">true</td>" not in text
    told = ask(site, "/questions/who-joins?format=json").body.decode()
    assert json.loads(told)["rows"][0]["open"] in (True, "true")


def test_an_empty_answer_says_why_and_where_else_to_look(site: Site) -> None:
    text = page(site, "/questions/who-leads?actor=kind:insurer&lang=en")
    assert "No provision says that it leads or acts alone" in Seen(text).text
    assert "kg show" not in text
    assert "All that the graph says of it" in text and '"/id/kind/insurer?lang=en"' in text


def test_openapi_lists_every_question(site: Site, house: House) -> None:
    told = json.loads(ask(site, "/openapi.json", "*/*").body)
    assert told["openapi"].startswith("3.1")
    assert len(told["paths"]) == len(house.questions())
    for path, one in told["paths"].items():
        assert ask(site, f"{path}?format=json").status == 200
        operation = one["get"]
        assert operation["operationId"] == path.rpartition("/")[2]
        assert {"html", "csv", "json"} == set(operation["parameters"][-1]["schema"]["enum"])


# ---------------------------------------------------------------- data


def test_the_triples_of_a_thing(site: Site) -> None:
    for accept, media in (
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
        ("text/html;q=0.5, text/turtle", "text/turtle; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
    ):
        assert ask(site, "/id/kind/insurer", accept).media == media
    turtle = ask(site, "/id/statement/q4-1-b?format=ttl").body
    triples = set(ox.parse(turtle, format=ox.RdfFormat.TURTLE))
    force = ox.NamedNode(expand("sti:force"))
    assert {t.object for t in triples if t.predicate == force} == {
        ox.NamedNode(expand("force:encouraged"))
    }
    told = json.loads(ask(site, "/id/statement/q4-1-b?format=jsonld").body)
    assert "graph:stated" in {graph["@id"] for graph in told["@graph"]}
    insurer = ask(site, "/term/Insurer?format=ttl").body.decode()
    assert "owl:hasValue kind:insurer" in insurer  # blank nodes come with it
    assert ask(site, "/id/kind/insurer", "image/png").status == 406
    assert ask(site, "/id/kind/insurer?format=xml").status == 406


def test_a_view_can_be_downloaded_in_every_format(site: Site) -> None:
    formats = page(site, "/explore?view=places").split('<option value="')[1:]
    names = [one.partition('"')[0] for one in formats if " – " in one.partition("</option>")[0]]
    assert {"gexf", "graphml", "cytoscape", "csv", "ttl"} <= set(names)
    for name in names:
        reply = ask(site, f"/export?view=places&format={name}&lang=en")
        assert reply.status == 200 and len(reply.body) > 500, name
        assert "filename=" in dict(reply.headers)["Content-Disposition"]
    assert b"<gexf" in ask(site, "/export?view=places&format=gexf").body[:200]
    assert ask(site, "/export?view=places&format=csv").body[:2] == b"PK"
    assert ask(site, "/export?view=places&format=png").status == 406
    assert ask(site, "/export?view=../../etc&format=gexf").status == 404


# ---------------------------------------------------------------- what is wrong


@pytest.mark.parametrize("where", [
    "/nothing", "/id/", "/id/kind/none", "/id/kind/<script>", "/id/../../etc/passwd", "/term/",
    "/questions/none", "/source/none", "/explore?view=none", "/thing", "/thing?iri=not an iri",
    "/id/kind/\x00", "/id/kind/\ud800", "/graph/none", "/assets/none",
])  # fmt: skip
def test_what_is_not_there_is_a_page_too(site: Site, where: str) -> None:
    for lang, words in (("zh", "没有这一页"), ("en", "There is no such page")):
        reply = site.respond(
            Request(where.partition("?")[0],
                    (*parse_qsl(where.partition("?")[2]), ("lang", lang)), "text/html")
        )  # fmt: skip
        assert reply.status == 404
        assert words in reply.body.decode()
        assert "<script>" not in reply.body.decode()
    reply = ask(site, "/nothing", "application/json")
    assert reply.media == "application/problem+json"


def test_a_curie_leads_to_its_page(site: Site) -> None:
    for name, path in (("kind:insurer", "/id/kind/insurer"), ("sti:Provision", "/term/Provision")):
        reply = ask(site, f"/thing?id={name}&lang=zh")
        assert reply.status == 302
        assert dict(reply.headers)["Location"] == f"{path}?lang=zh"


def test_what_nearly_is_there_is_suggested(site: Site) -> None:
    reply = ask(site, "/id/kind/insurers")
    assert reply.status == 404
    assert "/id/kind/insurer" in Seen(reply.body.decode()).links


def test_problems_of_the_server(site: Site) -> None:
    request = Request("/sparql", (("lang", "zh"),), "text/html")
    reply = site.problem(503, "", "请稍候。", request)
    assert reply.status == 503 and "请稍候。" in reply.body.decode()
    told = site.problem(429, "Slow down", "wait", Request("/sparql", (), "application/json"))
    assert json.loads(told.body) == {
        "type": "about:blank", "title": "Slow down", "status": 429, "detail": "wait"
    }  # fmt: skip


# ---------------------------------------------------------------- hostile


def test_hostile_labels_are_only_ever_text(house: House) -> None:
    made = Site(hostile.store(), house)
    for number, label in enumerate(hostile.LABELS):
        for where in (f"/id/organisation/x{number}", f"/id/statement/x{number}",
                      f"/id/measure/9-{number}"):  # fmt: skip
            for lang in ("zh", "en"):
                reply = ask(made, f"{where}?lang={lang}")
                assert reply.status == 200
                seen = Seen(reply.body.decode())
                assert not seen.elements & {"img", "b", "i", "u", "s"}
                assert not {one for one in seen.attributes if one.startswith("on")}
                visible = "".join(c for c in label if c.isalnum())[:50]
                assert visible in "".join(c for c in seen.text if c.isalnum())
                assert not [link for link in seen.links if link.startswith("javascript:")]
            for form in ("ttl", "jsonld"):
                assert ask(made, f"{where}?format={form}").status == 200
        ask(made, "/search?q=" + address("", ("q", label))[3:])
    text = page(made, "/")
    assert "alert(" not in text or "<script>alert(" not in text


def test_hostile_requests_are_escaped(site: Site) -> None:
    for label in (hostile.LABELS[0], hostile.LABELS[2], hostile.LABELS[4], hostile.LABELS[8]):
        for name in ("q", "at", "view", "force", "iri", "query", "page", "format"):
            for path in ("/search", "/source/opinion-qa", "/explore", "/questions/by-force",
                         "/thing", "/query", "/id/kind/insurer"):  # fmt: skip
                reply = site.respond(Request(path, ((name, label),), "text/html"))
                assert reply.status in (200, 400, 404, 406)
                body = reply.body.decode()
                assert "<script>alert" not in body and "<img" not in body


def test_data_in_a_page_cannot_end_its_element(site: Site) -> None:
    text = page(site, "/query")
    inner = text[text.index('id="data">') + 10 :]
    told = json.loads(inner[: inner.index("</script>")])
    assert {one["id"] for one in told["examples"]} >= {"who-leads"}
    assert "<" not in inner[: inner.index("</script>")]


# ---------------------------------------------------------------- small things


def test_addresses() -> None:
    assert address("/id/a b", ("q", "保险"), ("x", "&")) == ("/id/a%20b?q=%E4%BF%9D%E9%99%A9&x=%26")


def test_pages_need_no_file_once_they_are_made(house: House) -> None:
    """In a process that may open nothing, every kind of page is still there."""
    program = """
import resource, sys
from kg.house import House
from kg.site import Request, Site
from kg.published import open_store
house = House.find()
site = Site(open_store(house), house)
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
for path, *query in (
    ("/",), ("/about",), ("/ontology",), ("/openapi.json",), ("/query",), ("/questions",),
    ("/questions/who-leads",), ("/questions/by-force", ("force", "encoureged")),
    ("/search", ("q", "bank")), ("/search", ("q", "保险")), ("/source/opinion-qa",),
    ("/id/kind/insurer",), ("/id/kind/insurer", ("format", "ttl")), ("/nope",),
    ("/id/kind/insurer", ("format", "jsonld")), ("/id/kind/insurers",),
    *(("/explore", ("view", view)) for view in ("responsibility", "everything")),
    ("/export", ("view", "everything"), ("format", "gexf")),
    *(("/export", ("view", "coverage"), ("format", name)) for name in (
        "csv", "cytoscape", "cx2", "d3", "dot", "gexf", "graphml", "html", "jsonld", "mermaid",
        "neo4j", "nq", "ttl")),
):
    reply = site.respond(Request(path, tuple(query), "text/html"))
    print(reply.status, path, query)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr[-2000:]
    statuses = [line.split()[0] for line in done.stdout.splitlines()]
    assert statuses.count("200") == len(statuses) - 3
    assert sorted(set(statuses)) == ["200", "400", "404"]


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    program = """
from kg.house import House
from kg.site import Request, Site
from kg.published import open_store
import sys
site = Site(open_store(House.find()), House.find())
for path in ("/", "/id/kind/insurer", "/source/opinion-qa", "/explore", "/ontology",
             "/questions/who-leads", "/openapi.json"):
    sys.stdout.buffer.write(site.respond(Request(path)).body)
"""
    import os

    made = [
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert made[0] == made[1]


@pytest.mark.parametrize("where", ["/export?view=places&format=gexf", "/questions/who-leads"])
def test_a_store_that_fails_is_not_the_fault_of_who_asks(
    store: Store, house: House, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its error tells, as the name of a host, is for the log: no page shows it."""
    made = Site(store, house)

    def failing(*_: object, **__: object) -> NoReturn:
        raise KGError("inner.example gives no answer")

    for name in ("answer", "query", "stream"):
        monkeypatch.setattr(store, name, failing)
    with pytest.raises(KGError, match=r"inner\.example"):
        ask(made, where)


def test_notes_of_a_question_are_told_once_in_the_terms_of_the_page(site: Site) -> None:
    text = page(site, "/questions/stages-without-product?lang=zh")
    assert Seen(text).text.count("没有任何规定既以它为阶段") == 1
    assert "“空白”为" in Seen(text).text
    seen = Seen(page(site, "/questions/who-joins?lang=en"))
    assert "/questions/who-leads?lang=en" in seen.links
    assert "Where “open” holds" in seen.text
    words = Seen(page(site, "/questions/who-cooperates?lang=zh"))
    assert "kg find" not in words.text
    assert address("/search", ("q", "协作"), ("lang", "zh")) in words.links


def test_a_pasted_passage_finds_its_clauses(site: Site) -> None:
    passage = "鼓励有条件的地区出台支持政策，通过提高保费补贴比例等方式降低企业投保成本。"
    text = page(site, address("/search", ("q", passage * 2), ("lang", "zh")))
    assert "p:q4-1-c" in text
    assert "p:q4-1-d" in text
    assert "kind:insurer" in page(site, "/search?q=insurer&lang=en")
