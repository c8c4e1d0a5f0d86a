"""A matrix: rows and columns that statements bring together, with what none brings together.

The query selects ?row and ?column, each with a group if need be, and in a cell the ?statement
with its ?force. A solution without ?column lists a row, one without ?row a column. Rows and
columns stand in the order in which they first come. ?mark names a mark of the header: of the
cell, or of the row or column that is listed; the mark `empty` is that of those without a cell.
"""

from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from kg.plot.canvas import FAINT, PALE, SHADE, Block, Style, longest, wrap
from kg.plot.sheet import Row, Sheet

_GROUP, _LABEL = Style(9, bold=True), Style(8.5)
_PAGE = 730.0  # what the columns may fill; where their names do not fit they are turned
_LEAST, _WIDE, _RISE = 30.0, 47.0, 128.0  # a column; one that has room; a turned name
_SIGN, _PAD, _STEP = 8.0, 5.0, 4.0
_EMPTY = "empty"


@dataclass
class _Cell:
    """What statements say of a row and a column, by force."""

    statements: dict[Any, set[Any]] = field(default_factory=dict)
    marks: dict[Any, list[str]] = field(default_factory=dict)


class _Spot(NamedTuple):
    """Where a sign stands, and on which statements."""

    x: float
    y: float
    statements: set[Any]


