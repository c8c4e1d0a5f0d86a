"""What a client likes best, by its Accept and Accept-Language headers."""

from __future__ import annotations

from functools import lru_cache

_MOST = 50  # items of a header that are looked at
_PAGES = ("text/html", "application/xhtml+xml")


@lru_cache(256)
def _weighed(header: str) -> tuple[tuple[float, str], ...]:
    """The items with their quality, best first; of equals the more exact first."""
    found = []
    for part in header.split(",")[:_MOST]:
        item, *parameters = part.split(";")
        quality = 1.0
        for one in parameters:
            name, _, value = one.partition("=")
            if name.strip().lower() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if item := item.strip().lower():
            found.append((quality, item))
    return tuple(sorted(found, key=lambda one: (-one[0], one[1].count("*"))))


def preferred(header: str) -> list[str]:
    """The items of a header, best first, without those that are refused (q=0)."""
    return [item for quality, item in _weighed(header) if quality]


@lru_cache(256)
def choose(accept: str, offered: tuple[str, ...]) -> str | None:
    """The media type to send; None where nothing offered is accepted.

    Args:
        accept: the header; empty for anything.
        offered: media types, the one to prefer first.
    """
    ranges = _weighed(accept)
    if not ranges:
        return offered[0]
    refused = {media for quality, media in ranges if not quality}
    for media in preferred(accept):
        for one in offered:
            if one not in refused and (
                media in (one, "*/*") or (media[-2:] == "/*" and one.startswith(media[:-1]))
            ):
                return one
    return None


def wants_html(accept: str) -> bool:
    """Whether a browser asks: it names pages before anything else."""
    return next(iter(preferred(accept)), "") in _PAGES


def wants_chinese(language: str) -> bool:
    """Whether Chinese is wanted before English, by the Accept-Language header."""
    for one in preferred(language):
        if one.partition("-")[0] in ("zh", "en"):
            return one.startswith("zh")
    return False
