"""What is asked of the pages, and what they answer; and the errors that are answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from kg.accept import wants_chinese
from kg.card import Card

Speech = Literal["zh", "en"]
"""The language of a page."""

_SAFE = "/:@!$&'()*+,;=~"  # what RFC 3986 lets stand in a path


@dataclass(frozen=True)
class Request:
    """A GET request.

    Attributes:
        path: decoded, begins with "/".
        query: decoded pairs, in order.
        accept: the Accept header.
        language: the Accept-Language header.
        base: public origin without a slash at its end.
    """

    path: str
    query: tuple[tuple[str, str], ...] = ()
    accept: str = ""
    language: str = ""
    base: str = ""

    def get(self, name: str, default: str = "") -> str:
        """The first value of a parameter."""
        return next((value for key, value in self.query if key == name), default)

    @property
    def lang(self) -> Speech:
        """The language of the answer: that of `?lang=`, else the one that is liked best."""
        told = self.get("lang")
        if told in ("zh", "en"):
            return "zh" if told == "zh" else "en"
        return "zh" if wants_chinese(self.language) else "en"

    def link(self, path: str, *pairs: tuple[str, str]) -> str:
        """The address of another page of the site, in the language that was asked for.

        Args:
            path: decoded; a fragment may follow it.
            pairs: its query.
        """
        told = self.get("lang")
        kept = [("lang", told)] if told in ("zh", "en") else []
        return address(path, *pairs, *kept)

    def twin(self, lang: Speech) -> str:
        """The address of this page in a language."""
        return address(self.path, *(p for p in self.query if p[0] != "lang"), ("lang", lang))


@dataclass(frozen=True)
class Reply:
    """An answer.

    Attributes:
        status: of HTTP.
        media: type of the body, with its charset.
        body: as it is sent.
        headers: further ones.
    """

    status: int
    media: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class Problem(Exception):  # noqa: N818 - it is an answer
    """A request that gets no answer but why.

    Attributes:
        status: of HTTP.
        detail: what is wrong and what to do, by language; "" where the status says it all.
        near: things that may have been meant.
    """

    def __init__(self, status: int, zh: str = "", en: str = "", near: Sequence[Card] = ()) -> None:
        super().__init__(en)
        self.status = status
        self.detail: dict[Speech, str] = {"zh": zh, "en": en}
        self.near = near


def address(path: str, *pairs: tuple[str, str]) -> str:
    """A path and a query as they stand in a link; a fragment stays at the end."""
    bare, mark, fragment = path.partition("#")
    query = f"?{urlencode(pairs, errors='replace')}" if pairs else ""
    ends = f"#{quote(fragment, _SAFE, errors='replace')}" if mark else ""
    return quote(bare, _SAFE, errors="replace") + query + ends
