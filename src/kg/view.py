"""Views: the graph projected onto nodes and edges, for the tools that people draw graphs with.

A view is two queries in queries/views/<name>/. nodes.rq selects ?node and, a row each, an
?attribute with its ?value; edges.rq selects ?source ?kind ?target, ?edge where a node with
several ends (a statement) folds into edges, and the attributes of that node. Every row stands
for triples of the graph, so that an account can say of each triple where it went.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from kg import sparql
from kg.errors import KGError
from kg.house import House
from kg.prefixes import shrink
from kg.store import Lang, Node, Resource, Store, node
from kg.turtle import read_text

BUCKETS = ("node", "edge", "attribute", "folded", "language", "left out")
Value = str | int | bool
# Names that formats use for themselves.
RESERVED = frozenset(["id", "iri", "kind", "label", "name", "source", "target", "types"])
_LABELS = ("skos:prefLabel", "rdfs:label")
_TYPE = "rdf:type"


@dataclass(frozen=True)
class View:
    """One view: its queries, and what it is called.

    Attributes:
        id: name of its folder.
        title: zh and en.
        description: zh and en.
        nodes: the query for nodes.
        edges: the query for edges.
    """

    id: str
    title: dict[str, str]
    description: dict[str, str]
    nodes: str = field(repr=False)
    edges: str = field(repr=False)


@dataclass(frozen=True)
class Vertex:
    """A node of a view.

    Attributes:
        id: its CURIE, or its IRI where no prefix fits.
        iri: in full.
        kind: CURIE of its class; "" where it has none.
        types: CURIEs of all its classes.
        labels: names by language.
        attributes: by name; see `Attribute`.
    """

    id: str
    iri: str
    kind: str
    types: tuple[str, ...]
    labels: dict[str, str]
    attributes: "Attributes"


@dataclass(frozen=True)
class Edge:
    """An edge of a view.

    Attributes:
        id: of its own, once in the view.
        source: id of a node.
        target: id of a node.
        kind: CURIE of the property that it stands for.
        labels: names of the property by language.
        statement: CURIE of the node that folded into it; "" for a plain triple. Edges that come
            from one statement share it.
        attributes: of the statement, by name.
    """

    id: str
    source: str
    target: str
    kind: str
    labels: dict[str, str]
    statement: str
    attributes: "Attributes"


@dataclass(frozen=True)
class Attribute:
    """The values of a property: as text for readers, and as terms.

    Attributes:
        property: its CURIE.
        values: numbers and booleans as such; things by their labels; texts as they are.
        ids: CURIEs of the values that are things.
    """

    property: str
    values: tuple[Value, ...]
    ids: tuple[str, ...] = ()


Attributes = dict[str, Attribute]
"""By name: the local name of the property, with `_zh` or `_en` where both languages are shown."""


# ---------------------------------------------------------------- reading


def views(house: House) -> list[str]:
    """The names of the views, sorted."""
    return sorted({path.parent.name for path in house.views()})


def read(house: House, name: str) -> View:
    """The view of that name.

    Raises:
        KGError: there is none, or one of its files is missing or broken.
    """
    if name not in views(house):
        raise KGError(f"there is no view {name!r}", hint=f"views are: {', '.join(views(house))}")
    folder = house.root / "queries" / "views" / name
    texts = {}
    for part in ("nodes", "edges"):
        path = folder / f"{part}.rq"
        texts[part] = read_text(path, house.name(path))
    place = house.name(folder / "nodes.rq")
    head = sparql.header(texts["nodes"], place)
    for key in ("title", "description"):
        if not isinstance(head.get(key), dict) or not {"zh", "en"} <= set(head[key]):
            raise KGError(f"the #+ header has no {key} in zh and en", (place, 1))
    return View(name, head["title"], head["description"], texts["nodes"], texts["edges"])


# ---------------------------------------------------------------- projecting


class Projection:
    """A view of a graph, in one language or both, with the account of what became of the triples.

    The account is complete once nodes and edges have been read to their end.
    """

    def __init__(self, store: Store, view: View, lang: Lang) -> None:
        self.store, self.view, self.lang = store, view, lang
        self._languages = ("zh", "en") if lang == "both" else (lang,)
        self._buckets: dict[str, Counter[str]] = {}
        # Told of every triple that the view holds, with its bucket; for formats that write triples.
        self.sink: Callable[[ox.Triple], None] | None = None
        self._names: dict[ox.NamedNode, dict[str, str]] = {}
        self.ids: set[str] = set()

    # ------------------------------------------------------------ nodes and edges

    @cached_property
    def nodes(self) -> list[Vertex]:
        """The nodes, by id.

        Raises:
            KGError: the query is broken, or a node is not a resource with an IRI.
        """
        rows = self._rows(self.view.nodes, ("node", "attribute", "value"))
        found = [
            self._vertex(thing, [(p, v) for _, p, v in group if p])
            for thing, group in groupby(rows, key=lambda row: row[0])
        ]
        self.ids = {one.id for one in found}
        if len(self.ids) < len(found):
            raise KGError(
                f"the rows of a node stand apart in nodes.rq of the view {self.view.id}",
                hint="end it with ORDER BY ?node ?attribute ?value",
            )
        return sorted(found, key=lambda one: one.id)

    def edges(self) -> Iterator[Edge]:
        """The edges, in the order of the query; each id comes once.

        Raises:
            KGError: the query is broken, an end is no node, or an edge ties what does not belong
                together (see `_check_fold`).
        """
        _ = self.nodes
        columns = ("edge", "source", "kind", "target", "attribute", "value")
        rows = self._rows(self.view.edges, columns)
        for statement, group in groupby(rows, key=lambda row: row[0]):
            yield from self._edges(statement, list(group))

    def _rows(self, text: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        """The rows of a query with these columns in this order; None for a column it has not."""
        result = self.store.query(text)
        if missing := [name for name in columns[:-2] if name not in result.variables]:
            raise KGError(f"a query of the view {self.view.id} selects no ?{missing[0]}")
        at = {name: number for number, name in enumerate(result.variables)}
        for row in result.rows:
            yield tuple(row[at[name]] if name in at else None for name in columns)

    def _vertex(self, thing: Node, pairs: list[tuple[ox.NamedNode, Node]]) -> Vertex:
        if not isinstance(thing, ox.NamedNode):
            raise KGError(f"a node of the view {self.view.id} has no IRI: {thing}")
        types = sorted(
            (
                shrink(o.value)
                for o in self.store.objects(thing, _TYPE)
                if isinstance(o, ox.NamedNode)
            ),
            key=lambda name: (name[:4] != "sti:", name),
        )  # its kind among ours says more than skos:Concept
        for kind in self.store.objects(thing, _TYPE):
            if isinstance(kind, ox.NamedNode):
                self._book(thing, node(_TYPE), kind, "node")
        told = {(p, v) for p, v in pairs}
        for name in _LABELS:
            for label in self.store.objects(thing, name):
                if isinstance(label, ox.Literal) and (node(name), label) not in told:
                    self._book(
                        thing, node(name), label, "node" if self._asked(label) else "language"
                    )
        attributes = self._attributes(pairs, "attribute", thing)
        first = types[0] if types else ""
        return Vertex(
            shrink(thing.value), thing.value, first, tuple(types), self._labels(thing), attributes
        )

    def _edges(self, statement: ox.NamedNode | None, rows: list[tuple[Any, ...]]) -> Iterator[Edge]:
        pairs = list(dict.fromkeys((row[4], row[5]) for row in rows if row[4]))
        whole = [pair for pair in pairs if pair[0] != node("sti:open")]
        ends: dict[tuple[Any, Any, Any], list[Any]] = {}
        for _, source, kind, target, attribute, value in rows:
            own = ends.setdefault((source, kind, target), [])
            if attribute == node("sti:open"):
                own.append((attribute, value))
        attributes: Attributes = {}
        if statement is not None:
            if shrink(statement.value) in self.ids:
                twice = shrink(statement.value)
                raise KGError(f"the view {self.view.id} has {twice} both as node and as edge")
            attributes = self._attributes(whole, "folded", statement)
            self._count_fold(statement, ends)
        for (source, kind, target), own in ends.items():
            for end in (source, target):
                if shrink(end.value) not in self.ids:
                    raise KGError(
                        f"an edge of the view {self.view.id} ends at {shrink(end.value)}, "
                        "which nodes.rq does not list",
                        hint="select it in nodes.rq, or leave it out of edges.rq",
                    )
            if statement is None:
                self._book(source, kind, target, "edge")
            name = shrink(statement.value) if statement is not None else ""
            start, role, end = (shrink(one.value) for one in (source, kind, target))
            alone = name and len(ends) == 1
            yield Edge(
                name if alone else " ".join(part for part in (name, start, role, end) if part),
                start,
                end,
                role,
                self._labels(kind),
                name,
                {**attributes, **self._attributes(own, None, None)},
            )

    def _count_fold(self, statement: ox.NamedNode, ends: Iterable[tuple[Any, Any, Any]]) -> None:
        """Books the triples that tie a folded node to its ends.

        Raises:
            KGError: one end is not by a property that the ontology folds from, or the other not
                by one that it folds to: the edge would tie the values of two roles.
        """
        froms, tos = self._folds(statement)
        used: set[tuple[str, ox.NamedNode]] = set()
        for source, kind, target in ends:
            for place, thing in ((source, target), (target, source)):
                ties = [p for p in froms if place in self.store.objects(statement, p)]
                if (
                    ties
                    and kind in tos
                    and thing in self.store.objects(statement, shrink(kind.value))
                ):
                    used |= {(ties[0], place), (shrink(kind.value), thing)}
                    break
            else:
                raise KGError(
                    f"the view {self.view.id} folds {shrink(statement.value)} into an edge from "
                    f"{shrink(source.value)} to {shrink(target.value)}, which its class does not "
                    "allow",
                    hint="see sti:foldFrom and sti:foldTo in ontology/view.ttl",
                )
        for name, end in used:
            self._book(statement, node(name), end, "folded")

    def _folds(self, statement: ox.NamedNode) -> tuple[list[str], set[Node]]:
        classes = frozenset(o for o in self.store.objects(statement, _TYPE))
        if classes not in self._fold_cache:
            froms: list[str] = []
            tos: set[Node] = set()
            for top in self.store.subjects("rdf:type", node("owl:Class")):
                if not isinstance(top, ox.NamedNode):
                    continue
                found = self.store.objects(top, "sti:foldFrom")
                if found and classes & self.store.below(top):
                    froms += [shrink(o.value) for o in found if isinstance(o, ox.NamedNode)]
                    for to in self.store.objects(top, "sti:foldTo"):
                        if isinstance(to, ox.NamedNode):
                            tos |= self.store.below(to, "rdfs:subPropertyOf")
            self._fold_cache[classes] = (froms, tos)
        return self._fold_cache[classes]

    @cached_property
    def _fold_cache(self) -> dict[frozenset[Node], tuple[list[str], set[Node]]]:
        return {}

    # ------------------------------------------------------------ values

    def _asked(self, literal: ox.Literal) -> bool:
        return not literal.language or literal.language in self._languages

    def _attributes(
        self, pairs: Iterable[tuple[Any, Any]], bucket: str | None, subject: Resource | None
    ) -> Attributes:
        """Values by attribute name; what is of another language is booked as such."""
        values: dict[str, tuple[str, list[Value], list[str]]] = {}
        pairs = list(pairs)
        asked = {p for p, v in pairs if not isinstance(v, ox.Literal) or self._asked(v)}
        for predicate, value in pairs:
            curie = shrink(predicate.value)
            mine = subject is not None and (curie != _TYPE or bucket == "folded")
            # What stands in Chinese alone is the words of the text: they stay in any language.
            words = isinstance(value, ox.Literal) and value.language == "zh"
            shown = not isinstance(value, ox.Literal) or self._asked(value)
            shown = shown or (words and predicate not in asked)
            if mine and bucket and subject is not None:
                self._book(subject, predicate, value, bucket if shown else "language")
            if not shown:
                continue
            name = _name(curie)
            if self.lang == "both" and isinstance(value, ox.Literal) and value.language:
                name += f"_{value.language}"
            _, texts, ids = values.setdefault(name, (curie, [], []))
            texts.append(self._text(value))
            if isinstance(value, ox.NamedNode):
                ids.append(shrink(value.value))
        return {
            name: Attribute(curie, tuple(texts), tuple(ids))
            for name, (curie, texts, ids) in sorted(values.items())
        }

    def _text(self, value: Node) -> Value:
        if isinstance(value, ox.NamedNode):
            return self.store.name(value, self.lang)
        if isinstance(value, ox.Literal):
            kind = shrink(value.datatype.value)
            if kind == "xsd:integer":
                return int(value.value)
            return value.value == "true" if kind == "xsd:boolean" else value.value
        return str(value)

    def _labels(self, thing: ox.NamedNode) -> dict[str, str]:
        if thing not in self._names:
            own = {lang: self.store.own_label(thing, lang) for lang in ("zh", "en")}
            self._names[thing] = {lang: name for lang, name in own.items() if name}
        return self._names[thing]

    def label(self, one: Vertex | Edge) -> str:
        """The name to show: in the language of the view, both as "zh / en", else the id."""
        names = [one.labels[lang] for lang in self._languages if lang in one.labels]
        names = names or list(one.labels.values())[:1]
        return " / ".join(dict.fromkeys(names)) or (one.kind if isinstance(one, Edge) else one.id)

    # ------------------------------------------------------------ account

    def _book(self, subject: Resource, predicate: ox.NamedNode, value: Any, bucket: str) -> None:
        self._buckets.setdefault(shrink(predicate.value), Counter())[bucket] += 1
        if self.sink and bucket != "language":
            self.sink(ox.Triple(subject, predicate, value))

    def account(self) -> list[tuple[str, dict[str, int]]]:
        """For each predicate, in how many triples it went where; every triple is in one bucket."""
        text = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"
        totals = {
            shrink(row[0].value): int(row[1].value)  # type: ignore[union-attr]
            for row in self.store.query(text).rows
        }
        out = []
        for predicate in sorted(totals):
            told = self._buckets.get(predicate, Counter())
            left = totals[predicate] - sum(told.values())
            assert left >= 0, f"{predicate} is booked more often than it stands in the graph"
            counts = {bucket: told[bucket] for bucket in BUCKETS[:-1]}
            out.append((predicate, {**counts, "left out": left}))
        return out


def _name(curie: str) -> str:
    """The name of an attribute: the local name, unless formats use it for themselves."""
    prefix, _, local = curie.partition(":")
    return f"{prefix}_{local}" if local in RESERVED else local


def colours(store: Store, thing: str, top: str = "rdfs:subClassOf") -> str:
    """The colour of a class or a force: its own, else of the nearest class above; "" for none."""
    waiting: list[Node] = [node(thing)]
    seen: set[Node] = set()
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, ox.NamedNode) or one in seen:
            continue
        seen.add(one)
        for colour in store.objects(one, "sti:colour"):
            if isinstance(colour, ox.Literal):
                return colour.value
        waiting += store.objects(one, top)
    return ""
