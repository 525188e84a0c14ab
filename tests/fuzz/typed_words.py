"""Target: a text as somebody types it: a treatment, condition, allergy, dose, option of the command line, line of the web page."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from calcinosis_kb.intake.case_link import read_case
from calcinosis_kb.intake.entry import Entry, entries, file_entry, read_entry
from calcinosis_kb.intake.options import LISTS, read_options
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.names import VOCABULARIES
from calcinosis_kb.knowledge.reading import Reading
from calcinosis_kb.patients.dose import daily_dose, months_of
from calcinosis_kb.patients.models import Patient
from fuzz.dictionary import words
from fuzz.oracle import base, check_problems, settled
from fuzz.patient_file import check_lists

__all__ = ["examine", "seeds"]

TEXTS = ("sex", "pattern")
"""Options that are one text; of the others typer makes numbers and truths."""

LONGEST = 400
"""Characters of a text: longer ones have tests of their own."""


def seeds() -> list[bytes]:
    """Words of the vocabularies, and what people write around them."""
    said = (
        "diltiazem 180 mg BD for 6 months: ineffective, oedema", "methotrexate and prednisolone", "no known allergies", "egfr=28 mL/min",
        "creatinine >2.5 mg/dL", "history of hepatitis B", "63-year-old woman", "largest 35 mm", "MTX/HCQ 4-6 wks", "not tried: warfarin",
        "allergic to penicillin (rash)", "IVIG x 3 cycles", "rxnorm:3443: partial", "calcium 10,2 mg/dl", "phosphate 1.4 (0.8-1.5) mmol/L",
        "#case=eyJhIjoxfQ", "Pamidronat 30 mg alle 3 Monate", "コルヒチン", "stopped etidronate, then started risedronate",
    )  # fmt: skip
    return [text.encode() for text in (*said, *words()[::80])]


def examine(data: bytes) -> None:
    """Any text is understood, or told to be not understood; what it means exists, and it leaves its list open where it is not read."""
    text = data.decode("utf-8", "surrogateescape" if data[:1] == b"!" else "replace")[:LONGEST]
    kb, names = base(), base().names
    for read in (names.treatments, names.condition, names.allergies):
        found = settled(read, text)
        assert found, "a text has at least one reading"
        for reading in found:
            _check_meaning(kb.knowledge, reading)
    for vocabulary in VOCABULARIES[1:]:
        id_ = names.term(vocabulary, text)
        assert id_ is None or id_ in getattr(kb.knowledge.terms, vocabulary)
    for number in (settled(daily_dose, text), settled(months_of, text)):
        assert number is None or number >= 0
    settled(read_case, text)
    _check_options(text)
    _check_entries(text)


def _check_meaning(known: Knowledge, reading: Reading) -> None:
    places: dict[str, Collection[str]] = {
        "therapy": known.therapies, "family": known.therapies, "medication": known.terms.medications,
        "condition": known.terms.conditions, "disease": known.terms.diseases,
    }  # fmt: skip
    assert all(match.id in places[match.kind] for match in reading.matches if match.kind in places)
    assert reading.understood or not reading.matches, "what is not understood means nothing"
    assert reading.state != "ours" or reading.matches


def _check_options(text: str) -> None:
    """Each option by itself gives a patient file that is read or refused, with what was typed told."""
    given = {**{option: [text] for option in LISTS.values()}, **dict.fromkeys(TEXTS, text)}
    for option, value in given.items():
        patient = settled(_read, {option: value})
        if patient is not None:
            check_lists(patient)


def _read(given: dict[str, Any]) -> Patient | None:
    options = read_options(given, base().names)
    check_problems(options.problems)
    return None if options.problems else base().reader.document(options)


def _check_entries(text: str) -> None:
    """What is typed into the box of the page finds a place, or is asked about; a place is one that the reader takes."""
    for part in entries(text):
        entry = settled(read_entry, base().names, part)
        assert entry is not None and entry.text
        data = settled(_filed, entry)
        patient = settled(base().reader.mapping, data) if data else None
        if patient is not None:
            check_lists(patient)


def _filed(entry: Entry) -> dict[str, Any]:
    data: dict[str, Any] = {}
    file_entry(data, entry, base().names)
    return data
