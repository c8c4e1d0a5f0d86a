"""The sci-tech insurance Opinion as a knowledge graph.

>>> import kg
>>> g = kg.open()
>>> rows = g.ask("who-leads")
>>> frame = rows.to_dataframe()
"""

from __future__ import annotations

# Everything is imported where it is used: `import kg` and `kg --help` stay quick.
TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Any

    import networkx as nx
    import rdflib

    from kg.rows import Rows
    from kg.store import Lang, Store

__version__ = "0.1.0"
__all__ = ["Graph", "__version__", "open"]


def open(
    path: str | Path | None = None, lang: Lang | None = None, *, endpoint: str | None = None
) -> Graph:
    """Opens the graph.

    Args:
        path: a folder that `kg build` wrote; None for the graph of the package's own files.
        lang: of labels: `zh`, `en` or `both`; None takes it from the locale.
        endpoint: the graph of a server instead: an address, or the name of a profile.

    Raises:
        kg.errors.KGError: the folder holds no graph, or it is broken; or there is no such profile.
    """
    from kg.house import House  # noqa: PLC0415
    from kg.published import open_store  # noqa: PLC0415
    from kg.store import default_lang  # noqa: PLC0415

    if endpoint is not None:
        from kg import remote  # noqa: PLC0415

        return Graph(remote.store(endpoint), lang or default_lang())
    store = open_store(House.find(), path)
    return Graph(store, lang or default_lang())


