"""The same graph in a store that others run, asked and filled over HTTP by SPARQL.

`profile` says where and as whom, `transport` sends one request, `backend` is what a
`kg.store.Store` asks, `sending` is `kg publish`, and `manifest` is what the server itself keeps
of what was sent there.
"""

from kg.remote.backend import Endpoint
from kg.remote.profile import Profile, find
from kg.remote.transport import Transport
from kg.store import Store

__all__ = ["Endpoint", "Profile", "Transport", "find", "store"]


def store(endpoint: str) -> Store:
    """The graph at an endpoint.

    Args:
        endpoint: address, or the name of a profile.

    Raises:
        KGError: there is no such profile, or it is not sound, or SPARQLWrapper is not installed.
    """
    return Store(Endpoint(Transport(find(endpoint))))
