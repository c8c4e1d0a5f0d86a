"""The store: a graph that is opened to be asked, whatever holds its quads."""

from __future__ import annotations

import os
from functools import cache, cached_property
from itertools import islice

import pyoxigraph as ox

from kg.errors import KGError
from kg.prefixes import STI, expand, shrink, table

# Typing is for the type checker: importing it would cost every question that is asked.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Literal, TypeVar

    from kg.sparql import Term

    Lang = Literal["zh", "en", "both"]
    T = TypeVar("T")
else:
    Lang = str

Resource = ox.NamedNode | ox.BlankNode
Node = Resource | ox.Literal | ox.Triple
Row = tuple[Node | None, ...]

ROW_LIMIT = 1_000_000  # an answer is held in memory
_BATCH = 100_000  # quads that are written at once
_ENGINE = (SyntaxError, OSError, RuntimeError, ValueError)  # raised for a query, or amid its rows

# Where a name stands, best first; the second row is for statements and lists, whose name is
# what they say. Chinese and English names come from the same row, so both are of one kind.
LABELS: dict[str, tuple[str, ...]] = {
    "zh": ("skos:prefLabel", "rdfs:label", "sti:quote"),
    "en": ("skos:prefLabel", "rdfs:label", "sti:translation"),
}


def default_lang() -> Lang:
    """`zh` where the locale is Chinese, by LC_ALL, LC_MESSAGES or LANG, else `en`."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((value for name in names if (value := os.environ.get(name))), "")
    return "zh" if locale.lower().startswith("zh") else "en"


@cache
def node(name: str) -> ox.NamedNode:
    """The node of a CURIE of the prefix table."""
    return ox.NamedNode(expand(name))


class Result:
    """The whole answer to a query, exact in every term.

    Attributes:
        variables: names of the columns (SELECT).
        rows: one tuple of terms a solution, None where unbound (SELECT).
        boolean: yes or no (ASK).
        triples: sorted, each once (CONSTRUCT, DESCRIBE).
    """

    def __init__(
        self,
        variables: tuple[str, ...] = (),
        rows: tuple[Row, ...] = (),
        boolean: bool | None = None,
        triples: tuple[ox.Triple, ...] | None = None,
    ) -> None:
        self.variables, self.rows, self.boolean, self.triples = variables, rows, boolean, triples

    @classmethod
    def of(cls, answer: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> Result:
        """Reads an engine's answer to its end.

        Raises:
            KGError: there is no end in sight.
        """
        if isinstance(answer, ox.QueryBoolean):
            return cls(boolean=bool(answer))
        if isinstance(answer, ox.QueryTriples):
            return cls(triples=tuple(sorted(set(bounded(answer)), key=str)))
        names = tuple(variable.value for variable in answer.variables)
        return cls(names, tuple(tuple(row) for row in bounded(answer)))

    def standard(self, kind: ox.QueryResultsFormat) -> str:
        """The rows or the yes or no in a SPARQL results format, written by the engine."""
        answer: ox.QuerySolutions | ox.QueryBoolean
        if self.boolean is not None:
            text = f'{{"head": {{}}, "boolean": {str(self.boolean).lower()}}}'
            answer = ox.parse_query_results(text, ox.QueryResultsFormat.JSON)
        else:  # read back from the simplest format, in which a term stands as it writes itself
            lines = ["\t".join(f"?{name}" for name in self.variables)]
            lines += ["\t".join(_written(term) for term in row) for row in self.rows]
            text = "\n".join(lines) + "\n"
            answer = ox.parse_query_results(text, ox.QueryResultsFormat.TSV)
        return (answer.serialize(format=kind) or b"").decode()


def _written(term: Node | None) -> str:
    return "" if term is None else f"<<( {term} )>>" if isinstance(term, ox.Triple) else str(term)


def bounded(answer: Iterable[T]) -> Iterator[T]:
    """The items of an answer, as long as they are not too many to be held."""
    for count, one in enumerate(answer):
        if count == ROW_LIMIT:
            raise KGError(
                f"the answer has more than {ROW_LIMIT:,} rows",
                hint="tie the variables to each other, or end the query with LIMIT",
            )
        yield one


class Backend:
    """What holds the quads of a graph with its layers (named graphs).

    These are all that a store asks of it: an embedded engine and a remote endpoint differ here
    and nowhere else.
    """

    def answer(self, text: str) -> Result:
        """The answer to a query over the union of all layers, in which nothing is said twice.

        Args:
            text: SELECT, ASK, CONSTRUCT or DESCRIBE; the prefixes of the house are known.

        Raises:
            KGError: the query is not valid, or cannot be answered.
        """
        raise NotImplementedError

    def stream(self, text: str) -> tuple[tuple[str, ...], Iterator[Row]]:
        """The columns of a SELECT, and its rows as they come; see `answer`."""
        whole = self.answer(text)
        return whole.variables, iter(whole.rows)

    def quads(
        self, subject: Resource | None, predicate: ox.NamedNode | None, object: Node | None
    ) -> Iterator[ox.Quad]:
        """The quads of the layers that match, None matching all."""
        raise NotImplementedError

    def triples(
        self, subject: Resource | None, predicate: ox.NamedNode | None, object: Node | None
    ) -> Iterable[ox.Triple | ox.Quad]:
        """What matches in the union of all layers, each once."""
        return dict.fromkeys(quad.triple for quad in self.quads(subject, predicate, object))


class Oxigraph(Backend):
    """Quads in an Oxigraph store, in memory or on disk.

    The union of the layers is kept as the default graph, each triple once: the engine's own
    union gives a row twice when two layers say the same.
    """

    def __init__(self, inner: ox.Store) -> None:
        self._inner = inner

    @classmethod
    def memory(cls, quads: Iterable[ox.Quad]) -> Oxigraph:
        """Holds the quads of some layers."""
        inner, layers = ox.Store(), quads if isinstance(quads, ox.Store) else list(quads)
        inner.bulk_extend(layers)
        inner.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in layers)
        return cls(inner)

    @classmethod
    def disk(cls, folder: str) -> Oxigraph:
        """Opens what `write` wrote, for reading only.

        Raises:
            OSError: there is no such store, or it is broken.
        """
        try:
            return cls(ox.Store.read_only(folder))
        except RuntimeError as error:  # what the engine says of files that are damaged
            raise OSError(str(error)) from None

    @staticmethod
    def write(folder: str, layers: str) -> None:
        """Writes a new store on disk.

        Args:
            folder: to be made.
            layers: path of N-Quads, each with its graph; sorted ones load quicker.

        Raises:
            OSError: it cannot be written.
        """
        inner = ox.Store(folder)
        for union in (False, True):
            with open(layers, "rb") as lines:  # noqa: PTH123 - questions import no pathlib
                while batch := list(islice(lines, _BATCH)):  # the engine holds what it is given
                    if union:
                        batch = [line[: line.rindex(b" <")] + b" .\n" for line in batch]
                    text = b"".join(batch)
                    if b"_:" in text:  # blank nodes that are read from text get new names
                        inner.bulk_extend(ox.parse(text, format=ox.RdfFormat.N_QUADS))
                    else:
                        inner.bulk_load(text, format=ox.RdfFormat.N_QUADS)
        inner.optimize()
        inner.flush()

    def answer(self, text: str) -> Result:
        """See `Backend`."""
        try:
            return Result.of(self._inner.query(text, prefixes=table()))
        except _ENGINE as error:
            raise _unanswered(error, text) from None

    def stream(self, text: str) -> tuple[tuple[str, ...], Iterator[Row]]:
        """See `Backend`."""
        try:
            found = self._inner.query(text, prefixes=table())
        except _ENGINE as error:
            raise _unanswered(error, text) from None
        if not isinstance(found, ox.QuerySolutions):
            raise KGError("this query gives no rows", hint="begin it with SELECT")

        def rows() -> Iterator[Row]:
            try:
                yield from map(tuple, found)
            except _ENGINE as error:
                raise _unanswered(error, text) from None

        return tuple(variable.value for variable in found.variables), rows()

    def quads(
        self, subject: Resource | None, predicate: ox.NamedNode | None, object: Node | None
    ) -> Iterator[ox.Quad]:
        """See `Backend`."""
        for quad in self._inner.quads_for_pattern(subject, predicate, object, None):
            if not isinstance(quad.graph_name, ox.DefaultGraph):
                yield quad

    def triples(
        self, subject: Resource | None, predicate: ox.NamedNode | None, object: Node | None
    ) -> Iterable[ox.Triple | ox.Quad]:
        """See `Backend`; less than half the work of asking for quads."""
        return self._inner.quads_for_pattern(subject, predicate, object, ox.DefaultGraph())


def _unanswered(error: Exception, text: str) -> KGError:
    """What the engine says of a query that it cannot answer, as our error."""
    if isinstance(error, SyntaxError):
        from kg import sparql  # noqa: PLC0415 - what is right needs no explanation

        return sparql.explain(error, text)
    return KGError(f"the query cannot be answered: {error}")


class Store:
    """A graph to be asked; queries see the union of its layers.

    Args:
        source: what holds the quads, or the quads, to be held in memory.
    """

    def __init__(self, source: Backend | Iterable[ox.Quad]) -> None:
        self._backend = source if isinstance(source, Backend) else Oxigraph.memory(source)
        self._labels: dict[tuple[str, str], str | None] = {}
        self._below: dict[tuple[ox.NamedNode, str], frozenset[Node]] = {}

    def query(
        self, text: str, *, bindings: Mapping[str, Sequence[Term] | None] | None = None
    ) -> Result:
        """Asks a SPARQL query; the prefixes of the house need no PREFIX line.

        Args:
            text: SELECT, ASK, CONSTRUCT or DESCRIBE.
            bindings: terms for the query's `VALUES ?name { … }` blocks; None for any.

        Raises:
            KGError: the query is refused (see `sparql.guard`) or not valid.
        """
        from kg import sparql  # noqa: PLC0415 - a question of a compiled catalogue needs it not

        if bindings:
            text = sparql.bind(text, bindings)
        sparql.guard(text, table())
        return self.answer(text)

    def stream(self, text: str) -> tuple[tuple[str, ...], Iterator[Row]]:
        """Asks a SELECT query whose rows may be too many to be held.

        Returns:
            The names of the columns, and the rows, None where unbound.

        Raises:
            KGError: see `query`; also while the rows are read.
        """
        from kg import sparql  # noqa: PLC0415 - see `query`

        sparql.guard(text, table())
        return self._backend.stream(text)

    def answer(self, text: str) -> Result:
        """Asks a query that `sparql.guard` has let pass already.

        Raises:
            KGError: the query cannot be answered.
        """
        return self._backend.answer(text)

    def quads(
        self,
        subject: Resource | None = None,
        predicate: ox.NamedNode | None = None,
        object: Node | None = None,
    ) -> Iterator[ox.Quad]:
        """The quads of the layers that match, None matching all."""
        return self._backend.quads(subject, predicate, object)

    def said(self, subject: Resource) -> Iterator[tuple[ox.NamedNode, Node]]:
        """Properties and values of a thing, whatever layers say them; each pair once."""
        for one in self._backend.triples(subject, None, None):
            yield one.predicate, one.object

    def objects(self, subject: Resource, name: str) -> list[Node]:
        """The values of a property, sorted, each once.

        Args:
            subject: the thing.
            name: CURIE of the property.
        """
        found = [one.object for one in self._backend.triples(subject, node(name), None)]
        return sorted(found, key=str) if len(found) > 1 else found

    def subjects(self, name: str, object: Node) -> list[Resource]:
        """The things that have `object` as a value of a property, sorted, each once."""
        found = (one.subject for one in self._backend.triples(None, node(name), object))
        return sorted((s for s in found if not isinstance(s, ox.Triple)), key=str)

    def text(self, subject: Resource, names: Iterable[str], lang: str) -> str | None:
        """The first literal of these properties in `lang`."""
        for name in names:
            for value in self.objects(subject, name):
                if isinstance(value, ox.Literal) and value.language == lang:
                    return value.value
        return None

    def label(self, thing: Resource, lang: Lang = "en") -> str | None:
        """The name of a thing in a language, else in the other; None when it has none.

        `both` gives "zh / en". A statement's name is its quote, in English its translation.
        """
        if lang == "both":
            names = dict.fromkeys(self.own_label(thing, one) for one in ("zh", "en"))
            return " / ".join(name for name in names if name) or None
        return self.own_label(thing, lang) or self.own_label(thing, "en" if lang == "zh" else "zh")

    def own_label(self, thing: Resource, lang: str) -> str | None:
        """The name of a thing in one language, `zh` or `en`, or None."""
        key = (thing.value, lang)
        if key not in self._labels:
            self._labels[key] = self.text(thing, LABELS[lang], lang)
        return self._labels[key]

    def name(self, thing: Resource, lang: Lang = "en") -> str:
        """The label of a thing, else its CURIE."""
        return self.label(thing, lang) or shrink(thing.value)

    def knows(self, thing: ox.NamedNode) -> bool:
        """Whether the graph says anything of `thing` or with it, or has a layer so named."""
        patterns = ((thing, None, None), (None, None, thing), (None, thing, None))
        return any(True for pattern in patterns for _ in self.quads(*pattern)) or bool(
            self.answer(f"ASK {{ GRAPH {thing} {{ ?s ?p ?o }} }}").boolean
        )

    def is_a(self, thing: ox.NamedNode, of: str) -> bool:
        """Whether `thing` is of a class (or a subclass of it) or in a scheme.

        Args:
            thing: the thing.
            of: CURIE of the class or the scheme.
        """
        wanted = node(of)
        types = self.objects(thing, "rdf:type")
        return not self.below(wanted).isdisjoint(types) or wanted in self.objects(
            thing, "skos:inScheme"
        )

    def below(self, top: ox.NamedNode, name: str = "rdfs:subClassOf") -> frozenset[Node]:
        """`top` and all that stands under it by a property, over any number of steps."""
        if (top, name) not in self._below:
            found: set[Node] = set()
            waiting: list[Node] = [top]
            while waiting:
                one = waiting.pop()
                if one not in found:
                    found.add(one)
                    waiting.extend(self.subjects(name, one))
            self._below[top, name] = frozenset(found)
        return self._below[top, name]

    @cached_property
    def roles(self) -> frozenset[ox.NamedNode]:
        """The properties that tie a statement to the things it involves."""
        found = self.below(ox.NamedNode(f"{STI}involves"), "rdfs:subPropertyOf")
        return frozenset(role for role in found if isinstance(role, ox.NamedNode))
