"""Read a body as JSON, whatever was sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import msgspec

from calcinosis_kb.web.hooks.outcome import HookError

__all__ = ["DEEPEST", "json_object"]

DEEPEST = 100
"""Levels of objects and lists within each other; FHIR needs about ten."""


def json_object(body: bytes) -> dict[str, Any]:
    """Return the object that a body holds. Raises `HookError` if it is none, or is nested too deeply."""
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise HookError(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None
    except RecursionError:
        raise _too_deep() from None
    if not isinstance(found, dict):
        raise HookError(HTTPStatus.BAD_REQUEST, "The body is not a JSON object.")
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return found
    raise _too_deep()


def _too_deep() -> HookError:
    return HookError(HTTPStatus.BAD_REQUEST, f"The body is nested more than {DEEPEST} levels deep.")
