"""The questions of the catalogue as forms, as answers with their words, and for programs."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg import __version__, catalogue, elsewhere, names, remark, sparql
from kg.accept import choose
from kg.card import Card, brief, layers
from kg.catalogue import ANY, Parameter, Question
from kg.errors import KGError
from kg.formats import value, written
from kg.prefixes import expand, shrink
from kg.results import laid, records
from kg.site.frame import Frame
from kg.site.request import Problem, Reply, Request, Speech
from kg.site.words import COLUMNS, TRUTH, say
from kg.store import Node, Result, Store, node

PATH = "/questions"
FORMATS = {"html": "text/html", "csv": "text/csv", "json": "application/json"}
_MOST = 60  # what is longer is no list to pick from: it is typed
_VALUES, _LONGEST = 50, 200  # to look for what a value may mean takes time
_BOOLEAN = ox.NamedNode(expand("xsd:boolean"))
_CLAUSES = ("p:", "m:")  # known by these signs on every page
_OWN = ("lang", "format")  # parameters of the page, not of the question


class Questions:
    """The questions of a graph.

    Args:
        frame: renders.
        asked: the catalogue.
    """

    def __init__(self, frame: Frame, asked: Sequence[Question]) -> None:
        self._frame, self._store = frame, frame.store
        self.all = {question.id: question for question in asked}
        self._members: dict[tuple[str, ...], list[ox.NamedNode]] = {}
        for question in asked:
            for one in question.parameters:
                if one.of and one.of not in self._members:
                    self._members[one.of] = names.members(self._store, one.of)
        every = {one for them in self._members.values() for one in them}
        self._curated = {one for one in every if layers(self._store, one) == ["curated"]}

    # ------------------------------------------------------------ all of them

    def families(self) -> list[tuple[str, list[Question]]]:
        """The questions by their first tag, the largest family first."""
        found: dict[str, list[Question]] = {}
        for question in self.all.values():
            found.setdefault(next(iter(question.tags), ""), []).append(question)
        return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))

    def about(self, thing: ox.NamedNode) -> list[tuple[Question, str]]:
        """The questions that can be asked about a thing, with the parameter that it goes into.

        Those that may be asked of anything that has a name come last.
        """
        found = [
            (question, one.name)
            for question in self.all.values()
            for one in question.parameters[:1]
            if one.of and thing in self._members[one.of]
        ]
        wide = ("sti:NamedThing",)
        return sorted(found, key=lambda pair: (pair[0].parameters[0].of == wide, pair[0].id))

    def index(self, request: Request) -> Reply:
        """The page of all questions."""
        title = "问题" if request.lang == "zh" else "Questions"
        return self._frame.reply(
            request, "questions", title, families=self.families(), count=len(self.all)
        )

    # ------------------------------------------------------------ one of them

    def reply(self, request: Request, name: str) -> Reply:
        """The answer to a question, as a page with its form, CSV or JSON.

        Raises:
            Problem: there is no such question (404), a value is wrong (400), or not in that format
                (406).
            KGError: the graph does not answer; this is nobody's fault who asks.
        """
        question = self.all.get(name)
        if question is None:
            raise Problem(404, f"没有问题 {name}。", f"There is no question {name}.")
        asked = request.get("format")
        media = FORMATS.get(asked) if asked else choose(request.accept, tuple(FORMATS.values()))
        if media is None:
            known = ", ".join(FORMATS)
            raise Problem(406, f"可用：{known}", f"there are: {known}")
        values = _values(request, question)
        try:
            terms = catalogue.terms(self._store, question, values)
        except KGError as error:
            wrong = self._wrong(question, values, error)
            if media != FORMATS["html"]:
                raise wrong from None
            return self._page(request, question, values, None, wrong)
        result, lang = catalogue.answer(self._store, question, terms), request.lang
        if media == FORMATS["csv"]:
            text = written(result, self._store, "csv", lang) or ""
            file = f'attachment; filename="{question.id}.csv"'
            return _data(text, "text/csv; charset=utf-8", lang, ("Content-Disposition", file))
        if media == FORMATS["json"]:
            notes = catalogue.notes(self._store, question, terms, result, lang)
            told = self._json(question, terms, result, notes, lang)
            return _data(told, "application/json", lang)
        return self._page(request, question, values, (result, terms), None)

    def _wrong(
        self, question: Question, values: Mapping[str, Sequence[str]], error: KGError
    ) -> Problem:
        """Which parameter or value is not right, and what may have been meant."""
        known = [one.name for one in question.parameters]
        for name in values:
            if name not in known:
                return Problem(
                    400,
                    f"此问题没有参数“{name}”。可用：{'、'.join(known) or '无'}。",
                    f"This question has no parameter “{name}”. It has: "
                    f"{', '.join(known) or 'none'}.",
                )
        for one in question.parameters:
            for text in values.get(one.name, ()):
                if one.type == "integer" and text not in ANY and not _whole(text):
                    return Problem(
                        400,
                        f"{one.summary['zh']}：须为整数，而非“{text}”。",
                        f"{one.summary['en']}: a whole number is wanted, not “{text}”.",
                    )
                if one.type != "iri" or text in ANY or self._names(text, one):
                    continue
                near = [brief(self._store, at) for at in names.nearest(self._store, text, one.of)]
                return Problem(
                    400,
                    f"{one.summary['zh']}：“{text}”不是这里可用的名称，或不止一物如此称呼。",
                    f"{one.summary['en']}: “{text}” names nothing that can stand here, or more "
                    "than one thing.",
                    near,
                )
        raise error

    def _names(self, text: str, parameter: Parameter) -> bool:
        try:
            names.resolve(self._store, text, parameter.of)
        except KGError:
            return False
        return True

    def _json(
        self,
        question: Question,
        terms: Mapping[str, Any],
        result: Result,
        notes: Sequence[str],
        lang: Speech,
    ) -> str:
        told = {
            "question": question.id,
            "asks": question.summary[lang],
            "parameters": {
                name: None if several is None else [value(one) for one in several]
                for name, several in terms.items()
            },
            "notes": list(notes),
            "why": "" if result.rows else catalogue.why(question, lang),
            "columns": list(result.variables),
            "rows": records(result, self._store, lang),
            "sparql": _bare(question.text, terms),
            "version": __version__,
        }
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"

    def _page(
        self,
        request: Request,
        question: Question,
        values: Mapping[str, Sequence[str]],
        answer: tuple[Result, Mapping[str, Any]] | None,
        error: Problem | None,
    ) -> Reply:
        lang = request.lang
        told: dict[str, Any] = {
            "table": None, "notes": [], "sparql": "", "error": error, "things": []
        }  # fmt: skip
        if answer is not None:
            result, terms = answer
            things = catalogue.asked_about(self._store, terms)
            headed = [elsewhere.under_headings(self._store, one, result) for one in things]
            notes = [
                *(one for of in terms.values()
                  for one in catalogue.apart(self._store, question, of, lang)),
                *(one[lang] for one in headed if one),
                *filter(None, [remark.untranslated(result, lang)]),
            ]  # fmt: skip
            told["notes"] = [self._remark(request, note) for note in notes]
            told["table"] = _table(self._store, question, result, lang)
            told["sparql"] = _bare(question.text, terms)
            told["things"] = [brief(self._store, one) for one in things]
        kept = [pair for pair in request.query if pair[0] not in _OWN]
        return self._frame.reply(
            request,
            "question",
            question.summary[lang],
            status=200 if error is None else 400,
            question=question,
            fields=[
                self._field(one, values.get(one.name), wrong=error is not None)
                for one in question.parameters
            ],
            permalink=request.link(request.path, *kept),
            formats={
                name: request.link(request.path, *kept, ("format", name))
                for name in FORMATS
                if name != "html"
            },
            rows=self._remark(request, question.rows[lang]),
            why=self._remark(request, catalogue.why(question, lang)),
            **told,
        )

    def _remark(self, request: Request, text: str) -> list[dict[str, str]]:
        """A remark for the template: its pieces as a page calls them, with where they lead."""
        found = [self._piece(request, *one) for one in remark.pieces(text)]
        texts = remark.close([one["text"] for one in found], request.lang)
        return [{**one, "text": text} for one, text in zip(found, texts, strict=True)]

    def _piece(self, request: Request, kind: str, words: str) -> dict[str, str]:
        store, lang = self._store, request.lang
        if kind == "column":
            return {"text": f"“{_heading(store, words, lang)['label']}”"}
        if kind == "question" and words in self.all:
            where = request.link(f"{PATH}/{words}")
            return {"text": f"“{self.all[words].summary[lang]}”", "href": where}
        if kind == "thing":
            name = words if words.startswith(_CLAUSES) else f"“{store.name(node(words), lang)}”"
            return {"text": name, "href": self._frame.href(request, words)}
        return _command(request, words) if kind == "command" else {"text": words}

    def _field(
        self, parameter: Parameter, values: Sequence[str] | None, *, wrong: bool
    ) -> dict[str, Any]:
        """A field of the form: what may be picked, and what is."""
        members = [
            {**brief(self._store, one), "curated": one in self._curated}
            for one in self._members.get(parameter.of, [])
        ]
        default = parameter.default or ""
        given = [one for one in (values if values is not None else [default]) if one not in ANY]
        picked = given if wrong else [self._identity(one, parameter) for one in given]
        several = len(picked) > 1
        known = {one["id"] for one in members}
        listed = 0 < len(members) <= _MOST and not several and set(picked) <= known | {""}
        return {
            "parameter": parameter,
            "members": members,
            "listed": listed,
            "value": ", ".join(picked) if not several else picked[0],
            "brief": next((one for one in members if picked == [one["id"]]), None),
            "more": picked[1:],
        }

    def _identity(self, text: str, parameter: Parameter) -> str:
        """What a value names, by its CURIE; literals as they are."""
        if parameter.type != "iri" or not text:
            return text
        return shrink(names.resolve(self._store, text, parameter.of).value)

    # ------------------------------------------------------------ for programs

    def openapi(self, request: Request) -> Reply:
        """All questions as OpenAPI 3.1."""
        lang = request.lang
        paths = {
            f"{PATH}/{question.id}": {
                "get": {
                    "operationId": question.id,
                    "summary": question.summary[lang],
                    "description": question.rows[lang],
                    "tags": list(question.tags),
                    "parameters": [*map(_parameter(lang), question.parameters), *_COMMON],
                    "responses": {
                        "200": {
                            "description": question.rows[lang],
                            "content": {media: {"schema": _SCHEMAS[name]}
                                        for name, media in FORMATS.items()},
                        },
                        "400": {"description": "A value is unknown or of the wrong kind."},
                        "406": {"description": "Not available in that format."},
                    },
                }
            }
            for question in self.all.values()
        }  # fmt: skip
        told = {
            "openapi": "3.1.0",
            "info": {
                "title": "Sci-tech insurance graph: the questions",
                "version": __version__,
                "license": {"name": "CC BY 4.0", "identifier": "CC-BY-4.0"},
            },
            "servers": [{"url": request.base or "/"}],
            "paths": paths,
        }
        return _data(
            json.dumps(told, ensure_ascii=False, indent=1) + "\n", "application/json", lang
        )


_COMMON = [
    {"name": "lang", "in": "query", "schema": {"enum": ["zh", "en"]}},
    {"name": "format", "in": "query", "schema": {"enum": list(FORMATS)}},
]
_TEXTS = {"type": "array", "items": {"type": "string"}}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "html": {"type": "string"},
    "csv": {"type": "string"},
    "json": {
        "type": "object",
        "required": ["question", "columns", "rows", "notes", "sparql", "version"],
        "properties": {
            "question": {"type": "string"},
            "asks": {"type": "string"},
            "parameters": {"type": "object", "additionalProperties": {"type": ["array", "null"]}},
            "notes": _TEXTS,
            "why": {"type": "string"},
            "columns": _TEXTS,
            "rows": {"type": "array", "items": {"type": "object"}},
            "sparql": {"type": "string"},
            "version": {"type": "string"},
        },
    },
}


def _command(request: Request, words: str) -> dict[str, str]:
    """What a page has for a command of the command line."""
    what, _, of = words.partition(" ")
    told = say(f"kg {what}", request.lang)
    if what == "find":
        where = request.link("/search", *([("q", of)] if of else ()))
        return {"text": f"{told}“{of}”" if of else told, "href": where}
    if what == "source":
        return {"text": f"{told} {of}", "href": request.link("/source", ("at", of)) + "#at"}
    return {"text": told}


def _parameter(lang: Speech) -> Any:
    def told(one: Parameter) -> dict[str, Any]:
        schema: dict[str, Any] = {"type": "integer" if one.type == "integer" else "string"}
        if one.default is not None:
            schema["default"] = int(one.default) if one.type == "integer" else one.default
        kinds = f" ({', '.join(one.of)})" if one.of else ""
        return {
            "name": one.name,
            "in": "query",
            "description": f"{one.summary[lang]}{kinds}; IRI, CURIE or label; * for any",
            "schema": {"type": "array", "items": schema},
            "explode": True,
        }

    return told


def _data(text: str, media: str, lang: Speech, *headers: tuple[str, str]) -> Reply:
    common = (("Content-Language", lang), ("Vary", "Accept, Accept-Language"))
    return Reply(200, media, text.encode("utf-8", "replace"), (*common, *headers))


def _whole(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True


def _values(request: Request, question: Question) -> dict[str, list[str]]:
    """The values of the question's parameters; an empty field stands for any."""
    found: dict[str, list[str]] = {}
    pairs = [pair for pair in request.query if pair[0] not in _OWN]
    if len(pairs) > _VALUES or any(len(text) > _LONGEST for pair in pairs for text in pair):
        raise Problem(
            400,
            f"值至多{_VALUES}个，每个至多{_LONGEST}字。",
            f"Give at most {_VALUES} values of at most {_LONGEST} characters.",
        )
    for name, given in pairs:
        found.setdefault(name, []).append(given.strip() or ANY[0])
    return found


