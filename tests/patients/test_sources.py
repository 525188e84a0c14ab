"""Files of FHIR as a source of records: every form that a bundle or an export has, whole or damaged."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.patients.record_reading import RecordReading, RecordSource
from calcinosis_kb.patients.sources import is_record, open_source

Json = dict[str, Any]
PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1963-05-01", "gender": "female"}
OTHER = {"resourceType": "Patient", "id": "p2", "birthDate": "1950-01-01", "deceasedDateTime": "2019-03-01"}
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def order(patient: str = "p1", **more: Any) -> Json:
    return {
        "resourceType": "MedicationRequest", "id": f"m-{patient}", "status": "active", "intent": "order", "authoredOn": "2020-02-03",
        "subject": {"reference": f"Patient/{patient}"}, "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "3443"}]},
        **more,
    }  # fmt: skip


def bundle(*resources: Json, kind: str = "collection", **more: Any) -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": one} for one in resources], **more}


def written(folder: Path, name: str, *lines: Any) -> str:
    """A file of one JSON value, or of several in a line each; its address."""
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return str(path)


def opened(kb: KnowledgeBase, folder: Path, value: Any) -> RecordSource:
    return open_source(written(folder, "record.json", value), kb.names)


def read(kb: KnowledgeBase, folder: Path, value: Any) -> RecordReading:
    return opened(kb, folder, value).read()


@pytest.mark.parametrize(
    "kind", ["document", "searchset", "message", "collection", "batch", "transaction", "history", "banana"]
)
def test_every_kind_of_bundle_is_read_alike(kb: KnowledgeBase, tmp_path: Path, kind: str) -> None:
    reading = read(kb, tmp_path, bundle(PATIENT, order(), kind=kind))
    assert reading.data["medications"] == ["diltiazem"]
    assert (reading.today, reading.day_from) == (date(2020, 2, 3), "MedicationRequest/m-p1 authoredOn")


def test_a_record_comes_as_a_resource_a_list_or_lines(kb: KnowledgeBase, tmp_path: Path) -> None:
    for content in ([order()], [[PATIENT, order()]], [PATIENT, order()], [bundle(PATIENT), bundle(order())]):
        for name in ("a.json", "a.ndjson", "a.json.gz"):
            reading = open_source(written(tmp_path, name, *content), kb.names).read()
            assert reading.data["medications"] == ["diltiazem"], (name, content)


def test_a_folder_of_several_parts_is_one_source(kb: KnowledgeBase, tmp_path: Path) -> None:
    written(tmp_path, "Patient.000.ndjson", PATIENT, OTHER)
    written(tmp_path, "MedicationRequest.000.ndjson.gz", order("p2"))
    written(tmp_path, "MedicationRequest.001.ndjson", order("p1"), order("p9"))
    written(tmp_path, "log.ndjson", {"eventId": "kickoff"})
    source = open_source(str(tmp_path), kb.names)
    assert [(one.id, one.sex, one.dead) for one in source.people()] == [("p1", "female", False), ("p2", None, True)]
    assert [(who.id, reading.data["medications"]) for who, reading in source.readings()] == [
        ("p1", ["diltiazem"]),
        ("p2", ["diltiazem"]),
    ]


def test_one_of_several_patients_has_to_be_chosen(kb: KnowledgeBase, tmp_path: Path) -> None:
    source = opened(kb, tmp_path, bundle(PATIENT, OTHER, order("p1"), order("p2")))
    with pytest.raises(InputError, match="there are 2 patients") as error:
        source.read()
    assert error.value.problems[0].valid == ("p1", "p2")
    with pytest.raises(InputError) as error:
        source.read("p11")
    assert error.value.problems[0].nearest[:1] == ("p1",)
    assert source.read("Patient/p2").dead


def test_a_place_of_records_is_told_from_a_patient_file(tmp_path: Path) -> None:
    assert is_record(written(tmp_path, "a.json", bundle()))
    assert is_record(str(tmp_path))
    assert not is_record(written(tmp_path, "a.yaml", "patient: {age: 63}"))
    assert not is_record(str(tmp_path / "missing"))
