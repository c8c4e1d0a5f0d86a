"""Attributes as columns: what every format makes of the values of nodes and edges."""

import io
import marshal
import tempfile
from collections.abc import Iterator
from typing import IO, NamedTuple

from kg.spool import Value
from kg.view import Attributes, Edge, Projection, Vertex

Cells = dict[str, tuple[Value, ...]]


def cells(attributes: Attributes) -> Cells:
    """The values by name; beside the labels of things, their CURIEs as `<name>Id`."""
    out: Cells = {}
    for name, one in attributes.items():
        out[name] = one.values
        if one.ids:
            out[f"{name}Id"] = one.ids
    return out


def of(projection: Projection, one: Vertex | Edge) -> Cells:
    """All that a node or an edge tells beyond its id and its ends, by name.

    A node: label, kind (the CURIE of its class), kindLabel, iri, types where there are several,
    its attributes. An edge: label, kind (the CURIE of its property), statement where it was
    folded from one, and the attributes of that. In both languages also label_zh and label_en.
    """
    return _head(projection, one) | cells(one.attributes)


def _head(projection: Projection, one: Vertex | Edge) -> Cells:
    out: Cells = {"label": (projection.label(one),)}
    if projection.lang == "both":
        out |= {f"label_{lang}": (name,) for lang, name in sorted(one.labels.items())}
    if one.kind:
        out["kind"] = (one.kind,)
    if isinstance(one, Edge):
        if one.statement:
            out["statement"] = (one.statement,)
    else:
        if one.kind:
            out["kindLabel"] = (projection.name(one.kind),)
        out["iri"] = (one.iri,)
        if len(one.types) > 1:
            out["types"] = one.types
    return out


class Schema:
    """The columns met so far: the type of their values, and whether there may be several."""

    def __init__(self) -> None:
        self._types: set[tuple[str, type]] = set()
        self._lists: set[str] = set()

    def see(self, found: Cells) -> None:
        """Takes note of the cells of one node or edge."""
        for name, values in found.items():
            if len(values) > 1:
                self._lists.add(name)
            for value in values:
                self._types.add((name, type(value)))

    def __iter__(self) -> Iterator[tuple[str, type, bool]]:
        """Name, type of the values, several or not; sorted by name.

        Where types differ it is float for numbers, else str.
        """
        for name in sorted({name for name, _ in self._types}):
            types = {kind for one, kind in self._types if one == name}
            mixed = float if types == {int, float} else str
            yield name, types.pop() if len(types) == 1 else mixed, name in self._lists


class Row(NamedTuple):
    """A node or an edge that was set aside.

    Attributes:
        ids: its own; of an edge also source and target.
        head: its label, kind and the like.
        rest: its attributes. Edges of one statement that follow each other have the same object
            here, so that what is made of it can be kept.
    """

    ids: tuple[str, ...]
    head: Cells
    rest: Cells

    @property
    def cells(self) -> Cells:
        """Head and rest together: see `of`."""
        return self.head | self.rest


def _aside() -> IO[bytes]:
    """A file that is gone with the spool; in memory where none can be opened."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return io.BytesIO()


class Spool:
    """Nodes or edges set aside on disk, while it is found out which columns they have.

    Iterating gives their rows, in order.

    Attributes:
        schema: the columns of all that was added.
        count: how many were added.
    """

    def __init__(self) -> None:
        self.schema, self.count = Schema(), 0
        self._file = _aside()
        self._batch: list[tuple[tuple[str, ...], Cells, Cells]] = []
        self._last: tuple[Attributes, Cells] = ({}, {})

    def add(self, projection: Projection, ids: tuple[str, ...], one: Vertex | Edge) -> None:
        """Sets one node or edge aside."""
        head = _head(projection, one)
        self.schema.see(head)
        if one.attributes is not self._last[0]:
            self._last = (one.attributes, cells(one.attributes))
            self.schema.see(self._last[1])
        self.count += 1
        self._batch.append((ids, head, self._last[1]))
        if len(self._batch) == 1000:
            self._flush()

    def _flush(self) -> None:
        data = marshal.dumps(self._batch)  # quick, and keeps what is one object one object
        self._file.write(len(data).to_bytes(8, "big") + data)
        self._batch = []

    def __iter__(self) -> Iterator[Row]:
        """The rows."""
        self._flush()
        self._file.seek(0)
        while size := self._file.read(8):
            for row in marshal.loads(self._file.read(int.from_bytes(size, "big"))):
                yield Row(*row)


def gather(projection: Projection) -> tuple[Spool, Spool]:
    """All nodes and all edges of a view."""
    nodes, edges = Spool(), Spool()
    for one in projection.nodes:
        nodes.add(projection, (one.id,), one)
    for edge in projection.edges():
        edges.add(projection, (edge.id, edge.source, edge.target), edge)
    return nodes, edges


def text(value: Value) -> str:
    """A value as XML Schema writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def first(cells: Cells, name: str) -> str:
    """The first value of a column as text; "" where there is none."""
    return text(cells[name][0]) if name in cells else ""
