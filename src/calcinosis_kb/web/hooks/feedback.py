"""Check the feedback on cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from calcinosis_kb.web.hooks.outcome import HookError
from calcinosis_kb.web.hooks.request import field

__all__ = ["Feedback", "feedback"]

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
)
MOST = 1000
"""Items of one request."""


@dataclass(frozen=True)
class Feedback:
    """What became of one card. ``comment`` is free text and may name a patient: it is kept in the file alone."""

    card: str
    outcome: str
    time: str
    accepted: tuple[str, ...] = ()
    reason_system: str | None = None
    reason_code: str | None = None
    comment: str | None = None


def feedback(data: dict[str, Any]) -> list[Feedback]:
    """Return the feedback of a request. Raises `HookError` (400) where it breaks a rule of the specification (cds-fb-1 to cds-fb-3)."""
    items = field(data, "feedback", list)
    if len(items) > MOST:
        raise _bad(f"One request may hold feedback on {MOST} cards.", "feedback")
    return [_one(item, f"feedback[{n}].") for n, item in enumerate(items)]


def _one(item: Any, where: str) -> Feedback:
    if not isinstance(item, dict):
        raise _bad("An item of 'feedback' is not an object.", where.rstrip("."))
    card, outcome = field(item, "card", str, where), field(item, "outcome", str, where)
    try:
        UUID(card)
    except ValueError:
        raise _bad("'card' is not the uuid of a card.", f"{where}card") from None
    if outcome not in ("accepted", "overridden"):
        raise _bad("'outcome' is neither 'accepted' nor 'overridden'.", f"{where}outcome")
    time = field(item, "outcomeTimestamp", str, where)
    if not _TIME.fullmatch(time):
        raise _bad("'outcomeTimestamp' is not a time as in 2026-01-31T12:00:00Z.", f"{where}outcomeTimestamp")
    if outcome == "accepted":
        return Feedback(card, outcome, time, _accepted(item, where))
    system, code, comment = _override(item, where)
    return Feedback(card, outcome, time, (), system, code, comment)


def _accepted(item: dict[str, Any], where: str) -> tuple[str, ...]:
    suggestions = field(item, "acceptedSuggestions", list, where)
    if not suggestions or not all(isinstance(one, dict) for one in suggestions):
        raise _bad("'acceptedSuggestions' is not a list of objects.", f"{where}acceptedSuggestions")
    return tuple(field(one, "id", str, f"{where}acceptedSuggestions.") for one in suggestions)


def _override(item: dict[str, Any], where: str) -> tuple[str | None, str | None, str | None]:
    """The reason of an override: a code with its system, a comment, both, or none at all."""
    given = item.get("overrideReason")
    if given is None:
        return None, None, None
    where = f"{where}overrideReason"
    if not isinstance(given, dict):
        raise _bad("'overrideReason' is not an object.", where)
    comment, reason = given.get("userComment"), given.get("reason")
    if comment is None and reason is None:
        raise _bad("'overrideReason' has neither 'reason' nor 'userComment'.", where)
    if comment is not None and not isinstance(comment, str):
        raise _bad("'userComment' is not a text.", f"{where}.userComment")
    if reason is None:
        return None, None, comment
    if not isinstance(reason, dict):
        raise _bad("'reason' is not an object.", f"{where}.reason")
    return field(reason, "system", str, f"{where}.reason."), field(reason, "code", str, f"{where}.reason."), comment


def _bad(text: str, where: str) -> HookError:
    return HookError(HTTPStatus.BAD_REQUEST, text, where)
