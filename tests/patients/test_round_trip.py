"""Every golden and published case, written as a health record and read back: the patient is the projection of the case onto the form of
the record, and so is the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.patients.fhir.files import File
from calcinosis_kb.patients.fhir.source import FhirSource
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.patients.omop.source import OmopSource
from calcinosis_kb.patients.record_reading import RecordReading
from fhir_bundles import as_bulk_export, as_searches, as_transaction
from fhir_records import TODAY
from fhir_validity import faults
from ips_documents import as_summary
from omop_tables import as_tables, write_parquet
from patient_cases import CASES, data_of
from projection import FORMS, projected

Json = dict[str, Any]

FHIR: dict[str, Callable[[KnowledgeBase, Json], list[Json]]] = {
    "transaction": lambda kb, data: [as_transaction(kb, data)],
    "searches": as_searches,
    "summary": lambda kb, data: [as_summary(kb, data)],
}
"""What writes a patient in a form of FHIR: the content of each of its files."""

SOME = [(form, name) for n, form in enumerate(FHIR) for name in [*CASES][6 * n :: 6 * len(FHIR)]]
"""Every sixth case in one of the forms, in turn."""


@pytest.fixture(scope="module")
def reference() -> KnowledgeBase:
    """One engine, since that both agree is tested elsewhere."""
    return load(engines=("reference",))


def read(kb: KnowledgeBase, form: str, data: Json) -> RecordReading:
    """The record of a patient in a form of FHIR, read as the command line reads files."""
    contents = [json.dumps(one).encode() for one in FHIR[form](kb, data)]
    return FhirSource([File(f"{n}.json", content) for n, content in enumerate(contents)], kb.names).read()


def understood(patient: Patient) -> Json:
    """A patient without the words and units in which it is written, and without an order where a record has none."""
    shown: Json = {key: value for key, value in patient.to_dict().items() if key not in _WORDS}
    for result in shown["labs"].values():
        result.pop("note", None)
    for trial in shown["history"]:
        del trial["named"], trial["duration"]
    shown["history"].sort(key=lambda trial: (trial["therapy"] or "", trial["for"]))
    for name in ("diseases", "conditions", "medications", "allergies"):
        shown[name] = None if shown[name] is None else sorted(shown[name])
    for name in ("ambiguous", "leaves_open"):
        shown[name] = sorted({(word["where"], *word["may_be"]) for word in shown[name]})
    shown["unresolved"] = sorted((word["where"], word["named"]) for word in shown["unresolved"])
    return shown


_WORDS = ("notes", "recognised", "record")


def answered(advice: Advice) -> list[tuple[Any, ...]]:
    """Every therapy in the order of the answer: its rank and verdict, and the rules that hold or ask."""
    return [
        (
            item.therapy.id,
            item.rank,
            item.verdict,
            item.state,
            item.standing,
            sorted((reason.rule, reason.effect) for reason in item.reasons),
            sorted((check.rule, check.fact, check.would) for check in item.check_first),
        )
        for item in (*advice.judged, *advice.options)
    ]


_ANSWERS: dict[bytes, list[tuple[Any, ...]]] = {}
"""What was answered, by all that is understood of the patient: several forms of one case often say the same."""


def answer_to(kb: KnowledgeBase, patient: Patient) -> list[tuple[Any, ...]]:
    key = msgspec.json.encode(structs.replace(patient, record=None))
    if key not in _ANSWERS:
        _ANSWERS[key] = answered(kb.advise(patient))
    return _ANSWERS[key]


def compare(kb: KnowledgeBase, reading: RecordReading, expected: Json) -> None:
    """Demand that a record was read as a patient file, and that the answer is that for the file."""
    assert reading.today == TODAY
    patient, projection = kb.reader.record(reading), kb.reader.mapping(expected)
    assert understood(patient) == understood(projection)
    assert answer_to(kb, patient) == answer_to(kb, projection)


def round_trip(kb: KnowledgeBase, form: str, name: str) -> None:
    """Write a case in a form of FHIR and read it back."""
    data = data_of(name)
    compare(kb, read(kb, form, data), projected(kb, data, FORMS[form]))


def round_trip_together(kb: KnowledgeBase, folder: Path, names: Sequence[str]) -> None:
    """Write cases as the persons of one database of OMOP and read them back."""
    patients = {n: data_of(name) for n, name in enumerate(names, 1)}
    write_parquet(folder, as_tables(kb, patients))
    read = {int(person.id): reading for person, reading in OmopSource(str(folder), kb.names).readings()}
    assert read.keys() == patients.keys()
    for n, data in patients.items():
        compare(kb, read[n], projected(kb, data, FORMS["omop"]))


def round_trip_in_bulk(kb: KnowledgeBase, names: Sequence[str]) -> None:
    """Write cases as the patients of one bulk export and read them back."""
    patients = {f"p{n}": data_of(name) for n, name in enumerate(names)}
    files = [File(name, content) for name, content in as_bulk_export(kb, patients).items()]
    read = {person.id: reading for person, reading in FhirSource(files, kb.names).readings()}
    assert read.keys() == patients.keys()
    for id_, data in patients.items():
        compare(kb, read[id_], projected(kb, data, FORMS["transaction"]))


@pytest.mark.parametrize(("form", "name"), SOME)
def test_a_case_is_read_back_as_its_projection(reference: KnowledgeBase, form: str, name: str) -> None:
    round_trip(reference, form, name)


def test_cases_are_read_back_from_a_bulk_export(reference: KnowledgeBase) -> None:
    round_trip_in_bulk(reference, [*CASES][5::36])


@pytest.mark.slow
def test_every_case_is_read_back_from_a_bulk_export(reference: KnowledgeBase) -> None:
    round_trip_in_bulk(reference, [*CASES])


@pytest.mark.slow
def test_every_case_is_read_back_from_omop(reference: KnowledgeBase, tmp_path: Path) -> None:
    round_trip_together(reference, tmp_path, [*CASES])


@pytest.mark.slow
@pytest.mark.parametrize("form", FHIR)
@pytest.mark.parametrize("name", CASES)
def test_every_case_is_read_back_as_its_projection(reference: KnowledgeBase, form: str, name: str) -> None:
    round_trip(reference, form, name)


@pytest.mark.parametrize("form", ["transaction", "summary"])
@pytest.mark.parametrize("name", [*CASES][::60])
def test_the_records_are_valid(reference: KnowledgeBase, form: str, name: str) -> None:
    for bundle in FHIR[form](reference, data_of(name)):
        assert faults(bundle) == []
