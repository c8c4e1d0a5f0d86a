"""What commands say besides their data, and in which language."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from kg.store import Lang


def say(text: str) -> None:
    """Tells a person, on stderr."""
    print(f"kg: {text}", file=sys.stderr)


def language(arguments: argparse.Namespace) -> Lang:
    """The language that was asked for, else that of the locale."""
    from kg.store import default_lang  # noqa: PLC0415

    return arguments.lang or default_lang()


def phrase(texts: Mapping[str, str], lang: Lang) -> str:
    """What is said in a language, or in both."""
    from kg.catalogue import spoken  # noqa: PLC0415

    return spoken(texts, lang)


def count(many: int, one: str) -> str:
    """A number of things, in English."""
    return f"{many} {one}{'' if many == 1 else 's'}"
