"""The catalogue of questions: queries/questions/<id>.rq, each told by its `#+` header.

The header is YAML (after grlc): id, summary {zh, en}, tags, parameters, rows {zh, en},
expects (rows | nothing), why {zh, en}. The query below it runs as it is on any endpoint; a
parameter is a `VALUES ?name { … }` block that holds its default.

`kg build` compiles the catalogue, so that asking reads neither YAML nor SPARQL.
"""

from __future__ import annotations

import pyoxigraph as ox

from kg.errors import KGError
from kg.prefixes import table
from kg.store import Result, Store

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from kg.house import House
    from kg.sparql import Term
    from kg.store import Lang

    Texts = Mapping[str, str]
    Value = str | int | None

ANY = ("*", "any", "UNDEF")
TYPES = ("iri", "literal", "integer")
_SEVERAL = ("of", "order", "tags")


class _Record:
    """Named values, no more: dataclasses take longer to import than a question to answer."""

    def __init__(self, **values: Any) -> None:
        vars(self).update(values)

    def __eq__(self, other: object) -> bool:
        """Whether all values are equal."""
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]


class Parameter(_Record):
    """What a question can be asked about.

    Attributes:
        name: the variable in the query.
        type: `iri`, `literal` or `integer`.
        of: CURIEs of the classes or schemes that the value must belong to one of; () for any.
        default: as the header writes it; None stands for any.
        summary: zh and en.
    """

    name: str
    type: str
    of: tuple[str, ...]
    default: str | None
    summary: Texts


class Question(_Record):
    """One question of the catalogue; see the module's text for the fields.

    Attributes:
        order: the columns by which its rows are sorted, the first most.
        text: the query, header included.
        path: the file; "" of a compiled question, whose query `sparql.guard` has let pass.
    """

    id: str
    summary: Texts
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    rows: Texts
    expects: str
    why: Texts
    order: tuple[str, ...]
    text: str
    path: str = ""

    def data(self) -> dict[str, Any]:
        """What users are told of it, for JSON."""
        inner = ("order", "path", "text")
        told = {key: value for key, value in vars(self).items() if key not in inner}
        return {**told, "parameters": [vars(parameter) for parameter in self.parameters]}


def read(path: Path) -> Question:
    """Reads one question.

    Raises:
        KGError: the file is not there, or its header lacks something or does not fit its query.
    """
    from kg import sparql  # noqa: PLC0415

    place = (str(path), 0)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KGError(f"the question cannot be read: {error}", place) from None
    header = sparql.header(text, str(path))
    try:
        question = _question(header, path, text)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise KGError(
            f"the #+ header lacks or garbles {error}", place, "copy the header of another question"
        ) from None
    missing = {p.name for p in question.parameters} - set(sparql.blocks(text))
    if missing:
        name = min(missing)
        raise KGError(f"the query has no VALUES ?{name} {{ … }} for its parameter", place)
    if question.id != path.stem:
        raise KGError(f"the id {question.id!r} is not the name of the file", place)
    return question


def _question(header: dict[str, Any], path: Path, text: str) -> Question:
    from kg import sparql  # noqa: PLC0415

    parameters = tuple(_parameter(item) for item in header.get("parameters") or ())
    expects = str(header.get("expects", "rows"))
    if expects not in ("rows", "nothing"):
        raise ValueError("expects (rows or nothing)")
    return Question(
        id=str(header["id"]),
        summary=_texts(header, "summary"),
        tags=tuple(str(tag) for tag in header.get("tags") or ()),
        parameters=parameters,
        rows=_texts(header, "rows"),
        expects=expects,
        why=_texts(header, "why") if expects == "nothing" or header.get("why") else {},
        order=tuple(sparql.order(text)),
        text=text,
        path=str(path),
    )


