"""Errors of the server as RFC 9457 "problem details" in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from calcinosis_kb.errors import CalcinosisError, Problem

__all__ = ["ProblemResponse", "problem_response"]


class ProblemResponse(Response):
    """An error with its status, what is wrong in a sentence, and each `Problem` that was found."""

    media_type = "application/problem+json"

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        problems: Sequence[Problem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        body: dict[str, Any] = {"title": status.phrase, "status": int(status), "detail": detail}
        if problems:
            body["problems"] = [_as_data(problem) for problem in problems]
        super().__init__(json.dumps(body, ensure_ascii=False), int(status), headers)


def problem_response(error: CalcinosisError) -> ProblemResponse:
    """Return the answer to an error of the package: 422 for what the caller can mend, 500 for an internal fault."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error.exit_code == 2 else HTTPStatus.INTERNAL_SERVER_ERROR
    first = error.problems[0].message if error.problems else status.phrase
    return ProblemResponse(status, first, error.problems)


def _as_data(problem: Problem) -> dict[str, Any]:
    """A problem without what it does not say."""
    data = {
        "code": problem.code,
        "message": problem.message,
        "at": str(problem.place) if problem.place else None,
        "valid": list(problem.valid),
        "nearest": list(problem.nearest),
        "fix": problem.fix,
    }
    return {name: value for name, value in data.items() if value}
