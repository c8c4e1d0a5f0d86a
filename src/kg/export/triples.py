"""JSON-LD, Turtle and N-Quads: the triples that a view holds."""

import pyoxigraph as ox

from kg import write as writer
from kg.export.held import Out
from kg.export.told import Options, Told
from kg.view import Projection


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes the triples of a view; N-Quads with the layer that each is from."""
    triples: set[ox.Triple] = set()
    projection.sink = triples.add
    told = Told(sum(1 for _ in projection.nodes), sum(1 for _ in projection.edges()))
    if options.format == "ttl":
        pieces = writer.turtle(triples, f"The view {projection.view.id}. Made by kg export.")
    else:
        layers: dict[str, list[ox.Triple]] = {}
        for triple in triples:
            assert not isinstance(triple.subject, ox.Triple)
            for quad in projection.store.quads(triple.subject, triple.predicate, triple.object):
                if isinstance(quad.graph_name, ox.NamedNode):
                    layers.setdefault(quad.graph_name.value, []).append(triple)
        pieces = iter(writer.nquads(layers)) if options.format == "nq" else writer.jsonld(layers)
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
    return told
