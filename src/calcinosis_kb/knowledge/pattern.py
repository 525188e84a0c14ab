"""Regular expressions compiled on first use, because compiling all of them takes a tenth of the start-up time."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

__all__ = ["Pattern"]


class Pattern:
    """A regular expression with the methods of `re.Pattern`.

    >>> bool(Pattern("b+", re.IGNORECASE).search("aBB"))
    True
    """

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source, self._flags = source, flags

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._source, self._flags)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._compiled, name)
