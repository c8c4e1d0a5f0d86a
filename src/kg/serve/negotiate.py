"""Which format is sent, by the Accept header or by name."""

from __future__ import annotations

from functools import lru_cache

import pyoxigraph as ox

# Media type: the engine's format; the first of each is what is sent when anything will do.
RESULTS: dict[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
GRAPHS: dict[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/xml": ox.RdfFormat.RDF_XML,
    "text/xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/json": ox.RdfFormat.JSON_LD,
}
# What `format=` may say; any other value is nobody's: clients send names of their own as well.
NAMES = {
    "json": ("application/sparql-results+json", "application/ld+json"),
    "xml": ("application/sparql-results+xml", "application/rdf+xml"),
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "ttl": ("text/turtle",),
    "turtle": ("text/turtle",),
    "nt": ("application/n-triples",),
    "rdf": ("application/rdf+xml",),
    "jsonld": ("application/ld+json",),
    "json-ld": ("application/ld+json",),
}
_PAGES = ("text/html", "application/xhtml+xml")


@lru_cache(256)
def _ranges(accept: str) -> tuple[tuple[float, str], ...]:
    """Media ranges with their quality, best first; the more exact of equals first."""
    found = []
    for part in accept.split(",")[:100]:
        media, *parameters = part.split(";")
        quality = 1.0
        for one in parameters:
            name, _, value = one.partition("=")
            if name.strip().lower() == "q":
                try:
                    quality = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if media := media.strip().lower():
            found.append((quality, media))
    return tuple(sorted(found, key=lambda one: (-one[0], one[1].count("*"))))


@lru_cache(256)
def choose(accept: str, offered: tuple[str, ...]) -> str | None:
    """The media type to send; None where nothing offered is accepted.

    Args:
        accept: the header; empty for anything.
        offered: media types, the one to prefer first.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offered[0]
    refused = {media for quality, media in ranges if not quality}
    for quality, media in ranges:
        if not quality:
            break
        for one in offered:
            if one not in refused and (
                media in (one, "*/*") or (media[-2:] == "/*" and one.startswith(media[:-1]))
            ):
                return one
    return None


def wants_html(accept: str) -> bool:
    """Whether a browser asks: it names pages before anything else."""
    return next((media for _, media in _ranges(accept)), "") in _PAGES


def wants_chinese(language: str) -> bool:
    """Whether Chinese is wanted before English, by the Accept-Language header."""
    for _, one in _ranges(language):
        if one.startswith(("zh", "en")):
            return one.startswith("zh")
    return False
