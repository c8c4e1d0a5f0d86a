"""Turtle files: read them with clear errors, and find the line where something is said."""

import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg import syntax
from kg.errors import KGError

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


# ---------------------------------------------------------------- reading


def read_text(path: Path, name: str | None = None) -> str:
    """The text of a UTF-8 file.

    Args:
        path: the file.
        name: how to call it in messages.

    Raises:
        KGError: it is not there, empty, or not UTF-8 (with the line of the first bad byte).
    """
    shown = name or str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise KGError("the file is not there", (shown, 0), "check the path") from None
    except OSError as error:
        raise KGError(f"the file cannot be read: {error.strerror}", (shown, 0)) from None
    if not data.strip():
        raise KGError("the file is empty", (shown, 1), "fill it or remove it")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise KGError(
            f"byte 0x{data[error.start]:02x} is not UTF-8", (shown, line), "save the file as UTF-8"
        ) from None
    if text.startswith("\ufeff"):
        raise KGError("a byte order mark stands first", (shown, 1), "save as UTF-8 without BOM")
    return text


def parse(path: Path, name: str | None = None) -> list[ox.Triple]:
    """The triples of a Turtle file in the order written; blank nodes get lasting names.

    Args:
        path: the file.
        name: how to call it in messages.

    Raises:
        KGError: see `read_text`; a syntax error, with its line; or no triple in it.
    """
    return parse_text(read_text(path, name), name or str(path))


