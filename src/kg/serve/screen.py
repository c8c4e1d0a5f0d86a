"""What is looked at before a query reaches a worker: length, nesting, words, SERVICE.

One pass over the text, in time that grows with its length and no faster: the process that
listens does this for whatever is sent. It is no parser. Where the text could be read in two
ways, the one that refuses wins; what is let pass is parsed by a worker, which may die of it.
"""

from __future__ import annotations

import re

from kg.serve.problem import Problem

TOKENS = 5_000  # the engine's planner recurses over operators in a row, from about 10,000

# The quantifiers are possessive: what one has taken it does not give back, so no text makes
# the expression try again. Classes hold at least what the engine's parser takes.
_NAME = r"\w\u00b7\u0300-\u036f\u203f\u2040"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\\S"
_TOKEN = re.compile(
    rf"""(?P<space>\s++|\#[^\n\r]*+)
    |(?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*+\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*+'''
        |"(?!"")(?:[^"\\\n\r]|\\.)*+"|'(?!'')(?:[^'\\\n\r]|\\.)*+')
    |(?P<open_string>["'])
    |(?P<iri><(?P<inside>[^<>"{{}}|^`\x00-\x20]*+)>)
    |(?P<lang>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    |(?P<var>[?$][{_NAME}]++)
    |(?P<bnode>_:(?:[{_NAME}-]|\.++(?=[{_NAME}-]))*+)
    |(?P<word>[{_NAME}](?:[{_NAME}-]|\.++(?=[{_NAME}-]))*+)?+
        (?P<local>:(?:[{_NAME}:]|{_ESCAPE})?+(?:[{_NAME}:-]|{_ESCAPE}|\.++(?=[{_NAME}:%\\-]))*+)?+
    """,
    re.VERBOSE | re.DOTALL,
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_OPERAND = frozenset(["iri", "string", "lang", "var", "name", "word", ")", "}", "]"])
_TAKES_NAME = frozenset(["GRAPH", "DESCRIBE", "FROM", "NAMED"])  # a name and then { is no SERVICE


def screen(query: str, nesting: int = 100, most: int = 20_000) -> None:
    """Refuses what must not reach the engine.

    Args:
        query: SPARQL, or what claims to be.
        nesting: how deep brackets may stand in each other.
        most: length in bytes of UTF-8.

    Raises:
        Problem: it is too long, nested too deep, has too many words, or asks another service.
    """
    if len(query) > most or (len(query) * 4 > most and len(query.encode()) > most):
        raise Problem("size", limit=("query", most))
    brackets = query.count("(") + query.count("{") + query.count("[")
    if brackets > nesting or len(query) > TOKENS or _service(query):
        _walk(query, nesting)


def _service(text: str) -> bool:
    return "service" in text.casefold() or "SERVICE" in text.upper()


def _walk(query: str, nesting: int) -> None:
    at, count = 0, 0
    inner: list[str] = []  # brackets that are open
    before, name = "", ""  # the kind of the token before, and its text if it is a word or a name
    suspect = False  # the token before is a name that may hide the keyword
    while at < len(query):
        match = _TOKEN.match(query, at)
        assert match  # its last alternative matches nothing as well
        kind, text = match.lastgroup or "", match.group()
        if kind == "space":
            at = match.end()
            continue
        count += 1
        if count > TOKENS:
            raise Problem("tokens", limit=("tokens", TOKENS))
        if kind == "open_string":
            raise Problem("syntax", f"the string that begins at character {at + 1} has no end")
        if not text:
            kind = text = query[at]
        at += len(text)
        if kind in ("{", "(", "["):
            if kind == "{" and suspect:
                raise Problem("service", f"{name} {{ reads as SERVICE")
            inner.append(kind)
            if len(inner) > nesting:
                raise Problem("nesting", limit=("nesting", nesting))
        elif kind in ("}", ")", "]") and inner:
            inner.pop()
        suspect = False
        if kind in ("iri", "inside"):
            kind = "iri"
            _ambiguous(match["inside"], before, inner)
        elif kind == "word":
            if _service(text):
                raise Problem("service")
        elif kind == "local":
            # To a parser that looks for keywords first, SERVICE:x { is one and a name.
            kind = "name"
            suspect = _service(match["word"] or "") and not (
                before == "word" and name.upper() in _TAKES_NAME
            )
        before, name = kind, text


def _ambiguous(inside: str, before: str, inner: list[str]) -> None:
    """Refuses `<…>` that may be an IRI, or less and greater with an expression between.

    After an operand inside ( … ) it may be either; it matters where a sign in it begins a
    string, a comment or a bracket. What goes on with :// is no expression.
    """
    if before not in _OPERAND or not inner or inner[-1] != "(":
        return
    if any(sign in inside for sign in "'#()[]") and not _ABSOLUTE.match(inside):
        raise Problem(
            "syntax", f"<{inside[:60]}> may be an IRI or a comparison: put a space after < or >"
        )