def _bare(text: str, terms: Mapping[str, Any]) -> str:
    """The query as it was asked, without its header."""
    bound = sparql.bind(text, terms) if terms else text
    return "\n".join(line for line in bound.splitlines() if not line.startswith("#+")) + "\n"


# ---------------------------------------------------------------- tables


def _table(store: Store, question: Question, result: Result, lang: Speech) -> dict[str, Any]:
    """An answer for the template: its columns, and rows of cells."""
    found = laid(result, store, lang, question.order)
    return {
        "count": len(found.rows),
        "names": [_heading(store, name, lang) for name in found.names],
        "rows": [[_cell(store, one, found.words, found.starred, lang) for one in row]
                 for row in found.rows],
        "empty": found.empty,
        "starred": bool(found.starred),
    }  # fmt: skip


def _heading(store: Store, name: str, lang: Speech) -> dict[str, str]:
    """What a column is called: as the property or class of its name, where there is one."""
    if name in COLUMNS:
        return {"id": name, "label": say(name, lang, COLUMNS)}
    for term in (f"sti:{name}", f"sti:{name[:1].upper()}{name[1:]}"):
        if label := store.own_label(node(term), lang):
            return {"id": name, "label": label}
    return {"id": name, "label": name}


def _cell(
    store: Store,
    term: Node | None,
    words: Mapping[ox.NamedNode, list[str]],
    starred: Iterable[ox.NamedNode],
    lang: Speech,
) -> dict[str, Any] | None:
    """A cell: a thing, with its words where it is a statement, or a text."""
    if term is None:
        return None
    if not isinstance(term, ox.NamedNode):
        truth = isinstance(term, ox.Literal) and term.datatype == _BOOLEAN
        return {"text": say(value(term), lang, TRUTH) if truth else value(term)}
    thing: Card = brief(store, term)
    quoted = bool(store.text(term, ["sti:quote"], "zh"))
    return {
        "thing": thing,
        "words": words.get(term, []) if quoted else [],
        "starred": term in starred,
        "force": store.is_a(term, "sti:Force"),
    }
