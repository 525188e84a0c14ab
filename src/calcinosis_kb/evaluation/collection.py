"""The format of case collections (one list item a decision), turned into patient files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calcinosis_kb.patients.names import Names

__all__ = ["as_patient_file", "is_collected"]

UNITS = {
    "_mg_dl": "mg/dL", "_g_dl": "g/dL", "_mmol_l": "mmol/L", "_umol_l": "µmol/L", "_u_l": "U/L", "_mg_l": "mg/L",
    "_mm_h": "mm/h", "_mm": "mm", "_ml_min": "mL/min", "_percent": "percent",
}  # fmt: skip
"""How a key of ``labs`` ends, and the unit that it means."""

FINDINGS = frozenset({"positive", "negative", "normal", "abnormal"})
CASE_KEYS = (
    "id", "report", "citation", "history_detail", "next_therapy", "authors_suggest", "unit", "n_patients", "page_cut",
    "notes", "confidence", "source_seen",
)  # fmt: skip


def is_collected(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is written as case collections write it, not as a patient file."""
    return "next_therapy" in entry or "history_detail" in entry


def as_patient_file(entry: Mapping[str, Any], names: Names) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The entry as a patient file with a ``case`` block, and the words of it that no vocabulary holds.

    What a collection leaves out was not stated in what was seen: nothing is taken as absent, and drugs and conditions are never
    taken as complete. A history is complete only where the collection calls it named.
    """
    dropped: list[str] = []
    person = _mapping(entry.get("patient"))
    lesions = _mapping(person.get("calcinosis"))
    patient: dict[str, Any] = {"patient": {key: person.get(key) for key in ("age", "sex")}}
    disease = person.get("underlying_disease")
    if disease is not None:
        patient["diseases"] = _known("diseases", [disease], names, dropped)
    pattern = _known("patterns", [lesions["pattern"]] if lesions.get("pattern") else [], names, dropped)
    patient["calcinosis"] = {
        "pattern": pattern[0] if pattern else None,
        "sites": lesions.get("sites"),
        "features": None
        if lesions.get("features") is None
        else _known("features", lesions["features"], names, dropped),
        "largest_mm": lesions.get("size_mm") if isinstance(lesions.get("size_mm"), int | float) else None,
    }
    detail = entry.get("history_detail") or "named"
    if detail != "none":
        patient["history"] = [_treatment(item, names, dropped) for item in entry.get("history") or ()]
        patient["history_complete"] = detail == "named"
    for key, wanted in (("comorbidities", "conditions"), ("concurrent_medications", "medications")):
        if person.get(key) is not None:
            patient[wanted] = [str(word) for word in person[key]]
            patient[f"{wanted}_complete"] = False
    if person.get("allergies") is not None:
        patient["allergies"] = [str(word) for word in person["allergies"]]
    if person.get("labs"):
        patient["labs"] = _labs(person["labs"], names, dropped)
    patient["case"] = {key: entry[key] for key in CASE_KEYS if entry.get(key) is not None}
    return patient, tuple(dropped)


def _treatment(item: Mapping[str, Any], names: Names, dropped: list[str]) -> dict[str, Any]:
    purpose = _known("purposes", [item.get("for") or "unclear"], names, dropped) or ["unclear"]
    outcome = _known("outcomes", [item.get("outcome") or "unknown"], names, dropped) or ["unknown"]
    taken = {"therapy": str(item.get("therapy")), "for": purpose[0], "outcome": outcome[0]}
    for key in ("route", "dose", "duration", "adverse_event"):
        if item.get(key) is not None:
            taken[key] = str(item[key])
    return taken


def _known(vocabulary: str, words: Any, names: Names, dropped: list[str]) -> list[str]:
    found = [(str(word), names.term(vocabulary, str(word))) for word in words]
    dropped.extend(f"{word} ({vocabulary})" for word, id_ in found if id_ is None)
    return [id_ for _, id_ in found if id_ is not None]


def _labs(labs: Mapping[str, Any], names: Names, dropped: list[str]) -> dict[str, Any]:
    """The results that are a number with a unit in their key, or a finding of a test that has findings."""
    read: dict[str, Any] = {}
    for key, value in labs.items():
        ending = next((ending for ending in UNITS if key.endswith(ending)), "")
        name = names.term("labs", key.removesuffix(ending) if ending else key)
        lab = names.knowledge.terms.labs[name] if name else None
        if lab is not None and lab.unit and ending and isinstance(value, int | float):
            read[key.removesuffix(ending)] = {"value": value, "unit": UNITS[ending]}
        elif lab is not None and lab.values and value in FINDINGS and value in lab.values:
            read[key] = value
        else:
            dropped.append(f"{key}: {value} (labs)")
    return read


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
