"""Where the page of a thing is: IRIs of the namespace by their own path, others by parameter."""

import pyoxigraph as ox

from kg.prefixes import BASE, STI, full

TERM = "/term/"  # a fragment is never sent, so the terms of ontology# have pages of their own
OTHER = "/thing"
_OWN = ("id/", "ontology/", "graph/")


def path(iri: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Path and query of the page of an IRI."""
    if iri.startswith(STI) and len(iri) > len(STI):
        return TERM + iri.removeprefix(STI), ()
    rest = iri.removeprefix(BASE)
    # What would be read as a fragment, or as two pages, is asked for by parameter.
    if rest != iri and rest.startswith(_OWN) and "#" not in rest:
        return f"/{rest}", ()
    return OTHER, (("iri", iri),)


def of(identity: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Path and query of the page of a thing, by its CURIE or IRI."""
    return path(full(identity))


def iri(path: str, asked: str = "") -> ox.NamedNode | None:
    """The thing that a path is the page of; None where it is none.

    Args:
        path: decoded.
        asked: the parameter `iri`.
    """
    if path == OTHER:
        text = asked
    elif path.startswith(TERM):
        text = STI + path.removeprefix(TERM)
    elif path[1:].startswith(_OWN):
        text = BASE + path[1:]
    else:
        return None
    try:
        return ox.NamedNode(text)
    except ValueError:
        return None
