"""Read dates of FHIR, which may lack the day or the month."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from calcinosis_kb.patients.fhir.plain import Json, mapping, text

__all__ = ["age_on", "ended", "first_day", "instant", "last_day", "moment", "started"]

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T.*)?)?)?", re.DOTALL)


def first_day(value: object) -> date | None:
    """The first day that a date may mean, or None if it is no date.

    >>> first_day("2015-03"), first_day("2020-06-10T08:30:00+02:00"), first_day("2020-13")
    (datetime.date(2015, 3, 1), datetime.date(2020, 6, 10), None)
    """
    found = _DATE.fullmatch(text(value))
    try:
        return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def last_day(value: object) -> date | None:
    """The last day that a date may mean, or None if it is no date.

    >>> last_day("2015"), last_day("2015-02"), last_day("2015-02-03")
    (datetime.date(2015, 12, 31), datetime.date(2015, 2, 28), datetime.date(2015, 2, 3))
    """
    first, parts = first_day(value), text(value).count("-")
    if first is None or parts >= 2:
        return first
    month = first.month if parts else 12
    return (
        date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1) if first.year < date.max.year else first
    )


def instant(value: object) -> datetime:
    """When something was, to sort by: in universal time, the first moment that a date may mean; the earliest of all if it is none.

    >>> instant("2026-04-30T23:30:00-11:00") > instant("2026-05-01T01:00:00+14:00")
    True
    """
    day = first_day(value)
    if day is None:
        return datetime.min.replace(tzinfo=UTC)
    try:
        told = datetime.fromisoformat(text(value))
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime(day.year, day.month, day.day, tzinfo=UTC)


def moment(resource: Json, *fields: str) -> str:
    """The first of some date fields that is filled, as it is written; of a period its start."""
    for field in fields:
        value = resource.get(field)
        found = text(mapping(value).get("start")) if isinstance(value, dict) else text(value)
        if found:
            return found
    return ""


def started(resource: Json, *fields: str) -> date | None:
    """The first day of the first of some date fields that is filled."""
    return first_day(moment(resource, *fields))


def ended(resource: Json, *periods: str) -> date | None:
    """The last day of the first of some periods that has an end."""
    ends = (last_day(mapping(resource.get(period)).get("end")) for period in periods)
    return next(filter(None, ends), None)


def age_on(day: date, birth: object) -> float | None:
    """The age in years on a day; below two years in months, as a part of a year. Of a birth date without a day, the lower age.

    >>> age_on(date(2020, 6, 10), "1971-03-03"), age_on(date(2020, 6, 10), "2019-12-01"), age_on(date(2020, 6, 10), "2021")
    (49, 0.5, None)
    """
    born = last_day(birth)
    if born is None or born > day:
        return None
    months = (day.year - born.year) * 12 + day.month - born.month - (day.day < born.day)
    return months // 12 if months >= 24 else round(months / 12, 2)
