"""The pages of a graph: for every IRI, the questions, the text, the views, search.

Pure: a store, its house and a request go in, a reply comes out. All that is needed is read when
a `Site` is made; after that no file is opened, so it may run where none can be.
"""

from kg.site.request import Reply, Request
from kg.site.site import Site

__all__ = ["Reply", "Request", "Site"]
