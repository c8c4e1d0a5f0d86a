"""SPARQL text: cut into tokens, guarded before it runs, parameters bound, errors explained."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, NamedTuple

import pyoxigraph as ox

from kg.errors import KGError
from kg.prefixes import table

Term = ox.NamedNode | ox.Literal

# The engine's parser and planner recurse: deep nesting, or very many operators in a row, end
# the process by a stack overflow (from about 1,000 levels or 10,000 tokens).
NESTING_LIMIT = 100
TOKEN_LIMIT = 5_000

_UPDATES = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)

_TOKEN = re.compile(
    r"""(?P<space>\s+|\#[^\n\r]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<var>[?$]\w+)
    |(?P<bnode>_:[\w.-]*\w)
    |(?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:[\w:-]|%[0-9A-Fa-f]{2}|\\\S|\.+(?=[\w:%\\-]))*)
    |(?P<word>[^\W\d]\w*)
    |(?P<symbol>\S)""",
    re.VERBOSE | re.DOTALL,
)


_LONG_STRING = re.compile(r'"{3}(.*?)"{3}', re.DOTALL)


class Token(NamedTuple):
    """A piece of SPARQL: kind (`iri string lang var bnode name word symbol`), text, offset."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset just after the token."""
        return self.start + len(self.text)

    def is_word(self, word: str) -> bool:
        """Whether this is that keyword, in capitals or not."""
        return self.kind == "word" and self.text.upper() == word


def tokens(text: str) -> Iterator[Token]:
    """The tokens of SPARQL text, white space and comments left out."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "space":
            yield Token(match.lastgroup or "", match.group(), match.start())


def guard(text: str, prefixes: Mapping[str, str]) -> None:
    """Refuses what must not reach the engine, before it does.

    Args:
        text: a query.
        prefixes: prefixes that need no PREFIX line.

    Raises:
        KGError: an empty query, an update, SERVICE, an unknown prefix, or a query too deep or
            too long for the engine.
    """
    pieces = list(tokens(text))
    if not pieces:
        raise KGError("the query is empty", hint="try: SELECT * WHERE { ?s ?p ?o } LIMIT 10")
    if len(pieces) > TOKEN_LIMIT:
        raise KGError(f"the query is too long: {len(pieces)} words, at most {TOKEN_LIMIT}")
    depth = 0
    for piece in pieces:
        if piece.text in "([{":
            depth += 1
        elif piece.text in ")]}":
            depth -= 1
        if depth > NESTING_LIMIT:
            place = _spot(text, piece.start)
            raise KGError(f"brackets are nested more than {NESTING_LIMIT} deep\n{place}")
        if piece.is_word("SERVICE"):
            raise KGError(
                f"SERVICE is refused: the graph is asked without a network\n"
                f"{_spot(text, piece.start)}",
                hint="put the other data into a Turtle file and build with it, or use g.rdflib()",
            )
    if (verb := _verb(pieces)) and verb.text.upper() in _UPDATES:
        raise KGError(
            f"{verb.text.upper()} changes data: the graph is only read",
            hint="use SELECT, ASK, CONSTRUCT or DESCRIBE; change the Turtle files and build again",
        )
    known = {*prefixes, *_declared(pieces)}
    for piece in pieces:
        prefix = piece.text.partition(":")[0]
        if piece.kind == "name" and prefix not in known:
            near = get_close_matches(prefix, known, n=3)
            raise KGError(
                f"the prefix {prefix}: is not declared\n{_spot(text, piece.start)}",
                hint=f"did you mean {', '.join(f'{name}:' for name in near)}?"
                if near
                else f"begin with PREFIX {prefix}: <…>, or use one of: {' '.join(sorted(known))}",
            )


def _verb(pieces: Sequence[Token]) -> Token | None:
    """The first keyword after the PREFIX and BASE lines."""
    words = (piece for piece in pieces if piece.kind == "word")
    return next((word for word in words if word.text.upper() not in ("PREFIX", "BASE")), None)


def _declared(pieces: Sequence[Token]) -> Iterator[str]:
    for before, piece in pairwise(pieces):
        if before.is_word("PREFIX") and piece.kind == "name":
            yield piece.text[:-1]


def declared(text: str) -> dict[str, str]:
    """The prefixes that a query declares, with their namespaces."""
    pieces = list(tokens(text))
    return {
        name.text[:-1]: iri.text[1:-1]
        for before, name, iri in zip(pieces, pieces[1:], pieces[2:], strict=False)
        if before.is_word("PREFIX") and iri.kind == "iri"
    }


def order(text: str) -> list[str]:
    """The variables after the last ORDER BY of a query, in order."""
    pieces = list(tokens(text))
    starts = [
        at
        for at, (one, two) in enumerate(pairwise(pieces))
        if one.is_word("ORDER") and two.is_word("BY")
    ]
    return (
        [piece.text[1:] for piece in pieces[starts[-1] :] if piece.kind == "var"] if starts else []
    )


def strings(text: str) -> Iterator[tuple[ox.Literal, bool]]:
    """The strings in a query, with their language tags, each once; typed ones are left out.

    Returns:
        Each string, and whether it stands beside STR(…), which has no tag.
    """
    pieces = [*tokens(text), Token("end", "", len(text))]
    seen: set[tuple[ox.Literal, bool]] = set()
    for at, (piece, after) in enumerate(pairwise(pieces)):
        if piece.kind == "string" and after.text != "^":
            quote = piece.text[:3] if piece.text[:3] in ('"""', "'''") else piece.text[0]
            words = piece.text[len(quote) : -len(quote)]
            one = ox.Literal(words, language=after.text[1:] if after.kind == "lang" else None)
            found = one, _beside_str(pieces[:at])
            if found not in seen:
                seen.add(found)
                yield found


