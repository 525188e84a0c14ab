"""What one more fact would change in an answer, without recording it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.report.changes import changes
from calcinosis_kb.web.patient.state import Fields, PatientState, patient_state
from calcinosis_kb.web.service import Service

__all__ = ["WhatIf", "suggested", "what_if"]

_ASKED = 12
"""The number of questions whose answers are suggested."""


@dataclass(frozen=True)
class WhatIf:
    """What was asked, and what it would change in words; None if it was not understood."""

    text: str
    changes: tuple[str, ...] | None = None


def what_if(service: Service, state: PatientState, fields: Fields) -> WhatIf | None:
    """Return what the fact that was typed would change, as if it stood in the box; None if none was asked for."""
    given = dict(fields)
    text = given.get("if", "").strip()
    if not text or "try" not in given or state.advice is None:
        return None
    then = patient_state(service, [*fields, ("box", text)])
    if then.data == state.data or then.problems != state.problems or then.advice is None:
        return WhatIf(text)
    return WhatIf(text, tuple(changes(state.advice, then.advice, most=None)))


def suggested(advice: Advice) -> Iterator[str]:
    """Yield answers to the most telling questions that are a word each: results of tests without a unit, and conditions."""
    terms = advice.knowledge.terms
    telling = [question for question in advice.questions if not question.section]
    for question in telling[:_ASKED]:
        for fact in question.facts:
            kind, _, name = fact.rpartition(":")
            if kind == "condition" and name in terms.conditions:
                yield in_sentence(terms.conditions[name].name)
            elif not kind and name in terms.labs:
                test = terms.labs[name]
                yield from (f"{test.short or test.name} {value}" for value in test.values or ())
