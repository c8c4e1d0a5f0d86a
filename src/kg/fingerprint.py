"""The digest of a statement: what a second reading was made of, and whether it still is so."""

from hashlib import sha256
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.load import STATED
from kg.prefixes import STI

if TYPE_CHECKING:
    from kg.build import Assembly


def fingerprint(assembly: "Assembly", statement: str) -> str:
    """The sha256 of all that is stated of a statement, with its lists and its exceptions.

    It changes with every word and link, and with nothing else: order and layout do not count.
    """
    return Said(assembly).fingerprint(statement)


class Said:
    """What is stated, by what it is about."""

    def __init__(self, assembly: "Assembly") -> None:
        in_list, in_statement = f"{STI}inList", f"{STI}inStatement"
        self.lines: dict[str, set[str]] = {}
        self.leaning: dict[str, set[str]] = {}  # statement to its lists and exceptions
        for triple in assembly.layers.get(STATED, []):
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
