"""Read the dose of a medicine from structured dosages; texts are not read, and a strength is no dose."""

from __future__ import annotations

import re

from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.forms import is_solid
from calcinosis_kb.patients.fhir.medication import Medication, dosages
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, number, text

__all__ = ["dose", "dose_text"]

_MASSES = {
    "mg": 1.0,
    "g": 1000.0,
    "ug": 0.001,
    "mcg": 0.001,
    "µg": 0.001,
    "μg": 0.001,
    "milligram": 1.0,
    "gram": 1000.0,
    "microgram": 0.001,
}
"""Units of mass in milligrams. Their case tells nothing: "MG" is written for milligram, though UCUM reads a megagauss."""

_EACH = re.compile(
    r"\A(?:1|\{?(?:tbl|tab(?:let)?s?|cap(?:sule)?s?|tab\(s\)|cap\(s\)|pill|each|tablette\(?n?\)?|kapsel|comprim[eé]\w*|tabletter?|kapsler?)\}?)?\Z",
    re.I,
)
"""The units of a count of tablets or capsules."""

_STRENGTH = re.compile(r"(?<![\w.,])([0-9]+(?:[.,][0-9]+)?) ?(mg|g|mcg|ug|µg|μg)\b(?! ?/)", re.I)
_RATIO = re.compile(r"[0-9] ?(?:mg|g|mcg|ug|µg|μg|iu|unt) ?/ ?[0-9]*\s?[a-z]", re.I)

_ORDERED = "ordered"


def dose(body: Json, medicine: Medication) -> str | None:
    """The dose over time, where one structured dosage gives an amount and how often; of several amounts of one dose the one ordered."""
    found = dosages(body)
    if (
        len(found) != 1
        or found[0].get("modifierExtension")
        or found[0].get("asNeededBoolean") is True
        or "asNeededCodeableConcept" in found[0]
    ):
        return None
    often = _often(mapping(mapping(found[0].get("timing")).get("repeat")))
    amount = _amount(found[0], medicine)
    return f"{amount * often[0]:g} mg {often[1]}" if amount and often else None


def dose_text(body: Json) -> str:
    """What the dosages say in words."""
    written = (" ".join(text(one.get("text")).split()) for one in dosages(body))
    return "; ".join(dict.fromkeys(filter(None, written)))


def _often(repeat: Json) -> tuple[float, str] | None:
    """How often a dose is given, and over what time; None if that is not told in numbers alone."""
    if "when" in repeat or "dayOfWeek" in repeat or "frequencyMax" in repeat or "periodMax" in repeat:
        return None
    times, frequency = repeat.get("timeOfDay"), number(repeat.get("frequency"))
    period, unit = number(repeat.get("period")), text(repeat.get("periodUnit"))
    if isinstance(times, list) and frequency is None and period is None:
        return float(len(times)), "daily"
    if not period or not frequency:
        return None
    if unit == "h" and period <= 24:
        return frequency * 24 / period, "daily"
    if unit == "d" and period == 1:
        return frequency, "daily"
    if unit == "wk" and period == 1:
        return frequency, "weekly"
    long = {"d": "days", "wk": "weeks", "mo": "months"}.get(unit)
    return (frequency, f"every {period:g} {long}") if long and frequency == 1 else None


def _amount(dosage: Json, medicine: Medication) -> float | None:
    """The amount of one dose in milligrams."""
    given = mappings(dosage.get("doseAndRate")) or [dosage]  # STU3 has the quantity in the dosage itself
    quantities = [(concept(one.get("type")), mapping(one.get("doseQuantity"))) for one in given]
    quantities = [one for one in quantities if one[1]]
    ordered = [one for one in quantities if _is_ordered(one[0])]
    amounts = (_milligrams(quantity, medicine) for _, quantity in ordered or quantities)
    known = {amount for amount in amounts if amount is not None}
    return known.pop() if len(known) == 1 else None


def _is_ordered(kind: Concept) -> bool:
    return _ORDERED in map(str.casefold, (*kind.words, *(coding.code for coding in kind.codings)))


def _milligrams(quantity: Json, medicine: Medication) -> float | None:
    value = number(quantity.get("value"))
    units = [unit.casefold() for unit in (text(quantity.get("unit")), text(quantity.get("code"))) if unit]
    mass = next((_MASSES[unit] for unit in units if unit in _MASSES), None)
    if not value or value < 0:
        return None
    if mass is not None:
        return value * mass
    strength = _strength(medicine) if all(_EACH.match(unit) for unit in units) else None
    return value * strength if strength is not None else None


def _strength(medicine: Medication) -> float | None:
    """The amount of the one ingredient of a tablet or capsule in milligrams."""
    if len(medicine.contents) > 1 or not _is_solid(medicine):
        return None
    for ratio in medicine.contents:
        over, under = mapping(ratio.get("numerator")), mapping(ratio.get("denominator"))
        mass = _MASSES.get((text(over.get("unit")) or text(over.get("code"))).casefold())
        amount, each = number(over.get("value")), number(under.get("value"))
        if mass and amount and each == 1:
            return amount * mass
    written = {_written(word) for word in medicine.said.words}
    known = {one for one in written if one is not None}
    return known.pop() if len(known) == 1 else None


def _written(word: str) -> float | None:
    """The one strength that a name tells; None if it tells several, or one in a volume."""
    found = _STRENGTH.findall(word)
    if len(found) != 1 or " / " in word or _RATIO.search(word):
        return None
    return float(found[0][0].replace(",", ".")) * _MASSES[found[0][1].casefold()]


def _is_solid(medicine: Medication) -> bool:
    words: list[str] = [word for one in (medicine.said, *medicine.given) for word in one.words]
    return is_solid(words)