def _parameter(item: dict[str, Any]) -> Parameter:
    of = item.get("of") or ()
    kind, default = str(item.get("type", "iri")), item.get("default")
    if kind not in TYPES:
        raise ValueError(f"the type of a parameter ({', '.join(TYPES)})")
    return Parameter(
        name=str(item["name"]),
        type=kind,
        of=(of,) if isinstance(of, str) else tuple(of),
        default=None if default in (None, *ANY) else str(default),
        summary=_texts(item, "summary"),
    )


def _texts(item: dict[str, Any], key: str) -> Texts:
    texts = item[key]
    return {"zh": str(texts["zh"]).strip(), "en": str(texts["en"]).strip()}


# ---------------------------------------------------------------- compiled


def compile(house: House) -> str:
    """The catalogue as lines `question TAB field TAB value`; a parameter is `question?name`.

    Not JSON, whose reader takes longer to import than a question to answer. A question that is
    broken is left out: who asks for it gets it from its file, and is told.
    """
    from kg import sparql  # noqa: PLC0415

    lines: list[str] = []
    for path in house.questions():
        try:
            question = read(path)
            sparql.guard(question.text, table())
        except KGError:
            continue
        told = {**vars(question), "path": None, "parameters": None}
        lines += _lines(question.id, told)
        for parameter in question.parameters:
            lines += _lines(f"{question.id}?{parameter.name}", vars(parameter))
    return "".join(lines)


