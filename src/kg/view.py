"""Views: the graph projected onto nodes and edges, for the tools that people draw graphs with.

A view is two queries in queries/views/<name>/. nodes.rq selects ?node; its header lists the
properties that become attributes. edges.rq selects ?source ?kind ?target, and ?edge where a node
with several ends (a statement) folds into edges: ontology/view.ttl declares how, and which of
its properties the edges carry. Any other variable is an attribute of that one node or edge.
Neither query needs DISTINCT or ORDER BY.

Nodes and edges come one by one, in order, so that a view may be larger than the memory.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import NamedTuple

import pyoxigraph as ox

from kg import sparql
from kg.errors import KGError
from kg.fold import Facts, Folds, Said
from kg.house import House
from kg.prefixes import expand, full, identity, shrink
from kg.spool import RESERVED, End, Rows, Told, Value
from kg.store import LABELS, Lang, Node, Store
from kg.turtle import read_text

BUCKETS = ("node", "edge", "attribute", "folded", "language", "left out")
_NAMES = {lang: [expand(name) for name in names] for lang, names in LABELS.items()}
_PROPER = {expand("skos:prefLabel"), expand("rdfs:label")}
_TYPE = expand("rdf:type")
_XSD = expand("xsd:")


@dataclass(frozen=True)
class View:
    """One view: its queries, and what it is called.

    Attributes:
        id: name of its folder.
        title: zh and en.
        description: zh and en.
        nodes: the query for nodes.
        edges: the query for edges.
        attributes: IRIs of the properties of nodes that become attributes; None for all that
            have literals as values.
    """

    id: str
    title: dict[str, str]
    description: dict[str, str]
    nodes: str = field(repr=False)
    edges: str = field(repr=False)
    attributes: tuple[str, ...] | None = ()


class Attribute(NamedTuple):
    """The values of a property: as text for readers, and as terms.

    Attributes:
        property: its CURIE; "" for what was computed.
        values: numbers and booleans as such; things by their labels; texts as they are.
        ids: CURIEs of the values that are things.
    """

    property: str
    values: tuple[Value, ...]
    ids: tuple[str, ...] = ()


Attributes = dict[str, Attribute]
"""By name: the local name of the property, with `_zh` or `_en` where both languages are shown."""


class Vertex(NamedTuple):
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
    attributes: Attributes


class Edge(NamedTuple):
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
    attributes: Attributes


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
    place = (house.name(folder / "nodes.rq"), 1)
    head = sparql.header(texts["nodes"], place[0])
    for key in ("title", "description"):
        if not isinstance(head.get(key), dict) or not {"zh", "en"} <= set(head[key]):
            raise KGError(f"the #+ header has no {key} in zh and en", place)
    listed = head.get("attributes", [])
    if listed == "literals":
        attributes = None
    elif isinstance(listed, list) and all(isinstance(one, str) for one in listed):
        attributes = tuple(expand(one) for one in listed)
    else:
        raise KGError(
            "attributes in the #+ header is not a list of properties", place,
            "write [skos:definition, …], or the word literals for all that have such values",
        )  # fmt: skip
    return View(name, head["title"], head["description"], **texts, attributes=attributes)


# ---------------------------------------------------------------- projecting

_Books = Counter[tuple[str, str]]  # IRI of a property and bucket to number of triples


class Projection:
    """A view of a graph, in one language or both, with the account of what became of the triples.

    Attributes:
        added: more attributes for nodes, by id: what was computed of the view as a graph.
        sink: is told of every triple that the view holds; for formats that write triples.
    """

    def __init__(self, store: Store, view: View, lang: Lang) -> None:
        self.store, self.view, self.lang = store, view, lang
        self.added: dict[str, dict[str, Value]] = {}
        self.sink: Callable[[ox.Triple], None] | None = None
        self._languages = ("zh", "en") if lang == "both" else (lang,)
        self._books: dict[str, _Books] = {}
        self._folds = Folds(store)
        self._kinds: dict[str, dict[str, str]] = {}

    @cached_property
    def _rows(self) -> Rows:
        view = self.view
        return Rows(self.store, view.id, view.nodes, view.edges, self._shown)

    # ------------------------------------------------------------ nodes

    @property
    def nodes(self) -> Iterator[Vertex]:
        """The nodes, by IRI; each use reads them anew.

        Raises:
            KGError: see `Rows`.
        """
        books = self._books["nodes"] = Counter()
        for iri, told in self._rows.nodes():
            yield self._vertex(iri, told, books)

    def _vertex(self, iri: str, told: Told, books: _Books) -> Vertex:
        facts, name = self._facts(iri), identity(iri)
        kinds = [kind for kind in facts.get(_TYPE, ()) if isinstance(kind, ox.NamedNode)]
        self._book(books, "node", iri, [(_TYPE, kind) for kind in kinds])
        # Its kind among ours says more than skos:Concept.
        types = sorted((identity(kind.value) for kind in kinds), key=lambda t: (t[:4] != "sti:", t))
        labels, names = _labels(facts)
        listed = self.view.attributes
        pairs = [
            (p, v)
            for p in (facts if listed is None else listed)
            for v in facts.get(p, ())
            if listed is not None or isinstance(v, ox.Literal)
        ]
        # A name is not repeated as an attribute; the words of a statement are.
        pairs = [pair for pair in pairs if pair not in names or pair[0] not in _PROPER]
        named = {lang for lang in labels if lang in self._languages} or {*labels}
        for said in names:
            if said not in pairs:
                bucket = "node" if said[1].language in named else "language"
                self._book(books, bucket, iri, [said])
        computed = ((key, value, "") for key, value in self.added.get(name, {}).items())
        more = _gathered([*told, *computed])
        attributes = self._joined(name, self._attributes(books, "attribute", iri, pairs), more)
        return Vertex(name, iri, types[0] if types else "", tuple(types), labels, attributes)

    def _facts(self, iri: str) -> Facts:
        facts: Facts = {}
        for predicate, value in self.store.said(ox.NamedNode(iri)):
            facts.setdefault(predicate.value, []).append(value)
        for values in facts.values():
            if len(values) > 1:
                values.sort(key=str)
        return dict(sorted(facts.items()))

    # ------------------------------------------------------------ edges

    def edges(self) -> Iterator[Edge]:
        """The edges: plain triples by source, then what statements fold into; each id comes once.

        Raises:
            KGError: see `Rows`; or an edge ties what does not belong together, see `Fold.ties`.
        """
        books = self._books["edges"] = Counter()
        for statement, ends in self._rows.edges():
            if statement:
                yield from self._folded(statement, list(ends), books)
            else:
                yield from (self._plain(end, books) for end in ends)

    def _plain(self, end: End, books: _Books) -> Edge:
        source, kind, target, told = end
        if kind == _TYPE or kind in (self.view.attributes or ()):
            raise KGError(
                f"the view {self.view.id} shows {shrink(kind)} both as edges and at the nodes",
                hint="leave it out of edges.rq, or out of the attributes of nodes.rq",
            )
        self._book(books, "edge", source, [(kind, ox.NamedNode(target))])
        start, role, stop = identity(source), identity(kind), identity(target)
        own = _gathered(told)
        return Edge(f"{start} {role} {stop}", start, stop, role, self._kind(kind), "", own)

    def _folded(self, statement: str, ends: Sequence[End], books: _Books) -> Iterator[Edge]:
        facts, name = self._facts(statement), identity(statement)
        fold = self._folds.of(facts.get(_TYPE, ()))
        ties = fold.ties(name, facts, ends)
        self._book(books, "folded", statement, ties)
        pairs = [(p, v) for p in fold.attributes for v in facts.get(p, ())]
        shared = self._attributes(books, "folded", statement, pairs, ties)
        for source, kind, target, told in ends:
            start, role, stop = identity(source), identity(kind), identity(target)
            key = name if len(ends) == 1 else f"{name} {start} {role} {stop}"
            attributes = self._joined(key, shared, _gathered(told)) if told else shared
            yield Edge(key, start, stop, role, self._kind(kind), name, attributes)

    def _kind(self, iri: str) -> dict[str, str]:
        if iri not in self._kinds:
            names = {lang: self.store.own_label(ox.NamedNode(iri), lang) for lang in ("zh", "en")}
            self._kinds[iri] = {lang: name for lang, name in names.items() if name}
        return self._kinds[iri]

    # ------------------------------------------------------------ values

    @cached_property
    def _attribute_names(self) -> dict[str, str]:
        """IRI of a property to the name of its attribute: the local name, if that is free."""
        names, taken = {}, set(RESERVED)
        for iri in sorted(self._totals, key=lambda iri: (shrink(iri)[:4] != "sti:", iri)):
            curie = shrink(iri)
            prefixed = curie if curie == iri else curie.replace(":", "_")
            for name in (re.split("[:/#]", curie)[-1], prefixed, iri):
                forms = {f"{name}{end}".lower() for end in ("", "Id", "_zh", "_en")}
                if name and not forms & taken:
                    taken |= forms
                    names[iri] = name
                    break
        return names

    def _attributes(
        self, books: _Books, bucket: str, subject: str, pairs: Said, booked: Sequence[object] = ()
    ) -> Attributes:
        """Values by attribute name; what is of another language is booked as such.

        Args:
            books: where each triple is booked, unless it is in `booked` already.
            bucket: of what is shown.
            subject: whose values they are.
            pairs: IRI of the property, and value.
            booked: pairs that are.
        """
        values: dict[str, tuple[str, Told]] = {}
        asked = {p for p, v in pairs if _language(v) in (None, *self._languages)}
        for predicate, value in pairs:
            language = _language(value)
            # What stands in Chinese alone is the words of the text: they stay in any language.
            words = language == "zh" and predicate not in asked
            shown = language is None or language in self._languages or words
            if (predicate, value) not in booked:
                self._book(books, bucket if shown else "language", subject, [(predicate, value)])
            if shown:
                name = self._attribute_names[predicate]
                if self.lang == "both" and language:
                    name += f"_{language}"
                values.setdefault(name, (predicate, []))[1].append((name, *self._shown(value)))
        return {
            name: _gathered(told)[name]._replace(property=shrink(predicate))
            for name, (predicate, told) in sorted(values.items())
        }

    def _shown(self, value: Node) -> tuple[Value, str]:
        """A value as it is shown, and its id where it is a thing."""
        if isinstance(value, ox.NamedNode):
            return self.store.name(value, self.lang), identity(value.value)
        return (_plain_value(value) if isinstance(value, ox.Literal) else str(value)), ""

    def _joined(self, name: str, one: Attributes, other: Attributes) -> Attributes:
        if twice := one.keys() & other.keys():
            raise KGError(
                f"the view {self.view.id} gives {name} the attribute {min(twice)} twice",
                hint="call the variable of the query something else",
            )
        return one | other

    def label(self, one: Vertex | Edge) -> str:
        """The name to show: in the language of the view, both as "zh / en", else the id."""
        names = [one.labels[lang] for lang in self._languages if lang in one.labels]
        names = names or list(one.labels.values())[:1]
        return " / ".join(dict.fromkeys(names)) or (one.kind if isinstance(one, Edge) else one.id)

    @property
    def title(self) -> str:
        """What the view is called, in its language."""
        return self._both(self.view.title)

    @property
    def description(self) -> str:
        """What the view shows, in its language."""
        return self._both(self.view.description)

    def _both(self, texts: Mapping[str, str]) -> str:
        return " / ".join(texts[lang] for lang in self._languages)

    def attribute(self, curie: str) -> str:
        """The name of the attribute that a property becomes; "" where nothing has it."""
        return self._attribute_names.get(expand(curie), "")

    def name(self, thing: str) -> str:
        """The name of a class or another thing, by its id, in the language of the view."""
        return self.store.name(ox.NamedNode(full(thing)), self.lang)

    # ------------------------------------------------------------ account

    def _book(self, books: _Books, bucket: str, subject: str, said: Said) -> None:
        for predicate, value in said:
            books[predicate, bucket] += 1
            if self.sink and bucket != "language":
                self.sink(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), value))

    @cached_property
    def _totals(self) -> dict[str, int]:
        """How many triples each property has, by IRI."""
        text = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"
        return {row[0].value: int(row[1].value) for row in self.store.query(text).rows}  # type: ignore[union-attr]

    def account(self) -> list[tuple[str, dict[str, int]]]:
        """For each predicate, in how many triples it went where; every triple is in one bucket.

        Nodes or edges that nobody has read yet are read for it.

        Raises:
            KGError: the view is broken, or its rows do not fit the graph.
        """
        for part in ("nodes", "edges"):
            if part not in self._books:
                for _ in self.nodes if part == "nodes" else self.edges():
                    pass
        booked = self._books["nodes"] + self._books["edges"]
        out = []
        for iri in sorted(self._totals, key=shrink):
            counts = {bucket: booked[iri, bucket] for bucket in BUCKETS[:-1]}
            counts["left out"] = self._totals[iri] - sum(counts.values())
            out.append((shrink(iri), counts))
        for predicate, counts in out:
            if counts["left out"] < 0:
                raise KGError(
                    f"the account of the view {self.view.id} does not add up: it shows more "
                    f"triples with {predicate} than the graph has",
                    hint="edges.rq must select triples: ?source ?kind ?target",
                )
        return out


def _labels(facts: Facts) -> tuple[dict[str, str], list[tuple[str, ox.Literal]]]:
    """Names by language, as `Store.own_label` chooses them, and what says them."""
    labels: dict[str, str] = {}
    said: list[tuple[str, ox.Literal]] = []
    for lang, properties in _NAMES.items():
        for name in properties:
            words = (v for v in facts.get(name, ()) if isinstance(v, ox.Literal))
            if value := next((word for word in words if word.language == lang), None):
                labels[lang] = value.value
                said.append((name, value))
                break
    return labels, said


def _gathered(told: Told) -> Attributes:
    values: dict[str, tuple[list[Value], list[str]]] = {}
    for name, value, thing in told:
        texts, things = values.setdefault(name, ([], []))
        texts.append(value)
        things += [thing] if thing else []
    return {name: Attribute("", tuple(texts), tuple(ids)) for name, (texts, ids) in values.items()}


def _language(value: Node) -> str | None:
    return value.language if isinstance(value, ox.Literal) else None


def _plain_value(literal: ox.Literal) -> Value:
    """Numbers and booleans as such, where they are well formed; all else as text."""
    text, kind = literal.value, literal.datatype.value.removeprefix(_XSD)
    if kind == "boolean" and text in ("true", "false", "1", "0"):
        return text in ("true", "1")
    if kind == "integer" and re.fullmatch(r"[+-]?[0-9]{1,15}", text):
        return int(text)
    if kind in ("decimal", "double", "float") and re.fullmatch(r"[-+.0-9eE]{1,40}", text):
        try:
            return float(text) if isfinite(float(text)) else text
        except ValueError:
            return text
    return text
