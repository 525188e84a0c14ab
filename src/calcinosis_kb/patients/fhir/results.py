"""Read results and vital signs: the latest of each test, by its LOINC code, in a unit that is understood."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import msgspec

from calcinosis_kb.documents.document import Document
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.terms import Lab
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.bound import COMPARATORS
from calcinosis_kb.patients.fhir.concept import concept
from calcinosis_kb.patients.fhir.dates import first_day, instant, moment
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, number, text
from calcinosis_kb.patients.fhir.record import Resource
from calcinosis_kb.patients.file import LONGEST_WORD, Quantity
from calcinosis_kb.patients.labs import read_labs
from calcinosis_kb.patients.units import UnitError, convert

__all__ = ["OLDEST", "RATIO", "Results", "results"]

OLDEST = timedelta(days=400)
"""How old a result may be on the day of reading."""

_FINAL = ("final", "amended", "corrected")
_FINDINGS = {
    "10828004": "positive", "260373001": "positive", "52101004": "positive", "POS": "positive", "DET": "positive", "RR": "positive",
    "11214006": "positive", "131194007": "negative",
    "260385009": "negative", "260415000": "negative", "2667000": "negative", "NEG": "negative", "ND": "negative", "NR": "negative",
    "17621005": "normal", "N": "normal", "263654008": "abnormal", "A": "abnormal", "L": "low", "LL": "low", "H": "high", "HH": "high",
}  # fmt: skip
"""Findings by their codes in SNOMED CT, and in the interpretations of HL7."""
_SIDES = ("low", "high")
"""What is abnormal, or not, depending on the test."""

_COMMA = re.compile(r"(?<=[0-9]),(?=[0-9]{1,2}(?![0-9]))")
"""A decimal comma; before three digits it may part thousands."""

RATIO = "1"
"""The unit of a test that is a ratio: its code leaves no other, so that a record need not write it."""


class Results(msgspec.Struct):
    """The results by test, as a patient file takes them."""

    labs: dict[str, Any] = msgspec.field(default_factory=dict)
    entries: list[Entry] = msgspec.field(default_factory=list)


class _Result(msgspec.Struct):
    """A result of one of our tests: an observation, or a component of one."""

    test: str
    body: Json


def results(found: list[Resource], names: Names, today: date) -> Results:
    """Read observations; of several of one test, the latest that can be read counts."""
    read = Results()
    order = sorted(enumerate(found), key=lambda item: (instant(_when(item[1].body)), -item[0]), reverse=True)
    entries: dict[int, Entry] = {}
    for n, resource in order:
        before = set(read.labs)
        state, why = _one(read, resource.body, names, today)
        gave = tuple(("labs", test) for test in read.labs if test not in before)
        named = concept(resource.body.get("code")).shown
        entries[n] = Entry(resource.type, resource.id, state, named, why, _when(resource.body), gave)
    read.entries = [entries[n] for n in range(len(found))]
    return read


def _one(read: Results, body: Json, names: Names, today: date) -> tuple[State, str]:
    status = text(body.get("status"))
    if status not in _FINAL:
        return "ignored", status.replace("-", " ") or "without a status"
    if body.get("hasMember") and not _values(body) and not mappings(body.get("component")):
        return "ignored", "a heading of other results"
    ours = list(_ours(body, names))
    if not ours:
        coded = concept(body.get("code")).codes("loinc") or any(
            _codes(part) for part in mappings(body.get("component"))
        )
        return ("recognised", "") if coded else ("unresolved", "without a LOINC code")
    day = first_day(_when(body))
    if day is None:
        return "doubtful", "without a date"
    if day > today:
        return "doubtful", "dated after the day of reading"
    if today - day > OLDEST:
        return "ignored", f"older than {OLDEST.days} days"
    said = [_taken(read, result, names) for result in ours]
    return next((one for one in said if one[0] == "used"), said[0])


def _ours(body: Json, names: Names) -> Iterator[_Result]:
    """The results of our tests in an observation and its components."""
    for part in (body, *mappings(body.get("component"))):
        tests = dict.fromkeys(test for code in _codes(part) for test in names.coded_labs("loinc", code))
        yield from (_Result(test, part) for test in tests)


def _codes(part: Json) -> tuple[str, ...]:
    return concept(part.get("code")).codes("loinc")


def _when(body: Json) -> str:
    return moment(body, "effectiveDateTime", "effectiveInstant", "effectivePeriod", "issued")


def _values(body: Json) -> bool:
    return any(key.startswith("value") for key in body)


def _taken(read: Results, result: _Result, names: Names) -> tuple[State, str]:
    """Take a result into the patient file, if it is the latest and can be read."""
    if result.test in read.labs:
        return "ignored", "a later result of the same test is there"
    lab = names.knowledge.terms.labs[result.test]
    given, why = _finding(result.body, lab) if lab.values else _quantity(result.body, lab)
    if given is None:
        return ("ignored" if not _values(result.body) else "doubtful"), why
    problems = read_labs(names, Document("record", {}), {result.test: given}).problems
    if problems:
        return "unresolved", problems[0].message
    if isinstance(given, str):
        read.labs[result.test] = given
        return "used", ""
    bound = {"comparator": given.comparator} if given.comparator else {}
    read.labs[result.test] = {**bound, "value": given.value, "unit": given.unit, **_upper(result)}
    return "used", f"only a bound ({given.comparator}{given.value:g})" if bound else ""


def _quantity(body: Json, lab: Lab) -> tuple[Quantity | str | None, str]:
    """A value with its unit: the code of the unit if it is one of UCUM, else its text. What is written as a text is read as one."""
    quantity = mapping(body.get("valueQuantity"))
    value, sign = number(quantity.get("value")), text(quantity.get("comparator"))
    if value is None:
        written = _COMMA.sub(".", text(body.get("valueString"))[:LONGEST_WORD])
        return (written, "") if written else (None, "without a value")
    if sign and sign not in COMPARATORS:
        return None, f"compared in a way that is not understood ({sign})"
    code, shown = text(quantity.get("code"))[:LONGEST_WORD], text(quantity.get("unit"))[:LONGEST_WORD]
    if code and shown and _disagree(code, shown, lab):
        return None, f"its unit is {code} by code and {shown} by name"
    ucum = text(quantity.get("system")) == "http://unitsofmeasure.org"
    unit = (code if ucum else "") or shown or code or (RATIO if lab.unit == RATIO else "")
    return Quantity(comparator=COMPARATORS.get(sign), value=value, unit=unit or None), ""


def _disagree(one: str, other: str, lab: Lab) -> bool:
    """Whether two units, both of which the test can be read in, are of different sizes."""
    try:
        return not math.isclose(convert(1.0, one, lab), convert(1.0, other, lab), rel_tol=1e-6)
    except UnitError:
        return False


def _upper(result: _Result) -> dict[str, float]:
    """The upper limit of the laboratory, if it is given in the unit of the value."""
    unit = mapping(result.body.get("valueQuantity")).get("unit")
    for bounds in mappings(result.body.get("referenceRange")):
        high = mapping(bounds.get("high"))
        limit = number(high.get("value"))
        if limit is not None and limit > 0 and high.get("unit") == unit:
            return {"upper_limit": limit}
    return {}


def _finding(body: Json, lab: Lab) -> tuple[str | None, str]:
    """A finding by its code, by the interpretation beside it, or by its text."""
    told = concept(body.get("valueCodeableConcept"))
    interpreted = [coding.code for one in mappings(body.get("interpretation")) for coding in concept(one).codings]
    found = (_FINDINGS.get(code) for code in (*(coding.code for coding in told.codings), *interpreted))
    finding = next((one for one in found if one in lab.values or (one in _SIDES and "abnormal" in lab.values)), None)
    if finding:
        return finding, ""
    words = told.shown or text(body.get("valueString"))
    return (words[:LONGEST_WORD], "") if words else (None, "without a finding")
