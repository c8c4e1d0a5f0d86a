"""The process that listens."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast

import uvicorn

from kg.errors import KGError
from kg.house import House
from kg.serve.app import App
from kg.serve.config import Config
from kg.serve.door import Door
from kg.site import assets

# Connections that wait to be taken in. Where there is no room for one more, the client tries
# again only after a second.
_BACKLOG = 8192


def run(config: Config, build: str, say: Callable[[str], None]) -> None:
    """Serves a build until it is told to stop.

    Args:
        config: how.
        build: folder of the build.
        say: is told where it listens.

    Raises:
        KGError: it cannot listen there, or there is no build.
    """
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        listener = socket.create_server((config.host, config.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise KGError(
            f"{config.host}:{config.port} cannot be listened at: {error.strerror or error}",
            hint="name another port with --port",
        ) from None
    door = Door(config)
    app = App(config, build, assets.read(House.find()).values(), door)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    server = uvicorn.Server(
        uvicorn.Config(
            app, http=cast(Any, door.protocol), loop="uvloop", lifespan="on", ws="none",
            log_config=None, backlog=_BACKLOG,
            access_log=False, proxy_headers=False, server_header=False,
            timeout_keep_alive=int(config.idle) + 1, timeout_graceful_shutdown=int(config.grace),
        )
    )  # fmt: skip
    port = listener.getsockname()[1]
    shown = f"[{config.host}]" if ":" in config.host else config.host
    app.ready = lambda: say(f"http://{shown}:{port}/ (process {os.getpid()}); Ctrl-C stops it")
    with suppress(KeyboardInterrupt, SystemExit):  # it exits where it cannot start
        server.run(sockets=[listener])
    if app.failed:
        hint = "is the endpoint there?" if config.endpoint else "kg build makes the graph anew"
        raise KGError(app.failed, hint=hint)
