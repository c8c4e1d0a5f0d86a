"""What a writer of a format is told, and what it tells of its work."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """What a format may be asked for.

    Attributes:
        format: its name.
        excel: csv: begin with the mark by which Excel knows UTF-8.
        dynamic: gexf: the life of nodes and edges as spells, from their dates.
    """

    format: str
    excel: bool = False
    dynamic: bool = False


@dataclass
class Told:
    """What became of the graph.

    Attributes:
        nodes: how many were written.
        edges: how many were written.
        replaced: characters that the format forbids, written as U+FFFD.
        cut: nodes and edges that a capped format left out.
    """

    nodes: int = 0
    edges: int = 0
    replaced: int = 0
    cut: int = 0
