"""The same graph in a store that others run, asked and filled over HTTP by SPARQL.

`profile` says where and as whom, `transport` sends one request, `backend` is what a
`kg.store.Store` asks, `sending` is `kg publish`, and `manifest` is what the server itself keeps
of what was sent there.
"""

from kg.errors import KGError
from kg.remote import manifest
from kg.remote.backend import Endpoint
from kg.remote.profile import Profile, find
from kg.remote.transport import Transport
from kg.store import Store

__all__ = ["Endpoint", "Profile", "Transport", "find", "published", "store"]


def store(endpoint: str) -> Store:
    """The graph at an endpoint.

    Args:
        endpoint: address, or the name of a profile.

    Raises:
        KGError: there is no such profile, or it is not sound, or SPARQLWrapper is not installed.
    """
    return Store(Endpoint(Transport(find(endpoint))))


def published(endpoint: str) -> str:
    """What tells that which was published at an endpoint from all else: a digest.

    Args:
        endpoint: address, or the name of a profile.

    Raises:
        KGError: see `store`; or nothing was published there.
    """
    transport = Transport(find(endpoint))
    found = Endpoint(transport).published()
    if manifest.UNION not in found:
        raise KGError(
            f"{transport.profile.host} holds nothing that kg publish has sent",
            hint="kg publish sends the graph there, and kg serve sees when it changes",
        )
    return found[manifest.UNION].digest
