"""Errors of the server as RFC 9457 "problem details" in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.responses import Response
from typing_extensions import TypedDict

from calcinosis_kb.errors import CalcinosisError, InputError, Problem

__all__ = ["NotFound", "ProblemDocument", "ProblemResponse", "problem_response"]


class NotFound(InputError):
    """An address that names nothing; the problems tell what is near."""


class ProblemEntry(TypedDict, total=False):
    """One thing that is wrong, as the command line reports it."""

    code: str
    message: str
    at: str
    valid: list[str]
    nearest: list[str]
    fix: str


class _Details(TypedDict):
    title: str
    status: int
    detail: str


class ProblemDocument(_Details, total=False):
    """An error (RFC 9457, "problem details"); its type is "about:blank"."""

    problems: list[ProblemEntry]


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
        body: ProblemDocument = {"title": status.phrase, "status": int(status), "detail": detail}
        if problems:
            body["problems"] = [_as_data(problem) for problem in problems]
        super().__init__(json.dumps(body, ensure_ascii=False), int(status), headers)


def problem_response(error: CalcinosisError) -> ProblemResponse:
    """Return the answer to an error of the package: 404 and 422 for what the caller can mend, 500 for an internal fault."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error.exit_code == 2 else HTTPStatus.INTERNAL_SERVER_ERROR
    if isinstance(error, NotFound):
        status = HTTPStatus.NOT_FOUND
    first = error.problems[0].message if error.problems else status.phrase
    return ProblemResponse(status, first, error.problems)


def _as_data(problem: Problem) -> ProblemEntry:
    """A problem without what it does not say."""
    data: ProblemEntry = {"code": problem.code, "message": problem.message}
    if problem.place:
        data["at"] = str(problem.place)
    if problem.valid:
        data["valid"] = list(problem.valid)
    if problem.nearest:
        data["nearest"] = list(problem.nearest)
    if problem.fix:
        data["fix"] = problem.fix
    return data
