"""Arguments that are as plain as `kg ask QUESTION --format csv`, read without argparse.

To import argparse and to make its parsers takes a quarter of the time of a whole answer. What
is not plain here (help, mistakes, shortened options) is left to `kg.arguments`, which alone
says what is right; a test holds the two together.
"""

from __future__ import annotations

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence
else:
    Namespace = object

_LANGS = ("zh", "en", "both")
_FORMATS = ("table", "csv", "tsv", "json", "xml", "md", "ttl", "nt")
# Option: what it sets, and what it may be set to; () for anything.
_ASK: dict[str, tuple[str, tuple[str, ...]]] = {
    "-f": ("format", _FORMATS),
    "--format": ("format", _FORMATS),
    "--lang": ("lang", _LANGS),
    "-p": ("param", ()),
    "--param": ("param", ()),
    "--build": ("build", ()),
    "--endpoint": ("endpoint", ()),
}


class Arguments(Namespace):
    """What argparse would have made of them."""

    def __init__(self, question: str) -> None:
        self.command, self.question = "ask", question
        self.param: list[str] = []
        self.format, self.no_labels = "table", False
        self.lang: str | None = None
        self.build: str | None = None
        self.endpoint: str | None = None


def read(argv: Sequence[str]) -> Namespace | None:
    """The arguments of a plain `kg ask`; None where argparse has to look."""
    if len(argv) < 2 or argv[0] != "ask" or argv[1].startswith("-"):
        return None
    found, rest = Arguments(argv[1]), iter(argv[2:])
    for option in rest:
        if option == "--no-labels":
            found.no_labels = True
            continue
        name, allowed = _ASK.get(option, ("", ()))
        value = next(rest, "-")
        if not name or value.startswith("-") or (allowed and value not in allowed):
            return None
        if name == "param":
            found.param.append(value)
        else:
            setattr(found, name, value)
    return found
