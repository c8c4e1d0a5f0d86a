"""The one file of settings: a table for each part that has some."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kg.errors import KGError

FILE = "kg.toml"
NAMED_BY = "KG_CONFIG"


def path(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the settings are, or would be: what KG_CONFIG names, else in the working folder."""
    return Path(environ.get(NAMED_BY) or FILE)


def read(given: Path | None = None, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """The settings; none where there is no file and none was named.

    Args:
        given: the file; None for the one of `path`.
        environ: variables of the environment.

    Raises:
        KGError: the file is not TOML, or is named and not there.
    """
    where = given or path(environ)
    try:
        return tomllib.loads(where.read_text("utf-8"))
    except FileNotFoundError:
        if given or environ.get(NAMED_BY):
            raise KGError("the file is not there", (str(where), 0), "check its name") from None
        return {}
    except (OSError, ValueError) as error:
        raise KGError(f"the settings cannot be read: {error}", (str(where), 0)) from None
