"""How a course ended, where the record tells it: stopped or completed is no outcome, only a stated reason is."""

from __future__ import annotations

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.plain import Json, mappings
from calcinosis_kb.patients.fhir.taking import Taking
from calcinosis_kb.patients.file import LONGEST_TEXT

__all__ = ["outcome"]

_NO_EFFECT = frozenset({"58848006"})
"""SNOMED CT: lack of drug effect."""

_NOT_TOLERATED = frozenset({"281647001", "62014003", "419076005", "sintol", "salg"})
"""SNOMED CT adverse reaction (to a drug), allergic reaction; HL7 reasons of intolerance and allergy."""

_ENDS = ("ineffective", "worse", "not_tolerated")
"""Outcomes for which a treatment is stopped."""


def outcome(body: Json, use: Taking, names: Names) -> tuple[str, str | None]:
    """The outcome that an entry tells, with the adverse event for which the medicine was stopped."""
    if use.current:
        return "ongoing", None
    for reason in mappings(body.get("statusReason")) if use.stopped else ():
        said = concept(reason)
        codes = {coding.code for coding in said.codings if coding.system in ("snomed", "status-reason")}
        if codes & _NO_EFFECT:
            return "ineffective", None
        if codes & _NOT_TOLERATED:
            return "not_tolerated", said.shown[:LONGEST_TEXT] or None
        named = {names.term("outcomes", word) for word in said.words}
        if ended := next((one for one in _ENDS if one in named), None):
            return ended, said.shown[:LONGEST_TEXT] if ended == "not_tolerated" else None
    return "unknown", None
