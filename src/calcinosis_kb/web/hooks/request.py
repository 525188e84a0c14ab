"""Check the request of a hook: what the specification demands of it, and what the advice cannot do without."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from calcinosis_kb.web.hooks.discovery import HOOKS
from calcinosis_kb.web.hooks.outcome import HookError

__all__ = ["HookRequest", "field", "hook_request"]

_WORDS = {str: "a text", dict: "an object", list: "a list", int: "a whole number"}
_ORDERS = ("order-select", "order-sign")


@dataclass(frozen=True)
class HookRequest:
    """A request: ``prefetch`` as it came, ``drafts`` the orders that are being written, ``selected`` those to judge (None: all)."""

    hook: str
    patient: str
    prefetch: dict[str, Any]
    drafts: dict[str, Any] | None = None
    selected: frozenset[str] | None = None


def hook_request(data: dict[str, Any]) -> HookRequest:
    """Return a request. Raises `HookError` (400) for a field that is missing, of another type, or names another hook.

    ``fhirServer`` is read by nobody; ``extension`` may hold anything.
    """
    hook = field(data, "hook", str)
    if hook not in HOOKS:
        raise _bad(f"This service does not offer the hook '{hook[:60]}'. It offers {', '.join(HOOKS)}.", "hook")
    _instance(field(data, "hookInstance", str))
    context = field(data, "context", dict)
    field(context, "userId", str, "context.")
    patient = field(context, "patientId", str, "context.")
    if "/" in patient:
        raise _bad("'patientId' is an id alone, without 'Patient/'.", "context.patientId")
    _authorization(data)
    prefetch = data.get("prefetch")
    if prefetch is not None and not isinstance(prefetch, dict):
        raise _bad("'prefetch' is not an object.", "prefetch")
    drafts = _bundle(context) if hook in _ORDERS else None
    selected = _selected(context) if hook == "order-select" else None
    return HookRequest(hook, patient, prefetch or {}, drafts, selected)


def field(data: dict[str, Any], name: str, kind: type, where: str = "") -> Any:
    """Return a required field. Raises `HookError` (400) if it is missing, empty or of another type."""
    value = data.get(name)
    if value is None or value == "":
        raise _bad(f"'{name}' is missing.", f"{where}{name}")
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _bad(f"'{name}' is not {_WORDS[kind]}.", f"{where}{name}")
    return value


def _instance(value: str) -> None:
    try:
        UUID(value)
    except ValueError:
        raise _bad("'hookInstance' is not a UUID.", "hookInstance") from None


def _authorization(data: dict[str, Any]) -> None:
    """Check what a client adds so that its server may be asked (cds-r-1). It is not used, and not kept."""
    if data.get("fhirAuthorization") is None:
        return
    given = field(data, "fhirAuthorization", dict)
    field(data, "fhirServer", str)
    for name, kind in (
        ("access_token", str),
        ("token_type", str),
        ("expires_in", int),
        ("scope", str),
        ("subject", str),
    ):
        field(given, name, kind, "fhirAuthorization.")
    if given["token_type"] != "Bearer":
        raise _bad("'token_type' is not 'Bearer'.", "fhirAuthorization.token_type")


def _bundle(context: dict[str, Any]) -> dict[str, Any]:
    drafts: dict[str, Any] = field(context, "draftOrders", dict, "context.")
    if drafts.get("resourceType") != "Bundle":
        raise _bad("'draftOrders' is not a Bundle.", "context.draftOrders")
    return drafts


def _selected(context: dict[str, Any]) -> frozenset[str]:
    selections = field(context, "selections", list, "context.")
    if not all(isinstance(one, str) for one in selections):
        raise _bad("'selections' is not a list of texts.", "context.selections")
    return frozenset(selections)


def _bad(text: str, where: str) -> HookError:
    return HookError(HTTPStatus.BAD_REQUEST, text, where)
