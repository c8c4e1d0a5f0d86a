"""A sheet to draw on: text that wraps and is measured, lines, boxes and signs, in points.

matplotlib draws; where things go is arithmetic on what is measured here. x grows to the right,
y down, from the upper left corner.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from kg.errors import KGError

FONT = "Noto Sans CJK SC"
INK, PALE, FAINT, SHADE = "#222222", "#767676", "#D0D0D0", "#F1F1F1"
LONGEST = 1_500  # characters of a text that is drawn
LEADING = 1.34  # height of a line, in sizes of its letters
DASHES = {"solid": None, "dashed": (4.0, 2.2), "dotted": (1.0, 1.8)}
# What makes the same bytes each time: outlines for letters, one salt, nothing of the machine.
SETTINGS: Any = {
    "font.family": FONT,
    "svg.fonttype": "path",
    "svg.hashsalt": "kg",
    "text.hinting": "none",
    "text.parse_math": False,
    "path.simplify": False,
}
SIGNS = 3  # drawn above lines and boxes, below text
UNKNOWN = "〓"  # what printers put where they lack a letter
_WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_OPENING, _CLOSING = "“‘（《「『【〔(\\[", "”’）》」』】〕，。、；：？！…·%)\\],.;:?!"
# What no line may break within: a wide letter or a word, with its punctuation.
_PIECE = re.compile(rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}]+)[{_CLOSING}]*|\S")


class Style(NamedTuple):
    """How letters look: size in points, weight, colour."""

    size: float = 8.5
    bold: bool = False
    colour: str = INK


PLAIN = Style()


class Words(NamedTuple):
    """A text in one language, `zh` or `en`."""

    text: str
    lang: str


class Line(NamedTuple):
    """A line of a block."""

    text: str
    lang: str
    style: Style
    width: float


@dataclass(frozen=True)
class Block:
    """Text broken into lines, with its measures in points."""

    lines: tuple[Line, ...] = ()

    @property
    def width(self) -> float:
        """Of the longest line."""
        return max((line.width for line in self.lines), default=0.0)

    @property
    def height(self) -> float:
        """Of all lines."""
        return sum(line.style.size * LEADING for line in self.lines)

    def __add__(self, other: "Block") -> "Block":
        """The one above the other."""
        return Block(self.lines + other.lines)


def need_font() -> None:
    """Looks for the font.

    Raises:
        KGError: it is not installed.
    """
    try:
        _font(bold=False), _font(bold=True)
    except ValueError:
        raise KGError(
            f"the font {FONT} is not installed: without it Chinese turns to boxes",
            hint="install it (Debian and Ubuntu: apt install fonts-noto-cjk), then run again",
        ) from None


def _properties(style: Style) -> FontProperties:
    return FontProperties(family=FONT, size=style.size, weight="bold" if style.bold else "normal")


@cache
def _font(bold: bool) -> Any:
    weight = "bold" if bold else "normal"
    wanted = FontProperties(family=FONT, weight=weight)
    return get_font(fontManager.findfont(wanted, fallback_to_default=False))


def features(lang: str) -> tuple[str, ...]:
    """Quotation marks take a whole square in Chinese, and what they need in English."""
    return () if lang == "zh" else ("pwid",)


def measure(text: str, lang: str, style: Style) -> float:
    """The width of a line in points; that some letters stand closer together is left out."""
    return sum(_advance(char, lang, style.bold) for char in text) * style.size


@cache
def _advance(char: str, lang: str, bold: bool) -> float:
    """How far a letter pushes the next one, in sizes: asking letter by letter is quick."""
    return _extent(f"H{char}H", lang, bold) - _extent("HH", lang, bold)  # nothing nestles to H


def _extent(text: str, lang: str, bold: bool) -> float:
    font = _font(bold)
    font.set_size(100, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING, features=features(lang))
    return float(font.get_width_height()[0]) / 6400


def cleaned(text: str) -> str:
    """Text on one line; what the font has no sign for, or what is no letter, as 〓.

    What is longer than any name or clause ends in an ellipsis.
    """
    font = _font(bold=False)
    one = " ".join(text.split())
    one = one if len(one) <= LONGEST else one[: LONGEST - 1] + "…"
    return "".join(c if c.isprintable() and font.get_char_index(ord(c)) else UNKNOWN for c in one)


def pieces(text: str) -> list[str]:
    """The parts of a text that no line may break within, each with the space before it."""
    ends = [match.end() for match in _PIECE.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def wrap(words: Iterable[Words], width: float, style: Style = PLAIN) -> Block:
    """Breaks texts into lines of about the same length, each text on lines of its own.

    Args:
        words: the texts, one below the other.
        width: that no line passes, unless a single letter does.
        style: of all of them.
    """
    lines: list[Line] = []
    for text, lang in words:
        whole = pieces(cleaned(text))
        parts = [part for piece in whole for part in _cut(piece, lang, width, style)]
        found = _broken(parts, lang, width, style)
        # As few lines as the width allows, and these as even as can be.
        low, high = width / 3, width
        while high - low > 1:
            middle = (low + high) / 2
            tighter = _broken(parts, lang, middle, style)
            if len(tighter) == len(found) and all(w <= middle for _, w in tighter):
                found, high = tighter, middle
            else:
                low = middle
        lines += [Line(line, lang, style, wide) for line, wide in found]
    return Block(tuple(lines))


def longest(words: Iterable[Words], style: Style = PLAIN) -> float:
    """The width of the longest part that no line may break within."""
    parts = ((part.strip(), lang) for text, lang in words for part in pieces(cleaned(text)))
    return max((measure(part, lang, style) for part, lang in parts), default=0.0)


def _cut(piece: str, lang: str, width: float, style: Style) -> list[str]:
    """A piece that is too long for a line, cut behind its hyphens, or else letter by letter."""
    if measure(piece.strip(), lang, style) <= width:
        return [piece]
    parts = re.findall(r"[^-–/]+[-–/]*|[-–/]+", piece)
    return [one for p in parts for one in _cut(p, lang, width, style)] if parts[1:] else [*piece]


def _broken(parts: Sequence[str], lang: str, width: float, style: Style) -> list[tuple[str, float]]:
    lines, line = [], ""
    for part in parts:
        longer = line + part if line else part.lstrip()
        if line and measure(longer, lang, style) > width:
            lines.append(line)
            longer = part.lstrip()
        line = longer
    return [(one, measure(one, lang, style)) for one in [*lines, line] if one]


class Canvas:
    """What has been drawn so far.

    Attributes:
        replaced: how many characters have been drawn as 〓.
    """

    def __init__(self) -> None:
        self.replaced = 0
        self._artists: list[Any] = []

    def text(
        self, block: Block, x: float, y: float, align: str = "left", *, upright: bool = True
    ) -> None:
        """Draws a block.

        Args:
            block: the lines.
            x: its left edge, middle or right edge, by `align`.
            y: its upper edge.
            align: `left`, `center` or `right`.
            upright: False turns it to be read from below: x is then its left edge, y its lower.
        """
        for line in block.lines:
            self.replaced += line.text.count(UNKNOWN)
            step, rise = line.style.size * LEADING, line.style.size * 1.02
            at = (x, y + rise) if upright else (x + rise, y)
            self._artists.append(
                Text(
                    *at,
                    line.text,
                    color=line.style.colour,
                    fontproperties=_properties(line.style),
                    ha=align if upright else "left",
                    va="baseline",
                    parse_math=False,
                    rotation=0 if upright else 90,
                    rotation_mode="anchor",
                    fontfeatures=features(line.lang),
                    zorder=4,
                )
            )
            x, y = (x, y + step) if upright else (x + step, y)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """A filled box without a frame."""
        self._artists.append(Rectangle((x, y), width, height, fc=colour, ec="none", zorder=0))

    def line(
        self, points: Sequence[tuple[float, float]], colour: str, style: str, width: float = 1.2
    ) -> None:
        """A line through points: `solid`, `dashed` or `dotted`."""
        xs, ys = zip(*points, strict=True)
        made = Line2D(xs, ys, color=colour, lw=width, zorder=1, solid_capstyle="butt")
        self._artists.append(_dashed(made, style))

    def curve(
        self, start: tuple[float, float], end: tuple[float, float], colour: str, style: str,
        width: float = 1.2,
    ) -> None:  # fmt: skip
        """A line that leaves and arrives level."""
        half = (start[0] + end[0]) / 2
        corners = [start, (half, start[1]), (half, end[1]), end]
        path = Path(corners, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
        made = PathPatch(path, fc="none", ec=colour, lw=width, zorder=1, capstyle="butt")
        self._artists.append(_dashed(made, style))

    def sign(self, sign: str, x: float, y: float, size: float, colour: str) -> None:
        """A sign of the font, as a shape whose middle is at (x, y)."""
        shape = _shape(sign)
        place = Affine2D().scale(size, -size).translate(x, y)
        # What is hollow shows its colour by its edge, what is filled has an edge to be seen by.
        hollow = sum(code == Path.CLOSEPOLY for _, code in shape.iter_segments()) > 1
        edge, width = (colour, 0.9) if hollow else (INK, 0.35)
        made = PathPatch(shape.transformed(place), fc=colour, ec=edge, lw=width, zorder=SIGNS)
        self._artists.append(made)

    def figure(self, width: float, height: float) -> Figure:
        """All of it on a page of that size in points."""
        page = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="white")
        axes = page.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        for artist in self._artists:
            axes.add_artist(artist)
        return page


def _dashed(made: Any, style: str) -> Any:
    dashes = DASHES.get(style)
    made.set_linestyle((0, dashes) if dashes else "solid")
    return made


@cache
def _shape(sign: str) -> Path:
    """The outline of a sign, one unit high or wide, with its middle at 0."""
    path = TextPath((0, 0), cleaned(sign), size=100, prop=_properties(Style()))
    box = path.get_extents()
    middle = Affine2D().translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2)
    return path.transformed(middle.scale(1 / max(box.width, box.height)))


def save(page: Figure, out: FilePath, form: str, title: str) -> None:
    """Writes a page as `svg`, or as `png` with two dots a point.

    Raises:
        OSError: it cannot be written.
    """
    about: dict[str, Any] = (
        {"Date": None, "Creator": None, "Title": title} if form == "svg" else {"Software": None}
    )
    with mpl.rc_context(SETTINGS):
        page.savefig(out, format=form, dpi=144 if form == "png" else 72, metadata=about)
