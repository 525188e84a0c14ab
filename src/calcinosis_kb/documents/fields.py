"""What the models of knowledge are made of: ids, texts, counts, days, and the words that several of them share."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

__all__ = ["Confidence", "Count", "Day", "Direction", "Id", "Model", "Text"]

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=120)]

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

Count = Annotated[int, Field(ge=0, strict=True)]


def _written_as_a_day(value: Any) -> Any:
    if not isinstance(value, str | date):
        raise ValueError("a day is written as 2026-11-24")
    return value


Day = Annotated[date, BeforeValidator(_written_as_a_day)]

Confidence = Literal["seen_full_text", "seen_abstract", "seen_secondary", "textbook"]

Direction = Literal["benefit", "mixed", "no_benefit", "harm"]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
