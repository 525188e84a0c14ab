"""Building blocks of the models: ids, texts, counts and days."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

__all__ = ["Count", "Day", "Id", "Model", "Text"]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=120)]

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

Count = Annotated[int, Field(ge=0, strict=True)]


def _written_as_a_day(value: Any) -> Any:
    if not isinstance(value, str | date):
        raise ValueError("a day is written as 2026-11-24")
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day)]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
