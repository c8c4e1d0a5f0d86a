"""Scripts and styles as they are sent: each under a name that changes with its content."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from kg.errors import KGError
from kg.house import House

FOLDER = "web/dist"
_MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_NEEDED = ("site.css",)


class Asset(NamedTuple):
    """A file.

    Attributes:
        path: of its address.
        media: its type.
        body: its bytes.
    """

    path: str
    media: str
    body: bytes


def read(house: House) -> dict[str, Asset]:
    """The files that `make web` builds, by the name that they have there.

    Raises:
        KGError: they are not built.
    """
    found = {}
    for path in sorted((house.root / FOLDER).glob("*.*")):
        if path.suffix in _MEDIA:
            body = path.read_bytes()
            digest = hashlib.sha256(body).hexdigest()[:8]
            where = f"/assets/{path.stem}.{digest}{path.suffix}"
            found[path.name] = Asset(where, _MEDIA[path.suffix], body)
    for name in _NEEDED:
        if name not in found:
            raise KGError(
                "the style of the pages is not built", (f"{FOLDER}/{name}", 0),
                "run make web, which needs npm; an installed package holds it",
            )  # fmt: skip
    return found
