"""What a treatment was for: calcinosis only where the record says so."""

from __future__ import annotations

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import mappings
from calcinosis_kb.patients.fhir.record import Record, Resource

__all__ = ["CALCINOSIS", "is_calcinosis", "purpose"]

CALCINOSIS = "calcinosis"
_CONDITION = "calcinosis_cutis"


def purpose(record: Record, resource: Resource, meanings: Meanings) -> str:
    """The purpose of an order, statement or procedure, by its reasons; a reason that is not understood leaves it unclear."""
    there = (record.follow(one, resource) for one in mappings(resource.body.get("reasonReference")))
    reasons = [concept(reason) for reason in mappings(resource.body.get("reasonCode"))]
    reasons.extend(concept(one.body.get("code")) for one in there if one is not None and one.type == "Condition")
    told = {_of(reason, meanings) for reason in reasons}
    return next((known for known in (CALCINOSIS, "unclear", "underlying_disease", "other") if known in told), "unclear")


def _of(reason: Concept, meanings: Meanings) -> str:
    meaning = meanings.condition(reason)
    if any(is_calcinosis(match.id, meanings.names) for match in meaning.matches):
        return CALCINOSIS
    if any(match.kind == "disease" for match in meaning.matches):
        return "underlying_disease"
    return "other" if meaning.understood else "unclear"


def is_calcinosis(id_: str, names: Names) -> bool:
    """Whether a condition or disease is calcinosis itself: a form of calcinosis cutis, or a disease that no immune system causes."""
    knowledge = names.knowledge
    if id_ in knowledge.terms.conditions:
        return _CONDITION in knowledge.ancestors("conditions", id_)
    disease = knowledge.terms.diseases[id_]
    return disease.immune_mediated is False and not disease.various
