"""The digest of a statement: what a second reading was made of, and whether it still is so."""

from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.load import CURATED, STATED
from kg.prefixes import STI

if TYPE_CHECKING:
    from kg.build import Assembly


def fingerprint(assembly: "Assembly", statement: str) -> str:
    """The sha256 of all that is stated of a statement, with lists, exceptions and translation.

    It changes with every word and link, and with nothing else: order and layout do not count. The
    translation is curated, but it is what many read: a false one is as bad as a false force.
    """
    return Said(assembly).fingerprint(statement)


class Said:
    """What is stated, and how it is translated, by what it is about."""

    def __init__(self, assembly: "Assembly") -> None:
        in_list, in_statement = f"{STI}inList", f"{STI}inStatement"
        translated = (
            triple
            for triple in assembly.layers.get(CURATED, [])
            if triple.predicate.value == f"{STI}translation"
        )
        self.lines: dict[str, set[str]] = {}
        self.leaning: dict[str, set[str]] = {}  # statement to its lists and exceptions
        for triple in chain(assembly.layers.get(STATED, []), translated):
            subject = str(triple.subject)
            self.lines.setdefault(subject, set()).add(f"{triple} .")
            if triple.predicate.value == in_list:
                self.leaning.setdefault(subject, set()).add(str(triple.object))
            if triple.predicate.value == in_statement:
                self.leaning.setdefault(str(triple.object), set()).add(subject)

    def fingerprint(self, statement: str) -> str:
        """The digest of one statement."""
        node = str(ox.NamedNode(statement))
        about = {node} | self.leaning.get(node, set())
        lines = sorted(line for one in about for line in self.lines.get(one, ()))
        return sha256("\n".join(lines).encode()).hexdigest()
