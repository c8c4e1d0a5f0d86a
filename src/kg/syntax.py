"""Turtle as written: tokens with their lines, and the blocks that they form, comments included.

Used where the words of a file matter (to format it, to find a line), not only its triples.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.errors import KGError


class Token(NamedTuple):
    """A piece of Turtle: its kind (`comment iri string lang type number name word mark`).

    A literal that the parser hands out is one token of kind `string`: words, tag and type.
    """

    kind: str
    text: str
    line: int


@dataclass
class Entry:
    """A predicate with its objects, and the comments that belong to it."""

    verb: Token
    objects: "list[Term]"
    comments: list[str] = field(default_factory=list)


@dataclass
class Node:
    """A blank node written as `[ … ]`."""

    entries: list[Entry]


@dataclass
class Items:
    """A collection written as `( … )`."""

    items: "list[Term]"


Term = Token | Node | Items


@dataclass
class Block:
    """A subject with all that is said of it up to the full stop; comments stand right above."""

    subject: Term
    entries: list[Entry]
    comments: list[str]


@dataclass
class Remark:
    """Comment lines that stand by themselves."""

    comments: list[str]


@dataclass
class Sheet:
    """A Turtle file as written.

    Attributes:
        header: remarks above the prefixes, or among them.
        prefixes: prefix to namespace.
        base: base IRI, or "".
        body: blocks and remarks in order.
    """

    header: list[Remark]
    prefixes: dict[str, str]
    base: str
    body: list[Block | Remark]


_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<comment>\#[^\n\r]*)
    |(?P<iri><[^\x00-\x20<>"{}|^`]*>)
    |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<type>\^\^)
    |(?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+)(?![\w:]))
    |(?P<name>(?:_|[^\W\d_](?:[\w.·-]*[\w·-])?)?:
        (?:[\w:·-]|%[0-9A-Fa-f]{2}|\\[^\w\s]|\\_|\.+(?=[\w:%\\·-]))*)
    |(?P<word>[A-Za-z]+)
    |(?P<mark>[;,.\[\]()])""",
    re.VERBOSE | re.DOTALL,
)


def tokens(text: str, name: str = "") -> Iterator[Token]:
    """The tokens of Turtle text, comments included, white space left out.

    Args:
        text: Turtle.
        name: how to call it in messages.

    Raises:
        KGError: something that is no token of Turtle.
    """
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise KGError(f"broken Turtle: {text[at : at + 20]!r} is no token", (name, line))
        piece, kind = match.group(), match.lastgroup or ""
        if kind != "space":
            yield Token(kind, piece, line)
        line += piece.count("\n")
        at = match.end()


def read(text: str, name: str = "") -> Sheet:
    """The blocks of Turtle text.

    Args:
        text: Turtle.
        name: how to call it in messages.

    Raises:
        KGError: it is not Turtle, or declares one prefix twice, differently.
    """
    return _Parser(list(tokens(text, name)), name).sheet()


_END = Token("mark", "", 0)
_DEPTH = 100  # of brackets: far more than anybody writes, far less than Python can stand


