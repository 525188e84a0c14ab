"""A case as the end of a link: coded words and numbers of a patient, without free text, dates or words that are not known.

The end of an address behind "#" is sent to no server. Whoever gets the link gets the case.
"""

from __future__ import annotations

import binascii
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import msgspec

from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.knowledge.person import CHILD_BELOW
from calcinosis_kb.patients.dose import daily_dose
from calcinosis_kb.patients.models import NamedDrug, Patient, Trial

__all__ = ["START", "banded", "coded_case", "link_end", "read_case"]

START = "#c="
_LARGEST = 200_000
"""Bytes of a case; the largest that can be described is smaller."""
_BAND = 10


def coded_case(patient: Patient, *, exact_age: bool = False) -> dict[str, Any]:
    """Return a patient file with coded words and numbers only; a list that lost a word is marked as not complete.

    The age is the middle of its band of ten years, unless ``exact_age``.
    """
    left_out = {word.where for word in patient.unresolved}
    left_out.update(word.where for word in patient.open_words if not word.understood)
    age = patient.age if exact_age or patient.age is None else banded(patient.age)[2]
    history = [coded for trial in patient.trials if (coded := _treatment(trial))]
    case: dict[str, Any] = {
        "patient": {"age": age, "sex": patient.sex, "pregnant": patient.pregnant},
        "diseases": patient.diseases,
        "calcinosis": {
            "pattern": patient.pattern,
            "sites": patient.sites,
            "features": patient.features,
            "largest_mm": patient.largest_mm,
        },
        "history": history if patient.trials or patient.history_complete else None,
        "history_complete": patient.history_complete and len(history) == len(patient.trials),
        "medications": _drugs(patient.medications),
        "medications_complete": patient.medications_complete and "medications" not in left_out,
        "conditions": patient.conditions,
        "conditions_complete": patient.conditions_complete and "conditions" not in left_out,
        "allergies": _drugs(patient.allergies),
        "allergies_complete": patient.allergies_complete and "allergies" not in left_out,
        "labs": {
            name: result.finding
            or {
                **({"comparator": result.comparator} if result.comparator else {}),
                "value": result.value,
                "unit": result.unit,
            }
            for name, result in sorted(patient.labs.items())
        },
    }
    data: dict[str, Any] = _recorded(case)
    for section in ("history", "medications", "conditions", "allergies"):
        if section not in data:
            data.pop(f"{section}_complete", None)
    return data


def banded(age: float) -> tuple[int, int, int]:
    """Return the first and last year of the band of an age, and the year that stands for it; a child stays a child.

    >>> banded(63), banded(19), banded(16)
    ((60, 69, 65), (18, 19, 18), (10, 17, 14))
    """
    first = int(age) // _BAND * _BAND
    last = first + _BAND - 1
    if first < CHILD_BELOW <= last:
        first, last = (first, CHILD_BELOW - 1) if age < CHILD_BELOW else (CHILD_BELOW, last)
    return first, last, min((first + last + 1) // 2, 120) if last - first > 1 else first


def link_end(case: dict[str, Any]) -> str:
    """Return the end of an address that holds a case."""
    packed = zlib.compress(msgspec.json.encode(case), 9)
    return START + urlsafe_b64encode(packed).decode().rstrip("=")


def read_case(link: str) -> dict[str, Any]:
    """Return the patient file of a link or of its end. Raises `InputError` (CKB105) where it cannot be read.

    >>> read_case("http://127.0.0.1:1/patient" + link_end({"diseases": ["sle"]}))
    {'diseases': ['sle']}
    """
    packed = link.rpartition(START)[2]
    try:
        raw = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(raw, _LARGEST)
        data = msgspec.json.decode(text, type=dict[str, Any]) if unpacking.eof else None
    except (binascii.Error, ValueError, zlib.error, msgspec.MsgspecError, RecursionError):
        data = None
    if data is None:
        fix = "copy the whole link, or ask for the patient file"
        raise InputError((Problem("CKB105", "this case link is cut short or was changed", fix=fix),))
    return data


def _treatment(trial: Trial) -> dict[str, Any] | None:
    if trial.therapy is None:
        return None
    amount = daily_dose(trial.dose) if trial.dose else None
    told = {
        "therapy": trial.therapy,
        "for": trial.purpose,
        "outcome": trial.outcome,
        "dose": f"{amount:g} mg/day" if amount is not None else None,
        "months": trial.months,
    }
    return {name: value for name, value in told.items() if value is not None}


def _drugs(drugs: tuple[NamedDrug, ...] | None) -> list[str] | None:
    return None if drugs is None else [drug.id for drug in drugs]


def _recorded(value: Any) -> Any:
    """A patient file without what is not recorded."""
    if not isinstance(value, dict):
        return list(value) if isinstance(value, tuple) else value
    told = {name: _recorded(part) for name, part in value.items() if part is not None}
    return {name: part for name, part in told.items() if part != {}}
