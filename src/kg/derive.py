"""What rules derive: each CONSTRUCT of queries/rules/ into a named graph of its own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pyoxigraph as ox

from kg import sparql
from kg.errors import KGError
from kg.load import GRAPH
from kg.prefixes import STI, table
from kg.turtle import RDF_TYPE, read_text


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        id: file name without `.rq`; also the local name of `rule:<id>`.
        summary: what it derives, by language (zh, en).
        note: what a reader must know of it, by language; may be empty.
        after: ids of rules whose results it reads.
        text: the query.
        name: the file as shown to the user.
    """

    id: str
    summary: dict[str, str] = field(compare=False)
    after: tuple[str, ...]
    text: str = field(repr=False)
    name: str
    note: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def graph(self) -> str:
        """IRI of the graph that holds what it derives."""
        return f"{GRAPH}derived-{self.id}"


def read(path: Path, name: str) -> Rule:
    """Reads one rule; `name` is how messages call the file.

    Raises:
        KGError: the file cannot be read, or its header lacks a summary in zh and en.
    """
    text = read_text(path, name)
    head = sparql.header(text, name)
    summary, after = head.get("summary"), head.get("after") or []
    if not isinstance(summary, dict) or not {"zh", "en"} <= set(summary):
        raise KGError("the #+ header has no summary in zh and en", (name, 1))
    note = head.get("note") or {}
    if note and not (isinstance(note, dict) and {"zh", "en"} <= set(note)):
        raise KGError("the note of the #+ header is not in zh and en", (name, 1))
    if head.get("id", path.stem) != path.stem:
        raise KGError(f"the id {head['id']!r} is not the name of the file", (name, 1))
    return Rule(
        path.stem,
        {lang: str(summary[lang]).strip() for lang in ("en", "zh")},
        tuple([after] if isinstance(after, str) else map(str, after)),
        text,
        name,
        {lang: str(text).strip() for lang, text in sorted(note.items())},
    )


def in_order(rules: Sequence[Rule]) -> list[Rule]:
    """Rules by name, each after those that it names in `#+ after:`.

    Raises:
        KGError: a rule comes after one that is not there, or after itself in a ring.
    """
    by_id = {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for rule in by_id.values():
        for other in rule.after:
            if other not in by_id:
                raise KGError(
                    f"it comes after the rule {other!r}, which is not there",
                    (rule.name, 1),
                    f"rules are: {' '.join(by_id)}",
                )
        sorter.add(rule.id, *rule.after)
    try:
        sorter.prepare()
    except CycleError as error:
        ring = error.args[1]
        raise KGError(
            f"rules come after each other in a ring: {' → '.join(ring)}", (by_id[ring[0]].name, 1)
        ) from None
    order: list[Rule] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += [by_id[name] for name in ready]
        sorter.done(*ready)
    return order


def derive(store: ox.Store, rule: Rule) -> list[ox.Triple]:
    """Runs one rule and adds to the store what it newly derives, in the rule's own graph.

    Args:
        store: the layers so far; the rule reads their union.
        rule: the rule.

    Returns:
        The new triples, sorted: what no layer holds already.

    Raises:
        KGError: the query is not a valid CONSTRUCT, or it makes blank nodes.
    """
    try:
        sparql.guard(rule.text, table())
        found = store.query(rule.text, prefixes=table(), use_default_graph_as_union=True)
    except KGError as error:
        raise KGError(error.message, (rule.name, 0), error.hint) from None
    except SyntaxError as error:
        spot = re.search(r"\d+", str(error))
        message = sparql.explain(error, rule.text).message
        raise KGError(message, (rule.name, int(spot[0]) if spot else 0)) from None
    if not isinstance(found, ox.QueryTriples):
        raise KGError("a rule is a CONSTRUCT query", (rule.name, 0))
    graph = ox.NamedNode(rule.graph)
    new = sorted({t for t in found if not _known(store, t)}, key=str)
    if any(isinstance(term, ox.BlankNode) for t in new for term in (t.subject, t.object)):
        raise KGError("a rule may not make blank nodes", (rule.name, 0), "name the node by BIND")
    store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in new)
    return new


def _known(store: ox.Store, triple: ox.Triple) -> bool:
    same = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
    return next(same, None) is not None


def provenance(rule: Rule) -> list[ox.Triple]:
    """What graph:meta says of a rule: what it is called, and the graph that it made."""
    prov, node = table()["prov"], ox.NamedNode(f"{table()['rule']}{rule.id}")
    graph, a = ox.NamedNode(rule.graph), ox.NamedNode(RDF_TYPE)
    label, scope = (ox.NamedNode(table()["skos"] + name) for name in ("prefLabel", "scopeNote"))
    return [
        ox.Triple(node, a, ox.NamedNode(f"{prov}Activity")),
        ox.Triple(node, a, ox.NamedNode(f"{STI}Rule")),
        ox.Triple(node, ox.NamedNode(f"{STI}made"), graph),
        ox.Triple(graph, ox.NamedNode(f"{prov}wasGeneratedBy"), node),
        *(
            ox.Triple(node, predicate, ox.Literal(text, language=lang))
            for predicate, texts in ((label, rule.summary), (scope, rule.note))
            for lang, text in texts.items()
        ),
    ]
