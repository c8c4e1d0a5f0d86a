"""How often a client may ask."""

from __future__ import annotations

import math
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

from kg.serve.problem import Problem

_MOST = 100_000  # clients that are remembered


def client_of(address: str) -> str:
    """Who stands behind an address: of IPv6, all of a /64 are one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(IPv6Address(int(found) >> 64 << 64))
    return address


class Rate:
    """A bucket of tokens for each client: each request takes one, time fills it again.

    Args:
        rate: tokens a second.
        burst: tokens that a bucket holds.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str, now: float) -> None:
        """Takes a token.

        Raises:
            Problem: there is none; `wait` says when there will be.
        """
        tokens, then = self._buckets.get(client, (float(self.burst), now))
        tokens = min(self.burst, tokens + (now - then) * self.rate)
        if tokens < 1:
            wait = math.ceil((1 - tokens) / self.rate)
            raise Problem("rate", limit=("rate", self.rate), wait=max(wait, 1))
        self._buckets[client] = (tokens - 1, now)
        self._buckets.move_to_end(client)
        if len(self._buckets) > _MOST:  # who has not asked for longest has a full one
            self._buckets.popitem(last=False)
