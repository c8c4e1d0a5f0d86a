"""Tests of kg.errors."""

from kg.errors import KGError


def test_message_alone() -> None:
    """Without place and hint the message stands alone."""
    assert str(KGError("it is broken")) == "it is broken"


def test_place_and_hint() -> None:
    """The place comes first, the hint on a line of its own."""
    error = KGError("it is broken", ("a.ttl", 3), "mend it")
    assert str(error) == "a.ttl:3: it is broken\n  mend it"


def test_place_without_line() -> None:
    """Line 0 stands for the file as a whole."""
    assert str(KGError("it is not there", ("a.ttl", 0))) == "a.ttl: it is not there"
