"""When two terms, or two answers, are the same though two engines have given them.

Plain literals equal `xsd:string`, language tags are the same in capitals or not, numbers and
booleans compare by value; nothing else is made alike. Rows are a bag: their order says nothing.
"""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from kg.store import Node, Row

_XSD = "http://www.w3.org/2001/XMLSchema#"
_EXACT = ("decimal", "integer", "long", "int", "short", "byte", "nonNegativeInteger",
          "positiveInteger", "nonPositiveInteger", "negativeInteger", "unsignedLong",
          "unsignedInt", "unsignedShort", "unsignedByte")  # fmt: skip
_FLOAT = ("double", "float")


def term(one: Node | None) -> str:
    """A term so written that two are the same if and only if their texts are."""
    if not isinstance(one, ox.Literal):
        return "" if one is None else str(one)
    if one.language:
        return f"{ox.Literal(one.value)}@{one.language.lower()}"
    kind, text = one.datatype.value.removeprefix(_XSD), one.value.strip()
    if kind == "boolean" and text in ("true", "false", "1", "0"):
        return f"boolean {text in ('true', '1')}".lower()
    try:
        if kind in _EXACT:
            return f"number {Decimal(text).normalize():f}"
        if kind in _FLOAT:
            return f"number {Decimal(repr(float(text))).normalize():f}"
    except (InvalidOperation, ValueError):
        pass  # ill-formed: the same only as it is written
    return str(one)


def bag(rows: Iterable[Row]) -> Counter[tuple[str, ...]]:
    """Rows with how often each comes."""
    return Counter(tuple(term(one) for one in row) for row in rows)
