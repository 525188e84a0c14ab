"""Schema of the patient file, as typed, before its words are resolved. See docs/patient-file.md."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from calcinosis_kb.documents.fields import Model, Names
from calcinosis_kb.patients.bound import Comparator

__all__ = ["LONGEST_LIST", "LONGEST_TEXT", "LONGEST_WORD", "PatientFile", "Treatment", "Words"]

LONGEST_WORD, LONGEST_TEXT, LONGEST_LIST = 300, 2000, 500
"""Limits: characters of a name or dose, characters of a free text, entries of a list. They are far above any record seen."""

Word = Annotated[str, Field(max_length=LONGEST_WORD)]
Words = Annotated[tuple[Word, ...], Field(max_length=LONGEST_LIST)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A number that was written as one: true is not 1, "3" is not 3."""
Flag = Annotated[bool, Field(strict=True)]


_SEXES = {"f": "female", "w": "female", "woman": "female", "m": "male", "man": "male"}


def _sex(value: Any) -> Any:
    """Return the sex as "female" or "male", from any case and common abbreviations."""
    return _SEXES.get(value.strip().casefold(), value.strip().casefold()) if isinstance(value, str) else value


class Person(Model):
    age: Annotated[Number, Field(ge=0, le=120)] | None = None
    sex: Annotated[Literal["female", "male"], BeforeValidator(_sex)] | None = None
    pregnant: Flag | None = None


class Lesions(Model):
    pattern: Annotated[Word, Names("patterns", open=True)] | None = None
    sites: Annotated[Words, Names("sites", open=True)] | None = None
    features: Annotated[Words, Names("features", open=True)] | None = None
    largest_mm: Annotated[Number, Field(gt=0, le=1000)] | None = None


class Quantity(Model):
    """A result with its unit. With a ``comparator``, the value is only a bound."""

    comparator: Comparator | None = None
    value: Number | None = None
    unit: Word | None = None
    upper_limit: Annotated[Number, Field(gt=0)] | None = None


class Treatment(Model):
    model_config = ConfigDict(populate_by_name=True)

    therapy: Annotated[Word, Names("medications", open=True)]
    purpose: Annotated[Word, Names("purposes", open=True)] = Field("calcinosis", alias="for")
    outcome: Annotated[Word, Names("outcomes", open=True)] = "unknown"
    route: Word | None = None
    dose: Word | None = None
    duration: Word | None = None
    months: Annotated[Number, Field(ge=0, le=1200)] | None = None
    ended: Word | Annotated[int, Field(strict=True)] | None = None
    adverse_event: Annotated[str, Field(max_length=LONGEST_TEXT)] | None = None


class PatientFile(Model):
    """Absent or null means not recorded. ``case`` describes a published case and is ignored here."""

    patient: Person = Person()
    diseases: Annotated[Words, Names("diseases", open=True)] | None = None
    calcinosis: Lesions = Lesions()
    history_complete: Flag = True
    history: Annotated[tuple[Treatment, ...], Field(max_length=LONGEST_LIST)] | None = None
    medications: Annotated[Words, Names("medications", open=True)] | None = None
    medications_complete: Flag = True
    conditions: Annotated[Words, Names("conditions", open=True)] | None = None
    conditions_complete: Flag = True
    allergies: Annotated[Words, Names("medications", open=True)] | None = None
    allergies_complete: Flag = True
    labs: Annotated[dict[Word, Quantity | Word | Number | Flag | None], Field(max_length=LONGEST_LIST)] | None = None
    case: dict[str, Any] | None = None
