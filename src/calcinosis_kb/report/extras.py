"""Check that the libraries of an extra are installed, before any work begins."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from calcinosis_kb.errors import InputError, Problem

__all__ = ["require"]

_NAMES = {"PIL": "pillow", "fhir": "fhir.resources"}
"""Names of packages that differ from the name of their import."""


def require(libraries: Iterable[str], extra: str = "pictures") -> None:
    """Raise `InputError` (CKB054) with all missing libraries of an extra and the command that installs it."""
    missing = [_NAMES.get(name, name) for name in libraries if find_spec(name) is None]
    if missing:
        message = f"this needs {', '.join(missing)}, not installed here"
        raise InputError((Problem("CKB054", message, fix=_command(extra)),))


def _command(extra: str) -> str:
    """Return the command that adds an extra to this installation, with the same tool and from the same place."""
    try:
        origin = json.loads(Distribution.from_name("calcinosis-kb").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:  # run from the source tree
        origin = {}
    url = urlsplit(origin.get("url", ""))
    source = Path(url2pathname(url.path)) if url.scheme == "file" else None
    what = f"{source if source and source.exists() else 'calcinosis-kb'}[{extra}]"
    editable = "-e " if origin.get("dir_info", {}).get("editable") else ""
    environment = Path(sys.prefix)
    if (environment / "uv-receipt.toml").is_file():
        tool = "uv tool install --force"
    elif (environment / "pipx_metadata.json").is_file():
        tool = "pipx install --force"
    else:
        tool = "pip install"
    return f"{tool} {editable}{shlex.quote(what)}"
