"""DOT, and the pictures that Graphviz draws of it: SVG, PNG, PDF."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.errors import KGError
from kg.export.columns import Cells, first, gather
from kg.export.held import Out
from kg.export.picture import Line, Picture, caption, labelled, line_caption, width
from kg.export.told import Options, Told
from kg.look import Look, ink
from kg.view import Projection

FONT = "Noto Sans CJK SC"
# Graphviz slants its own so far that they take twice the room of their text.
_SHAPES = {"rounded": "box", "trapezium": "polygon, sides=4, distortion=-0.2",
           "parallelogram": "polygon, sides=4, skew=0.2"}  # fmt: skip
_SECONDS = 120
ROW = 6  # nodes without an edge, side by side
_DATED = re.compile(rb"(/CreationDate \(D:)\d{14}")
_CONTROL = re.compile("[\x00-\x1f\ufffe\uffff]")  # what no line holds, or no SVG
_HEAD = f"""digraph {{
  graph [rankdir=LR, nodesep=0.16, ranksep=0.4, labelloc=t, labeljust=l]
  graph [fontname="{FONT}", fontsize=14]
  node [fontname="{FONT}", fontsize=11, color="#333333", penwidth=0.7, fixedsize=true]
  edge [fontname="{FONT}", fontsize=9, fontcolor="#333333", arrowsize=0.6, penwidth=1.4]
"""
_NEXT, _LEFT = r"\n", r"\l"  # ends of lines: centred, and to the left


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes DOT in full, or has Graphviz draw as much of it as a picture has room for.

    Raises:
        KGError: Graphviz or the font is missing, or Graphviz fails.
    """
    if options.format == "dot":
        nodes, edges = gather(projection)
        with out.open("w", encoding="utf-8", newline="\n") as file:
            every = ((row.ids[1], row.ids[2], row.cells, 1) for row in edges)
            file.writelines(_dot(projection, ((row.ids[0], row.cells) for row in nodes), every))
        return Told(nodes.count, edges.count)
    _require()
    picture = Picture(projection)
    rows = ranks(picture)
    dot = _dot(projection, picture.nodes(), picture.lines, picture.note, rows)
    assert isinstance(out, Path)  # Graphviz writes files
    _draw("".join(dot), options.format, out)
    return picture.told


def _dot(
    projection: Projection, nodes: Iterable[tuple[str, Cells]], lines: Iterable[Line],
    note: str = "", rows: Iterable[str] = (),
) -> Iterator[str]:  # fmt: skip
    look = Look(projection.store)
    title = [projection.title, *caption(projection.description, 90, 6), note]
    yield f"{_HEAD}  label={_text([line for line in title if line], _LEFT)}\n"
    for own, cells in nodes:
        shape = look.thing(own, first(cells, "kind"))
        label = labelled(cells)
        # Graphviz would make slanted shapes far larger than their text.
        slant = 12 if shape.shape in ("box", "rounded") else 26 + 8 * len(label)
        wide = (6.1 * width(label) + slant) / 72
        style = "filled,rounded" if shape.shape == "rounded" else "filled"
        border = ""
        if force := first(cells, "forceId"):
            border = f', color="{look.line(force).colour}", penwidth=2'
            style += f",{look.line(force).style}"
        yield (
            f"  {_text([own])} [label={_text(label)}, "
            f'shape={_SHAPES.get(shape.shape, shape.shape)}, style="{style}", '
            f"width={wide:.2f}, height={(15 * len(label) + 8) / 72:.2f}, "
            f'fillcolor="{shape.colour}", fontcolor="{ink(shape.colour)}"{border}]\n'
        )
    for source, target, cells, count in lines:
        line = look.line(first(cells, "forceId"))
        yield (
            f"  {_text([source])} -> {_text([target])} "
            f'[label={_text([line_caption(cells, count)])}, color="{line.colour}", '
            f"style={line.style}]\n"
        )
    yield from rows
    yield "}\n"


def ranks(picture: Picture) -> Iterator[str]:
    """Nodes without an edge stand where all others of their kind do, else in rows."""
    ends = {source: "min" for source, *_ in picture.lines}
    ends |= {target: "" if target in ends else "max" for _, target, *_ in picture.lines}
    sides: dict[str, set[str]] = {}
    alone: dict[str, list[str]] = {}
    for own, cells in picture.nodes():
        kind = first(cells, "kind")
        if own in ends:
            sides.setdefault(kind, set()).add(ends[own])
        else:
            alone.setdefault(kind, []).append(own)
    for kind, nodes in alone.items():
        names = [_text([one]) for one in nodes]
        if len(side := sides.get(kind, set())) == 1 and (rank := min(side)):
            yield f"  {{ rank={rank} {' '.join(names)} }}\n"
        else:
            rows = (names[at : at + ROW] for at in range(0, len(names), ROW))
            # Alone in its row, a node would take the style that is meant for the line, and vanish.
            yield from (f"  {' -> '.join(row)} [style=invis]\n" for row in rows if len(row) > 1)


def _text(lines: list[str], end: str = _NEXT) -> str:
    """Lines as one quoted string, in which nothing is an escape or an entity."""
    told = (line.replace("\\", r"\\").replace('"', r"\"").replace("&", "&amp;") for line in lines)
    return f'"{_CONTROL.sub(" ", end.join(told) + end * (end == _LEFT))}"'


def _require() -> None:
    if not shutil.which("dot"):
        raise KGError(
            "Graphviz is not installed: there is no program dot",
            hint="apt-get install graphviz; or export dot, and draw it elsewhere",
        )
    asked = ["fc-list", f":family={FONT}", "family"]
    try:
        found = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        found = ""
    if FONT not in found:
        raise KGError(
            f"the font {FONT} is not installed: Chinese would be drawn as empty boxes",
            hint="apt-get install fonts-noto-cjk",
        )


def _draw(dot: str, how: str, out: Path) -> None:
    command = ["dot", f"-T{how}", *(["-Gdpi=144"] if how == "png" else []), "-o", str(out)]
    try:
        done = subprocess.run(
            command, input=dot, text=True, encoding="utf-8", capture_output=True, check=False,
            timeout=_SECONDS,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise KGError(
            f"Graphviz has not drawn this view within {_SECONDS} seconds",
            hint="export dot, and draw it with more patience",
        ) from None
    if done.returncode or not out.is_file():
        raise KGError(f"Graphviz failed: {' '.join(done.stderr.split())}")
    if how == "pdf":  # Cairo dates it, whatever SOURCE_DATE_EPOCH says
        out.write_bytes(_DATED.sub(rb"\g<1>19700101000000", out.read_bytes()))
