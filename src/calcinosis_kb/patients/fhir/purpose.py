"""What a treatment was for: calcinosis only where the record says so."""

from __future__ import annotations

from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text
from calcinosis_kb.patients.fhir.record import Record, Resource

__all__ = ["CALCINOSIS", "purpose"]

CALCINOSIS = "calcinosis"

_ORDERS = ("authorizingPrescription", "request", "basedOn", "derivedFrom")
"""Where a dispense, administration or statement names what it carries out or rests on."""


def purpose(record: Record, resource: Resource, meanings: Meanings) -> str:
    """The purpose of an entry by its reasons, or by those of the order that it carries out.

    A reason that is not understood leaves it unclear.
    """
    reasons = _reasons(record, resource)
    if not reasons:
        orders = (record.follow(one, resource) for field in _ORDERS for one in mappings(resource.body.get(field)))
        reasons = [reason for order in orders if order is not None for reason in _reasons(record, order)]
    told = {_of(reason, meanings) for reason in reasons}
    return next((known for known in (CALCINOSIS, "unclear", "underlying_disease", "other") if known in told), "unclear")


def _reasons(record: Record, resource: Resource) -> list[Concept]:
    """The reasons of an entry, in the shapes of R4 and R5."""
    body = resource.body
    newer = mappings(body.get("reason"))
    codes = [*mappings(body.get("reasonCode")), *(one["concept"] for one in newer if "concept" in one)]
    references = [*mappings(body.get("reasonReference")), *(mapping(one.get("reference")) for one in newer)]
    return [*map(concept, codes), *(_there(record, one, resource) for one in references if one)]


def _there(record: Record, reference: Json, resource: Resource) -> Concept:
    """The reason that a reference leads to; what is not there, or is no condition, tells only the name of the reference."""
    found = record.follow(reference, resource)
    if found is not None and found.type == "Condition":
        return concept(found.body.get("code"))
    return Concept(text=text(reference.get("display")))


def _of(reason: Concept, meanings: Meanings) -> str:
    meaning = meanings.condition(reason)
    if any(meanings.names.knowledge.is_calcinosis(match.id) for match in meaning.matches):
        return CALCINOSIS
    if any(match.kind == "disease" for match in meaning.matches):
        return "underlying_disease"
    return "other" if meaning.understood else "unclear"
