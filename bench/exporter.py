"""A view of a published graph, written by networkx: what `kg export` is compared with.

Arguments: gexf or graphml, the folder of a build, the view, the file to write. A line of JSON
tells the seconds of each step: `read` takes nodes and edges out of the store as kg does, `held`
puts them into a MultiDiGraph, `write` is the writer of networkx alone; `kg write` is that of kg,
given the same nodes and edges in memory.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import networkx as nx

from kg import view
from kg.export import gexf as gexf_
from kg.export import graphml
from kg.export.columns import Cells, of
from kg.export.told import Options
from kg.house import House
from kg.published import at

WRITERS: dict[str, Any] = {
    "gexf": (nx.write_gexf, gexf_.write),
    "graphml": (nx.write_graphml, graphml.write),
}
# What networkx takes for its own; it writes no lists either.
_TAKEN = {"id": "id_", "start": "start_", "end": "end_", "key": "key_", "type": "type_"}


class Held(view.Projection):
    """A projection whose nodes and edges are in memory."""

    vertices: list[view.Vertex]
    arcs: list[view.Edge]

    @property
    def nodes(self) -> Iterator[view.Vertex]:
        return iter(self.vertices)

    def edges(self) -> Iterator[view.Edge]:
        return iter(self.arcs)


def flat(cells: Cells) -> dict[str, str | int | float | bool]:
    """Values as networkx writes them, several as a JSON list."""
    return {
        _TAKEN.get(name, name): them[0] if len(them) == 1 else json.dumps(them, ensure_ascii=False)
        for name, them in cells.items()
    }


def main() -> None:
    """Writes the file, and what each step took to stdout."""
    form, build, name, out = sys.argv[1:]
    built = at(build)
    assert built
    took, start = {}, time.perf_counter()

    def lap(step: str) -> None:
        nonlocal start
        took[step] = time.perf_counter() - start
        start = time.perf_counter()

    held = Held(built.store(), view.read(House.find(), name), "en")
    whole = view.Projection(held.store, held.view, "en")
    held.vertices, held.arcs = list(whole.nodes), list(whole.edges())
    lap("read")
    graph: Any = nx.MultiDiGraph()
    for one in held.vertices:
        graph.add_node(one.id, **flat(of(held, one)))
    for edge in held.arcs:
        graph.add_edge(edge.source, edge.target, edge.id, **flat(of(held, edge)))
    lap("held")
    theirs, ours = WRITERS[form]
    theirs(graph, out)
    lap("write")
    ours(held, Path(f"{out}.kg"), Options(form))
    lap("kg write")
    count = {"nodes": len(held.vertices), "edges": len(held.arcs)}
    print(json.dumps({"step": "export", **took, **count}))


if __name__ == "__main__":
    main()
