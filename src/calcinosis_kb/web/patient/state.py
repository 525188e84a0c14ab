"""One patient as a form of the page holds it: what is recorded, the answer to it, and what could not be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.errors import InputError, InternalFault, Problem
from calcinosis_kb.web.service import Service

__all__ = ["Fields", "PatientState", "patient_state"]

Fields = Sequence[tuple[str, str]]
"""The fields of a form as it was sent, in their order."""


@dataclass(frozen=True)
class PatientState:
    """``data`` is the patient file so far, and ``advice`` the answer to it; None as long as nothing is recorded.

    ``problems``: what of the fields could not be used; the answer is then that to the last data without a problem.
    """

    data: dict[str, Any]
    advice: Advice | None
    problems: tuple[Problem, ...] = ()
    fault: tuple[Problem, ...] = ()
    """Why no answer can be given at all, whatever is entered: the engines contradict each other."""

    @property
    def as_field(self) -> str:
        """The patient file as JSON, for the hidden field that carries it to the next request."""
        return msgspec.json.encode(self.data).decode()


def patient_state(service: Service, fields: Fields) -> PatientState:
    """Read the fields of the form."""
    given = dict(fields)
    data: dict[str, Any] = msgspec.json.decode(given.get("patient") or "{}")
    if not data:
        return PatientState(data, None)
    try:
        return PatientState(data, service.kb.advise(data))
    except InputError as error:
        return PatientState(data, None, tuple(error.problems))
    except InternalFault as fault:
        return PatientState(data, None, fault=tuple(fault.problems))
