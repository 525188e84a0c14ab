"""Turn case collections (a list with one item per decision) into patient files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.knowledge.names import Names

__all__ = ["CASE_KEYS", "KEYS", "as_patient_file", "is_collected"]

UNITS = {
    "_mg_dl": "mg/dL", "_g_dl": "g/dL", "_mmol_l": "mmol/L", "_umol_l": "µmol/L", "_u_l": "U/L", "_mg_l": "mg/L",
    "_mm_h": "mm/h", "_mm": "mm", "_ml_min": "mL/min", "_percent": "percent",
}  # fmt: skip
"""Suffixes of keys in ``labs``, and the units that they mean."""

FINDINGS = frozenset({"positive", "negative", "normal", "abnormal"})
SMALLEST = 0.001
HUGE = 1000
"""Limits of plausible numbers: the smallest deposit in mm, and the bound of deposits in mm and ages in years."""
CASE_KEYS = (
    "id", "report", "citation", "history_detail", "next_therapy", "authors_suggest", "unit", "n_patients", "page_cut",
    "notes", "confidence", "source_seen",
)  # fmt: skip

KEYS = frozenset({*CASE_KEYS, "patient", "history"})
"""All keys of an entry; any other is left out and listed."""


def is_collected(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has the format of case collections, not that of a patient file."""
    return "next_therapy" in entry or "history_detail" in entry


def as_patient_file(entry: Mapping[str, Any], names: Names) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the entry as a patient file with a ``case`` block, and its words that are in no vocabulary.

    What a collection leaves out or gives as null is unknown: nothing is taken as absent, and lists of drugs and
    conditions are never complete. A history is complete only if the collection calls it named and gives it.
    """
    kept = _Kept(names)
    next_given = kept.next_given(entry.get("next_therapy"))
    entry = _mapping(_stated({**entry, "next_therapy": next_given}))
    person = _mapping(entry.get("patient"))
    lesions = _mapping(person.get("calcinosis"))
    patient: dict[str, Any] = {
        "patient": {"age": kept.number("age", person.get("age")), "sex": kept.sex(person.get("sex"))}
    }
    if person.get("underlying_disease") is not None:
        patient["diseases"] = kept.known("diseases", person["underlying_disease"])
    pattern = kept.known("patterns", lesions.get("pattern"))
    patient["calcinosis"] = {
        "pattern": pattern[0] if pattern else None,
        "sites": None if lesions.get("sites") is None else _words(lesions["sites"]),
        "features": None if lesions.get("features") is None else kept.known("features", lesions["features"]),
        "largest_mm": kept.number("size_mm", lesions.get("size_mm")),
    }
    detail = entry.get("history_detail") or ("partial" if entry.get("history") else "none")
    if detail != "none":
        patient["history"] = kept.history(entry.get("history"))
        patient["history_complete"] = detail == "named" and "history" in entry
    for key, wanted in (("comorbidities", "conditions"), ("concurrent_medications", "medications")):
        if person.get(key) is not None:
            patient[wanted] = _words(person[key])
            patient[f"{wanted}_complete"] = False
    if person.get("allergies") is not None:
        patient["allergies"] = _words(person["allergies"])
    if person.get("labs"):
        patient["labs"] = kept.labs(_mapping(person["labs"]))
    patient["case"] = {"history_detail": detail, **{key: entry[key] for key in CASE_KEYS if key in entry}}
    citation = _mapping(entry.get("citation"))
    patient["case"]["citation"] = {
        key: value if key == "year" else str(value) for key, value in citation.items() if key in Citation.model_fields
    }
    if "disease_duration_years" in person:
        patient["case"]["disease_duration_years"] = person["disease_duration_years"]
    if isinstance(seen := entry.get("source_seen"), str):
        patient["case"]["source_seen"] = [seen]
    kept.dropped.extend(f"{key} (unknown key)" for key in entry if key not in KEYS)
    return patient, tuple(kept.dropped)


class _Kept:
    """Keeps the words that are in the vocabularies; ``dropped`` lists all others with their place."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.dropped: list[str] = []

    def known(self, vocabulary: str, words: Any) -> list[str]:
        found = [(word, self.names.term(vocabulary, word)) for word in _words(words)]
        self.dropped.extend(f"{word} ({vocabulary})" for word, id_ in found if id_ is None)
        return [id_ for _, id_ in found if id_ is not None]

    def number(self, key: str, value: Any) -> int | float | None:
        # A newborn is of age 0; a deposit has a size above 0.
        least = 0 if key == "age" else SMALLEST
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool) and least <= value < HUGE):
            return value
        self.dropped.append(f"{value} ({key})")
        return None

    def sex(self, value: Any) -> str | None:
        if value in (None, "female", "male"):
            return None if value is None else str(value)
        self.dropped.append(f"{value} (sex)")
        return None

    def history(self, entries: Any) -> list[dict[str, Any]]:
        """The treatments; an entry that names several becomes one per name."""
        taken: list[dict[str, Any]] = []
        for entry in entries if isinstance(entries, list) else []:
            given = _mapping(entry)
            named = _words(given.get("therapy") if given else entry)
            if not named:
                self.dropped.append(f"{entry} (history)")
            taken.extend(self._treatment(name, given) for name in named)
        return taken

    def _treatment(self, named: str, given: Mapping[str, Any]) -> dict[str, Any]:
        purpose = self.known("purposes", given.get("for")) or ["unclear"]
        outcome = self.known("outcomes", given.get("outcome")) or ["unknown"]
        taken = {"therapy": named, "for": purpose[0], "outcome": outcome[0]}
        for key in ("route", "dose", "duration", "adverse_event"):
            if words := _words(given.get(key)):
                taken[key] = "; ".join(words)
        return taken

    def next_given(self, given: Any) -> Any:
        """The therapy given next; None if the collection says that it is not stated. Its other fields become texts."""
        if not isinstance(given, Mapping):
            return given
        if given.get("therapy", "") is None:
            self.dropped.extend(f"{value} (next_therapy.{key})" for key, value in given.items() if value is not None)
            return None
        return {
            key: _words(value) if key == "combined_with" else "; ".join(_words(value)) or None
            for key, value in given.items()
        }

    def labs(self, labs: Mapping[str, Any]) -> dict[str, Any]:
        """The results that are a number with a unit in the key, or a finding of a test that has findings."""
        read: dict[str, Any] = {}
        for key, value in labs.items():
            ending = next((ending for ending in UNITS if str(key).endswith(ending)), "")
            bare = str(key).removesuffix(ending) if ending else str(key)
            name = self.names.term("labs", bare)
            lab = self.names.knowledge.terms.labs[name] if name else None
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if lab is not None and lab.unit and ending and number:
                read[bare] = {"value": value, "unit": UNITS[ending]}
            elif lab is not None and lab.values and isinstance(value, str) and value in FINDINGS & set(lab.values):
                read[bare] = value
            else:
                self.dropped.append(f"{key}: {value} (labs)")
        return read


def _stated(value: Any) -> Any:
    """The value without its nulls at any depth: in a collection, null means not stated."""
    if isinstance(value, Mapping):
        return {key: _stated(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_stated(inner) for inner in value if inner is not None]
    return value


def _words(value: Any) -> list[str]:
    """One word or a list of words as a list; any other value becomes its text."""
    if value is None:
        return []
    return [str(word) for word in (value if isinstance(value, list) else [value]) if word is not None]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
