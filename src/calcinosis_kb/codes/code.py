"""What is known of an error by its code."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Code"]


@dataclass(frozen=True)
class Code:
    """A stable error code."""

    title: str
    meaning: str
    mend: str
