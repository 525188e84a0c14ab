"""A patient from the command line: a file, standard input, or options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.library import Knowledge
    from calcinosis_kb.patients.models import Patient
    from calcinosis_kb.patients.reader import PatientReader

__all__ = [
    "AgeOption", "AllergyOption", "ConditionOption", "DiseaseOption", "FeatureOption", "LabOption", "MedicationOption",
    "PatternOption", "SexOption", "TriedOption", "patient_from",
]  # fmt: skip

DiseaseOption = Annotated[
    list[str] | None, typer.Option("--disease", help="Underlying disease, e.g. crest. Repeatable.")
]
TriedOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tried",
        help="Treatment of the calcinosis, THERAPY or THERAPY:OUTCOME; 'none' if untreated. Repeatable.",
    ),
]
FeatureOption = Annotated[list[str] | None, typer.Option("--feature", help="What it does, e.g. pain. Repeatable.")]
LabOption = Annotated[
    list[str] | None,
    typer.Option("--lab", help="Test result, e.g. egfr=28, calcium=8.3mg/dL, hbsag=negative. Repeatable."),
]
PatternOption = Annotated[str | None, typer.Option("--pattern", help="localized, multifocal, tumoral or universalis.")]
MedicationOption = Annotated[
    list[str] | None, typer.Option("--medication", help="Drug taken now; 'none' if none. Repeatable.")
]
ConditionOption = Annotated[
    list[str] | None, typer.Option("--condition", help="Other condition; 'none' if none. Repeatable.")
]
AllergyOption = Annotated[list[str] | None, typer.Option("--allergy", help="Drug allergy; 'none' if none. Repeatable.")]
AgeOption = Annotated[float | None, typer.Option("--age", help="Age in years.")]
SexOption = Annotated[str | None, typer.Option("--sex", help="female or male.")]


def patient_from(reader: PatientReader, file: str | None, options: dict[str, Any]) -> Patient:
    """The patient in a file, or in options where there is no file.

    Raises `InputError`: both or neither given (CKB028), or what is wrong with either.
    """
    given = {name: value for name, value in options.items() if value not in (None, [])}
    if file is not None and given:
        names = ", ".join(f"--{name}" for name in given)
        message = f"a patient file and {names} were both given"
        raise InputError((Problem("CKB028", message, mend="put everything in the file, or leave the file out"),))
    if file is not None:
        return reader.file(file)
    if not given:
        mend = "name a patient file, '-' for standard input, or options such as --disease crest --tried diltiazem:ineffective"
        raise InputError((Problem("CKB028", "there is no patient", mend=mend),))
    return reader.mapping(_mapping(given, reader.knowledge))


def _mapping(given: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """Options in the shape of a patient file. What is not named is not recorded."""
    data: dict[str, Any] = {
        "patient": {key: given[key] for key in ("age", "sex") if key in given},
        "calcinosis": {
            **({"pattern": given["pattern"]} if "pattern" in given else {}),
            **({"features": given["feature"]} if "feature" in given else {}),
        },
    }
    if "disease" in given:
        data["diseases"] = given["disease"]
    for option, key in (("medication", "medications"), ("condition", "conditions"), ("allergy", "allergies")):
        if option in given:
            data[key] = _unless_none(given[option])
    # Named one by one on the command line they are what somebody thought of, not a complete list.
    for key in ("medications", "conditions"):
        if data.get(key):
            data[f"{key}_complete"] = False
    if "tried" in given:
        data["history"] = [_tried(text) for text in _unless_none(given["tried"])]
    if "lab" in given:
        data["labs"] = dict(_lab(text, knowledge) for text in given["lab"])
    return data


def _unless_none(words: list[str]) -> list[str]:
    return [] if [word.casefold() for word in words] == ["none"] else words


def _tried(text: str) -> dict[str, str]:
    # A code may carry a colon of its own: rxnorm:3443:ineffective.
    name, colon, outcome = text.rpartition(":")
    if not colon or name.casefold() in ("rxnorm", "atc", "omop"):
        return {"therapy": text}
    return {"therapy": name, "outcome": outcome}


def _lab(text: str, knowledge: Knowledge) -> tuple[str, Any]:
    import re

    from calcinosis_kb.knowledge.names import Names

    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not name or not value:
        mend = "write --lab egfr=28 or --lab calcium=8.3mg/dL or --lab hbsag=negative"
        raise InputError((Problem("CKB022", f"'{text}' is not a test result", mend=mend),))
    found = re.fullmatch(r"([-+]?[0-9]+(?:\.[0-9]+)?)\s*(.*)", value)
    if found is None:
        return name, value
    id_ = Names(knowledge).term("labs", name)
    lab = knowledge.terms.labs.get(id_ or "")
    # The estimated GFR has one unit the world over; other tests must say theirs.
    unit = found[2] or (lab.unit if lab is not None and id_ in UNITLESS else None)
    return name, {"value": float(found[1]), "unit": unit}


UNITLESS = frozenset({"egfr", "inr", "heart_rate", "systolic_blood_pressure", "lvef"})
"""Tests that are reported in one unit everywhere, so that it may be left out on the command line."""
