"""Follow an entry to its medicine: in the entry itself, contained in it, elsewhere in the record, or only named."""

from __future__ import annotations

import msgspec

from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text
from calcinosis_kb.patients.fhir.record import Record, Resource

__all__ = ["Medication", "dosages", "medication"]


class Medication(msgspec.Struct, frozen=True):
    """What an entry is about. ``given`` are its form and the routes by which it is given; ``ingredients`` those of a product."""

    said: Concept
    given: tuple[Concept, ...] = ()
    ingredients: tuple[Concept, ...] = ()
    contents: tuple[Json, ...] = ()
    """The amounts of the ingredients in one unit of the product, as ratios of FHIR."""


def medication(record: Record, resource: Resource) -> Medication:
    """The medicine of an entry, in the shapes of FHIR R4, STU3 and R5; a reference that leads nowhere tells its own name."""
    body = resource.body
    routes = tuple(concept(dosage["route"]) for dosage in dosages(body) if "route" in dosage)
    newer = mapping(body.get("medication"))
    inline = next(
        (one for one in (body.get("medicationCodeableConcept"), newer.get("concept"), body.get("vaccineCode")) if one),
        None,
    )
    if inline is not None:
        return Medication(concept(inline), routes)
    reference = mapping(body.get("medicationReference") or newer.get("reference"))
    there = record.follow(reference, resource)
    product = there.body if there else {}
    contents = mappings(product.get("ingredient"))
    ingredients = tuple(concept(_item(one)) for one in contents)
    said = concept(product.get("code"))
    said = said if said.shown else Concept(text=text(reference.get("display")))
    given = (*(concept(product[field]) for field in ("form", "doseForm") if field in product), *routes)
    return Medication(said, given, ingredients, tuple(mapping(one.get("strength")) for one in contents))


def _item(ingredient: Json) -> object:
    return ingredient.get("itemCodeableConcept") or mapping(ingredient.get("item")).get("concept")


def dosages(body: Json) -> list[Json]:
    """The dosages of an order, statement, dispense or administration."""
    return mappings(body.get("dosageInstruction")) or mappings(body.get("dosage"))
