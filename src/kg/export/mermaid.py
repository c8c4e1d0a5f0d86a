"""Mermaid: a flowchart for Markdown, as large as readers of it draw."""

import re

from kg.export.columns import first
from kg.export.held import Out
from kg.export.picture import MOST, Picture, caption, labelled, line_caption
from kg.export.told import Options, Told
from kg.look import Look, ink
from kg.view import Projection

_LIMIT = 50_000  # of UTF-16 units, which Mermaid refuses to go beyond
_ENDS = {"box": ("[", "]"), "rounded": ("(", ")"), "ellipse": ("([", "])"),
         "hexagon": ("{{", "}}"), "octagon": ("[[", "]]"), "parallelogram": ("[/", "/]"),
         "trapezium": ("[/", "\\]")}  # fmt: skip
_LINES = {"solid": "-->", "dashed": "-.->", "dotted": "-.->"}
_DASHES = {"solid": "0", "dashed": "6 4", "dotted": "2 3"}
# All that Mermaid or Markdown could take for syntax.
_SPECIAL = re.compile(r"""[^\w\s·（）、，。；：“”‘’《》—–.,()\-+/ ×…]|_""")


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes as much as Mermaid takes; a node of its own says what was cut."""
    most = MOST
    while True:
        picture = Picture(projection, most)
        text = _chart(projection, picture)
        if len(text.encode("utf-16-le")) // 2 <= _LIMIT:
            break
        most //= 2
    out.write_text(text, encoding="utf-8", newline="\n")
    return picture.told


def _chart(projection: Projection, picture: Picture) -> str:
    look = Look(projection.store)
    about = f"{projection.title}: {projection.description}"
    rows = [f"%% {' '.join(about.split())}", "flowchart LR"]
    names: dict[str, str] = {}  # by id of the node
    colours: dict[str, list[str]] = {}
    alone: list[str] = []
    joined = {end for line in picture.lines for end in line[:2]}
    for at, (own, cells) in enumerate(picture.nodes()):
        names[own] = f"n{at}"
        shape = look.thing(own, first(cells, "kind"))
        colours.setdefault(shape.colour, []).append(names[own])
        start, end = _ENDS[shape.shape]
        node = f"  {names[own]}{start}{_text(labelled(cells))}{end}"
        (rows if own in joined else alone).append(node)
    if alone:  # in a box of their own, or edges would run behind them
        rows += ['  subgraph alone[" "]', "  direction LR", *alone, "  end"]
    styles: dict[tuple[str, str], list[str]] = {}
    for at, (source, target, cells, count) in enumerate(picture.lines):
        line = look.line(first(cells, "forceId"))
        styles.setdefault(line, []).append(str(at))
        label = _text([line_caption(cells, count)])
        rows.append(f"  {names[source]} {_LINES[line.style]}|{label}| {names[target]}")
    if picture.note:
        rows.append(f"  cut[{_text(caption(picture.note))}]")
    for at, (colour, nodes) in enumerate(colours.items()):
        rows.append(f"  classDef k{at} fill:{colour},color:{ink(colour)},stroke:#333333")
        rows.append(f"  class {','.join(nodes)} k{at}")
    for (colour, style), them in styles.items():
        dash = f",stroke-dasharray:{_DASHES[style]}" if style != "solid" else ""
        rows.append(f"  linkStyle {','.join(them)} stroke:{colour}{dash}")
    return "\n".join(rows) + "\n"


def _text(lines: list[str]) -> str:
    """Lines in quotes, every sign that could be syntax by its number."""
    told = (_SPECIAL.sub(lambda sign: f"#{ord(sign[0])};", line) for line in lines)
    return f'"{"<br/>".join(told) or "#160;"}"'  # Mermaid takes no empty label
