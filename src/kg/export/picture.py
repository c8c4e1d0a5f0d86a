"""What pictures have in common: wrapped captions, bundled edges, and a limit that is told."""

import re
from collections.abc import Iterable, Iterator

from kg.export.columns import Cells, first, gather
from kg.export.told import Told
from kg.results import columns, wrap
from kg.view import Projection

MOST = 300  # nodes, and lines, of a picture: with more nobody sees anything
_CUT = {
    "zh": "图只画出前一部分：另有 {nodes} 个节点、{edges} 条边未画",
    "en": "Only the first part is drawn: {nodes} more nodes and {edges} more edges are not",
}
_WORD = re.compile(r"[!-~]+|$")
Line = tuple[str, str, Cells, int]
"""Source, target, cells of the first of the edges that it stands for, and how many they are."""


def caption(label: str, width: int = 26, most: int = 5) -> list[str]:
    """A label in lines of like length; what does not fit ends in …, control characters go.

    Args:
        label: what to show.
        width: of a line in columns, of which a Chinese sign takes two.
        most: lines.
    """
    room = width * most
    found = wrap(label[:room], width)
    if len(found) > most or len(label) > room:
        last = found[:most][-1]
        while columns(last) >= width:
            last = last[:-1]
        return [*found[: most - 1], f"{last}…"]
    narrow = max(-(-columns(label) // len(found)), *map(len, _WORD.findall(label)), 2)
    tries = (wrap(label, one) for one in range(narrow, width))
    return next((lines for lines in tries if len(lines) == len(found)), found)


def labelled(cells: Cells) -> list[str]:
    """The label of a node in lines; in both languages the Chinese stands above the English."""
    both = [first(cells, key) for key in ("label_zh", "label_en") if key in cells]
    parts = both if len(both) == 2 else [first(cells, "label")]
    return [line for part in dict.fromkeys(parts) for line in caption(part, most=6 - len(parts))]


def width(lines: Iterable[str]) -> int:
    """The columns that the longest line takes, or would take: what is not known counts as one."""
    return max(max(columns(line), len(line)) for line in lines)


class Picture:
    """The nodes and lines of a view that a picture has room for.

    Edges of one kind and force between the same nodes are one line, which says how many.

    Args:
        projection: the view.
        most: nodes, and lines, to keep.

    Attributes:
        told: how many nodes and edges there are, and how many of them were cut.
        note: says so in the language of the view; "" where nothing was cut.
        lines: what stands for edges.
    """

    def __init__(self, projection: Projection, most: int = MOST) -> None:
        self._nodes, edges = gather(projection)
        bundles: dict[tuple[str, ...], Line] = {}
        kept: dict[str, None] = {}
        joined: set[str] = set()
        cut = 0
        for row in edges:
            (_, source, target), cells = row.ids, row.cells
            joined |= {source, target}
            key = (source, target, first(cells, "kind"), first(cells, "forceId"))
            fresh = [end for end in dict.fromkeys((source, target)) if end not in kept]
            if key in bundles:
                bundles[key] = (*bundles[key][:3], bundles[key][3] + 1)
            elif len(bundles) < most and len(kept) + len(fresh) <= most:
                bundles[key] = (source, target, cells, 1)
                kept |= dict.fromkeys(fresh)
            else:
                cut += 1
        for row in self._nodes:
            if row.ids[0] not in joined and len(kept) < most:
                kept[row.ids[0]] = None
        self._kept, self.lines = {*kept}, [*bundles.values()]
        lost = self._nodes.count - len(kept)
        self.told = Told(self._nodes.count, edges.count, cut=lost + cut)
        languages = ("zh", "en") if projection.lang == "both" else (projection.lang,)
        notes = [_CUT[lang].format(nodes=lost, edges=cut) for lang in languages]
        self.note = " / ".join(notes) if lost or cut else ""

    def nodes(self) -> Iterator[tuple[str, Cells]]:
        """Id and cells of each node that is kept."""
        return ((row.ids[0], row.cells) for row in self._nodes if row.ids[0] in self._kept)


def line_caption(cells: Cells, count: int = 1) -> str:
    """The role of an edge and its force, with the number of edges where it is not one."""
    told = " · ".join(first(cells, name) for name in ("label", "force") if name in cells)
    return caption(told, 60, 1)[0] + (f" ×{count}" if count > 1 else "")
