"""A view as a networkx graph, and measures of it as attributes of its nodes."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import networkx as nx

from kg.export.columns import Cells, of, text

if TYPE_CHECKING:
    from kg.spool import Value
    from kg.view import Projection


def graph(projection: Projection) -> nx.MultiDiGraph[str]:
    """The view, with its columns as attributes of nodes and edges; edges are keyed by their id.

    All values are plain: str, int, float or bool. Several values of one attribute are a JSON
    list, as text.
    """
    made: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=projection.title)
    for one in projection.nodes:
        made.add_node(one.id, **_plain(of(projection, one)))
    for edge in projection.edges():
        made.add_edge(edge.source, edge.target, key=edge.id, **_plain(of(projection, edge)))
    return made


def _plain(cells: Cells) -> dict[str, Value]:
    return {
        name: values[0] if len(values) == 1 else json.dumps(values, ensure_ascii=False)
        for name, values in cells.items()
    }


def measures(projection: Projection) -> dict[str, dict[str, Value]]:
    """Measures of each node, by its id.

    degree: edges; `degree_<role>`: edges of a kind. The others see one line between two nodes,
    however many edges there are, and no direction. betweenness: the share of shortest paths that
    pass through, 0 to 1. community: number of the group (Louvain), the largest is 1. bridging:
    whether the view falls into more pieces without it.
    """
    # Numbers in place of names: the order of strings in sets differs from run to run.
    numbers = {one.id: at for at, one in enumerate(projection.nodes)}
    degrees: list[Counter[str]] = [Counter() for _ in numbers]
    lines: nx.Graph[int] = nx.empty_graph(len(numbers))
    for edge in projection.edges():
        role = text(edge.kind).rpartition(":")[2]
        for end in (edge.source, edge.target):
            degrees[numbers[end]].update(["degree", f"degree_{role}"])
        if edge.source != edge.target:
            lines.add_edge(numbers[edge.source], numbers[edge.target])
    between = nx.betweenness_centrality(lines)
    groups = nx.community.louvain_communities(lines, seed=0) if numbers else []
    ranked = sorted(groups, key=lambda group: (-len(group), min(group)))
    community = {one: at for at, group in enumerate(ranked, 1) for one in group}
    bridging = set(nx.articulation_points(lines))
    return {
        name: {
            "degree": 0, **dict(sorted(degrees[at].items())),
            "betweenness": round(between[at], 6),
            "community": community[at],
            "bridging": at in bridging,
        }
        for name, at in numbers.items()
    }  # fmt: skip
