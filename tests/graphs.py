"""Graphs made up for the tests of exports: what goes into a graph, and so must come out of a file.

Things of a kind belong to nothing; statements of a measure tie things to it in a role, and carry
words; plain links run between things.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
from hypothesis import strategies as st

from kg.prefixes import expand, table
from kg.spool import Value
from kg.store import Store
from kg.view import View

# Labels that break what takes text for something else.
HOSTILE = (
    '</script><script>alert("x")</script><img src=x onerror=alert(1)>',
    "\"double\" 'single' `back` “弯”「角」",
    "a & b &amp; &#60; ]]> <!-- --> <![CDATA[",
    "two\nlines\r\nand\ttabs",
    "control\x00\x01\x08\x0b\x1b\x1f\x7f\x85signs",
    "\u202eright to left\u202c שלום مرحبا",
    '\\n \\l \\N \\" back\\slash\\',
    "%%{init: {}}%% end subgraph ]) }} | --> ;#quot; {x}",
    ',semi;colon|pipe\x1funit" ,',
    "\ufeffmark\ufffe\uffff\U0001f600\U0010ffff\u2028\u2029",
    "长" * 10_000,
    " ",
    "=1+1",
    "科技保险",
)
ROLES = ("hasLead", "hasJoined", "hasAddressee")


@dataclass(frozen=True)
class Thing:
    """A node: a kind of actor."""

    label: str
    notes: frozenset[str] = frozenset()
    number: int | None = None
    ratio: Decimal | None = None
    open: bool | None = None


@dataclass(frozen=True)
class Statement:
    """What folds into one edge for each of its ends: (role, number of the thing)."""

    measure: int
    quote: str
    ends: frozenset[tuple[str, int]]
    force: str = "plain"
    readings: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Drawing:
    """All of a graph."""

    things: tuple[Thing, ...]
    measures: tuple[str, ...]
    statements: tuple[Statement, ...]
    links: frozenset[tuple[int, int]] = frozenset()

    def store(self) -> Store:
        """The graph."""
        quads = [*_schema()]

        def say(subject: str, name: str, *values: Any) -> None:
            for value in values:
                thing = ox.NamedNode(expand(subject))
                quads.append(ox.Quad(thing, ox.NamedNode(expand(name)), value, _LAYER))

        for at, one in enumerate(self.things):
            say(f"kind:t{at}", "rdf:type", node("sti:ActorKind"), node("skos:Concept"))
            say(f"kind:t{at}", "skos:prefLabel", zh(one.label))
            say(f"kind:t{at}", "skos:scopeNote", *map(zh, one.notes))
            if one.number is not None:
                say(f"kind:t{at}", "sti:number", ox.Literal(one.number))
            if one.ratio is not None:
                say(
                    f"kind:t{at}",
                    "oa:start",
                    ox.Literal(str(one.ratio), datatype=node("xsd:decimal")),
                )
            if one.open is not None:
                say(f"kind:t{at}", "sti:open", ox.Literal(one.open))
        for at, label in enumerate(self.measures):
            say(f"m:9-{at}", "rdf:type", node("sti:Measure"))
            say(f"m:9-{at}", "skos:prefLabel", zh(label))
        for at, said in enumerate(self.statements):
            say(f"p:s{at}", "rdf:type", node("sti:Provision"))
            say(f"p:s{at}", "sti:inMeasure", node(f"m:9-{said.measure}"))
            say(f"p:s{at}", "sti:quote", zh(said.quote))
            say(f"p:s{at}", "sti:force", node(f"force:{said.force}"))
            say(f"p:s{at}", "sti:reading", *map(zh, said.readings))
            for role, thing in said.ends:
                say(f"p:s{at}", f"sti:{role}", node(f"kind:t{thing}"))
        for one, other in self.links:
            say(f"kind:t{one}", "skos:broader", node(f"kind:t{other}"))
        return Store(quads)

    def nodes(self) -> dict[str, dict[str, list[Value]]]:
        """What a file must say of each node, by its id: values by name of the attribute."""
        out: dict[str, dict[str, list[Value]]] = {}
        for at, one in enumerate(self.things):
            out[f"kind:t{at}"] = {
                "label": [one.label or f"kind:t{at}"],
                "kind": ["sti:ActorKind"], "kindLabel": ["主体种类"],
                "types": ["sti:ActorKind", "skos:Concept"],
                "iri": [expand(f"kind:t{at}")],
                "scopeNote": sorted(one.notes),
                "number": [] if one.number is None else [one.number],
                "start": [] if one.ratio is None else [float(one.ratio)],
                "open": [] if one.open is None else [one.open],
            }  # fmt: skip
        for at, label in enumerate(self.measures):
            out[f"m:9-{at}"] = {
                "label": [label or f"m:9-{at}"],
                "kind": ["sti:Measure"], "kindLabel": ["举措"],
                "iri": [expand(f"m:9-{at}")],
            }  # fmt: skip
        return {key: {k: v for k, v in one.items() if v} for key, one in out.items()}

    def edges(self) -> dict[str, tuple[str, str, dict[str, list[Value]]]]:
        """What a file must say of each edge, by its id: source, target, values by name."""
        out: dict[str, tuple[str, str, dict[str, list[Value]]]] = {}
        for at, said in enumerate(self.statements):
            for role, thing in said.ends:
                source, kind, target = f"kind:t{thing}", f"sti:{role}", f"m:9-{said.measure}"
                alone = len(said.ends) == 1
                key = f"p:s{at}" if alone else f"p:s{at} {source} {kind} {target}"
                told: dict[str, list[Value]] = {
                    "label": [f"角色{role}"], "kind": [kind], "statement": [f"p:s{at}"],
                    "quote": [said.quote],
                    "force": [f"力度{said.force}"], "forceId": [f"force:{said.force}"],
                    "reading": sorted(said.readings),
                }  # fmt: skip
                out[key] = (source, target, {k: v for k, v in told.items() if v})
        for one, other in self.links:
            source, target = f"kind:t{one}", f"kind:t{other}"
            told = {"label": ["上位"], "kind": ["skos:broader"]}
            out[f"{source} skos:broader {target}"] = (source, target, told)
        return out


_LAYER = ox.NamedNode(f"{table()['graph']}stated")


def node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


def zh(text: str) -> ox.Literal:
    return ox.Literal(text, language="zh")


def _schema() -> list[ox.Quad]:
    text = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in table().items())
    text += """
    sti:Provision sti:foldFrom sti:inMeasure ; sti:foldTo sti:involves ;
      sti:foldAttribute sti:quote , sti:force , sti:reading .
    sti:ActorKind rdfs:label "主体种类"@zh ; sti:colour "#0072B2" ; sti:shape "ellipse" .
    sti:Measure rdfs:label "举措"@zh ; sti:colour "javascript:alert(1)" ; sti:shape "</svg>" .
    skos:broader rdfs:label "上位"@zh .
    force:plain rdfs:label "力度plain"@zh ; sti:colour "#333333" ; sti:lineStyle "solid" .
    force:encouraged rdfs:label "力度encouraged"@zh ; sti:lineStyle "</style>" .
    """
    for role in ROLES:
        text += f'sti:{role} rdfs:subPropertyOf sti:involves ; rdfs:label "角色{role}"@zh .\n'
    layer = ox.NamedNode(f"{table()['graph']}ontology")
    found = ox.parse(input=text, format=ox.RdfFormat.TURTLE)
    return [ox.Quad(q.subject, q.predicate, q.object, layer) for q in found]


VIEW = View(
    "made-up",
    {"zh": "</title>编造", "en": '"made" <up>'},
    {"zh": "供测试\n之用", "en": "for tests & such"},
    "SELECT ?node { VALUES ?class { sti:ActorKind sti:Measure } ?node a ?class }",
    "SELECT ?edge ?source ?kind ?target { { ?edge sti:inMeasure ?target ; ?kind ?source . "
    "?kind rdfs:subPropertyOf sti:involves } UNION { VALUES ?kind { skos:broader } "
    "?source ?kind ?target } }",
    tuple(expand(name) for name in ("skos:scopeNote", "sti:number", "oa:start", "sti:open")),
)


def hostile() -> Drawing:
    """A graph whose every text is hostile; a list has several, and edges run side by side."""
    things = tuple(
        Thing(text, frozenset({text, f"{text}!"}), at, Decimal(at) / 4, at % 2 == 0)
        for at, text in enumerate(HOSTILE)
    )
    statements = tuple(
        Statement(at, text, frozenset({("hasLead", at), ("hasAddressee", at), ("hasJoined", 0)}),
                  "encouraged" if at % 2 else "plain", frozenset({text, f"{text}?"}))
        for at, text in enumerate(HOSTILE)
    )  # fmt: skip
    twice = Statement(0, "again", frozenset({("hasLead", 0)}))
    return Drawing(
        things, HOSTILE, (*statements, twice, twice), frozenset({(0, 1), (1, 0), (2, 2)})
    )


_texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20))
_things = st.builds(
    Thing,
    _texts,
    st.frozensets(_texts, max_size=3),
    st.one_of(st.none(), st.integers(-(10**12), 10**12)),
    st.one_of(st.none(), st.decimals(-1000, 1000, places=3)),
    st.one_of(st.none(), st.booleans()),
)


@st.composite
def drawings(draw: st.DrawFn) -> Drawing:
    """Any graph, small."""
    things = draw(st.lists(_things, min_size=1, max_size=5))
    measures = draw(st.lists(_texts, min_size=1, max_size=3))
    ends = st.tuples(st.sampled_from(ROLES), st.integers(0, len(things) - 1))
    statement = st.builds(
        Statement,
        st.integers(0, len(measures) - 1),
        _texts,
        st.frozensets(ends, min_size=1, max_size=4),
        st.sampled_from(("plain", "encouraged")),
        st.frozensets(_texts, max_size=2),
    )
    statements = draw(st.lists(statement, max_size=5))
    number = st.integers(0, len(things) - 1)
    links = draw(st.frozensets(st.tuples(number, number), max_size=3))
    return Drawing(tuple(things), tuple(measures), tuple(statements), links)


def large(statements: int) -> Store:
    """A graph of that many statements with five ends each, for the view VIEW."""
    quads = [*_schema()]

    def say(subject: ox.NamedNode, name: str, value: ox.NamedNode | ox.Literal) -> None:
        quads.append(ox.Quad(subject, node(name), value, _LAYER))

    things = [node(f"kind:t{at}") for at in range(50)]
    for at, thing in enumerate(things):
        say(thing, "rdf:type", node("sti:ActorKind"))
        say(thing, "skos:prefLabel", zh(f"主体{at}"))
    say(node("m:9-0"), "rdf:type", node("sti:Measure"))
    for at in range(statements):
        said = node(f"p:s{at}")
        say(said, "rdf:type", node("sti:Provision"))
        say(said, "sti:inMeasure", node("m:9-0"))
        say(said, "sti:force", node("force:plain"))
        say(said, "sti:quote", zh(f"鼓励保险机构开发产品第{at}号，为企业提供保障" * 10))
        for number in range(5):
            say(said, f"sti:{ROLES[at % 3]}", things[(at + number) % 50])
    return Store(quads)