def _beside_str(before: Sequence[Token]) -> bool:
    """Whether what comes next is compared with STR(…), or given to a function after it."""
    if not before or before[-1].text not in (",", "="):
        return False
    depth = 0
    for piece in reversed(before):
        depth += (piece.text == ")") - (piece.text == "(")
        if depth < 0 or (depth == 0 and piece.text in ("&", "&&", "|", "||")):
            return False
        if piece.is_word("STR"):
            return True
    return False


def named(text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The names that a query uses for things: as written, and the IRI; each once.

    Functions, datatypes and the IRIs of PREFIX and BASE lines name nothing in the graph.

    Args:
        text: a query.
        prefixes: prefixes that need no PREFIX line.
    """
    pieces = [*tokens(text), Token("end", "", len(text))]
    namespaces = {**prefixes, **declared(text)}
    seen: set[str] = set()
    before = Token("start", "", 0)
    for piece, after in pairwise(pieces):
        prefix, _, local = piece.text.partition(":")
        datatype = before.text == "^" or after.text == "("
        known = piece.kind == "name" and prefix in namespaces and local
        head = before.is_word("BASE") or before.text.endswith(":")  # of a BASE or PREFIX line
        bare = piece.kind == "iri" and not head
        if (known or bare) and not datatype and piece.text not in seen:
            seen.add(piece.text)
            yield piece.text, namespaces[prefix] + local if known else piece.text[1:-1]
        before = piece


def names_in(text: str, turtle: bool) -> Iterator[tuple[str, int]]:
    """The prefixed names of SPARQL, or of Turtle with SPARQL in long strings, with their lines.

    Args:
        text: a query or a Turtle file.
        turtle: which of them it is.
    """
    pieces = [(0, text)]
    if turtle:
        pieces = [(match.start(1), match[1]) for match in _LONG_STRING.finditer(text)]
        pieces.append((0, _LONG_STRING.sub(lambda match: " " * len(match[0]), text)))
    for offset, piece in pieces:
        before = ""
        for token in tokens(piece):
            prefix, _, local = token.text.partition(":")
            declared = before.lower().lstrip("@") == "prefix"
            if token.kind == "name" and local and prefix in table() and not declared:
                yield token.text, text.count("\n", 0, offset + token.start) + 1
            before = token.text


def header(text: str, name: str) -> dict[str, Any]:
    """The YAML in the `#+` lines of a query.

    Args:
        text: the query.
        name: how to call its file in messages.

    Raises:
        KGError: there is none, or it is not a mapping.
    """
    import yaml  # noqa: PLC0415 - 20 ms that a plain query need not pay

    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+")]
    try:
        found = yaml.safe_load("\n".join(lines))
    except yaml.YAMLError as error:
        raise KGError(f"the #+ header is not YAML: {error}", (name, 1)) from None
    if not isinstance(found, dict):
        raise KGError("there is no #+ header", (name, 1), "copy the header of another file")
    return found


def blocks(text: str) -> dict[str, list[tuple[int, int]]]:
    """For each variable, the insides of its `VALUES ?name { … }` blocks as (start, end)."""
    found: dict[str, list[tuple[int, int]]] = {}
    pieces = list(tokens(text))
    for at, (values, var, brace) in enumerate(zip(pieces, pieces[1:], pieces[2:], strict=False)):
        if values.is_word("VALUES") and var.kind == "var" and brace.text == "{":
            close = next((piece for piece in pieces[at + 3 :] if piece.text == "}"), None)
            if close:
                found.setdefault(var.text[1:], []).append((brace.end, close.start))
    return found


def bind(text: str, values: Mapping[str, Sequence[Term] | None]) -> str:
    """The query with its `VALUES ?name { … }` blocks filled with other terms.

    Args:
        text: a query that holds one such block, or several, for each name.
        values: terms by variable name; None stands for any (UNDEF).

    Raises:
        KGError: the query has no block for a name.
    """
    places = blocks(text)
    edits: list[tuple[int, int, str]] = []
    for name, terms in values.items():
        if name not in places:
            raise KGError(
                f"the query has no parameter {name!r}",
                hint=f"it has: {', '.join(sorted(places))}" if places else "it has none",
            )
        inside = "UNDEF" if terms is None else " ".join(str(term) for term in terms)
        edits.extend((start, end, f" {inside} ") for start, end in places[name])
    for start, end, inside in sorted(edits, reverse=True):
        text = text[:start] + inside + text[end:]
    return text


def explain(error: SyntaxError, text: str) -> KGError:
    """The engine's syntax error as one message: line and column, with the line shown."""
    message = str(error)
    spot = re.match(r"error at (\d+):(\d+): expected (?:one of )?(.*)", message, re.DOTALL)
    if not spot:
        return KGError(f"the query is not valid SPARQL: {message}")
    # The engine names what it could have read besides; only its own sentences help a reader.
    reasons = re.findall(r"The [^\[\],]+|IRI parsing failed", spot[3])
    reason = f": {reasons[0].strip()}" if reasons else ""
    line, column = int(spot[1]), int(spot[2])
    before = sum(len(row) for row in text.splitlines(keepends=True)[: line - 1])
    return KGError(
        f"the query is not valid SPARQL{reason}, at or just before line {line}, column {column}\n"
        f"{_spot(text, before + column - 1)}"
    )


def _spot(text: str, offset: int) -> str:
    """The line that holds `offset`, with a caret below it; aligned also for wide characters."""
    from wcwidth import wcswidth  # noqa: PLC0415 - only errors need it

    start = text.rfind("\n", 0, offset) + 1
    line = text[start:].split("\n", 1)[0]
    indent = wcswidth(text[start:offset].replace("\t", " "))
    number = text.count("\n", 0, offset) + 1
    margin = f"  {number} | "
    return f"{margin}{line.replace(chr(9), ' ')}\n{' ' * (len(margin) + max(indent, 0))}^"
