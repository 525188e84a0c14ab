"""One question at a time, without a session: each page carries what was answered, and which questions were put."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.intake.form import as_field
from calcinosis_kb.intake.interview import Asked, Interview
from calcinosis_kb.web.patient.state import Fields, patient_state
from calcinosis_kb.web.service import Service

__all__ = ["ask_page"]


class Stand(msgspec.Struct):
    """Where an interview stood: the patient file, the topics that were asked, and the list that may go on."""

    patient: dict[str, Any]
    settled: list[str]
    open_list: str | None = None


@dataclass(frozen=True)
class Ask:
    """A page with one question; None where nothing more would matter. ``back`` is where the interview stood before."""

    interview: Interview
    asked: Asked | None
    changed: list[str]
    unread: dict[str, str]
    back: str
    typed: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def as_field(self) -> str:
        return as_field(self.interview.data)

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Answers that are one tap."""
        return self.interview.choices(self.asked) if self.asked else ()


def ask_page(service: Service, fields: Fields) -> str | None:
    """Return the page with the next question; None where the patient file has a fault that its form must show first."""
    given = dict(fields)
    if given.get("back"):
        stood = _stand(given["back"])
        fields = [("patient", as_field(stood.patient))]
    else:
        open_list = given.get("open_list") or None
        stood = Stand({}, [value for name, value in fields if name == "settled"], open_list)
    state = patient_state(service, fields)
    if state.problems or state.fault:
        return None
    interview = Interview(service.kb, state.data, settled=stood.settled, open_list=stood.open_list)
    return service.render(
        "patient/ask.html", "/patient/ask", ask=_answered(interview, given), record=given.get("record", "")
    )


def _answered(interview: Interview, given: dict[str, str]) -> Ask:
    """Take the answer to the question that was put, if there is one, and put the next."""
    asked = interview.next()
    answers = "choice" in given or "act" in given
    if asked is None or not answers or given.get("back"):
        return Ask(interview, asked, [], {}, "")
    typed = given.get("choice") or ("" if given.get("act") == "unknown" else given.get("typed", ""))
    before = interview.not_understood()
    back = msgspec.json.encode(Stand(interview.data, list(interview.settled), interview.open_list)).decode()
    try:
        changed = interview.answer(asked, typed)
    except InputError as error:
        return Ask(interview, asked, [], {}, "", typed, tuple(error.problems))
    unread = {word: near for word, near in interview.not_understood().items() if word not in before}
    return Ask(interview, interview.next(), changed, unread, back)


def _stand(text: str) -> Stand:
    try:
        return msgspec.json.decode(text, type=Stand)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        fix = "open the page again"
        raise InputError((Problem("CKB105", "the button 'back' was sent with something else", fix=fix),)) from None