class _Parser:
    """Walks the tokens once; comments wait until it is known what they belong to."""

    def __init__(self, pieces: Sequence[Token], name: str) -> None:
        self.pieces, self.name, self.at = pieces, name, 0
        self.depth = 0
        self.line = 0  # where the last token that is no comment ended
        self.above: list[Token] = []  # comments on lines of their own
        self.beside: list[str] = []  # comments after something on the same line

    def peek(self) -> Token:
        while self.at < len(self.pieces) and self.pieces[self.at].kind == "comment":
            comment = self.pieces[self.at]
            if comment.line == self.line:
                self.beside.append(comment.text.rstrip())
            else:
                self.above.append(comment)
            self.at += 1
        return self.pieces[self.at] if self.at < len(self.pieces) else _END

    def take(self, wanted: str = "") -> Token:
        token = self.peek()
        if token is _END or (wanted and token.text != wanted):
            found = repr(token.text) if token.text else "the end"
            raise KGError(
                f"broken Turtle: {found} stands where {wanted or 'more'} should",
                (self.name, token.line or self.line),
            )
        self.at += 1
        self.line = token.line + token.text.count("\n")
        return token

    def comments(self) -> list[str]:
        """The comments met since last asked."""
        found = self.beside + [comment.text.rstrip() for comment in self.above]
        self.beside, self.above = [], []
        return found

    def sheet(self) -> Sheet:
        sheet = Sheet([], {}, "", [])
        while True:
            token = self.peek()
            if self.beside and sheet.body and isinstance(sheet.body[-1], Block):
                sheet.body[-1].comments += self.beside
                self.beside = []
            apart, touching = self.groups(token.line)
            if token.text.lower() in ("@prefix", "prefix", "@base", "base"):
                sheet.header += [*apart, *([Remark(touching)] if touching else [])]
                self.directive(sheet)
                continue
            sheet.body += apart
            if token is _END:
                sheet.body += [Remark(touching)] if touching else []
                return sheet
            subject = self.term()
            entries = self.entries(".")
            sheet.body.append(Block(subject, entries, touching + self.comments()))
            self.take(".")

    def groups(self, line: int) -> tuple[list[Remark], list[str]]:
        """Waiting comments, parted at empty lines, and those that touch what starts at `line`."""
        lines: list[list[Token]] = []
        for comment in self.above:
            if lines and lines[-1][-1].line + 1 == comment.line:
                lines[-1].append(comment)
            else:
                lines.append([comment])
        touches = bool(lines) and lines[-1][-1].line + 1 == line
        self.above = []
        texts = [[comment.text.rstrip() for comment in group] for group in lines]
        touching = texts.pop() if touches else []
        if self.beside:
            texts.append(self.beside)
            self.beside = []
        return [Remark(group) for group in texts], touching

    def directive(self, sheet: Sheet) -> None:
        word = self.take().text
        prefix = self.take().text[:-1] if word.lower().endswith("prefix") else None
        token = self.take()
        if token.kind != "iri":
            raise KGError("broken Turtle: a prefix needs an <IRI>", (self.name, token.line))
        namespace = token.text[1:-1]
        if prefix is None:
            sheet.base = namespace
        elif sheet.prefixes.setdefault(prefix, namespace) != namespace:
            raise KGError(f"the prefix {prefix}: is declared twice", (self.name, token.line))
        if word.startswith("@"):
            self.take(".")

    def entries(self, close: str) -> list[Entry]:
        """Predicates and objects up to `close`, which is left to be taken."""
        found: list[Entry] = []
        while True:
            token = self.peek()
            if found and self.beside:
                found[-1].comments += self.beside
                self.beside = []
            if token.text == close:
                if found:
                    found[-1].comments += self.comments()
                return found
            if token.text == ";":
                self.take()
                continue
            before = self.comments()
            entry = Entry(self.take(), [self.term()], before)
            while self.peek().text == ",":
                self.take()
                entry.objects.append(self.term())
            entry.comments += self.comments()
            found.append(entry)

    def term(self) -> Term:
        token = self.take()
        if token.text in ("[", "("):
            self.depth += 1
            if self.depth > _DEPTH:
                raise KGError("brackets are nested too deep", (self.name, token.line))
            nested = self.nested(token.text)
            self.depth -= 1
            return nested
        if token.kind == "mark":
            raise KGError(f"broken Turtle: {token.text!r} is no term", (self.name, token.line))
        if token.kind == "string":
            following = self.peek()
            if following.kind == "lang":
                return token._replace(text=token.text + self.take().text)
            if following.kind == "type":
                return token._replace(text=token.text + self.take().text + self.take().text)
        return token

    def nested(self, opening: str) -> Term:
        if opening == "[":
            node = Node(self.entries("]"))
            self.take("]")
            return node
        items = Items([])
        while self.peek().text != ")":
            items.items.append(self.term())
        self.take(")")
        return items
