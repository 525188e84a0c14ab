"""Jinja's environment for the pages: everything is escaped, and control characters are shown."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from calcinosis_kb._version import __version__
from calcinosis_kb.advice.answer import NOTICE
from calcinosis_kb.characters import visible
from calcinosis_kb.web.sources import elsewhere, linked, sources

__all__ = ["Links", "environment"]


class Links:
    """Writes the addresses of pages on the server: as they are."""

    static = False
    """Whether the pages are files, without a server that answers."""

    def __call__(self, path: str) -> str:
        """Return what a page writes for an address of the server, such as ``/therapy/rituximab``."""
        return path


def environment() -> Environment:
    """Return the environment in which templates are rendered."""
    made = Environment(
        loader=PackageLoader("calcinosis_kb.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["kind"] = lambda block: type(block).__name__
    made.globals.update(notice=NOTICE, version=__version__, sources=sources, linked=linked, elsewhere=elsewhere)
    return made


def _shown(value: Any) -> Any:
    """A value for a page: control characters and direction marks of texts from files are shown, not obeyed; None is empty."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
