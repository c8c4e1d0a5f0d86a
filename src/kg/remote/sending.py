"""`kg publish`: the layers of a built graph put on a server, whole or not at all.

Each graph that differs is sent to a staging graph, in batches; read back, and compared triple by
triple. When all are as they have to be, one update puts them in the place of the old ones, drops
what is no more, and writes the manifest: a server for which an update is a transaction shows the
old graphs or the new ones, whenever it or this program is killed. What has been staged stays for
the next try, which sends only what is missing.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import pyoxigraph as ox

from kg.errors import KGError
from kg.remote import manifest
from kg.remote.equal import term as normal
from kg.remote.manifest import MANIFEST, STAGING, UNION, Graph
from kg.remote.transport import JSON, RefusedError, Transport

_READ = 1_000  # triples that are read back at a time
Lines = dict[str, list[str]]
"""Triples as N-Triples lines without the dot, by subject as it is sent."""


@dataclass(frozen=True)
class Plan:
    """What a publish does to the graphs of a server.

    Attributes:
        new: graphs to send that are not there.
        changed: graphs to send in the place of others.
        same: graphs to leave.
        dropped: graphs to drop.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    dropped: tuple[str, ...]

    def steps(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is done, and to which graphs."""
        return (("add", self.new), ("replace", self.changed), ("drop", self.dropped))


class Publication:
    """Layers on their way to a server.

    Args:
        transport: to the server.
        quads: of the layers, each with its graph.
        say: is told how far it is.

    Raises:
        KGError: there is nothing to publish, or what cannot be.
    """

    def __init__(
        self, transport: Transport, quads: Iterable[ox.Quad], say: Callable[[str], None]
    ) -> None:
        self._transport, self._say = transport, say
        layers: dict[str, set[ox.Triple]] = {UNION: set()}
        for quad in quads:
            for name in (_name(quad.graph_name), UNION):
                layers.setdefault(name, set()).add(quad.triple)
        if not layers[UNION]:
            raise KGError("there is nothing to publish: the graph is empty")
        self._layers = {name: _lines(triples) for name, triples in sorted(layers.items())}
        self.graphs = {name: _graph(lines) for name, lines in self._layers.items()}

    def plan(self) -> Plan:
        """What is to be done; the server is asked and nothing is changed.

        Raises:
            KGError: the server does not answer.
        """
        there = self._there().graphs
        sound = {
            name
            for name, graph in self.graphs.items()
            if there.get(name) == graph and self._count(name) == graph.triples
        }
        return Plan(
            tuple(name for name in self.graphs if name not in there),
            tuple(name for name in self.graphs if name in there and name not in sound),
            tuple(name for name in self.graphs if name in sound),
            tuple(name for name in there if name not in self.graphs),
        )

    def send(self, plan: Plan) -> None:
        """Does it.

        Raises:
            KGError: it is not done, or that is not known; what is live is then as it was, or all
                of it is new. The message says which.
        """
        staged = {name: self._staging(name) for name in (*plan.new, *plan.changed)}
        before = self._there().staging
        if not staged and not plan.dropped:
            self._clear(before)
            return
        try:
            for stale in sorted(before - {*staged.values()}):
                self._clear([stale])
            for name, stage in staged.items():
                self._stage(name, stage)
        except KGError as error:
            raise _untouched(error) from None
        self._say("all is there and as it has to be: it takes the place of what was there")
        moves = [f"MOVE GRAPH <{stage}> TO <{name}>" for name, stage in staged.items()]
        drops = [f"DROP SILENT GRAPH <{name}>" for name in plan.dropped]
        told = f"CLEAR SILENT GRAPH <{MANIFEST}>"
        manifested = _insert(MANIFEST, manifest.triples(self.graphs))
        try:
            # Not again if it fails: what has been moved once is not there to be moved.
            self._transport.update(" ;\n".join([*moves, *drops, told, manifested]), again=False)
        except KGError as error:
            self._explain(error)
        self._verify()

    # ------------------------------------------------------------ staging

    def _staging(self, name: str) -> str:
        return f"{STAGING}{sha256(name.encode()).hexdigest()[:8]}-{self.graphs[name].digest[:16]}"

    def _stage(self, name: str, stage: str) -> None:
        """Fills a staging graph, and makes sure that it holds what it has to."""
        wanted = self._layers[name]
        every = {_normal(line): line for lines in wanted.values() for line in lines}
        self._transport.update(_insert(MANIFEST, [f"<{stage}> <{manifest.REPLACES}> <{name}> ."]))
        if self._count(stage):
            have = self._read(stage, wanted)
            if self._count(stage) != len(have) or have - every.keys():
                self._transport.update(f"DROP SILENT GRAPH <{stage}>")
                have = set()
        else:
            have = set()
        missing = [every[key] for key in sorted(every.keys() - have)]
        self._say(f"{name}: {len(missing)} of {len(every)} triples to send")
        for done in self._batches(stage, missing):
            if done == len(missing) or done % 10_000 < self._transport.profile.batch:
                self._say(f"{name}: {done} of {len(missing)} sent")
        have, count = self._read(stage, wanted), self._count(stage)
        if have != every.keys() or count != len(every):
            lost = sorted(every.keys() - have) or sorted(have - every.keys())
            told = f", as {' '.join(lost[0])}" if lost else ""
            raise KGError(
                f"{self._transport.profile.host} does not hold what was sent for {name}: "
                f"{len(every)} triples were, {count} are there, "
                f"{len(every.keys() & have)} of them as they were sent{told}"
            )

    def _batches(self, stage: str, lines: list[str]) -> Iterator[int]:
        """Sends triples, in halves where the server refuses; tells how many are there."""
        waiting, done, size = [lines], 0, self._transport.profile.batch
        while waiting:
            part = waiting.pop()
            if len(part) > size:
                waiting += [part[size:], part[:size]]
                continue
            if not part:
                continue
            try:
                self._transport.update(_insert(stage, [f"{line} ." for line in part]))
            except RefusedError:
                if len(part) == 1:
                    raise
                size = len(part) // 2
                waiting.append(part)
                continue
            done += len(part)
            yield done

    def _read(self, graph: str, wanted: Lines) -> set[tuple[str, ...]]:
        """What a graph says of the subjects that it has to say something of."""
        found: set[tuple[str, ...]] = set()
        page: list[str] = []
        expected = 0
        for subject, lines in [*wanted.items(), ("", [])]:
            if page and (not subject or expected + len(lines) > _READ):
                values = " ".join(page)
                where = f"GRAPH <{graph}> {{ VALUES ?s {{ {values} }} ?s ?p ?o }}"
                text = f"SELECT ?s ?p ?o WHERE {{ {where} }}"
                found.update(tuple(normal(one) for one in row) for row in self._rows(text))
                page, expected = [], 0
            page.append(subject)
            expected += len(lines)
        return found

    # ------------------------------------------------------------ the server

    def _there(self) -> manifest.Manifest:
        return manifest.read(self._rows(manifest.QUERY))

    def _count(self, graph: str) -> int:
        text = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        ((number,),) = self._rows(text)
        return int(getattr(number, "value", 0))

    def _rows(self, text: str) -> list[tuple[ox.NamedNode | ox.BlankNode | ox.Literal, ...]]:
        body = self._transport.query(text, JSON)
        try:
            found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            return [tuple(row) for row in found]  # type: ignore[union-attr]
        except (SyntaxError, ValueError, TypeError) as error:
            host = self._transport.profile.host
            raise KGError(f"{host} gives no answer that can be read: {error}") from None

    def _clear(self, stages: Iterable[str]) -> None:
        for stage in sorted(stages):
            self._transport.update(
                f"DROP SILENT GRAPH <{stage}> ;\n"
                f"DELETE WHERE {{ GRAPH <{MANIFEST}> {{ <{stage}> ?said ?value }} }}"
            )

    def _explain(self, error: KGError) -> None:
        """Finds out whether an update that failed was done; returns if it was."""
        try:
            there = self._there().graphs
        except KGError:
            raise KGError(
                f"{error.message}; whether the new graphs are live cannot be told",
                hint="they are all old or all new if the server does an update as a whole; "
                "kg publish --dry-run tells, once it answers",
            ) from None
        if there != self.graphs:
            raise _untouched(error) from None

    def _verify(self) -> None:
        """Counts what is live."""
        for name, graph in self.graphs.items():
            if (count := self._count(name)) != graph.triples:
                raise KGError(
                    f"{name} was replaced and now has {count} triples, not {graph.triples}",
                    hint="does somebody else publish there? Run kg publish again",
                )


def _untouched(error: KGError) -> KGError:
    told = "nothing that is live was changed; kg publish goes on where this ended"
    return KGError(error.message, error.place, f"{error.hint}\n  {told}" if error.hint else told)


def _name(graph: object) -> str:
    if not isinstance(graph, ox.NamedNode):
        raise KGError("a triple to publish stands in no named graph")
    return graph.value


def _lines(triples: Iterable[ox.Triple]) -> Lines:
    found: Lines = {}
    for triple in triples:
        said = (triple.subject, triple.predicate, triple.object)
        if any(isinstance(one, ox.Triple) for one in said):
            raise KGError("a triple about a triple cannot be published")
        terms = [manifest.sent(one) for one in said]
        found.setdefault(terms[0], []).append(" ".join(terms))
    return {subject: sorted(lines) for subject, lines in sorted(found.items())}


def _graph(lines: Lines) -> Graph:
    digest = sha256()
    for them in lines.values():
        for line in them:
            digest.update(f"{line}\n".encode())
    return Graph(sum(map(len, lines.values())), digest.hexdigest())


def _normal(line: str) -> tuple[str, ...]:
    """A triple that is sent as one that is read back."""
    (quad,) = ox.parse(input=f"{line} .", format=ox.RdfFormat.N_TRIPLES)
    return tuple(normal(one) for one in quad.triple)


def _insert(graph: str, lines: Iterable[str]) -> str:
    body = "\n".join(lines)
    return f"INSERT DATA {{ GRAPH <{graph}> {{\n{body}\n}} }}"
