"""Show a long text through the pager of the terminal, as git does."""

from __future__ import annotations

import os
import sys

__all__ = ["has_pager", "page"]

_AS_GIT = "FRX"
"""Options of ``less`` where LESS is not set: quit if one screen is enough, show colours, leave the text on the screen."""


def has_pager() -> bool:
    """Whether a person can turn pages: at a terminal, unless NO_PAGER is set or PAGER is empty or "cat"."""
    wanted = "NO_PAGER" not in os.environ and os.environ.get("PAGER", "less") not in ("", "cat")
    return wanted and sys.stdin.isatty() and sys.stdout.isatty()


def page(text: str) -> None:
    """Show a text through PAGER, or ``less``."""
    import click

    os.environ.setdefault("LESS", _AS_GIT)
    click.echo_via_pager(text, color=True)
