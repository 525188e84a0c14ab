"""Where the copies lie that can be made again from the knowledge base at any time."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/calcinosis-kb``, or ``~/.cache/calcinosis-kb``; it need not exist.

    Raises `RuntimeError` for a user without a home.
    """
    root = os.environ.get("XDG_CACHE_HOME") or ""
    # The XDG specification has relative paths ignored.
    base = Path(root) if Path(root).is_absolute() else Path.home() / ".cache"
    return base / "calcinosis-kb"
