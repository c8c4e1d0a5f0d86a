"""The term reference, docs/terms.md: what the ontology and the vocabularies hold, for readers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KGError
from kg.house import House
from kg.prefixes import STI, shrink, table
from kg.turtle import parse

_HEAD = """# Terms 术语

Made by `kg terms -o docs/terms.md` from `ontology/`; to change it, change the words there.
How terms are used: [modelling.md](modelling.md), [modelling.zh-CN.md](modelling.zh-CN.md)."""
_LANGS = {"zh": ("*说明*", "又作：", "、"), "en": ("*Note.*", "Also: ", ", ")}
_LABELS = ("prefLabel", "label", "title")
_FORMS = ("altLabel", "hiddenLabel", "cueWord", "cueWordEnglish")
_INSIDE = "owl:equivalentClass/owl:intersectionOf/rdf:rest*/rdf:first"  # of a defined class
# A defined class stands below the classes that its definition names, and below those that are
# defined by a broader kind of actor.
_ABOVE = f"""SELECT ?term ?above WHERE {{
  {{ ?term rdfs:subClassOf|skos:broader|{_INSIDE} ?above }}
  UNION {{ ?term {_INSIDE}/owl:hasValue/skos:broader+ ?kind . ?above {_INSIDE}/owl:hasValue ?kind }}
  FILTER(ISIRI(?above))
}}"""
# What is said of a term in one line; domain and range hold for what is below, too.
_FACTS = {
    "is a": "?term a ?value FILTER(?value NOT IN (owl:Class, owl:NamedIndividual))",
    "below": "?term rdfs:subPropertyOf ?value",
    "domain": "?term rdfs:subPropertyOf*/rdfs:domain ?value",
    "range": "?term rdfs:subPropertyOf*/rdfs:range ?value",
    "expresses": "?term sti:expressesRole ?value",
    "defined by the kind": f"?term {_INSIDE}/owl:hasValue ?value",
}
_CHAIN = """SELECT ?step (COUNT(?before) AS ?at) WHERE {{
  <{}> owl:propertyChainAxiom/rdf:rest* ?before . ?before rdf:rest* ?node . ?node rdf:first ?step
}} GROUP BY ?node ?step"""


def write(house: House, path: Path) -> None:
    """Writes the term reference of a house into a Markdown file.

    Raises:
        KGError: the file cannot be written.
    """
    try:
        path.write_text(render(house), encoding="utf-8", newline="\n")
    except OSError as error:
        raise KGError(f"the file cannot be written: {error.strerror}", (str(path), 0)) from None


def render(house: House) -> str:
    """The term reference as Markdown, the same from run to run."""
    return "\n".join(_Reference(house).lines()) + "\n"


class _Reference:
    """The ontology, asked term by term; each file is a named graph."""

    def __init__(self, house: House) -> None:
        self.store, self.vocabularies = ox.Store(), list[str]()
        for path in [*house.ontology(), *house.vocabularies()]:
            graph = ox.NamedNode(f"file:{house.name(path)}")
            triples = parse(path, house.name(path))
            self.store.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples)
            if path in house.vocabularies():
                self.vocabularies.append(graph.value)
        self.texts: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for term, what, text, lang in self.ask(
            "SELECT ?term ?what (STR(?o) AS ?text) (LANG(?o) AS ?lang) WHERE { ?term ?what ?o }"
        ):
            self.texts[term, shrink(what).partition(":")[2], lang].append(text)
        self.above: dict[str, set[str]] = defaultdict(set)
        for term, above in self.ask(_ABOVE):
            self.above[term].add(above)

    def ask(self, query: str) -> list[tuple[str, ...]]:
        """Rows of a SELECT over all files, as plain strings, sorted."""
        found = self.store.query(query, prefixes=table(), use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        return sorted({tuple(getattr(term, "value", "") for term in row) for row in found})

    def lines(self) -> Iterator[str]:
        """The whole page."""
        yield f"{_HEAD}\n\n## Classes 类\n"
        classes = self.terms("owl:Class")
        for depth, term in self.tree(classes):
            link = shrink(term).replace(":", "").lower()
            yield f"{'  ' * depth}- [{shrink(term)}](#{link}) {self.names(term)}"
        yield from self.entries(classes)
        for title, kinds in {
            "Properties 属性": "owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty",
            "Verdicts 判定结论": "owl:NamedIndividual",
        }.items():
            yield f"\n## {title}"
            yield from self.entries(self.terms(kinds))
        yield "\n## Vocabularies 词表"
        for graph in self.vocabularies:
            yield from self.vocabulary(graph)

    def terms(self, kinds: str) -> list[str]:
        """Our own terms of some OWL kinds."""
        found = self.ask(f"SELECT ?term WHERE {{ VALUES ?kind {{ {kinds} }} ?term a ?kind }}")
        return [term for (term,) in found if term.startswith(STI)]

    def names(self, term: str) -> str:
        """Its labels in both languages."""
        return " · ".join(n for lang in _LANGS for k in _LABELS for n in self.texts[term, k, lang])

    def entries(self, terms: Iterable[str]) -> Iterator[str]:
        """For each term a heading, its facts, then what it means in both languages."""
        for term in terms:
            facts = []
            for name, pattern in _FACTS.items():
                rows = self.ask(f"SELECT ?value WHERE {{ BIND(<{term}> AS ?term) {pattern} }}")
                found = ", ".join(f"`{shrink(value)}`" for (value,) in rows)
                facts += [f"{name} {found}"] if rows else []
            if chain := sorted(self.ask(_CHAIN.format(term)), key=lambda row: int(row[1])):
                facts.append("follows from " + " then ".join(f"`{shrink(s)}`" for s, _ in chain))
            yield f"\n### {shrink(term)}\n\n**{self.names(term)}**"
            yield from [f"({'; '.join(facts)})"] if facts else []
            yield ""
            yield from (f"- {self.told(term, lang)}" for lang in _LANGS)
            examples = [e for lang in _LANGS for e in self.texts[term, "example", lang]]
            yield f"- 例 e.g. {'; '.join(examples)}"

    def told(self, term: str, lang: str) -> str:
        """Definition, notes and further forms in one language."""
        note, also, between = _LANGS[lang]
        said = [*self.texts[term, "definition", lang]]
        said += [f"{note} {text}" for text in self.texts[term, "scopeNote", lang]]
        forms = [form for kind in _FORMS for form in self.texts[term, kind, lang]]
        return " ".join([*said, *([also + between.join(forms)] if forms else [])])

    def tree(self, terms: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Depth and term: each below the nearest of those above it."""
        below: dict[str, list[str]] = defaultdict(list)
        known = sorted(set(terms))
        for term in known:
            above = self.above[term].intersection(known)
            for up in sorted(above - {u for one in above for u in self.ancestors(one)}) or [""]:
                below[up].append(term)
        ends = [(0, term) for term in reversed(below[""])]
        while ends:
            depth, term = ends.pop()
            yield depth, term
            ends += [(depth + 1, one) for one in reversed(below[term])]

    def ancestors(self, term: str) -> set[str]:
        """All that is above a term."""
        found, ends = set[str](), [term]
        while ends:
            new = self.above[ends.pop()] - found
            found |= new
            ends += new
        return found

    def vocabulary(self, graph: str) -> Iterator[str]:
        """One vocabulary: its title, and its concepts, each below its broader one."""
        typed = self.ask(f"SELECT ?term ?kind WHERE {{ GRAPH <{graph}> {{ ?term a ?kind }} }}")
        kinds: dict[str, list[str]] = defaultdict(list)
        for term, kind in typed:
            kinds[shrink(kind)].append(term)
        apart = {*kinds["owl:Ontology"], *kinds["skos:ConceptScheme"]}
        yield f"\n### {self.names(kinds['owl:Ontology'][0])}\n\n| | 中文 | English |\n|---|---|---|"
        for depth, term in self.tree(term for term, _ in typed if term not in apart):
            cells = [
                " ".join([f"**{label}**", self.told(term, lang)]).replace("|", "\\|")
                for lang in _LANGS
                for label in self.texts[term, "prefLabel", lang]
            ]
            yield f"| {'— ' * depth}`{shrink(term)}` | {' | '.join(cells)} |"
