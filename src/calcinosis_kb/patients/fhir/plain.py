"""Take what is expected out of plain JSON; what has another shape counts as absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Json", "mapping", "mappings", "number", "text"]

Json = Mapping[str, Any]


def mapping(value: object) -> Json:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Json]:
    """The objects of a list; an object alone counts as a list of one.

    >>> mappings({"code": "a"}), mappings([{"code": "a"}, None, 3]), mappings("a")
    ([{'code': 'a'}], [{'code': 'a'}], [])
    """
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, dict)]


def text(value: object) -> str:
    """A text without spaces around it, or an empty one."""
    return value.strip() if isinstance(value, str) else ""


def number(value: object) -> float | None:
    """A number; true and "3" are none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
