"""Attributes as columns: what every format makes of the values of nodes and edges."""

from collections.abc import Iterator

from kg.view import Attributes, Edge, Projection, Value, Vertex

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

    A node: label, kind, kindId, iri, types where there are several, its attributes. An edge:
    label, kind (the CURIE of its property), statement where it was folded from one, and the
    attributes of that. In both languages also label_zh and label_en.
    """
    head: Cells = {"label": (projection.label(one),)}
    if projection.lang == "both":
        head |= {f"label_{lang}": (name,) for lang, name in sorted(one.labels.items())}
    head["kind"] = (one.kind,) if one.kind else ()
    if isinstance(one, Vertex):
        head["iri"] = (one.iri,)
        head["types"] = one.types if len(one.types) > 1 else ()
    else:
        head["statement"] = (one.statement,) if one.statement else ()
    return {name: values for name, values in (head | cells(one.attributes)).items() if values}


class Schema:
    """The columns met so far: the type of their values, and whether there may be several."""

    def __init__(self) -> None:
        self._types: dict[str, set[type]] = {}
        self._lists: set[str] = set()

    def see(self, found: Cells) -> Cells:
        """Takes note of the cells of one node or edge, and gives them back."""
        for name, values in found.items():
            self._types.setdefault(name, set()).update(map(type, values))
            if len(values) > 1:
                self._lists.add(name)
        return found

    def __iter__(self) -> Iterator[tuple[str, type, bool]]:
        """Name, type of the values (str where they differ), several or not; sorted by name."""
        for name in sorted(self._types):
            types = self._types[name]
            yield name, next(iter(types)) if len(types) == 1 else str, name in self._lists


def text(value: Value) -> str:
    """A value as XML Schema writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