def _lines(subject: str, values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        several = value if isinstance(value, tuple) else (value,)
        pairs = (
            [(f"{name}.{lang}", text) for lang, text in value.items()]
            if isinstance(value, dict)
            else [(name, one) for one in several if one is not None]
        )
        for key, text in pairs:
            escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
            yield f"{subject}\t{key}\t{escaped}\n"


def _values(lines: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in lines:
        _, key, escaped = line.split("\t")
        text = escaped.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t")
        text = text.replace("\0", "\\")
        name, dot, lang = key.partition(".")
        if dot:
            found.setdefault(name, {})[lang] = text
        else:
            found[name] = (*found.get(name, ()), text) if name in _SEVERAL else text
    return found


class Compiled:
    """A compiled catalogue.

    Args:
        path: the file.

    Raises:
        KGError: it cannot be read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        try:
            with open(path, encoding="utf-8", newline="\n") as file:
                self._lines = file.read().split("\n")
        except (OSError, ValueError) as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> KGError:
        return KGError(f"the catalogue cannot be read: {error}", (self._path, 0), "run kg build")

    def ids(self) -> list[str]:
        """The questions, sorted."""
        names = {line.partition("\t")[0].partition("?")[0] for line in self._lines if line}
        return sorted(names)

    def get(self, name: str) -> Question | None:
        """The question of an id, or None.

        Raises:
            KGError: the catalogue is broken.
        """
        own = [line for line in self._lines if line.startswith(f"{name}\t")]
        of: dict[str, list[str]] = {}
        for line in self._lines:
            if line.startswith(f"{name}?"):
                of.setdefault(line.partition("\t")[0], []).append(line)
        try:
            parameters = tuple(
                Parameter(**{"of": (), "default": None, **_values(lines)}) for lines in of.values()
            )
            values = {"tags": (), "why": {}, "order": (), **_values(own)}
            return Question(parameters=parameters, **values) if own else None
        except ValueError as error:
            raise self._broken(error) from None


def catalogue(source: House | Compiled, tag: str | None = None) -> list[Question]:
    """All questions, sorted by id.

    Args:
        source: where they are.
        tag: only those with this tag.

    Raises:
        KGError: a question is broken, or none has the tag.
    """
    if isinstance(source, Compiled):
        every = [found for name in source.ids() if (found := source.get(name))]
    else:
        every = [read(path) for path in source.questions()]
    every.sort(key=lambda question: question.id)
    return tagged(every, tag)


def tagged(every: list[Question], tag: str | None) -> list[Question]:
    """Those questions that have a tag; all for None.

    Raises:
        KGError: none has it.
    """
    chosen = [question for question in every if tag is None or tag in question.tags]
    if every and not chosen:
        tags = sorted({one for question in every for one in question.tags})
        raise KGError(f"no question has the tag {tag!r}", hint=f"tags are: {', '.join(tags)}")
    return chosen


def find(house: House, name: str) -> Question:
    """The question of an id; only its own file is read.

    Raises:
        KGError: there is none, with the nearest ids.
    """
    paths = {path.stem: path for path in house.questions()}
    if name in paths:
        return read(paths[name])
    raise unknown(name, paths)


def unknown(name: str, ids: Iterable[str]) -> KGError:
    """That there is no question of an id, with the nearest of those there are."""
    from difflib import get_close_matches  # noqa: PLC0415

    known, low = list(ids), name.casefold()
    near = [one for one in known if low and (low in one or one in low)]
    near += get_close_matches(low, known, n=5, cutoff=0.4)
    hint = f"did you mean: {', '.join(dict.fromkeys(near))}?" if near else ""
    return KGError(f"there is no question {name!r}", hint=f"{hint} kg questions lists all".strip())


def terms(
    store: Store, question: Question, values: Mapping[str, Value | Sequence[Value]]
) -> dict[str, Sequence[Term] | None]:
    """The terms that the values of a question's parameters stand for; None for any.

    Args:
        store: the graph.
        question: from `find` or `catalogue`.
        values: see `ask`.

    Raises:
        KGError: an unknown parameter, or a value that is unknown, ambiguous or of the wrong kind.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    found: dict[str, Sequence[Term] | None] = {}
    for name, value in values.items():
        if name not in known:
            has = f"it has: {', '.join(known)}" if known else "it has none"
            raise KGError(f"the question {question.id} has no parameter {name!r}", hint=has)
        several = [value] if isinstance(value, str | int | None) else list(value)
        if not several:
            raise KGError(f"the parameter {name!r} has no value", hint="give one, or * for any")
        anything = any(one is None or one in ANY for one in several)
        found[name] = None if anything else [_term(store, known[name], str(one)) for one in several]
    return found


def ask(
    store: Store, question: Question, values: Mapping[str, Value | Sequence[Value]] | None = None
) -> Result:
    """Asks a question of the catalogue.

    Args:
        store: the graph.
        question: from `find` or `catalogue`.
        values: by parameter: an IRI, a CURIE, a label in zh or en, a literal, or several of them;
            None, `*` or `any` for any; a parameter that is left out keeps its default.

    Raises:
        KGError: see `terms`.
    """
    return answer(store, question, terms(store, question, values or {}))


def answer(
    store: Store, question: Question, bindings: Mapping[str, Sequence[Term] | None]
) -> Result:
    """The answer to a question with the terms of `terms`.

    Raises:
        KGError: the query is not valid.
    """
    if not question.path and not bindings:
        return store.answer(question.text)
    return store.query(question.text, bindings=bindings)


def remarks(
    store: Store,
    question: Question,
    bindings: Mapping[str, Sequence[Term] | None],
    result: Result,
    lang: Lang,
) -> list[str]:
    """What `notes` says, and where there are no rows, where else to look on the command line."""
    lines = notes(store, question, bindings, result, lang)
    things = [] if result.rows else asked_about(store, bindings)
    if things:
        from kg import elsewhere  # noqa: PLC0415 - most answers need none

        lines += [spoken(elsewhere.counted(store, one), lang) for one in things]
    return lines


def notes(
    store: Store,
    question: Question,
    bindings: Mapping[str, Sequence[Term] | None],
    result: Result,
    lang: Lang,
) -> list[str]:
    """What a reader has to know of an answer, a line each.

    What the parameters stand for (a label may have named something unexpected), what the rows
    mean, and where there are none, why; and what stands under a heading that names the thing.

    Args:
        store: the graph.
        question: the question.
        bindings: see `terms`.
        result: its answer.
        lang: of the texts.
    """
    from kg import remark  # noqa: PLC0415

    lines = []
    for name, chosen in bindings.items():
        lines.append(f"{name}: {', '.join(_told(store, one) for one in chosen or ()) or 'any'}")
        lines += apart(store, question, chosen, lang)
    count = len(result.rows)
    if count:
        number = {"zh": f"{count}行。", "en": f"{count} row{'s' * (count > 1)}. "}
        lines.append(spoken(number, lang) + remark.spoken(question.rows, store, lang))
    else:
        none = spoken({"zh": "没有结果。", "en": "no rows. "}, lang)
        lines.append(none + (why(question, lang) or spoken(question.rows, lang)))
    if words := remark.untranslated(result, lang):
        lines.append(remark.spoken({"en": words}, store, "en"))
    things = asked_about(store, bindings)
    if things:
        from kg import elsewhere  # noqa: PLC0415 - most questions are about nothing

        found = [elsewhere.under_headings(store, one, result) for one in things]
        lines += [spoken(told, lang) for told in found if told]
    return lines


def apart(store: Store, question: Question, chosen: Iterable[Term] | None, lang: Lang) -> list[str]:
    """How the things that a parameter stands for are told from others, a line each."""
    lines = [note for one in chosen or () if (note := _scope(store, one, lang))]
    if "skos:broader" not in question.text:
        lines += [note for one in chosen or () if (note := _narrower(store, one, lang))]
    return lines


def _narrower(store: Store, term: Term, lang: Lang) -> str:
    """What is narrower than a thing and not in an answer about the thing itself."""
    if isinstance(term, ox.Literal):
        return ""
    found = store.query(f"SELECT DISTINCT ?one {{ ?one skos:broader+ {term} }} ORDER BY ?one")
    names = [store.name(one, lang) for (one,) in found.rows if isinstance(one, ox.NamedNode)]
    if not names:
        return ""
    listed = {"zh": "、".join(names), "en": "; ".join(names)}
    told = {
        "zh": f"只计其本身；较窄者另问：{listed['zh']}，或见 where-is-thing",
        "en": f"this is of the thing itself; narrower ones are asked by themselves: {listed['en']}"
        "; where-is-thing has all",
    }
    return spoken(told, lang)


def _scope(store: Store, term: Term, lang: Lang) -> str:
    """How a thing is told from those that it is easily taken for; "" where nothing says so."""
    if isinstance(term, ox.Literal):
        return ""
    return store.text(term, ["skos:scopeNote"], "zh" if lang == "zh" else "en") or ""


def asked_about(store: Store, bindings: Mapping[str, Sequence[Term] | None]) -> list[ox.NamedNode]:
    """The things that a question is asked about."""
    asked = [one for chosen in bindings.values() for one in chosen or ()]
    named = [one for one in asked if isinstance(one, ox.NamedNode)]
    return [one for one in named if store.is_a(one, "sti:NamedThing")]


def why(question: Question, lang: Lang) -> str:
    """Why a question that gives no row gives none; "" where the question does not know."""
    return spoken(question.why, lang) if question.why else ""


def spoken(texts: Texts, lang: Lang) -> str:
    """A text in the language wanted."""
    return " / ".join(texts.values()) if lang == "both" else texts[lang]


def _told(store: Store, term: Term) -> str:
    from kg import names  # noqa: PLC0415 - a question without values needs none

    return names.told(store, term)


def _term(store: Store, parameter: Parameter, value: str) -> Term:
    if parameter.type == "literal":
        return ox.Literal(value)
    if parameter.type == "integer":
        try:
            return ox.Literal(int(value))
        except ValueError:
            raise KGError(f"{parameter.name} must be a whole number, not {value!r}") from None
    from kg import names  # noqa: PLC0415 - a question without values needs none

    return names.resolve(store, value, parameter.of, parameter.name)
