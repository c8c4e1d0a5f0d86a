"""One request to an endpoint: sent by POST, read to its end within limits, or one clear error."""

import re
import time
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any, NoReturn
from urllib import error as failures
from urllib import request as http

from kg.errors import KGError
from kg.remote.profile import Profile

JSON, NTRIPLES = "application/sparql-results+json", "application/n-triples"
_BUSY = (429, 503)
_LONGEST_WAIT = 30.0  # seconds before a busy server is asked again
_CHUNK = 1 << 16
_HINTS = {
    401: "see auth, user and secret of the endpoint",
    403: "the user may not do this there",
    404: "is this the address of a SPARQL endpoint?",
    405: "is this the address of a SPARQL endpoint?",
}


class RefusedError(KGError):
    """The server has read a request and will not do it; a smaller one may pass."""


class Transport:
    """Sends queries and updates to one endpoint.

    Args:
        profile: of the endpoint.

    Raises:
        KGError: SPARQLWrapper is not installed, or the secret is not in the environment.
    """

    def __init__(self, profile: Profile) -> None:
        try:
            from SPARQLWrapper import BASIC, POST, SPARQLWrapper  # noqa: PLC0415
        except ImportError:
            raise KGError(
                "a remote endpoint needs SPARQLWrapper, which is not installed",
                hint="pip install 'sci-tech-insurance-kg[remote]'",
            ) from None
        self.profile = profile
        handlers: list[http.BaseHandler] = [_Redirects()]
        word = profile.word() if profile.auth else ""
        if profile.auth == "digest":
            words = http.HTTPPasswordMgrWithDefaultRealm()
            for address in {profile.query, profile.update or profile.query}:
                words.add_password(None, address, profile.user, word)
            handlers.append(http.HTTPDigestAuthHandler(words))
        opener = http.build_opener(*handlers)

        class Wrapper(SPARQLWrapper):
            """Its requests go through our opener: its own would follow any redirect."""

            updating = False

            def _parseQueryType(self, query: str) -> str:  # noqa: N802 - its name
                # Known to us, and its patterns are slow on long text.
                return "INSERT" if self.updating else "SELECT"

            def _query(self) -> tuple[Any, str]:
                return opener.open(self._createRequest(), timeout=profile.seconds), ""

        def wrapper(text: str, accept: str, updating: bool) -> Any:
            made = Wrapper(profile.query, profile.update or None, agent="sci-tech-insurance-kg")
            made.updating = updating
            made.setMethod(POST)
            made.setOnlyConneg(True)
            made.setQuery(text)
            made.addCustomHttpHeader("Accept", accept)
            if profile.auth == "basic":
                made.setHTTPAuth(BASIC)
                made.setCredentials(profile.user, word)
            elif profile.auth == "bearer":
                made.addCustomHttpHeader("Authorization", f"Bearer {word}")
            return made

        self._wrapper = wrapper

    def query(self, text: str, accept: str, graphs: Iterable[tuple[str, str]] = ()) -> bytes:
        """The body of the answer to a query.

        Args:
            text: the query, with its prefixes.
            accept: media type of the answer.
            graphs: parameters of the protocol that name the data set.

        Raises:
            KGError: there is no whole answer of this type within the limits.
        """
        return self._send(text, accept, graphs, updating=False, tries=self.profile.tries)

    def update(self, text: str, *, again: bool = True) -> None:
        """Sends an update.

        Args:
            text: the update; it holds no prefixes.
            again: whether a busy server is asked again: twice done must be as once done.

        Raises:
            RefusedError: the server has not done it.
            KGError: it is not known whether the server has done it.
        """
        self._send(text, "*/*", (), updating=True, tries=self.profile.tries if again else 1)

    def _send(
        self,
        text: str,
        accept: str,
        graphs: Iterable[tuple[str, str]],
        *,
        updating: bool,
        tries: int,
    ) -> bytes:
        for left in range(tries - 1, -1, -1):
            wrapper = self._wrapper(text, accept, updating)
            for name, value in graphs:
                wrapper.addParameter(name, value)
            ends = time.monotonic() + self.profile.seconds
            try:
                with wrapper.query().response as response:
                    return self._read(response, accept, ends)
            except failures.HTTPError as error:
                with error:
                    if error.code in _BUSY and left:
                        time.sleep(_wait(error.headers, tries - left))
                        continue
                    self._refuse(error)
            except (OSError, HTTPException) as error:
                self._fail(error)
        raise AssertionError  # the last try has ended in one of these

    def _read(self, response: Any, accept: str, ends: float) -> bytes:
        """The whole body, or an error."""
        media = response.headers.get_content_type()
        if accept != "*/*" and media == "text/html":
            raise self._error("answers with a web page, not with results", _HINTS[404])
        cut = response.headers.get("X-SPARQL-MaxRows")  # Virtuoso's word for it
        if response.headers.get("X-SQL-State"):  # its word for rows that it found in time
            told = _plain(response.headers.get("X-SQL-Message", ""))
            raise self._error(
                f"gives only a part of the answer: {told}", "ask for less, or raise its time"
            )
        pieces, size = [], 0
        while piece := response.read1(_CHUNK):
            size += len(piece)
            pieces.append(piece)
            if size > self.profile.bytes:
                raise self._error(
                    f"answers with more than {self.profile.bytes:,} bytes",
                    "ask for less, or raise bytes of the endpoint",
                )
            if time.monotonic() > ends:
                raise TimeoutError
        length = response.headers.get("Content-Length")
        if length is not None and size != int(length):
            raise self._error(f"cut its answer off after {size:,} of {length} bytes")
        if cut is not None:
            raise self._error(f"gives only the first {cut} rows of the answer", "ask for less")
        return b"".join(pieces)

    def _refuse(self, error: failures.HTTPError) -> NoReturn:
        if 300 <= error.code < 400:
            told = _plain(error.headers.get("Location", ""))
            raise self._error(
                f"sends on to {told or 'nowhere'}: not followed",
                "if you trust that address, make it the endpoint",
            )
        told = _plain(error.read(2_000).decode("utf-8", "replace"))
        busy = " after all tries" if error.code in _BUSY else ""
        hint = _HINTS.get(error.code)
        # Less of it would be refused as well where a hint tells why.
        raise (KGError if hint else RefusedError)(
            f"{self.profile.host} refuses{busy}, HTTP {error.code}{': ' * bool(told)}{told}",
            hint=hint,
        )

    def _fail(self, error: Exception) -> NoReturn:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            raise self._error(
                f"has not answered within {self.profile.seconds:g} seconds",
                "ask for less, or raise seconds of the endpoint",
            ) from None
        if isinstance(reason, ConnectionRefusedError):
            raise self._error("cannot be reached: the connection is refused") from None
        told = _plain(str(reason) or type(reason).__name__)
        raise self._error(f"gives no whole answer: {told}") from None

    def _error(self, told: str, hint: str | None = None) -> KGError:
        return KGError(f"{self.profile.host} {told}", hint=hint)


class _Redirects(http.HTTPRedirectHandler):
    """Follows none: what is sent, and as whom, is for the address in the profile alone."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """See the class."""
        return


def _wait(headers: Any, tried: int) -> float:
    """Seconds until a busy server is asked again: as it says, else longer each time."""
    said = headers.get("Retry-After", "")
    try:
        wait = (
            float(said) if said.isdigit() else parsedate_to_datetime(said).timestamp() - time.time()
        )
    except ValueError:
        wait = 0.5 * 2**tried
    return min(max(wait, 0.0), _LONGEST_WAIT)


def _plain(text: str) -> str:
    """The first words of what a server says, safe to print."""
    text = re.sub(r"<[^<>]*>", " ", text) if text.lstrip()[:1] == "<" else text
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