class Matrix:
    """The parts of a matrix, measured; `draw` puts them on the sheet.

    Attributes:
        width: of the whole, in points; 0 where there is nothing to draw.
    """

    def __init__(self, sheet: Sheet, rows: list[Row]) -> None:
        self.sheet = sheet
        self._rows: dict[tuple[Any, Any], list[str]] = {}
        self._columns: dict[tuple[Any, Any], list[str]] = {}
        self._cells: dict[tuple[Any, Any], _Cell] = {}
        for row in rows:
            self._take(row)
        for names, at in ((self._rows, 0), (self._columns, 1)):
            filled = {place[at] for place in self._cells}
            for key, marks in names.items():
                if key not in filled and not marks and _EMPTY in sheet.picture.marks:
                    marks.append(_EMPTY)
                sheet.borne(marks)
        self._labels = {key: wrap(sheet.name(key[1]), 190, _LABEL) for key in self._rows}
        if not self._rows or not self._columns:
            self.width = 0.0
            return
        signs = max(sheet.signs(marks).width for marks in self._rows.values())
        self._left = max(block.width for block in self._labels.values()) + signs + 4 * _PAD
        self._heads()
        self.width = self._left + sum(self._widths.values())

    def _take(self, row: Row) -> None:
        one = (row.get("rowGroup"), row["row"]) if "row" in row else None
        other = (row.get("columnGroup"), row["column"]) if "column" in row else None
        mark = self.sheet.key(row, "mark")
        marks: list[str] = []
        if one:
            marks = self._rows.setdefault(one, [])
        if other:
            marks = self._columns.setdefault(other, [])
        if one and other:
            cell = self._cells.setdefault((one, other), _Cell())
            force, statement = row.get("force"), row.get("statement")
            cell.statements.setdefault(force, set()).add(statement)
            self.sheet.stands_on(statement)
            marks = cell.marks.setdefault(force, [])
        if mark and mark not in marks:
            marks.append(mark)

    def _heads(self) -> None:
        """Measures the columns: how wide each is, and how its name stands."""
        names = {key: self.sheet.name(key[1]) for key in self._columns}
        self._needs: dict[tuple[Any, Any], float] = {}  # the widest cell of each column
        for (_, key), cell in self._cells.items():
            wide = sum(self._width(cell, force) for force in cell.statements) - _STEP
            self._needs[key] = max(self._needs.get(key, 0.0), wide)
        room = (_PAGE - self._left) / max(len(names), 1)
        words = {key: longest(name, _LABEL) + _PAD for key, name in names.items()}
        least = {
            key: max(self._needs.get(key, 0.0) + 2 * _STEP, words[key], _LEAST) for key in names
        }
        self._upright = sum(least.values()) <= _PAGE - self._left
        if self._upright:
            self._widths = {key: max(wide, min(room, _WIDE)) for key, wide in least.items()}
        self._names = {
            key: wrap(name, self._widths[key] - _STEP if self._upright else _RISE, _LABEL)
            for key, name in names.items()
        }
        if not self._upright:
            self._widths = {
                key: max(self._needs.get(key, 0.0), block.height, min(room, _WIDE) - _STEP) + _STEP
                for key, block in self._names.items()
            }

    def _width(self, cell: _Cell, force: Any) -> float:
        return _SIGN + self._beside(cell, force).width + _STEP

    def _beside(self, cell: _Cell, force: Any) -> Block:
        """What stands beside a sign: how many statements, and their marks."""
        return self.sheet.signs(cell.marks[force], len(cell.statements[force]))

    def draw(self, x: float, y: float) -> float:
        """Draws it with its upper left corner at (x, y).

        Returns:
            Its height.
        """
        top = y
        y = under = self._draw_heads(x, y)
        places: list[tuple[tuple[Any, Any], float]] = []
        for group, keys in groupby(self._rows, key=lambda key: key[0]):
            if group is not None:
                name = wrap(self.sheet.name(group), self.width, _GROUP)
                self.sheet.canvas.text(name, x, y + 5)
                y += name.height + 7
            for key in keys:
                height = max(self._labels[key].height + 4, 15.0)
                self._draw_row(key, x, y, height)
                places.append((key, y + height / 2))
                y += height
        for start in self._starts(x).values():
            self.sheet.canvas.line([(start, under), (start, y)], FAINT, "solid", 0.3)
        self._draw_cells(x, places)
        self.sheet.canvas.line([(x, y), (x + self.width, y)], FAINT, "solid", 0.6)
        return y - top

    def _starts(self, x: float) -> dict[tuple[Any, Any], float]:
        """Where each column begins."""
        at, starts = x + self._left, {}
        for key, width in self._widths.items():
            starts[key] = at
            at += width
        return starts

    def _draw_heads(self, x: float, y: float) -> float:
        """The names of the columns and of their groups, and the marks of the columns."""
        canvas, starts = self.sheet.canvas, self._starts(x)
        groups = []
        for group, keys in groupby(self._columns, key=lambda key: key[0]):
            those = list(keys)
            width = sum(self._widths[key] for key in those)
            words = self.sheet.name(group) if group is not None else ()
            name = wrap(words, max(width - _STEP, 60), _GROUP)
            groups.append((name, starts[those[0]], width))
        deep = max(name.height for name, *_ in groups)
        for name, start, width in groups:
            if name.lines:
                canvas.text(name, start + width / 2, y + deep - name.height, "center")
                ends = [(start + 3, y + deep + 2), (start + width - 3, y + deep + 2)]
                canvas.line(ends, PALE, "solid", 0.6)
        y += deep + 6 if deep else 0.0
        deep = max(b.height if self._upright else b.width for b in self._names.values())
        for key, block in self._names.items():
            middle = starts[key] + self._widths[key] / 2
            if self._upright:
                canvas.text(block, middle, y + deep - block.height, "center")
            else:
                canvas.text(block, middle - block.height / 2, y + deep, upright=False)
        y += deep + 3
        signs = {key: self.sheet.signs(marks) for key, marks in self._columns.items()}
        for key, block in signs.items():
            canvas.text(block, starts[key] + self._widths[key] / 2, y, "center")
        y += max(block.height for block in signs.values())
        canvas.line([(x, y + 1), (x + self.width, y + 1)], PALE, "solid", 0.8)
        return y + 2

    def _draw_row(self, key: tuple[Any, Any], x: float, y: float, height: float) -> None:
        canvas, label = self.sheet.canvas, self._labels[key]
        signs = self.sheet.signs(self._rows[key])
        if signs.lines:
            canvas.box(x, y, self.width, height, SHADE)
            canvas.text(signs, x + self._left - _PAD, y + (height - signs.height) / 2, "right")
        canvas.line([(x, y), (x + self.width, y)], FAINT, "solid", 0.4)
        canvas.text(label, x + _PAD, y + (height - label.height) / 2)

    def _draw_cells(self, x: float, places: list[tuple[tuple[Any, Any], float]]) -> None:
        """The signs, and a line between cells below each other that stand on the same words."""
        canvas, starts = self.sheet.canvas, self._starts(x)
        for column, width in self._widths.items():
            above: dict[Any, _Spot] = {}
            for row, y in places:
                here: dict[Any, _Spot] = {}
                cell = self._cells.get((row, column), _Cell())
                at = starts[column] + (width - self._needs.get(column, 0.0)) / 2
                for force in sorted(cell.statements, key=str):
                    look, beside = self.sheet.force(force), self._beside(cell, force)
                    spot = here[force] = _Spot(at + _SIGN / 2, y, cell.statements[force])
                    canvas.sign(look.sign, spot.x, y, _SIGN, look.colour)
                    canvas.text(beside, at + _SIGN + 1, y - beside.height / 2)
                    at += self._width(cell, force)
                    over = above.get(force)
                    if over and (over.x, over.statements) == (spot.x, spot.statements):
                        self.sheet.joined = True
                        ends = [(spot.x, over.y + _SIGN / 2), (spot.x, y - _SIGN / 2)]
                        canvas.line(ends, look.colour, look.line, 1.4)
                above = here
