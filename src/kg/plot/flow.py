"""A flow: columns of things, and the lines that statements draw between them.

The query selects ?column (1, 2 …) with ?from, a thing that stands there, and ?to, one that
stands in the next column, each with a group if need be. The line between them is drawn as the
?force of its ?statement; a ?statement without ?to is a sign behind ?from, in the room of the
next column. ?mark names a mark of the header: of the line, or, without ?to, of the thing. In
the tallest column things stand in the order of the solutions, in the others as near as may be
to what they are tied to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kg.errors import KGError
from kg.plot.canvas import PALE, SHADE, Block, Style, wrap
from kg.plot.sheet import Row, Sheet

_TITLE, _GROUP, _LABEL = Style(9.5, bold=True), Style(8.5, bold=True), Style(8.5)
_QUOTE = Style(8.5, colour="#444444")
_PAD, _BETWEEN, _PORT, _SIGN = 5.0, 5.0, 11.0, 8.0
_NEAR, _FAR = 40.0, 120.0  # between columns: without and with signs on the lines


@dataclass
class _Thing:
    """A thing in its column, and what is tied to it."""

    column: int
    group: Any
    term: Any
    label: Block = field(default_factory=Block)
    marks: list[str] = field(default_factory=list)
    strip: list[Any] = field(default_factory=list)
    left: list["_Tie"] = field(default_factory=list)
    right: list["_Tie"] = field(default_factory=list)
    top: float = 0.0

    @property
    def height(self) -> float:
        """Of its box: that of its name, or of the lines that end at it."""
        ports = max(len(self.left), len(self.right)) * _PORT
        return max(self.label.height + 6, ports + 4)

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass
class _Tie:
    """A line, for all statements of one force that tie the same two things."""

    start: _Thing
    end: _Thing
    force: Any
    statements: set[Any] = field(default_factory=set)
    marks: list[str] = field(default_factory=list)


class Flow:
    """The parts of a flow, measured and placed; `draw` puts them on the sheet.

    Attributes:
        width: of the whole, in points; 0 where there is nothing to draw.
    """

    def __init__(self, sheet: Sheet, rows: list[Row]) -> None:
        self.sheet = sheet
        self._things: dict[tuple[int, Any, Any], _Thing] = {}
        self._ties: dict[tuple[Any, ...], _Tie] = {}
        for row in rows:
            self._take(row)
        self._columns = [
            [thing for thing in self._things.values() if thing.column == at]
            for at in range(len(sheet.picture.columns))
        ]
        self._label()
        self._spine = max(
            range(len(self._columns)), key=lambda at: sum(t.height for t in self._columns[at])
        )
        self._measure()
        self._place()

    # ------------------------------------------------------------ reading

    def _take(self, row: Row) -> None:
        number = self.sheet.key(row, "column") or ""
        if "from" not in row or not number.isdecimal():
            raise KGError(
                f"the query of the picture {self.sheet.picture.id} has a solution without "
                "?from, or without the number of its ?column"
            )
        at = int(number) - 1
        start = self._thing(at, row.get("fromGroup"), row["from"])
        mark = self.sheet.key(row, "mark")
        statement, force = row.get("statement"), row.get("force")
        self.sheet.stands_on(statement)
        if "to" in row:
            end = self._thing(at + 1, row.get("toGroup"), row["to"])
            key = (id(start), id(end), force)
            if key not in self._ties:
                self._ties[key] = tie = _Tie(start, end, force)
                start.right.append(tie)
                end.left.append(tie)
            self._ties[key].statements.add(statement)
            marks = self._ties[key].marks
        else:
            marks = start.marks
            if statement is not None and (statement, force) not in start.strip:
                start.strip.append((statement, force))
        if mark and mark not in marks:
            marks.append(mark)

    def _thing(self, at: int, group: Any, term: Any) -> _Thing:
        columns = self.sheet.picture.columns
        if not 0 <= at < len(columns):
            raise KGError(
                f"the picture {self.sheet.picture.id} has {len(columns)} columns, and its query "
                f"puts {term} into column {at + 1}"
            )
        return self._things.setdefault((at, group, term), _Thing(at, group, term))

    def _label(self) -> None:
        """Wraps the names, each column as far in as the marks of its things need."""
        self._indents = []
        for things, told in zip(self._columns, self.sheet.picture.columns, strict=True):
            signs = [self.sheet.signs(thing.marks) for thing in things]
            indent = max((block.width + 4 for block in signs if block.lines), default=0.0)
            self._indents.append(indent)
            for thing in things:
                width = told["width"] - 2 * _PAD - indent
                name, quote = self.sheet.name(thing.term), self.sheet.quote(thing.term)
                thing.label = wrap(name, width, _LABEL) + wrap(quote, width, _QUOTE)
                self.sheet.borne(thing.marks)

    # ------------------------------------------------------------ where things stand

    def _measure(self) -> None:
        """Where the columns stand, and how much room the signs of lines take."""
        told = self.sheet.picture.columns
        self._beside = {
            id(tie): self.sheet.signs(tie.marks, len(tie.statements) if tie.force else 1)
            for tie in self._ties.values()
        }
        self._room = max((block.width for block in self._beside.values()), default=0.0) + _SIGN
        signed = {tie.start.column for tie in self._ties.values() if tie.force is not None}
        at, self._lefts = 0.0, []
        for number, column in enumerate(told):
            self._lefts.append(at)
            at += column["width"]
            if number < len(told) - 1 and self._columns[number + 1]:
                at += _FAR if number in signed else _NEAR
        self.width = at if self._things else 0.0

    def _place(self) -> None:
        spine = self._columns[self._spine]
        y = 0.0
        for thing, head in self._headed(spine):
            thing.top = y + head
            y = thing.top + thing.height + _BETWEEN
        self._height = y
        order = sorted(range(len(self._columns)), key=lambda at: abs(at - self._spine))
        for at in order[1:]:
            self._settle(at)

    def _headed(self, things: Sequence[_Thing]) -> Iterator[tuple[_Thing, float]]:
        """Things, each with the room that the name of its group takes above it."""
        for group, those in groupby(things, key=lambda thing: thing.group):
            head = self._head(group, things[0].column)
            for thing in those:
                yield thing, head.height + 6 if head.lines else 0.0
                head = Block()

    def _head(self, group: Any, at: int) -> Block:
        width = self.sheet.picture.columns[at]["width"]
        return wrap(self.sheet.name(group), width, _GROUP) if group is not None else Block()

    def _settle(self, at: int) -> None:
        """Puts the things of a column as near as may be to what they are tied to."""
        inward = at < self._spine

        wanted: dict[int, float] = {}
        last = 0.0  # what is tied to nothing stays behind what it follows
        for thing in self._columns[at]:
            ties = thing.right if inward else thing.left
            middles = [(tie.end if inward else tie.start).middle for tie in ties]
            last = sum(middles) / len(middles) if middles else last
            wanted[id(thing)] = last
        groups = list(dict.fromkeys(thing.group for thing in self._columns[at]))
        column = sorted(self._columns[at], key=lambda t: (groups.index(t.group), wanted[id(t)]))
        self._columns[at] = column
        heads = list(self._headed(column))
        tops, offset = [], 0.0
        for thing, head in heads:
            offset += head
            tops.append(wanted[id(thing)] - thing.height / 2 - offset)
            offset += thing.height + _BETWEEN
        self._height = max(self._height, offset)
        offset = 0.0
        slack = self._height - sum(head + t.height + _BETWEEN for t, head in heads)
        for (thing, head), top in zip(heads, rising(tops), strict=True):
            offset += head
            thing.top = min(max(top, 0.0), slack) + offset
            offset += thing.height + _BETWEEN

    # ------------------------------------------------------------ drawing

    def draw(self, x: float, y: float) -> float:
        """Draws it with its upper left corner at (x, y).

        Returns:
            Its height.
        """
        canvas = self.sheet.canvas
        titles = [
            wrap(self.sheet.texts(column), column["width"], _TITLE)
            for column in self.sheet.picture.columns
        ]
        deep = max(title.height for title in titles)
        for left, column, title in zip(
            self._lefts, self.sheet.picture.columns, titles, strict=True
        ):
            canvas.text(title, x + left, y + deep - title.height)
            under = y + deep + 2
            canvas.line(
                [(x + left, under), (x + left + column["width"], under)], PALE, "solid", 0.8
            )
        y += deep + 8
        for things in self._columns:
            for thing, head in self._headed(things):
                if head:
                    name = self._head(thing.group, thing.column)
                    canvas.text(name, x + self._lefts[thing.column], y + thing.top - head + 2)
                self._draw_thing(thing, x, y)
        for tie in self._ties.values():
            self._draw_tie(tie, x, y)
        return deep + 8 + self._height

    def _draw_thing(self, thing: _Thing, x: float, y: float) -> None:
        canvas, width = self.sheet.canvas, self.sheet.picture.columns[thing.column]["width"]
        left, top = x + self._lefts[thing.column], y + thing.top
        canvas.box(left, top, width, thing.height, SHADE)
        label = top + (thing.height - thing.label.height) / 2
        canvas.text(self.sheet.signs(thing.marks), left + _PAD, label)
        canvas.text(thing.label, left + _PAD + self._indents[thing.column], label)
        for number, (_, force) in enumerate(thing.strip):
            look = self.sheet.force(force)
            at = left + width + _PAD + number * (_SIGN + 3) + _SIGN / 2
            canvas.sign(look.sign, at, top + thing.height / 2, _SIGN, look.colour)

    def _draw_tie(self, tie: _Tie, x: float, y: float) -> None:
        canvas, columns = self.sheet.canvas, self.sheet.picture.columns
        look = self.sheet.force(tie.force)
        start = (
            x + self._lefts[tie.start.column] + columns[tie.start.column]["width"],
            y + self._port(tie, tie.start),
        )
        end = (x + self._lefts[tie.end.column], y + self._port(tie, tie.end))
        if tie.force is None:
            canvas.curve(start, end, look.colour, "solid", 1.0)
            return
        # The sign stands at the end that is farther from the spine, where lines are fewest.
        block = self._beside[id(tie)]
        if tie.end.column <= self._spine:
            start = (start[0] + self._room, start[1])
            canvas.text(block, start[0] - _SIGN / 2 - 2, start[1] - block.height / 2, "right")
            canvas.sign(look.sign, *start, _SIGN, look.colour)
        else:
            end = (end[0] - self._room, end[1])
            canvas.text(block, end[0] + _SIGN / 2 + 2, end[1] - block.height / 2)
            canvas.sign(look.sign, *end, _SIGN, look.colour)
        canvas.curve(start, end, look.colour, look.line)

    def _port(self, tie: _Tie, thing: _Thing) -> float:
        """How high a line ends at a thing."""
        rightward = tie.start is thing
        ties = thing.right if rightward else thing.left
        order = sorted(ties, key=lambda t: ((t.end if rightward else t.start).middle, str(t.force)))
        at = next(number for number, one in enumerate(order) if one is tie)
        return thing.middle + (at - (len(order) - 1) / 2) * _PORT


def rising(values: Sequence[float]) -> list[float]:
    """The rising values that are nearest to the given ones, by least squares."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, count = value, 1
        while pools and pools[-1][0] > mean:
            before, those = pools.pop()
            mean, count = (before * those + mean * count) / (those + count), those + count
        pools.append((mean, count))
    return [mean for mean, count in pools for _ in range(count)]
