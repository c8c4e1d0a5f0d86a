"""What assistants can ask of the graph: the tools, as a worker of `kg.serve` does them.

They read and change nothing. Every answer is data: rows with the words that they stand on, how
strongly these say it, in which layer, and from which build. All that they need is read when they
are made, and after that no file is opened. `kg.serve.tools` offers them to clients.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import pyoxigraph as ox
from pydantic import Field

from kg import card, catalogue, evidence, names, published, results, search, source
from kg.doubts import doubts
from kg.errors import KGError
from kg.evidence import Data
from kg.house import House
from kg.serve.answer import Answerer, Limits
from kg.serve.problem import Problem
from kg.store import Oxigraph, Result, Store

_DOUBTED = 4_000  # characters of a query that is looked at for what may be wrong with it
_ACCEPT = "application/sparql-results+json, application/n-triples"

Offset = Annotated[int, Field(ge=0, description="rows to leave out 跳过的行数")]


class Assistant:
    """The tools, over one generation of a build.

    Args:
        generation: its folder.
        limits: how large the whole result of a query may be.

    Raises:
        KGError: it cannot be read.
    """

    def __init__(self, generation: str, limits: Limits) -> None:
        try:
            engine = ox.Store.read_only(f"{generation}/{published.STORE}")
            self.store = Store(Oxigraph.disk(f"{generation}/{published.STORE}"))
        except OSError as error:
            told = f"the built graph cannot be read: {error}"
            raise KGError(told, hint="run kg build") from None
        self._engine = Answerer(engine, (), limits)
        self._build = evidence.build(generation)
        self._texts = source.texts(House.find())
        compiled = catalogue.Compiled(f"{generation}/{published.CATALOGUE}")
        found = (compiled.get(name) for name in sorted(compiled.ids()))
        self._questions = {one.id: one for one in found if one}

    def warm(self) -> None:
        """Does a bit of everything, so that what is loaded late is loaded now."""
        for tool, arguments in _EACH:
            try:
                getattr(self, tool)(**arguments)
            except (KGError, Problem):
                continue

    def list_questions(
        self, tag: Annotated[str, Field(description="only with this tag 标签")] = ""
    ) -> dict[str, Any]:
        """The questions of the catalogue, with their parameters."""
        found = catalogue.tagged(list(self._questions.values()), tag or None)
        keys = ("id", "summary", "tags", "parameters")
        questions = [{key: one.data()[key] for key in keys} for one in found]
        return {"build": self._build, "count": len(found), "questions": questions}

    def ask_question(
        self,
        question: Annotated[str, Field(description="an id of list_questions 问题编号")],
        parameters: Annotated[
            dict[str, str | int | list[str | int]],
            Field(description="by name: label, CURIE or IRI, or several; * for any 参数，* 为不限"),
        ] = {},  # noqa: B006 - a default that the schema can tell; it is only read
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The answer to a question of the catalogue."""
        store, found = self.store, self._questions.get(question)
        if found is None:
            raise catalogue.unknown(question, self._questions)
        terms = catalogue.terms(store, found, parameters)
        result = catalogue.answer(store, found, terms)
        rows = results.laid(result, store, "both", found.order)
        return {
            "build": self._build,
            "question": {"id": found.id, "summary": found.summary},
            "notes": catalogue.remarks(store, found, terms, result, "both"),
            "empty_columns": list(rows.empty),
            **evidence.table(store, rows.names, rows.rows, offset),
        }

    def show_thing(
        self, thing: Annotated[str, Field(description="label, CURIE or IRI 名称")]
    ) -> dict[str, Any]:
        """The card of a thing; where lists are cut, `cut` has the length of each."""
        whole = card.card(self.store, names.resolve(self.store, thing))
        told, cut = evidence.shortened(whole)
        return {
            "build": self._build,
            "card": told,
            "truncated": bool(cut),
            "cut": cut,
        }

    def find_words(
        self,
        text: Annotated[str, Field(description="words in Chinese or English, no pattern 词语")],
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The statements that say a text; where none does, whether the source lacks it."""
        store = self.store
        found = search.find(store, text)
        notes = [] if found else [search.silence(self._texts, text, "both")]
        result = search.result(found)
        keep = result.variables[:-1]  # the quote is told with the statement
        rows = [row[:-1] for row in result.rows]
        return {"build": self._build, "notes": notes, **evidence.table(store, keep, rows, offset)}

    def read_source(
        self,
        what: Annotated[str, Field(description="measure, section, statement or part 举措或段落")],
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The text of sections, and where in it each statement stands (code points)."""
        store, texts = self.store, self._texts
        rows = evidence.part(
            source.sections(store, what), offset, lambda one: evidence.section(store, texts, one)
        )
        return {"build": self._build, **rows}

    def query_sparql(
        self,
        query: Annotated[str, Field(description="SELECT, ASK, CONSTRUCT or DESCRIBE 查询语句")],
        offset: Offset = 0,
    ) -> dict[str, Any]:
        """The answer to a query; CONSTRUCT and DESCRIBE give triples as rows."""
        media, body = self._engine.answer({"do": "query", "query": query, "accept": _ACCEPT})
        if media == "application/n-triples":
            triples = tuple(q.triple for q in ox.parse(body, format=ox.RdfFormat.N_TRIPLES))
            result = Result(
                ("subject", "predicate", "object"),
                tuple((one.subject, one.predicate, one.object) for one in triples),
            )
        else:
            result = Result.of(ox.parse_query_results(body, ox.QueryResultsFormat.JSON))
        told: Data = {"build": self._build}
        if result.boolean is not None:
            told["answer"] = result.boolean
        empty = not result.rows and not result.boolean
        told["notes"] = (
            doubts(query, result, self.store, "both") if empty and len(query) <= _DOUBTED else []
        )
        return {**told, **evidence.table(self.store, result.variables, result.rows, offset)}


_EACH: tuple[tuple[str, dict[str, Any]], ...] = (
    ("list_questions", {}),
    ("ask_question", {"question": "who-leads", "parameters": {"actor": "科技部"}}),
    ("ask_question", {"question": "penalty-stated"}),
    ("ask_question", {"question": "who-leds"}),
    ("show_thing", {"thing": "保险机构"}),
    ("show_thing", {"thing": "no such thing"}),
    ("find_words", {"text": "no such words"}),
    ("find_words", {"text": "科技"}),
    ("read_source", {"what": "m:2-1"}),
    ("query_sparql", {"query": "SELECT ?s { ?s sti:act '鼓励' }"}),
    ("query_sparql", {"query": "DESCRIBE m:2-1"}),
    ("query_sparql", {"query": "è {"}),
)

TOOLS: dict[str, tuple[Callable[..., Any], str]] = {
    tool.__name__: (tool, words)
    for tool, words in (
        (
            Assistant.list_questions,
            "列出问题目录，先看 List the questions that can be asked: begin here",
        ),
        (
            Assistant.ask_question,
            "按目录提问 Ask a question by its id; rows with quotes 引文; notes say what a row is",
        ),
        (Assistant.show_thing, "事物卡片 Card of a thing: all said of it, with quotes 引文"),
        (Assistant.find_words, "查词 Find the statements whose words or translation hold a text"),
        (Assistant.read_source, "原文 Source text of a measure 举措, section or statement"),
        (Assistant.query_sparql, "SPARQL 只读查询 Read-only SPARQL; prefixes known, no SERVICE"),
    )
}
