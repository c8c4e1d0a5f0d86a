"""A remote endpoint as what holds the quads of a store."""

from collections.abc import Iterator
from functools import cached_property

import pyoxigraph as ox

from kg import sparql
from kg.errors import KGError
from kg.prefixes import table
from kg.remote import manifest
from kg.remote.transport import JSON, NTRIPLES, Transport
from kg.store import Backend, Node, Oxigraph, Resource, Result, Row, bounded

# No store that is known gives fewer rows than this when it gives fewer than there are; a longer
# answer is counted.
SURE = 1_000
_PAGE = 250  # subjects of which all is asked at a time
_XSD = "http://www.w3.org/2001/XMLSchema#"
_BOOLEAN = ox.NamedNode(f"{_XSD}boolean")
_SHAPE = Oxigraph(ox.Store())  # tells what a query asks for, by an answer over nothing


class Endpoint(Backend):
    """Layers on a server, asked by the SPARQL protocol.

    Where `kg publish` has put them, the data set is what it has put there and nothing else on
    the server. Elsewhere it is all that the server has, and its default graph has to be the
    union of its graphs.

    Args:
        transport: sends the requests.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def published(self) -> dict[str, manifest.Graph]:
        """What `kg publish` has put there, by graph; empty where it has put nothing.

        Raises:
            KGError: there is no whole answer.
        """
        return manifest.read(self._rows(manifest.QUERY, ())[1]).graphs

    @cached_property
    def _graphs(self) -> tuple[tuple[str, str], ...]:
        """The data set, as parameters of the protocol."""
        found = self.published()
        if manifest.UNION in found:
            named = (("named-graph-uri", name) for name in found if name != manifest.UNION)
            return (("default-graph-uri", manifest.UNION), *named)
        asks = ("ASK { ?s ?p ?o }", "ASK { GRAPH ?g { ?s ?p ?o } }")
        union, layers = (self._yes(text, ()) for text in asks)
        host = self._transport.profile.host
        if not layers:
            raise KGError(f"{host} has no graph", hint="kg publish sends it there")
        if not union:
            raise KGError(
                f"{host} does not answer over the union of its graphs",
                hint="send the graph there by kg publish, or set the server to do so",
            )
        return ()

    # ------------------------------------------------------------ queries

    def answer(self, text: str) -> Result:
        """See `Backend`."""
        shape = _SHAPE.answer(text)  # and an error, if it is not valid
        whole = _prologue(text) + text
        # What a query says of its data set itself holds.
        own = _has(text, "FROM")
        graphs = () if own else self._graphs
        if shape.triples is not None:
            return self._described(whole, graphs)
        if shape.boolean is not None:
            return Result(boolean=self._yes(whole, graphs))
        names, rows = self._rows(whole, graphs)
        if {*names} != {*shape.variables}:
            raise self._wrong(f"the columns are {', '.join(names)}")
        if len(rows) >= SURE and own:
            raise KGError(
                f"{len(rows):,} rows may be cut, and those of a query with FROM cannot be counted",
                hint="say the graphs by GRAPH instead",
            )
        if not own and len(rows) >= min(SURE, self._transport.profile.counted):
            self._counted(len(rows), *_parts(whole, "SELECT"), graphs)
        at = [names.index(name) for name in shape.variables]
        return Result(shape.variables, tuple(tuple(row[one] for one in at) for row in rows))

    def _described(self, text: str, graphs: tuple[tuple[str, str], ...]) -> Result:
        body = self._ask(text, NTRIPLES, graphs)
        try:
            if body and not body.endswith(b"\n"):
                raise SyntaxError("it ends amid a line")
            found = {
                ox.Triple(_subject(_ours(q.subject)), q.predicate, _ours(q.object))
                for q in bounded(ox.parse(input=body, format=ox.RdfFormat.N_TRIPLES))
            }
        except (SyntaxError, ValueError) as error:
            raise self._wrong(str(error)) from None
        if len(found) >= SURE:
            raise KGError(
                f"an answer of {len(found):,} triples may be cut, and triples cannot be counted",
                hint="ask by SELECT ?s ?p ?o, whose rows are counted",
            )
        return Result(triples=tuple(sorted(found, key=str)))

    def _rows(
        self, text: str, graphs: tuple[tuple[str, str], ...]
    ) -> tuple[tuple[str, ...], tuple[Row, ...]]:
        found = self._parsed(self._ask(text, JSON, graphs))
        rows = tuple(tuple(None if t is None else _ours(t) for t in row) for row in found.rows)
        return found.variables, rows

    def _yes(self, text: str, graphs: tuple[tuple[str, str], ...]) -> bool:
        """The answer to an ASK, by a SELECT: Virtuoso finds things in graphs that it lacks."""
        prologue, rest = _parts(text, "ASK")
        body = rest[len("ASK") :]
        if any(_has(body, word) for word in ("FROM", "GROUP", "LIMIT", "OFFSET", "VALUES")):
            found = self._parsed(self._ask(text, JSON, graphs))
            if found.boolean is None and found.variables != ("__ASK_RETVAL",):
                raise self._wrong("it is rows, not yes or no")
            # Virtuoso says yes by a row, and no by none.
            return bool(found.rows) if found.boolean is None else found.boolean
        what = "*" if any(one.kind == "var" for one in sparql.tokens(body)) else "(1 AS ?yes)"
        return bool(self._rows(f"{prologue} SELECT {what} {body} LIMIT 1", graphs)[1])

    def _ask(self, text: str, accept: str, graphs: tuple[tuple[str, str], ...]) -> bytes:
        return self._transport.query(text, accept, graphs)

    def _parsed(self, body: bytes) -> Result:
        try:
            found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            return Result.of(found)
        except (SyntaxError, ValueError) as error:
            raise self._wrong(str(error)) from None

    def _wrong(self, told: str) -> KGError:
        host = self._transport.profile.host
        return KGError(f"{host} gives no whole answer that can be read: {told}")

    def _counted(
        self, got: int, prologue: str, body: str, graphs: tuple[tuple[str, str], ...]
    ) -> None:
        """Asks how many rows a query has, and refuses fewer."""
        text = f"{prologue} SELECT (COUNT(*) AS ?n) WHERE {{ {{ {body} }} }}"
        has = _number(self._rows(text, graphs)[1])
        if has != got:
            raise KGError(
                f"{self._transport.profile.host} gives {got:,} rows of {has:,}",
                hint="it cuts long answers: ask for less, or raise its limit",
            )

    # ------------------------------------------------------------ quads

    def quads(
        self, subject: Resource | None, predicate: ox.NamedNode | None, object: Node | None
    ) -> Iterator[ox.Quad]:
        """See `Backend`; read by pages of subjects where they are many.

        Raises:
            KGError: see `answer`; or a blank node is asked for that `kg publish` did not send.
        """
        self._require_named(subject, object)
        s, p, o = (
            f"?{name}" if term is None else manifest.sent(term)
            for name, term in (("s", subject), ("p", predicate), ("o", object))
        )
        match = f"GRAPH ?g {{ {s} {p} {o} }}"

        def quads(where: str) -> Iterator[ox.Quad]:
            names, rows = self._rows(f"SELECT * WHERE {{ {where} }}", self._graphs)
            for row in rows:
                found = dict(zip(names, row, strict=True))
                value = object or found["o"]
                if value is not None:
                    start, kind = subject or found["s"], predicate or found["p"]
                    yield ox.Quad(_subject(start), _iri(kind), value, _iri(found["g"]))

        count = self._count(f"SELECT (COUNT(*) AS ?n) WHERE {{ {match} }}") if s == "?s" else 0
        if count < SURE:
            yield from quads(match)
            return
        seen, last = 0, ""
        while True:
            after = f'FILTER(STR(?s) > "{last}")' if last else ""
            text = f"SELECT DISTINCT ?s WHERE {{ {match} {after} }} ORDER BY STR(?s) LIMIT {_PAGE}"
            page = [_subject(row[0]) for row in self._rows(text, self._graphs)[1]]
            if not page:
                break
            wanted = " ".join(manifest.sent(one) for one in page)
            for quad in quads(f"VALUES ?s {{ {wanted} }} {match}"):
                seen += 1
                yield quad
            last = manifest.sent(page[-1])[1:-1]
        if seen != count:
            raise KGError(f"{self._transport.profile.host} gives {seen:,} quads of {count:,}")

    def _require_named(self, *terms: Node | None) -> None:
        if not self._graphs and any(isinstance(term, ox.BlankNode) for term in terms):
            raise KGError(
                f"a blank node of {self._transport.profile.host} cannot be asked for",
                hint="kg publish gives blank nodes names; this server was filled in another way",
            )

    def _count(self, text: str) -> int:
        return _number(self._rows(text, self._graphs)[1])

    def said(self, subject: Resource) -> Iterator[tuple[ox.NamedNode, Node]]:
        """See `Backend` and `quads`."""
        self._require_named(subject)
        text = f"SELECT DISTINCT ?p ?o WHERE {{ {manifest.sent(subject)} ?p ?o }}"
        for p, o in self.answer(text).rows:
            if o is not None:
                yield _iri(p), o


def _number(rows: tuple[Row, ...]) -> int:
    return int(getattr(rows[0][0], "value", 0)) if rows else 0


def _ours(term: Node) -> Node:
    """A term as our own engine would give it."""
    if isinstance(term, ox.NamedNode) and term.value.startswith(manifest.GENID):
        return ox.BlankNode(term.value.removeprefix(manifest.GENID))
    if isinstance(term, ox.Literal) and term.datatype == _BOOLEAN and term.value in ("0", "1"):
        return ox.Literal(term.value == "1")  # what Virtuoso makes of true
    return term


def _subject(term: Node | None) -> Resource:
    if isinstance(term, ox.NamedNode | ox.BlankNode):
        return term
    raise KGError(f"the endpoint gives {term} as a subject")


def _iri(term: Node | None) -> ox.NamedNode:
    if isinstance(term, ox.NamedNode):
        return term
    raise KGError(f"the endpoint gives {term} where an IRI belongs")


def _has(text: str, word: str) -> bool:
    return any(piece.is_word(word) for piece in sparql.tokens(text))


def _prologue(text: str) -> str:
    """The PREFIX lines that a query goes without here, and needs elsewhere."""
    known = sparql.declared(text)
    used = {one.text.partition(":")[0] for one in sparql.tokens(text) if one.kind == "name"}
    return "".join(
        f"PREFIX {name}: <{table()[name]}>\n" for name in sorted(used - {*known}) if name in table()
    )


def _parts(text: str, verb: str) -> tuple[str, str]:
    """A query's PREFIX and BASE lines, and the rest, which may stand within another query."""
    start = next(piece.start for piece in sparql.tokens(text) if piece.is_word(verb))
    return text[:start], text[start:]
