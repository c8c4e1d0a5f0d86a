"""Files for pages: scripts and styles of the wheel, in memory, named by what they hold."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

_MEDIA = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}


class Assets:
    """The files of a folder.

    Args:
        folder: web/dist of the house; one that is not there holds nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, tuple[str, bytes]] = {}
        self._names: dict[str, str] = {}
        for path in sorted(folder.glob("*")):
            if path.suffix in _MEDIA:
                body = path.read_bytes()
                name = f"{path.stem}.{sha256(body).hexdigest()[:8]}{path.suffix}"
                self._names[path.name] = name
                self._files[name] = (_MEDIA[path.suffix], body)

    def name(self, plain: str) -> str:
        """The name by which a file is asked for, e.g. `kg.0f3a….js` for `kg.js`."""
        return self._names[plain]

    def find(self, name: str) -> tuple[str, bytes] | None:
        """Media type and content of a file."""
        return self._files.get(name)