class Graph:
    """The graph, to be asked and to be handed to other tools."""

    def __init__(self, store: Store, lang: Lang) -> None:
        self.store, self.lang = store, lang

    def ask(self, question: str, **values: str | int | Sequence[str | int] | None) -> Rows:
        """Asks a question of the catalogue (`kg questions` lists them).

        Args:
            question: its id.
            values: by parameter, an IRI, a CURIE, a label in zh or en, or several; None for any.

        Returns:
            The rows; `.notes` tells what they mean, `.why` why there is none.

        Raises:
            kg.errors.KGError: an unknown question, parameter or value, with suggestions.
        """
        from kg import catalogue  # noqa: PLC0415
        from kg.house import House  # noqa: PLC0415
        from kg.rows import Rows, Told  # noqa: PLC0415

        found = catalogue.find(House.find(), question)
        terms = catalogue.terms(self.store, found, values)
        result = catalogue.answer(self.store, found, terms)
        notes = catalogue.remarks(self.store, found, terms, result, self.lang)
        why = "" if result.rows else catalogue.why(found, self.lang)
        told = Told(notes, why, found.order)
        return Rows(result, self.store, self.lang, told)

    def query(self, sparql: str) -> Rows:
        """Asks a SPARQL query; the prefixes of the house need no PREFIX line.

        Returns:
            The rows; `.notes` tells what in the query looks right and matches nothing.

        Raises:
            kg.errors.KGError: it is refused or not valid.
        """
        from kg.doubts import doubts  # noqa: PLC0415
        from kg.rows import Rows, Told  # noqa: PLC0415

        result = self.store.query(sparql)
        told = Told(doubts(sparql, result, self.store, self.lang))
        return Rows(result, self.store, self.lang, told)

    def find(self, text: str) -> Rows:
        """The statements whose words, or whose translation, hold a text (`kg find`).

        Raises:
            kg.errors.KGError: it has no letter.
        """
        from kg import search  # noqa: PLC0415
        from kg.house import House  # noqa: PLC0415
        from kg.rows import Rows, Told  # noqa: PLC0415

        found = search.find(self.store, text)
        why = "" if found else search.silence(search.sources(House.find()), text, self.lang)
        told = Told([why] if why else [], why)
        return Rows(search.result(found), self.store, self.lang, told)

    def show(self, thing: str) -> str:
        """The card of a thing, named by IRI, CURIE or label.

        Raises:
            kg.errors.KGError: nothing, or more than one thing, has that name.
        """
        from kg import card, names, page  # noqa: PLC0415

        return page.text(card.card(self.store, names.resolve(self.store, thing)), self.lang)

    def rdflib(self) -> rdflib.Dataset:
        """A copy as an rdflib Dataset, one graph a layer, with the union as default graph."""
        import pyoxigraph as ox  # noqa: PLC0415
        from rdflib import Dataset  # noqa: PLC0415

        from kg.prefixes import table  # noqa: PLC0415

        found = Dataset(default_union=True)
        quads = sorted(self.store.quads(), key=str)
        data = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
        found.parse(data=data.decode(), format="nquads")
        for prefix, namespace in table().items():
            found.bind(prefix, namespace, replace=True)
        return found

    def owl(self) -> Any:
        """A copy as an owlready2 ontology in a world of its own: all layers merged, no imports.

        Raises:
            ImportError: owlready2 is not installed.
        """
        import io  # noqa: PLC0415

        import pyoxigraph as ox  # noqa: PLC0415

        try:
            import owlready2  # noqa: PLC0415
        except ImportError:
            raise _lacking("owlready2", "owl") from None
        from kg.prefixes import STI, expand, shrink  # noqa: PLC0415
        from kg.store import node  # noqa: PLC0415

        # owlready2 reads no Turtle, and fails on an import that it cannot find.
        dropped = {expand("owl:imports"), expand("owl:versionIRI")}
        triples = {q.triple for q in self.store.quads() if q.predicate.value not in dropped}
        # It lists as individuals only what is declared one.
        kind, individual = node("rdf:type"), node("owl:NamedIndividual")
        own = [
            t for t in triples if t.predicate == kind and shrink(str(t.object)[1:-1])[:4] != "owl:"
        ]
        triples |= {ox.Triple(t.subject, kind, individual) for t in own}
        data = ox.serialize(sorted(triples, key=str), format=ox.RdfFormat.RDF_XML) or b""
        world = owlready2.World()
        return world.get_ontology(STI).load(fileobj=io.BytesIO(data))

    def networkx(
        self, view: str | None = None, *, measures: bool = False, places: bool = False
    ) -> nx.MultiDiGraph[str]:
        """A copy as a networkx MultiDiGraph of resources.

        Args:
            view: one of `kg export --list`: its nodes, with statements folded into edges. Edges
                are keyed by their id; all attributes are str, int, float or bool, several values
                a JSON list as text.
            measures: of a view: see `kg.network.measures`, as attributes of nodes.
            places: without a view: with the places in the text (layers text and mentions).

        Returns:
            Without a view, all resources: nodes are CURIEs with the attributes `iri`, `kind`,
            `label_zh` and `label_en`. The key of an edge is the CURIE of its property, its
            `layer` says where it is from. Literals other than labels are left out.

        Raises:
            ImportError: networkx is not installed.
            kg.errors.KGError: there is no such view, or it is broken.
        """
        if view is not None:
            return self._view(view, measures)
        import pyoxigraph as ox  # noqa: PLC0415

        try:
            import networkx as nx  # noqa: PLC0415
        except ImportError:
            raise _lacking("networkx", "graph") from None
        from kg.prefixes import shrink  # noqa: PLC0415
        from kg.statement import layer  # noqa: PLC0415

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        things: dict[str, ox.NamedNode] = {}
        for quad in sorted(self.store.quads(), key=str):
            start, end, where = quad.subject, quad.object, layer(quad.graph_name)
            if not (isinstance(start, ox.NamedNode) and isinstance(end, ox.NamedNode)):
                continue
            if not places and where in ("text", "mentions"):
                continue
            one, other = shrink(start.value), shrink(end.value)
            things |= {one: start, other: end}
            key = shrink(quad.predicate.value)
            if (known := graph.get_edge_data(one, other, key)) and known["layer"] != where:
                where = f"{known['layer']}, {where}"
            graph.add_edge(one, other, key=key, layer=where)
        for name, thing in things.items():
            kinds = [o.value for o in self.store.objects(thing, "rdf:type") if hasattr(o, "value")]
            # Its kind among ours says more than skos:Concept.
            ours = sorted((shrink(kind) for kind in kinds), key=lambda k: (k[:4] != "sti:", k))
            graph.nodes[name].update(
                iri=thing.value,
                kind=next(iter(ours), ""),
                label_zh=self.store.own_label(thing, "zh") or "",
                label_en=self.store.own_label(thing, "en") or "",
            )
        return graph

    def _view(self, name: str, measures: bool) -> nx.MultiDiGraph[str]:
        from kg.house import House  # noqa: PLC0415
        from kg.view import Projection, read  # noqa: PLC0415

        try:
            from kg import network  # noqa: PLC0415
        except ImportError:
            raise _lacking("networkx", "graph") from None
        projection = Projection(self.store, read(House.find(), name), self.lang)
        if measures:
            projection.added = network.measures(projection)
        return network.graph(projection)


def _lacking(package: str, extra: str) -> ImportError:
    return ImportError(f"{package} is not installed: pip install 'sci-tech-insurance-kg[{extra}]'")
