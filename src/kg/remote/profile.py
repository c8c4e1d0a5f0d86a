"""Profiles: where an endpoint is, as whom to speak to it, and how much to take from it."""

import dataclasses
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kg import config
from kg.errors import KGError

_AUTH = ("", "basic", "digest", "bearer")


@dataclass(frozen=True)
class Profile:
    """One table `[endpoint.NAME]` of the settings.

    Attributes:
        query: address that answers queries.
        update: address that takes updates; "" for the same.
        auth: `basic`, `digest`, `bearer`, or "" for none.
        user: name for basic and digest.
        secret: environment variable that holds the password or the token.
        seconds: for one answer, from the first byte sent to the last one read.
        bytes: of one answer.
        tries: how often a request is sent that the server is too busy for (429, 503).
        batch: triples in one update.
        counted: answers of so many rows, and of more, are counted by a second query.
    """

    query: str
    update: str = ""
    auth: str = ""
    user: str = ""
    secret: str = ""
    seconds: float = 60.0
    bytes: int = 256_000_000
    tries: int = 4
    batch: int = 1_000
    counted: int = 1_000

    def word(self) -> str:
        """The password or the token.

        Raises:
            KGError: the environment does not hold it.
        """
        if found := os.environ.get(self.secret):
            return found
        raise KGError(
            f"the environment variable {self.secret} is not set",
            hint=f"it holds the {'token' if self.auth == 'bearer' else 'password'} for {self.host}",
        )

    @property
    def host(self) -> str:
        """Name and port of the server, for messages."""
        return urlsplit(self.query).netloc.rpartition("@")[2]


def find(endpoint: str) -> Profile:
    """The profile of that name, or one for an address as it is.

    Raises:
        KGError: there is none, or it is not sound.
    """
    place = (str(config.path()), 0)
    profiles = config.read().get("endpoint", {})
    if "://" in endpoint:
        return _sound({"query": endpoint}, ("--endpoint", 0))
    if not isinstance(profiles, dict) or not isinstance(profiles.get(endpoint), dict):
        known = ", ".join(sorted(profiles)) if isinstance(profiles, dict) else ""
        raise KGError(
            f"there is no endpoint {endpoint!r}", place,
            f"there are: {known}" if known else f'write [endpoint.{endpoint}] with query = "https://…"',
        )  # fmt: skip
    return _sound(profiles[endpoint], place)


def _sound(values: dict[str, Any], place: tuple[str, int]) -> Profile:
    fields = {one.name: one for one in dataclasses.fields(Profile)}
    for name, value in values.items():
        if name not in fields:
            raise KGError(
                f"an endpoint has no setting {name!r}", place, f"it has: {', '.join(fields)}"
            )
        kind = fields[name].type
        right = type(value) is kind or (kind is float and type(value) is int)
        if not right or (kind is not str and value <= 0):
            what = "text" if kind is str else "a number above 0"
            raise KGError(f"{name} of an endpoint is {what}, not {value!r}", place)
    if "query" not in values:
        raise KGError("the endpoint has no query", place, 'write query = "https://…"')
    made = Profile(**values)
    for address in (made.query, made.update or made.query):
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise KGError(
                f"{address!r} is no address of an endpoint", place, "it begins with https://"
            )
        if parts.username is not None or parts.fragment:
            raise KGError(
                "the address of an endpoint holds a password or a #", place,
                "name the user by user, and by secret the environment variable with the password",
            )  # fmt: skip
    if made.auth not in _AUTH:
        raise KGError(f"auth is basic, digest or bearer, not {made.auth!r}", place)
    if made.auth and not made.secret:
        raise KGError(
            f"auth = {made.auth!r} wants secret", place, "an environment variable holds it"
        )
    if made.auth in ("basic", "digest") and not made.user:
        raise KGError(f"auth = {made.auth!r} wants user", place)
    if made.secret and not made.auth:
        raise KGError("secret wants auth", place, "basic, digest or bearer")
    return made