def parse_text(text: str, name: str) -> list[ox.Triple]:
    """The triples of Turtle text; `name` is how messages call it."""
    try:
        quads = list(ox.parse(input=text, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        message = re.sub(r"^Parser error at .*?: ", "", error.msg or "broken Turtle")
        place = (name, error.lineno or 0)
        mend = "mend the syntax there or just before"
        if "has not been declared" in message:
            mend = "declare it at the top, as ontology/prefixes.ttl does: @prefix name: <…> ."
        raise KGError(f"broken Turtle: {message}", place, mend) from None
    if not quads:
        raise KGError("the file holds no statement", (name, 1), "fill it or remove it")
    return _name_blank_nodes([quad.triple for quad in quads])


def _name_blank_nodes(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Blank nodes renamed after what they say and hang on, so names last from run to run.

    A change elsewhere in the file leaves a node's name as it was, and equal nodes in two
    places stay two nodes.
    """
    said: dict[ox.BlankNode, list[ox.Triple]] = {}
    parents: dict[ox.BlankNode, ox.Triple] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode):
            said.setdefault(triple.subject, []).append(triple)
        if isinstance(triple.object, ox.BlankNode):
            said.setdefault(triple.object, [])
            parents.setdefault(triple.object, triple)
    content: dict[object, str] = {}
    order = _inner_first(said)
    for node in order:
        them = said[node]
        content[node] = _digest(
            sorted(f"{t.predicate} {content.get(t.object, _plain(t.object))}" for t in them)
        )
    names: dict[object, str] = {}
    taken: dict[str, int] = {}
    for node in reversed(order):
        on = ""
        if parent := parents.get(node):
            on = f"{names.get(parent.subject, _plain(parent.subject))} {parent.predicate}"
        label = _digest([on, content[node]])
        again = taken[label] = taken.get(label, 0) + 1
        names[node] = f"b{label}" if again == 1 else f"b{label}x{again}"

    def renamed(term: object) -> object:
        return ox.BlankNode(names[term]) if term in names else term

    return [ox.Triple(renamed(t.subject), t.predicate, renamed(t.object)) for t in triples]  # type: ignore[arg-type]


def _inner_first(said: dict[ox.BlankNode, list[ox.Triple]]) -> list[ox.BlankNode]:
    """Blank nodes, each after those it names; those of a ring last, in the order written."""
    above: dict[ox.BlankNode, list[ox.BlankNode]] = {node: [] for node in said}
    waits = dict.fromkeys(said, 0)
    for node, them in said.items():
        for triple in them:
            if isinstance(triple.object, ox.BlankNode):
                above[triple.object].append(node)
                waits[node] += 1
    order = [node for node in said if not waits[node]]
    for node in order:  # grows while it is walked
        for parent in above[node]:
            waits[parent] -= 1
            if not waits[parent]:
                order.append(parent)
    return order + [node for node in said if waits[node]]


def _plain(term: object) -> str:
    """A term as text; a blank node whose name is not known yet is like any other."""
    return "_" if isinstance(term, ox.BlankNode) else str(term)


def _digest(parts: Iterable[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:12]


# ---------------------------------------------------------------- places


class _Index:
    """Lines of one file, by subject, by subject and predicate, and by any name in it."""

    def __init__(self, text: str, name: str) -> None:
        self.subject: dict[str, int] = {}
        self.predicate: dict[tuple[str, str], int] = {}
        self.value: dict[tuple[str, str, str], int] = {}
        self.named: dict[str, int] = {}
        try:
            sheet = syntax.read(text, name)
        except KGError:  # what the parser let pass: a place is not worth an error
            return
        self._prefixes = sheet.prefixes
        for block in sheet.body:
            if isinstance(block, syntax.Block):
                self._block(block)

    def _block(self, block: syntax.Block) -> None:
        subject = self._met(block.subject)
        if isinstance(block.subject, syntax.Token):
            self.subject.setdefault(subject, block.subject.line)
        for entry in block.entries:
            predicate = self._met(entry.verb)
            self.predicate.setdefault((subject, predicate), entry.verb.line)
            for term in entry.objects:
                value = self._met(term)
                if isinstance(term, syntax.Token):
                    self.value.setdefault((subject, predicate, value), term.line)

    def _met(self, term: syntax.Term) -> str:
        """Notes every name in a term; the IRI or the words of a plain one, else ""."""
        if isinstance(term, syntax.Items):
            for item in term.items:
                self._met(item)
            return ""
        if isinstance(term, syntax.Node):
            for entry in term.entries:
                for part in (entry.verb, *entry.objects):
                    self._met(part)
            return ""
        if term.kind == "string":
            quote = term.text[:3] if term.text[:3] in ('"""', "'''") else term.text[0]
            return term.text[len(quote) : term.text.rindex(quote)]
        iri = term.text
        if term.kind == "iri":
            iri = term.text[1:-1]
        elif term.kind == "name":
            prefix, _, local = term.text.partition(":")
            iri = self._prefixes.get(prefix, f"{prefix}:") + local
        elif term.text == "a":
            iri = RDF_TYPE
        self.named.setdefault(iri, term.line)
        return iri


class Locator:
    """Finds the line where something is said, so that it can be mended there.

    A file is read a second time, for its lines, only when something in it is looked for.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._files: dict[str, list[str]] = {}
        self._indices: dict[str, _Index] = {}

    def add(self, name: str, text: str, triples: Iterable[ox.Triple]) -> None:
        """Makes a file known: `name` as shown to the user, its text, the triples read from it."""
        self._texts[name] = text
        for iri in dict.fromkeys(
            t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode)
        ):
            self._files.setdefault(iri, []).append(name)

    def files(self, iri: str) -> list[str]:
        """The files in which `iri` is a subject, in the order loaded."""
        return self._files.get(iri, [])

    def place(
        self, iri: str, predicate: str | None = None, value: str | None = None
    ) -> tuple[str, int]:
        """File and line of a subject, of a predicate of it, or of one value of that predicate.

        Falls back from the value to the predicate, to the subject, to the first place where
        the IRI is named at all; ("", 0) when it is nowhere.
        """
        known = self._files.get(iri, [])
        wanted: list[tuple[str, tuple[str, ...]]] = []
        if predicate and value is not None:
            wanted.append(("value", (iri, predicate, value)))
        if predicate:
            wanted.append(("predicate", (iri, predicate)))
        for kind, key in wanted:
            for name in known:
                if line := getattr(self._index(name), kind).get(key):
                    return name, line
        for name in known:
            if line := self._index(name).subject.get(iri):
                return name, line
        for name in self._texts:
            if line := self._index(name).named.get(iri):
                return name, line
        return (known[0], 0) if known else ("", 0)

    def _index(self, name: str) -> _Index:
        if name not in self._indices:
            self._indices[name] = _Index(self._texts[name], name)
        return self._indices[name]
