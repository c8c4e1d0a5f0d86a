"""Words in a text: where they stand, what comes nearest to them.

Offsets are Unicode code points, 0-based, end-exclusive.
"""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import product
from typing import NamedTuple

CONTEXT = 16  # characters kept before and after a quote


class Span(NamedTuple):
    """A stretch of a text."""

    start: int
    end: int

    def holds(self, other: "Span") -> bool:
        """Whether the other stretch lies inside this one, or is the same."""
        return self.start <= other.start and other.end <= self.end


def occurrences(text: str, wanted: str, within: Span | None = None) -> list[Span]:
    """Every place of `wanted`, overlapping ones too.

    Args:
        text: the whole text.
        wanted: words to find; an empty string is nowhere.
        within: only places inside this stretch.
    """
    start, end = within or Span(0, len(text))
    found: list[Span] = []
    at = text.find(wanted, start, end) if wanted else -1
    while at >= 0:
        found.append(Span(at, at + len(wanted)))
        at = text.find(wanted, at + 1, end)
    return found


def nearest(text: str, wanted: str, within: Iterable[Span]) -> str:
    """The stretch of about the same length that is most like `wanted`, or ""."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    best, likest, home = Span(0, 0), (0.4, 0, 0), Span(0, 0)  # what is less alike helps nobody

    def likeness(span: Span) -> tuple[float, int, int]:
        """Share of characters that need no change, how many stand at their own place, length."""
        window = text[slice(*span)]
        matcher.set_seq1(window)
        if matcher.quick_ratio() < likest[0]:  # an upper bound, found quickly
            return 0, 0, 0
        changes = sum(
            max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in matcher.get_opcodes() if tag != "equal"
        )
        longest = max(len(window), len(wanted), 1)
        return 1 - changes / longest, sum(map(str.__eq__, window, wanted)), len(window)

    length = len(wanted)
    for span in within:
        for at in range(span.start, max(span.start, span.end - length) + 1):
            window = Span(at, min(at + length, span.end))
            if (like := likeness(window)) > likest:
                best, likest, home = window, like, span
    start, end = best  # a little longer or shorter may fit better
    for before, after in product(range(-3, 4), repeat=2):
        window = Span(max(home.start, start + before), min(home.end, end + after))
        if (like := likeness(window)) > likest:
            best, likest = window, like
    return text[slice(*best)].strip()


def longest_first(text: str, forms: Iterable[str]) -> Iterator[tuple[Span, str]]:
    """Places of forms that do not overlap: the longest wins, of equals the leftmost."""
    lengths: dict[str, set[int]] = {}  # of the forms that begin so
    for form in (forms := set(forms) - {""}):
        lengths.setdefault(form[:2], set()).add(len(form))
    # The forms are many and the text is short: it is the text that is walked.
    found = sorted(
        (
            (Span(at, at + length), text[at : at + length])
            for at in range(len(text))
            for head in {text[at : at + 1], text[at : at + 2]}
            for length in lengths.get(head, ())
            if text[at : at + length] in forms
        ),
        key=lambda pair: (-len(pair[1]), pair[0].start),
    )
    taken = bytearray(len(text))
    chosen = []
    for span, form in found:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\1" * len(form)
            chosen.append((span, form))
    return iter(sorted(chosen))


def line_of(text: str, offset: int) -> int:
    """The line, from 1, on which the character at `offset` stands."""
    return text.count("\n", 0, offset) + 1


def short(words: str, length: int = 24) -> str:
    """The words, cut with … when longer than `length` characters."""
    return words if len(words) <= length else words[: length - 1] + "…"
