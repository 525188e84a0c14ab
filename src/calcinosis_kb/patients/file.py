"""The patient file: its schema, before any word in it has been understood. docs/patient-file.md describes it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["PatientFile", "Treatment"]

Words = tuple[str, ...]
Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Person(_Part):
    age: Annotated[float, Field(ge=0, le=120)] | None = None
    sex: Literal["female", "male"] | None = None
    pregnant: Annotated[bool, Field(strict=True)] | None = None


class Lesions(_Part):
    pattern: str | None = None
    sites: Words | None = None
    features: Words | None = None
    largest_mm: Annotated[float, Field(gt=0, le=1000)] | None = None


class Quantity(_Part):
    value: Annotated[float, Field(allow_inf_nan=False)] | None = None
    unit: str | None = None
    upper_limit: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


class Treatment(_Part):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    therapy: str
    purpose: str = Field("calcinosis", alias="for")
    outcome: str = "unknown"
    route: str | None = None
    dose: str | None = None
    duration: str | None = None
    months: Annotated[float, Field(ge=0, le=1200)] | None = None
    ended: str | int | None = None
    adverse_event: str | None = None


class PatientFile(_Part):
    """Absent or null means not recorded. ``case`` is what a published case says of itself and is not read here."""

    patient: Person = Person()
    diseases: Words | None = None
    calcinosis: Lesions = Lesions()
    history_complete: Annotated[bool, Field(strict=True)] = True
    history: tuple[Treatment, ...] | None = None
    medications: Words | None = None
    medications_complete: Annotated[bool, Field(strict=True)] = True
    conditions: Words | None = None
    conditions_complete: Annotated[bool, Field(strict=True)] = True
    allergies: Words | None = None
    labs: dict[str, Quantity | str | float | None] | None = None
    case: dict[str, Any] | None = None
