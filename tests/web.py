"""A small server for the tests of the pages: the site, its assets, and a plain /sparql."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qsl, unquote, urlsplit

import pyoxigraph as ox

from kg.errors import KGError
from kg.site import Reply, Request, Site
from kg.store import Store

# As kg.serve sends it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def serve(site: Site, store: Store) -> ThreadingHTTPServer:
    """Serves on a free port of loopback until `shutdown`."""
    files = {one.path: one for one in site.assets.values()}
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            where = urlsplit(self.path)
            path, query = unquote(where.path), tuple(parse_qsl(where.query, True))
            if path in files:
                self._send(Reply(200, files[path].media, files[path].body))
            elif path == "/sparql":
                self._ask(dict(query).get("query", ""))
            else:
                told = self.headers.get
                with lock:
                    reply = site.respond(
                        Request(path, query, told("Accept", ""), told("Accept-Language", ""),
                                f"http://{told('Host', '')}")
                    )  # fmt: skip
                self._send(reply)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            direct = self.headers.get("Content-Type", "").startswith("application/sparql-query")
            self._ask(body if direct else dict(parse_qsl(body)).get("query", ""))

        def _ask(self, text: str) -> None:
            try:
                with lock:
                    told = store.query(text).standard(ox.QueryResultsFormat.JSON)
            except KGError as error:
                self._send(Reply(400, "text/plain; charset=utf-8", str(error).encode()))
                return
            self._send(Reply(200, "application/sparql-results+json", told.encode()))

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.media)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers:
                self.send_header(name, value)
            if "Content-Security-Policy" not in dict(reply.headers):
                self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *told: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    return server
