"""One patient as a form of the page holds it: what is recorded, the answer to it, and what could not be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.errors import InputError, InternalFault, Problem
from calcinosis_kb.intake.form import Form, as_field, form_of
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.web.patient.acts import act
from calcinosis_kb.web.patient.view import FormView
from calcinosis_kb.web.service import Service

__all__ = ["Fields", "PatientState", "patient_state"]

Fields = Sequence[tuple[str, str]]
"""The fields of a form as it was sent, in their order."""


@dataclass(frozen=True)
class PatientState:
    """``data`` is the patient file so far, and ``advice`` the answer to it; None as long as nothing is recorded.

    ``problems``: what of the fields could not be used; the answer is then that to the data ``without`` them (in words).
    ``form`` is what the form shows.
    """

    data: dict[str, Any]
    advice: Advice | None
    form: FormView
    problems: tuple[Problem, ...] = ()
    without: tuple[str, ...] = ()
    fault: tuple[Problem, ...] = ()
    """Why no answer can be given at all, whatever is entered: the engines contradict each other."""

    @property
    def as_field(self) -> str:
        """The patient file as JSON, for the hidden field that carries it to the next request."""
        return as_field(self.data)


def patient_state(service: Service, fields: Fields) -> PatientState:
    """Read the fields of the form, do what else was asked for in it, and answer."""
    acts = act(service.kb, fields)
    try:
        advice, problems, left_out = _answer(service, acts.form, acts.reading)
        fault: tuple[Problem, ...] = ()
    except InternalFault as error:
        advice, problems, left_out, fault = None, (), (), tuple(error.problems)
    view = FormView(service.kb, acts, advice, (*acts.problems, *problems))
    return PatientState(acts.form.data, advice, view, problems, tuple(map(view.label, left_out)), fault)


def _answer(
    service: Service, form: Form, reading: RecordReading | None
) -> tuple[Advice | None, tuple[Problem, ...], tuple[str, ...]]:
    """The answer to what can be used of a form, the problems of the rest, and its fields."""
    problems: list[Problem] = []
    left_out: list[str] = []
    while form.data:
        try:
            patient = replace(service.kb.reader.document(form), record=reading)
            return service.kb.advise(patient), tuple(problems), tuple(left_out)
        except InputError as error:
            problems.extend(error.problems)
            rest = form_of(form.without(error.problems))
            if rest.data == form.data:
                break
            left_out.extend(problem.place.file for problem in error.problems if problem.place)
            form = rest
    return None, tuple(problems), tuple(left_out)
