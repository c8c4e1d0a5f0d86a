"""From a path to the page that it asks for."""

import json
from collections.abc import Callable

from kg import catalogue, names, search
from kg.accept import choose
from kg.export.html import embedded
from kg.house import House
from kg.prefixes import BASE, STI, table
from kg.site import address, assets
from kg.site.finder import Finder
from kg.site.frame import Frame
from kg.site.overview import Overview
from kg.site.questions import PATH as QUESTIONS
from kg.site.questions import Questions
from kg.site.reader import PATH as SOURCE
from kg.site.reader import Reader
from kg.site.request import Problem, Reply, Request
from kg.site.text import Texts
from kg.site.thing import Things
from kg.site.views import Views
from kg.site.words import say
from kg.store import Store

_PROBLEM = "application/problem+json"


class Site:
    """All pages of a graph.

    Args:
        store: the graph.
        house: its files: the questions, the views, the source texts, the built scripts.

    Raises:
        kg.errors.KGError: a file of the house is broken, or `make web` was not run.
    """

    def __init__(self, store: Store, house: House) -> None:
        self.assets = assets.read(house)
        sources = search.sources(house)
        texts = Texts(store, sources)
        self._store = store
        self._frame = frame = Frame(store, self.assets)
        self._questions = Questions(frame, catalogue.catalogue(house))
        self._finder = Finder(frame, sources)
        self._reader = Reader(frame, texts)
        self._views = Views(frame, house)
        self._things = Things(frame, texts, self._questions, self._views)
        overview = Overview(frame, self._questions, self._views)
        self._pages: dict[str, Callable[[Request], Reply]] = {
            "/": overview.start,
            "/about": overview.about,
            "/ontology": overview.terms,
            "/search": self._finder.reply,
            QUESTIONS: self._questions.index,
            "/openapi.json": self._questions.openapi,
            SOURCE: self._reader.index,
            "/explore": self._views.explore,
            "/export": self._views.export,
            "/query": self._query,
        }

    def respond(self, request: Request) -> Reply:
        """The answer to a GET request; what is wrong with it is answered too."""
        try:
            return self._answer(request)
        except Problem as found:
            return self._told(found, request)

    def _answer(self, request: Request) -> Reply:
        path = request.path
        if len(path) > 1 and path.endswith("/") and path.rstrip("/") in self._pages:
            moved = Request(path.rstrip("/"), request.query)
            where = moved.link(moved.path, *(p for p in request.query if p[0] != "lang"))
            return Reply(308, "text/plain; charset=utf-8", b"", (("Location", where),))
        if page := self._pages.get(path):
            return page(request)
        head, _, rest = path[1:].partition("/")
        if f"/{head}" == QUESTIONS:
            return self._questions.reply(request, rest)
        if f"/{head}" == SOURCE:
            return self._reader.reply(request, rest)
        if path == address.OTHER and (named := names.iri(request.get("id"))):
            where, pairs = address.path(named.value)
            return Reply(
                302, "text/plain; charset=utf-8", b"", (("Location", request.link(where, *pairs)),)
            )
        if thing := address.iri(path, request.get("iri")):
            return self._things.reply(request, thing)
        raise Problem(404)

    def _query(self, request: Request) -> Reply:
        """The page on which queries are written."""
        lang = request.lang
        data = {
            "prefixes": table(),
            "base": BASE,
            "terms": STI,
            "examples": [
                {"id": one.id, "label": one.summary[lang], "query": _shown(one.text)}
                for one in self._questions.all.values()
            ],
        }
        return self._frame.reply(
            request,
            "query",
            say("editor", lang),
            embedded=embedded(data),
            asked=request.get("query") or _FIRST,
            examples=self._questions.families(),
        )

    # ------------------------------------------------------------ what is wrong

    def problem(self, status: int, title: str, detail: str, request: Request) -> Reply:
        """An error as a page, or as problem+json where no page is asked for.

        Args:
            status: of HTTP.
            title: what is wrong; "" for what the status means.
            detail: what to do about it.
            request: what failed.
        """
        lang = request.lang
        told = title or (say(str(status), lang))
        if _wants_json(request):
            body = {"type": "about:blank", "title": told, "status": status, "detail": detail}
            text = json.dumps({k: v for k, v in body.items() if v}, ensure_ascii=False) + "\n"
            return Reply(status, _PROBLEM, text.encode(), (("Content-Language", lang),))
        return self._frame.reply(
            request, "problem", told, status=status, code=status, detail=detail, near=()
        )

    def _told(self, found: Problem, request: Request) -> Reply:
        lang, status = request.lang, found.status
        if _wants_json(request):
            return self.problem(status, "", found.detail[lang], request)
        return self._frame.reply(
            request, "problem", say(str(status), lang), status=status, code=status,
            detail=found.detail[lang], near=found.near,
        )  # fmt: skip


def _wants_json(request: Request) -> bool:
    wanted = choose(request.accept, ("text/html", _PROBLEM, "application/json", "text/turtle",
                                     "application/ld+json", "text/csv"))  # fmt: skip
    return wanted != "text/html" or request.get("format") in ("json", "csv", "ttl", "jsonld")


_FIRST = """PREFIX sti: <https://w3id.org/sci-tech-insurance/ontology#>

SELECT ?statement ?force ?quote
WHERE {
  ?statement a sti:Provision ;
    sti:force ?force ;
    sti:quote ?quote .
}
LIMIT 20
"""


def _shown(text: str) -> str:
    """A query without its header."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#+")) + "\n"
