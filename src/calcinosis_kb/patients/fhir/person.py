"""Read who the patient is."""

from __future__ import annotations

from datetime import date
from typing import Any

from calcinosis_kb.patients.fhir.dates import age_on
from calcinosis_kb.patients.fhir.plain import Json, text

__all__ = ["has_died", "person", "sex"]


def person(body: Json, today: date) -> dict[str, Any]:
    """The age on the day of reading and the sex, as a patient file takes them; null where they are not told.

    A pregnancy of the problem list stands among the conditions; one that an observation tells is read by `pregnancy`.
    """
    age = age_on(today, body.get("birthDate"))
    return {"age": None if age is None or age > 120 else age, "sex": sex(body), "pregnant": None}


def sex(body: Json) -> str | None:
    """The sex; a gender other than female and male tells none."""
    gender = text(body.get("gender"))
    return gender if gender in ("female", "male") else None


def has_died(body: Json) -> bool:
    """Whether the record says that the patient is dead."""
    return body.get("deceasedBoolean") is True or bool(text(body.get("deceasedDateTime")))
