"""The one prefix table, and names by it: CURIE to IRI and back."""

from __future__ import annotations

from functools import cache, lru_cache

from kg.errors import KGError
from kg.inputs import root

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "https://w3id.org/sci-tech-insurance/"
STI = f"{BASE}ontology#"

# What may follow the colon without an escape, in Turtle, SPARQL and JSON-LD alike.
_LOCAL = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"


def read(text: str) -> dict[str, str]:
    """The prefixes that `text` declares by sh:declare, sorted; no RDF parser is woken up."""
    found = {}
    for declared in text.split('sh:prefix "')[1:]:
        prefix, _, rest = declared.partition('"')
        found[prefix] = rest.partition('sh:namespace "')[2].partition('"')[0]
    return dict(sorted(found.items()))


@cache
def table() -> dict[str, str]:
    """Prefix to namespace, from ontology/prefixes.ttl of the house that is found.

    Raises:
        KGError: there is no house, or its table holds no prefix.
    """
    path = f"{root()}/ontology/prefixes.ttl"
    with open(path, encoding="utf-8") as file:
        found = read(file.read())
    if not found:
        raise KGError("no prefix is declared", (path, 0), "declare prefixes by sh:declare")
    return found


@cache
def _by_namespace() -> dict[str, str]:
    return {namespace: prefix for prefix, namespace in table().items()}


def expand(curie: str) -> str:
    """The IRI of a CURIE.

    Raises:
        KGError: no colon, or a prefix that the table does not hold.
    """
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in table():
        raise KGError(f"{curie!r} has no known prefix", hint=f"prefixes are: {' '.join(table())}")
    return table()[prefix] + local


def split(iri: str) -> tuple[str, str] | None:
    """Prefix and local name of an IRI, or None when the table has no prefix that fits."""
    # No local name holds / or #, and each namespace ends in one of them.
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix, local = _by_namespace().get(iri[:cut]), iri[cut:]
    if prefix is None or not _is_local()(local):
        return None
    return prefix, local


@cache
def _is_local() -> Callable[[str], object]:
    import re  # noqa: PLC0415 - answers for tools write no names

    return re.compile(_LOCAL).fullmatch


@lru_cache(20_000)  # a graph may have more names than fit in memory
def shrink(iri: str) -> str:
    """The CURIE of an IRI; the IRI itself where no prefix fits."""
    parts = split(iri)
    return ":".join(parts) if parts else iri


@lru_cache(20_000)
def identity(iri: str) -> str:
    """The id of a thing in files: its CURIE, else its IRI, in <> if it would read as a CURIE."""
    short = shrink(iri)
    return f"<{iri}>" if short == iri and iri.partition(":")[0] in table() else short


def full(identity: str) -> str:
    """The IRI of an `identity`."""
    if identity[:1] == "<":
        return identity[1:-1]
    return expand(identity) if identity.partition(":")[0] in table() else identity
