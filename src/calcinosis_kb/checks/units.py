"""Check that every quantity in knowledge and rules has a readable unit."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.patients.units import readable, same_unit
from calcinosis_kb.rules.loader import LoadedRules

__all__ = ["check_fact_units", "check_units"]

DAILY_DOSE = "mg/day"
"""The unit in which doses are compared: `calcinosis_kb.patients.dose.daily_dose` returns milligrams per day."""

FAMILIAR = frozenset(
    map(
        same_unit,
        (
            "1", "percent", "mg/dL", "g/dL", "mg/L", "U/L", "mmol/L", "10^9/L", "mL/min", "mL/min/1.73m2", "mm/h", "mmHg",
            "beats/min", "mm", "cm", "years", "patients",
        ),
    )
)  # fmt: skip
"""Units known by name; any other must be convertible."""


def check_units(loaded: Loaded) -> Iterator[Problem]:
    """Find tests and doses with a missing or unreadable unit (CKB027)."""
    for id_, lab in loaded.knowledge.terms.labs.items():
        at = ("file", "knowledge/terms.yaml", "labs", id_)
        if lab.unit is None and (lab.possible is not None or not lab.values):
            fix = "write the unit, for example mg/dL; a test with words as results has 'values' instead"
            yield Problem("CKB027", f"the test '{id_}' has no unit", loaded.place(*at), fix=fix)
        elif lab.unit is not None and not _known(lab.unit):
            fix = "write it as pint reads it: mg/dL, mmol/L, U/L, 10^9/L"
            yield Problem("CKB027", f"'{lab.unit}' is not a unit that can be read", loaded.place(*at, "unit"), fix=fix)
    for id_, therapy in loaded.knowledge.therapies.items():
        dose = therapy.adequate_trial.dose if therapy.adequate_trial else None
        if dose is not None and dose.unit != DAILY_DOSE:
            message = f"an adequate dose in '{dose.unit}' cannot be compared with that of a trial"
            place = loaded.place("therapies", id_, "adequate_trial", "dose", "unit")
            fix = f"give it in {DAILY_DOSE}, or leave 'dose' out and state it in the text"
            yield Problem("CKB027", message, place, fix=fix)


def check_fact_units(read: LoadedRules) -> Iterator[Problem]:
    """Find numbers in rules/facts.yaml with an unreadable unit (CKB027)."""
    for kind, declared in read.book.vocabulary.items():
        for name, attribute in declared.attributes.items():
            if attribute.unit is not None and read.facts is not None and not _known(attribute.unit):
                place = read.facts.place((kind, "attributes", name, "unit"))
                fix = "write it as pint reads it: years, mm, mg/dL"
                yield Problem("CKB027", f"'{attribute.unit}' is not a unit that can be read", place, fix=fix)


def _known(unit: str) -> bool:
    return same_unit(unit) in FAMILIAR or readable(unit)
