"""Read a record of many entries whole: its patient file with what gave each line, its document, and its account (record.yaml)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.errors import NoAnswer
from calcinosis_kb.patients.annotated import annotated
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.fhir.record import Record
from calcinosis_kb.patients.record_reading import RecordReading
from fhir_records import TODAY

TOLD: dict[str, Any] = yaml.load(Path(__file__).with_name("record.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)


@pytest.fixture
def reading(kb: KnowledgeBase) -> RecordReading:
    record = Record(tuple(resources(TOLD["entries"])), frozenset(TOLD["searched"]))
    read = read_record(record, "p1", kb.names, TODAY)
    read.form, read.day_from = "FHIR R4", "Composition/c1 date"
    return read


def test_the_patient_file_names_what_gave_each_line(reading: RecordReading) -> None:
    text = annotated(reading)
    assert text.splitlines() == TOLD["annotated"]
    assert parse(text, "p.yaml").data == reading.data


def test_a_word_stays_on_its_line_and_shows_what_is_read(reading: RecordReading) -> None:
    """Neither a line end nor a mark of direction in a record may make another text of it."""
    words = ["two\nlines", "tab\there", "plain é", "left\u200emark", "a: b", "# c"]
    reading.data = {"medications": words}
    text = annotated(reading)
    own = [
        "medications:",
        '- "two\\nlines"',
        '- "tab\\there"',
        "- plain é",
        '- "left\\u200Emark"',
        "- 'a: b'",
        "- '# c'",
    ]
    assert [line for line in text.splitlines() if not line.startswith("#")] == own
    assert parse(text, "p.yaml").data == reading.data


def test_the_document_holds_what_was_relied_on_and_what_was_not(reading: RecordReading) -> None:
    document = reading.to_dict()
    assert {key: value for key, value in document.items() if not isinstance(value, list)} == TOLD["document"]
    kept = {
        key: [f"{entry['resource']}/{entry['id']}" for entry in document[key]] for key in ("relied_on", "not_relied_on")
    }
    assert kept == TOLD["kept"]
    assert document["relied_on"][1] == TOLD["entry"]


def test_a_history_that_is_said_to_be_whole_keeps_what_was_not_understood(reading: RecordReading) -> None:
    whole = reading.with_whole_history()
    assert whole.data["history"] == TOLD["whole history"]
    assert whole.data["history_complete"] is True
    assert {key: value for key, value in whole.data.items() if "history" not in key} == {
        key: value for key, value in reading.data.items() if "history" not in key
    }


def test_a_record_of_somebody_who_has_died_gets_no_answer(kb: KnowledgeBase, reading: RecordReading) -> None:
    reading.dead = True
    with pytest.raises(NoAnswer) as wrong:
        kb.reader.record(reading)
    (problem,) = wrong.value.problems
    message = "the record says that the patient has died (FHIR R4, read as of 2026-06-01 (Composition date))"
    assert (problem.code, problem.message, problem.fix) == ("CKB114", message, "no treatment is suggested")


@pytest.mark.parametrize(
    ("deceased", "dead"),
    [
        ({"deceasedBoolean": True}, True),
        ({"deceasedBoolean": False}, False),
        ({"deceasedDateTime": "2020-01-01"}, True),
        ({}, False),
    ],
)
def test_who_is_said_to_have_died_is_dead(kb: KnowledgeBase, deceased: dict[str, Any], dead: bool) -> None:
    who = {"resourceType": "Patient", "id": "p1", **deceased}
    assert read_record(Record(tuple(resources([who])), frozenset()), "p1", kb.names, TODAY).dead is dead
