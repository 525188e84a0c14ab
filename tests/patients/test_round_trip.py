"""Every golden and published case, written as a health record and read back: the patient is the projection of the case onto the form of
the record, and so is the answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.advice.answer import Advice
from calcinosis_kb.patients.fhir.files import File
from calcinosis_kb.patients.fhir.source import FhirSource
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.patients.record_reading import RecordReading
from fhir_bundles import as_searches, as_transaction
from fhir_records import TODAY
from fhir_validity import faults
from ips_documents import as_summary
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
    """A patient without the words in which it is written, and without an order where a record has none."""
    shown: Json = {key: value for key, value in patient.to_dict().items() if key not in _WORDS}
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


@cache
def answer_to(kb: KnowledgeBase, patient_file: str) -> list[tuple[Any, ...]]:
    """The answer for a patient file in JSON: projections of a case onto several forms are often the same."""
    return answered(kb.advise(json.loads(patient_file)))


def round_trip(kb: KnowledgeBase, form: str, name: str) -> None:
    data = data_of(name)
    expected = projected(kb, data, FORMS[form])
    reading = read(kb, form, data)
    assert reading.today == TODAY
    patient = kb.reader.record(reading)
    assert understood(patient) == understood(kb.reader.mapping(expected))
    assert answered(kb.advise(patient)) == answer_to(kb, json.dumps(expected))


@pytest.mark.parametrize(("form", "name"), SOME)
def test_a_case_is_read_back_as_its_projection(reference: KnowledgeBase, form: str, name: str) -> None:
    round_trip(reference, form, name)


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
