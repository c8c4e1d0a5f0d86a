"""The term reference, docs/terms.md: what the ontology and the vocabularies hold, for readers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.house import House
from kg.prefixes import STI, shrink, table
from kg.turtle import parse

_HEAD = """# Terms

Made by `kg terms -o docs/terms.md` from `ontology/`: change the words there, not here.
How to use the terms: [modelling.md](modelling.md), [modelling.zh-CN.md](modelling.zh-CN.md).
"""
_PROPERTIES = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
# A defined class stands below the classes that its definition names, and below those that are
# defined by a broader kind of actor.
_PARENTS = """
SELECT ?term ?above WHERE {
  { ?term rdfs:subClassOf|rdfs:subPropertyOf|skos:broader ?above }
  UNION { ?term owl:equivalentClass/owl:intersectionOf/rdf:rest*/rdf:first ?above }
  UNION {
    ?term owl:equivalentClass/owl:intersectionOf/rdf:rest*/rdf:first/owl:hasValue/skos:broader+
      /^owl:hasValue/^rdf:first/^rdf:rest*/^owl:intersectionOf/^owl:equivalentClass ?above
  }
  FILTER(ISIRI(?above))
}"""
# Facts of a term that are worth a line, in this order; a domain or range holds for subproperties.
_FACTS = {
    "below": "?term rdfs:subPropertyOf ?value",
    "domain": "?term rdfs:subPropertyOf*/rdfs:domain ?value",
    "range": "?term rdfs:subPropertyOf*/rdfs:range ?value",
    "kind": "?term owl:equivalentClass/owl:intersectionOf/rdf:rest*/rdf:first/owl:hasValue ?value",
    "role": "?term sti:expressesRole ?value",
    "verdict of": "?term a owl:NamedIndividual, ?value FILTER(?value != owl:NamedIndividual)",
}
_CHAIN = "?term owl:propertyChainAxiom/(rdf:rest*)/rdf:first ?value"


def write(house: House, path: Path) -> None:
    """Writes the term reference.

    Args:
        house: whose ontology it is.
        path: the Markdown file.
    """
    path.write_text(render(house), encoding="utf-8", newline="\n")


def render(house: House) -> str:
    """The term reference as Markdown, the same from run to run."""
    return "\n".join(_Reference(house).lines()) + "\n"


class _Reference:
    """The ontology, asked term by term; each vocabulary file is a named graph."""

    def __init__(self, house: House) -> None:
        self.store = ox.Store()
        self.files: list[str] = []
        for path in [*house.ontology(), *house.vocabularies()]:
            name = ox.NamedNode(f"file:{house.name(path)}")
            self.store.extend(ox.Quad(*triple, name) for triple in parse(path, house.name(path)))
            if path in house.vocabularies():
                self.files.append(name.value)
        self.texts: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for term, what, text, lang in self.ask(
            "SELECT ?s ?p (STR(?o) AS ?text) (LANG(?o) AS ?lang) "
            'WHERE { ?s ?p ?o FILTER(ISIRI(?s) && LANG(?o) != "") }'
        ):
            self.texts[term, shrink(what).partition(":")[2], lang].append(text)
        self.above: dict[str, set[str]] = defaultdict(set)
        for term, above in self.ask(_PARENTS):
            if term != above:
                self.above[term].add(above)

    def ask(self, query: str) -> list[tuple[str, ...]]:
        """Rows of a SELECT over all files, as plain strings, sorted."""
        found = self.store.query(query, prefixes=table(), use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        return sorted({tuple(getattr(term, "value", "") for term in row) for row in found})

    def terms(self, kind: str) -> list[str]:
        """Our own terms of an OWL kind."""
        found = self.ask(f"SELECT ?term WHERE {{ ?term a owl:{kind} }}")
        return [term for (term,) in found if term.startswith(STI)]

    def lines(self) -> Iterator[str]:
        yield _HEAD
        classes = self.terms("Class")
        yield "## Classes 类\n"
        yield from self.tree(classes, link=True)
        for term in classes:
            yield from self.entry(term)
        yield "\n## Properties 属性"
        for kind in _PROPERTIES:
            for term in self.terms(kind):
                yield from self.entry(term, kind)
        yield "\n## Verdicts 判定结论"
        for term in self.terms("NamedIndividual"):
            yield from self.entry(term)
        yield "\n## Vocabularies 词表"
        for file in self.files:
            yield from self.vocabulary(file)

    def entry(self, term: str, kind: str = "") -> Iterator[str]:
        """A heading, the facts, then definition, notes and examples in both languages."""
        yield f"\n### {shrink(term)}\n"
        facts = [f"{kind[:-8].lower()} property"] if kind else []
        for name, pattern in _FACTS.items():
            found = self.values(term, pattern)
            facts += [f"{name} {', '.join(found)}"] if found else []
        chain = self.values(term, _CHAIN, ordered=True)
        facts += [f"follows from {' then '.join(chain)}"] if chain else []
        yield f"**{self.label(term)}**" + (f" ({'; '.join(facts)})" if facts else "")
        for what, words in (("definition", ""), ("scopeNote", "*Note.* "), ("example", "*e.g.* ")):
            for lang in ("en", "zh"):
                yield from (f"- {words}{text}" for text in self.texts[term, what, lang])

    def values(self, term: str, pattern: str, ordered: bool = False) -> list[str]:
        """CURIEs, in code marks, of what a pattern says of a term."""
        query = f"SELECT ?value WHERE {{ BIND(<{term}> AS ?term) {pattern} }}"
        found = self.store.query(query, prefixes=table(), use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        named = [v.value for (v,) in found if isinstance(v, ox.NamedNode)]
        return [f"`{shrink(iri)}`" for iri in (named if ordered else sorted(set(named)))]

    def label(self, term: str) -> str:
        """Names in both languages."""
        kinds = ("prefLabel", "label", "title")
        names = [n for lang in ("zh", "en") for k in kinds for n in self.texts[term, k, lang]]
        return " · ".join(names)

    def tree(self, terms: Iterable[str], link: bool = False) -> Iterator[str]:
        """Nested bullets: each term below the nearest of its broader ones."""
        known = set(terms)
        children: dict[str, list[str]] = defaultdict(list)
        for term in sorted(known):
            above = self.above[term] & known
            near = above - {up for one in above for up in self.ancestors(one)}
            for up in sorted(near) or [""]:
                children[up].append(term)

        def walk(up: str, depth: int) -> Iterator[str]:
            for term in children[up]:
                name = shrink(term)
                shown = f"[{name}](#{name.replace(':', '').lower()})" if link else f"`{name}`"
                yield f"{'  ' * depth}- {shown} **{self.label(term)}**{self.gloss(term, link)}"
                yield from walk(term, depth + 1)

        yield from walk("", 0)

    def ancestors(self, term: str) -> set[str]:
        found, ends = set(), [term]
        while ends:
            new = self.above[ends.pop()] - found
            found |= new
            ends += new
        return found

    def gloss(self, term: str, link: bool) -> str:
        """Definitions and further forms of a concept; a class has an entry of its own."""
        if link:
            return ""
        forms = [f for k in ("altLabel", "hiddenLabel", "cueWord") for f in self.texts[term, k, "zh"]]
        told = [t for lang in ("en", "zh") for t in self.texts[term, "definition", lang]]
        return "".join(f" {t}" for t in [*told, f"(also 又作 {'、'.join(forms)})" if forms else ""])

    def vocabulary(self, file: str) -> Iterator[str]:
        """One vocabulary file: its title and its concepts as a tree."""
        inside = f"GRAPH <{file}> {{ ?term a ?kind }}"
        for (header,) in self.ask(f"SELECT ?term WHERE {{ {inside} FILTER(?kind = owl:Ontology) }}"):
            yield f"\n### {self.label(header)}\n"
        yield from self.tree(t for (t,) in self.ask(
            f"SELECT ?term WHERE {{ {inside} "
            "FILTER(?kind NOT IN (owl:Ontology, skos:ConceptScheme)) }"
        ))  # fmt: skip
