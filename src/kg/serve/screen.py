"""What is looked at before a query reaches a worker: length, nesting, words, SERVICE.

One pass over the text, in time that grows with its length and no faster: the process that
listens does this for whatever is sent. It is no parser. Where the text could be read in two
ways, the one that refuses wins; what is let pass is parsed by a worker, which may die of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

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
        (?P<name>:(?:(?:[{_NAME}:]|{_ESCAPE})(?:[{_NAME}:-]|{_ESCAPE}|\.++(?=[{_NAME}:%\\-]))*+)?+)?+
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
        walk = _Walk(nesting)
        for kind, text, inside in _pieces(query):
            walk.step(kind, text, inside)


def _service(text: str) -> bool:
    return "service" in text.casefold() or "SERVICE" in text.upper()


def _pieces(query: str) -> Iterator[tuple[str, str, str]]:
    """The tokens: kind, text, and the inside of an IRI or the prefix of a name."""
    at = count = 0
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
        yield kind, text, (match["inside"] or match["word"] or "")


class _Walk:
    """Where a pass over the tokens stands."""

    def __init__(self, nesting: int) -> None:
        self.nesting = nesting
        self.inner: list[str] = []  # brackets that are open
        self.before, self.text = "", ""  # the token before
        self.suspect = False  # it is a name that may hide the keyword

    def step(self, kind: str, text: str, inside: str) -> None:
        """Goes on by one token."""
        if kind in ("{", "(", "["):
            if kind == "{" and self.suspect:
                raise Problem("service", f"{self.text} {{ reads as SERVICE")
            self.inner.append(kind)
            if len(self.inner) > self.nesting:
                raise Problem("nesting", limit=("nesting", self.nesting))
        elif kind in ("}", ")", "]") and self.inner:
            self.inner.pop()
        elif kind == "iri":
            _ambiguous(inside, self.before, self.inner)
        elif kind == "word" and _service(text):
            raise Problem("service")
        # To a parser that looks for keywords first, SERVICE:x { is one and a name.
        takes = self.before == "word" and self.text.upper() in _TAKES_NAME
        self.suspect = kind == "name" and _service(inside) and not takes
        self.before, self.text = kind, text


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
