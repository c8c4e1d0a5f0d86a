"""The one file of settings, `kg.toml` of the working folder or the one that KG_CONFIG names."""

import os
import tomllib
from pathlib import Path
from typing import Any

from kg.errors import KGError

FILE = "kg.toml"


def path() -> Path:
    """Where the settings are, or would be."""
    return Path(os.environ.get("KG_CONFIG") or FILE)


def read() -> dict[str, Any]:
    """The settings; none where there is no file.

    Raises:
        KGError: the file is not TOML, or KG_CONFIG names none.
    """
    try:
        return tomllib.loads(path().read_text("utf-8"))
    except FileNotFoundError:
        if os.environ.get("KG_CONFIG"):
            raise KGError("KG_CONFIG names no file", (str(path()), 0)) from None
        return {}
    except (OSError, ValueError) as error:
        raise KGError(f"the settings cannot be read: {error}", (str(path()), 0)) from None
