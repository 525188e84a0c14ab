"""Errors of the service as an OperationOutcome of FHIR."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

__all__ = ["HookError", "OutcomeResponse"]

_CODES = {
    400: "invalid",
    401: "login",
    404: "not-found",
    405: "not-supported",
    412: "processing",
    413: "too-long",
    500: "exception",
}
"""The kind of an issue by the status of the answer."""


class HookError(Exception):
    """A request that is not answered: the status, what is wrong, and what in the request shows it."""

    def __init__(self, status: HTTPStatus, text: str, diagnostics: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.diagnostics = diagnostics


class OutcomeResponse(Response):
    """An error with its status, what is wrong in a sentence, and what in the request shows it."""

    media_type = "application/json"

    def __init__(
        self, status: HTTPStatus, text: str, diagnostics: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        issue = {"severity": "error", "code": _CODES.get(status, "processing"), "details": {"text": text}}
        body = {
            "resourceType": "OperationOutcome",
            "issue": [issue | ({"diagnostics": diagnostics} if diagnostics else {})],
        }
        super().__init__(json.dumps(body, ensure_ascii=False), int(status), headers)
