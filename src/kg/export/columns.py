"""Attributes as columns: what every format makes of the values of nodes and edges."""

import marshal
import tempfile
from collections.abc import Iterator

from kg.rows import Value
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
    return out | cells(one.attributes)


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


class Spool:
    """Nodes or edges set aside on disk, while it is found out which columns they have.

    Iterating gives their ids (of an edge: its own, source, target) and cells, in order.

    Attributes:
        schema: the columns of all that was added.
        count: how many were added.
    """

    def __init__(self) -> None:
        self.schema, self.count = Schema(), 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - gone with the spool
        self._batch: list[tuple[tuple[str, ...], Cells]] = []

    def add(self, ids: tuple[str, ...], found: Cells) -> None:
        """Sets one node or edge aside."""
        self.schema.see(found)
        self.count += 1
        self._batch.append((ids, found))
        if len(self._batch) == 1000:
            self._flush()

    def _flush(self) -> None:
        marshal.dump(self._batch, self._file)
        self._batch = []

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], Cells]]:
        """Ids and cells, in the order of adding."""
        self._flush()
        self._file.seek(0)
        while True:
            try:
                batch = marshal.load(self._file)
            except EOFError:
                return
            yield from batch


def gather(projection: Projection) -> tuple[Spool, Spool]:
    """All nodes and all edges of a view."""
    nodes, edges = Spool(), Spool()
    for one in projection.nodes:
        nodes.add((one.id,), of(projection, one))
    for edge in projection.edges():
        edges.add((edge.id, edge.source, edge.target), of(projection, edge))
    return nodes, edges


def text(value: Value) -> str:
    """A value as XML Schema writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def first(cells: Cells, name: str) -> str:
    """The first value of a column as text; "" where there is none."""
    return text(cells[name][0]) if name in cells else ""
