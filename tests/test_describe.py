"""Tests of kg.describe."""

import pyoxigraph as ox

from kg import write
from kg.assembly import Assembly
from kg.describe import DATASET, describe
from kg.load import GRAPH, Facts
from kg.prefixes import expand
from kg.turtle import parse_text


def described(layers: write.Layers) -> list[ox.Triple]:
    return describe(write.subjects(write.nquads(layers)), list(layers))


def test_every_layer_is_described(assembly: Assembly) -> None:
    """A title in zh and en and the number of triples, for each named graph."""
    facts = Facts(described(assembly.layers))
    title = expand("dcterms:title")
    assert set(facts.iris(DATASET, expand("void:subset"))) == set(assembly.layers)
    for graph, triples in assembly.layers.items():
        assert facts.texts(graph, expand("void:triples"), None) == [str(len(triples))]
        assert all(facts.texts(graph, title, lang)[0] for lang in ("zh", "en")), graph


def test_counts() -> None:
    """Classes and properties are counted over all layers, a repeated triple once."""
    triples = parse_text("@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> . "
                         "sti:a a sti:B ; sti:p 1 . sti:c a sti:B .", "")  # fmt: skip
    facts = Facts(described({f"{GRAPH}stated": triples, f"{GRAPH}curated": triples[:1]}))
    assert facts.texts(DATASET, expand("void:triples"), None) == ["3"]
    (part,) = facts.iris(DATASET, expand("void:classPartition"))
    assert facts.iris(part, expand("void:class")) == [expand("sti:B")]
    assert facts.texts(part, expand("void:entities"), None) == ["2"]
    assert len(facts.iris(DATASET, expand("void:propertyPartition"))) == 2


def test_no_dates(assembly: Assembly) -> None:
    """A description that changes with the clock could not be compared."""
    assert not any("date" in t.predicate.value.lower() for t in described(assembly.layers))
