"""Files of FHIR as a source of records: every form that a bundle or an export has, whole or damaged."""

from __future__ import annotations

import gzip
import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.patients.fhir import files
from calcinosis_kb.patients.fhir.source import FhirSource
from calcinosis_kb.patients.record_reading import RecordReading, RecordSource
from calcinosis_kb.patients.sources import is_record, is_record_text, open_source, open_stream

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
    assert error.value.problems[0].valid == ("p1 (female, born 1963-05-01)", "p2 (born 1950-01-01, dead)")
    with pytest.raises(InputError) as error:
        source.read("p11")
    assert error.value.problems[0].nearest[:1] == ("p1",)
    assert source.read("Patient/p2").dead


@pytest.mark.parametrize(
    "reference",
    [
        "Patient/p1",
        "urn:uuid:11",
        "https://a.example/Patient/p1",
        "Patient/p1/_history/2",
        "Patient?identifier=urn:x|77",
        "urn:uuid:p1",
    ],
)
def test_a_patient_is_known_however_they_are_referred_to(kb: KnowledgeBase, tmp_path: Path, reference: str) -> None:
    patient = {**PATIENT, "identifier": [{"system": "urn:x", "value": "77"}]}
    ordered = order(subject={"reference": reference})
    for others in ((), (OTHER, order("p2", id="m2"))):
        entries = [{"fullUrl": "urn:uuid:11", "resource": patient}, *({"resource": one} for one in (ordered, *others))]
        reading = opened(kb, tmp_path, {"resourceType": "Bundle", "entry": entries}).read("p1")
        assert reading.data["medications"] == ["diltiazem"]


def test_a_place_of_records_is_told_from_a_patient_file(tmp_path: Path) -> None:
    assert is_record(written(tmp_path, "a.json", bundle()))
    assert is_record(str(tmp_path))
    assert not is_record(written(tmp_path, "a.yaml", "patient: {age: 63}"))
    assert not is_record(str(tmp_path / "missing"))


@pytest.mark.parametrize(
    ("order_", "expected", "form"),
    [
        ({"medication": {"concept": {"text": "diltiazem"}}, "medicationCodeableConcept": None}, "used", "FHIR R5"),
        ({"medication": {"reference": {"display": "diltiazem"}}, "medicationCodeableConcept": None}, "used", "FHIR R5"),
        ({"resourceType": "MedicationStatement", "taken": "n"}, "ignored", "FHIR STU3"),
        ({"resourceType": "MedicationStatement", "taken": "unk"}, "doubtful", "FHIR STU3"),
        ({"resourceType": "MedicationStatement", "taken": "y"}, "used", "FHIR STU3"),
        ({"resourceType": "MedicationStatement", "status": "recorded"}, "doubtful", "FHIR R5"),
        (
            {"resourceType": "MedicationStatement", "status": "recorded", "adherence": {"code": {"coding": [{"code": "not-taking"}]}}},
            "ignored",
            "FHIR R5",
        ),
        ({}, "used", "FHIR R4"),
    ],
)  # fmt: skip
def test_plain_shapes_of_other_versions_are_read(
    kb: KnowledgeBase, tmp_path: Path, order_: Json, expected: str, form: str
) -> None:
    given = {key: value for key, value in {**order(dateAsserted="2020-02-03"), **order_}.items() if value is not None}
    reading = read(kb, tmp_path, bundle(PATIENT, given))
    assert (reading.account.entries[1].state, reading.form) == (expected, form)


TWICE = {"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}
MILLIGRAMS = {"value": 120, "unit": "mg", "code": "mg", "system": "http://unitsofmeasure.org"}
DOSE = {**TWICE, "doseAndRate": [{"doseQuantity": MILLIGRAMS}]}


@pytest.mark.parametrize(
    ("more", "trial", "form"),
    [
        ({"dosageInstruction": [DOSE]}, {"dose": "240 mg daily"}, "FHIR R4"),
        ({"dosageInstruction": [{**TWICE, "doseQuantity": MILLIGRAMS}]}, {"dose": "240 mg daily"}, "FHIR STU3"),
        ({"dosageInstruction": [{**DOSE, "asNeeded": True}]}, {}, "FHIR R5"),
        ({"dosageInstruction": [{**DOSE, "asNeeded": False}]}, {"dose": "240 mg daily"}, "FHIR R5"),
        ({"reason": [{"concept": {"text": "calcinosis cutis"}}]}, {"for": "calcinosis"}, "FHIR R5"),
        ({"reason": [{"concept": {"text": "Raynaud"}}]}, {"for": "other"}, "FHIR R5"),
        ({"reason": [{"reference": {"reference": "Condition/c"}}]}, {"for": "calcinosis"}, "FHIR R5"),
        ({"reasonReference": [{"reference": "Condition/c"}]}, {"for": "calcinosis"}, "FHIR R4"),
    ],
)  # fmt: skip
def test_doses_and_reasons_of_other_versions_are_read(
    kb: KnowledgeBase, tmp_path: Path, more: Json, trial: Json, form: str
) -> None:
    why = {
        "resourceType": "Condition",
        "id": "c",
        "code": {"text": "calcinosis"},
        "subject": {"reference": "Patient/p1"},
    }
    reading = read(kb, tmp_path, bundle(PATIENT, why, order(**more)))
    assert reading.data["history"] == [{"therapy": "diltiazem", "for": "unclear", "outcome": "ongoing", **trial}]
    assert reading.form == form


@pytest.mark.parametrize(
    ("code", "state", "taken"),
    [
        ("taking", "used", True),
        ("taking-as-directed", "used", True),
        ("on-hold-as-directed", "doubtful", False),
        ("stopped-not-as-directed", "used", False),
        ("not-taking", "ignored", False),
        ("unheard of", "doubtful", False),
    ],
)
def test_how_a_medicine_is_taken_is_read_from_the_adherence_of_r5(
    kb: KnowledgeBase, tmp_path: Path, code: str, state: str, taken: bool
) -> None:
    more = {"resourceType": "MedicationStatement", "status": "recorded", "dateAsserted": "2020-02-03"}
    reading = read(kb, tmp_path, bundle(PATIENT, order(**more, adherence={"code": {"coding": [{"code": code}]}})))
    assert (reading.account.entries[1].state, reading.form) == (state, "FHIR R5")
    assert ("diltiazem" in reading.data["medications"]) is taken


def test_the_ingredients_of_r5_are_read(kb: KnowledgeBase, tmp_path: Path) -> None:
    drug = {"resourceType": "Medication", "id": "d", "ingredient": [{"item": {"concept": {"text": "diltiazem"}}}]}
    ordered = order(medication={"reference": {"reference": "Medication/d"}}, medicationCodeableConcept=None)
    ordered = {key: value for key, value in ordered.items() if value is not None}
    reading = read(kb, tmp_path, bundle(PATIENT, drug, ordered))
    assert (reading.data["medications"], reading.form) == (["diltiazem"], "FHIR R5")


def test_an_end_that_is_denied_is_none(kb: KnowledgeBase, tmp_path: Path) -> None:
    """STU3 may say of a condition that it has not ended, in the element for its end."""
    condition = {"resourceType": "Condition", "id": "c", "code": {"text": "hypertension"}}
    condition |= {"assertedDate": "2020-01-01", "subject": {"reference": "Patient/p1"}}
    there = read(kb, tmp_path, bundle(PATIENT, {**condition, "abatementBoolean": False}))
    assert (there.data["conditions"], str(there.today)) == (["hypertension"], "2020-01-01")
    over = read(kb, tmp_path, bundle(PATIENT, {**condition, "abatementBoolean": True}))
    assert (there.account.entries[1].why, over.account.entries[1].why[:5]) == ("", "ended")


def document(*sections: Json, resources: tuple[Json, ...] = (), **more: Any) -> Json:
    """A document whose sections are given by code, with the references of each."""
    head = {"resourceType": "Composition", "id": "c1", "date": "2021-07-01", "section": list(sections)}
    return bundle(head, PATIENT, *resources, kind="document", timestamp="2024-01-01T00:00:00Z", **more)


def section(code: str, *references: str, **more: Any) -> Json:
    listed = {"entry": [{"reference": one} for one in references]} if references else {}
    return {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, **listed, **more}


def empty(code: str, reason: str) -> Json:
    return section(code, emptyReason={"coding": [{"code": reason}]})


@pytest.mark.parametrize(
    ("parts", "conditions", "medications", "allergies"),
    [
        ((), None, None, None),
        ((empty("11450-4", "nilknown"), empty("10160-0", "nilknown"), empty("48765-2", "nilknown")), [], [], []),
        ((empty("11450-4", "notasked"), empty("10160-0", "unavailable"), empty("48765-2", "withheld")), None, None, None),
        ((empty("11450-4", "notstarted"), empty("10160-0", "closed"), section("48765-2")), None, None, None),
        ((section("10160-0", "MedicationRequest/m-p1"),), None, ["diltiazem"], None),
        (({**section("00000-0"), "section": [section("10160-0", "MedicationRequest/m-p1")]},), None, ["diltiazem"], None),
    ],
)  # fmt: skip
def test_a_list_is_known_if_the_document_has_its_section(
    kb: KnowledgeBase, tmp_path: Path, parts: tuple[Json, ...], conditions: Any, medications: Any, allergies: Any
) -> None:
    held = (order(),) if medications else ()
    reading = read(kb, tmp_path, document(*parts, resources=held))
    lists = tuple(reading.data.get(key) for key in ("conditions", "medications", "allergies"))
    assert lists == (conditions, medications, allergies)
    assert (str(reading.today), reading.day_from) == ("2021-07-01", "Composition/c1 date")


def test_a_list_that_refers_to_what_is_not_there_is_incomplete(kb: KnowledgeBase, tmp_path: Path) -> None:
    parts = section("10160-0", "MedicationRequest/m-p1", "MedicationRequest/lost")
    assert read(kb, tmp_path, document(parts, resources=(order(),))).data["medications_complete"] is False


def test_medicines_that_no_section_lists_are_no_whole_list(kb: KnowledgeBase, tmp_path: Path) -> None:
    data = read(kb, tmp_path, document(resources=(order(),))).data
    assert (data["medications"], data["medications_complete"]) == (["diltiazem"], False)


def test_what_is_planned_was_not_tried(kb: KnowledgeBase, tmp_path: Path) -> None:
    reading = read(kb, tmp_path, document(section("18776-5", "MedicationRequest/m-p1"), resources=(order(),)))
    assert (reading.account.of("MedicationRequest")[0].why, reading.data.get("history")) == ("planned", None)


def test_the_day_of_reading_is_the_users_or_that_of_the_record(kb: KnowledgeBase, tmp_path: Path) -> None:
    """When it was sent or stored says nothing, nor does the end of a course, nor what was only planned."""
    stamped = order(meta={"lastUpdated": "2024-01-01"}, dispenseRequest={"validityPeriod": {"end": "2030-01-01"}})
    plan = {"resourceType": "Encounter", "id": "e", "status": "planned", "period": {"end": "2031-01-01"}}
    source = opened(kb, tmp_path, bundle(PATIENT, stamped, plan, timestamp="2024-01-01T00:00:00Z"))
    assert str(source.read().today) == "2020-02-03"
    told = source.read(as_of=date(2020, 5, 1))
    assert (told.today, told.day_from, told.data["patient"]["age"]) == (date(2020, 5, 1), "the user", 57)


def test_a_record_without_a_date_wants_to_be_told_its_day(kb: KnowledgeBase, tmp_path: Path) -> None:
    undated = {key: value for key, value in order().items() if key != "authoredOn"}
    source = opened(kb, tmp_path, bundle(PATIENT, undated))
    with pytest.raises(InputError, match="CKB108"):
        source.read()
    assert source.read(as_of=date(2020, 5, 1)).data["medications"] == ["diltiazem"]


def test_somebody_without_a_date_is_read_as_of_the_day_on_which_the_export_ends(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    readings = [reading for _, reading in opened(kb, tmp_path, bundle(OTHER, PATIENT, order())).readings()]
    assert [(str(one.today), one.day_from) for one in readings] == [
        ("2020-02-03", "MedicationRequest/m-p1 authoredOn")
    ] * 2


MEDICATION = {"resourceType": "Medication", "id": "m1", "code": {"text": "diltiazem"}}


@pytest.mark.parametrize(
    ("url", "reference", "found"),
    [
        ("urn:uuid:1", "urn:uuid:1", True),
        ("https://a.example/r4/Medication/m1", "Medication/m1", True),
        ("https://a.example/r4/Medication/m1", "https://b.example/Medication/m1", True),
        ("", "Medication/m1/_history/3", True),
        ("Medication/m1", "Medication/m1", True),
        ("", "Medication/m2", False),
        ("", "", False),
    ],
)
def test_a_reference_is_followed_however_it_is_written(
    kb: KnowledgeBase, tmp_path: Path, url: str, reference: str, found: bool
) -> None:
    ordered = order(medicationReference={"reference": reference})
    del ordered["medicationCodeableConcept"]
    entries = [{"resource": PATIENT}, {"fullUrl": url, "resource": MEDICATION}, {"resource": ordered}]
    reading = read(kb, tmp_path, {"resourceType": "Bundle", "entry": entries})
    assert (reading.account.entries[2].state == "used") == found


def test_of_two_servers_that_have_an_id_in_common_none_is_guessed(kb: KnowledgeBase, tmp_path: Path) -> None:
    other = {**MEDICATION, "code": {"text": "warfarin"}}
    entries = [
        {"fullUrl": f"https://{host}.example/Medication/m1", "resource": one}
        for host, one in (("a", MEDICATION), ("b", other))
    ]
    for url, taken in (("https://b.example/MedicationRequest/m-p1", ["warfarin"]), ("urn:uuid:7", [])):
        ordered = order(medicationReference={"reference": "Medication/m1"})
        del ordered["medicationCodeableConcept"]
        whole = [*entries, {"resource": PATIENT}, {"fullUrl": url, "resource": ordered}]
        reading = read(kb, tmp_path, {"resourceType": "Bundle", "entry": whole})
        assert [word for word in reading.data["medications"] if word in ("warfarin", "diltiazem")] == taken


def test_the_same_resource_counts_once_and_a_later_version_holds(kb: KnowledgeBase, tmp_path: Path) -> None:
    early, late = ({"lastUpdated": f"20{year}-01-01T00:00:00Z"} for year in ("20", "21"))
    stopped = order(status="stopped", meta=late)
    again = read(kb, tmp_path, bundle(PATIENT, order(), order()))
    assert [entry.state for entry in again.account.of("MedicationRequest")] == ["used", "ignored"]
    later = read(kb, tmp_path, bundle(PATIENT, order(meta=early), stopped))
    assert later.account.of("MedicationRequest")[0].why == "a later version is there"
    assert later.data["medications"] == []
    differing = read(kb, tmp_path, bundle(PATIENT, order(), order(medicationCodeableConcept={"text": "warfarin"})))
    assert set(differing.data["medications"]) == {"diltiazem", "warfarin"}


def test_a_bundle_that_is_one_page_of_more_is_incomplete(kb: KnowledgeBase, tmp_path: Path) -> None:
    for page in ({"total": 9}, {"link": [{"relation": "next", "url": "https://a.example"}]}):
        assert read(kb, tmp_path, bundle(PATIENT, order(), **page)).data["medications_complete"] is False
    assert read(kb, tmp_path, bundle(PATIENT, order(), total=2)).data["medications_complete"] is True


def outcome(severity: str) -> Json:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": "suppressed"}]}


@pytest.mark.parametrize(
    ("entry", "state", "whole"),
    [
        ({"resource": outcome("warning")}, "ignored", False),
        ({"resource": outcome("information")}, "ignored", True),
        ({"response": {"status": "403 Forbidden", "outcome": outcome("error")}}, "ignored", False),
        ({"response": {"status": "404 Not Found"}}, "unresolved", False),
        ({"response": {"status": "204 No Content"}}, "ignored", True),
        ({"request": {"method": "DELETE", "url": "MedicationRequest/3"}}, "ignored", True),
        ({}, "unresolved", False),
        ({"resource": None}, "unresolved", False),
        ({"resource": {"id": "a", "status": "active"}}, "unresolved", False),
        ({"resource": {"resourceType": "MedicationReqest"}}, "unresolved", False),
        ({"resource": {"resourceType": "Coverage", "id": "a"}}, "ignored", True),
        (7, "unresolved", False),
    ],
)
def test_an_entry_that_may_have_been_a_medicine_leaves_the_list_open(
    kb: KnowledgeBase, tmp_path: Path, entry: Any, state: str, whole: bool
) -> None:
    record = bundle(PATIENT, order())
    record["entry"].append(entry)
    reading = read(kb, tmp_path, record)
    assert (reading.account.entries[-1].state, reading.data["medications_complete"]) == (state, whole)


def test_a_damaged_line_is_told_and_the_rest_is_read(kb: KnowledgeBase, tmp_path: Path) -> None:
    written(tmp_path, "Patient.ndjson", PATIENT, OTHER)
    cut = json.dumps(order("p2"))[:-30]
    written(
        tmp_path,
        "MedicationRequest.ndjson",
        order("p1"),
        cut,
        order("p2", id="m9"),
        '{"resourceType": "MedicationRequest"',
    )
    source = open_source(str(tmp_path), kb.names)
    first, second = (source.read(id_) for id_ in ("p1", "p2"))
    assert [entry.state for entry in second.account.of("MedicationRequest")] == ["unresolved", "used"]
    assert second.account.of("MedicationRequest")[0].id == "MedicationRequest.ndjson:2"
    # The last line names nobody, so that it may be anybody's.
    assert first.data["medications_complete"] is False
    assert first.data["medications"] == ["diltiazem"]


def test_a_file_that_breaks_off_is_told(kb: KnowledgeBase, tmp_path: Path) -> None:
    lines = "".join(json.dumps(order(id=f"m{n}", note=[{"text": f"{n * n}"}])) + "\n" for n in range(3000)).encode()
    written(tmp_path, "Patient.ndjson", PATIENT)
    (tmp_path / "MedicationRequest.ndjson.gz").write_bytes(gzip.compress(lines)[:-2000])
    reading = open_source(str(tmp_path), kb.names).read()
    assert reading.account.of("MedicationRequest")[-1].why == "the file breaks off here"
    assert reading.data["medications_complete"] is False


@pytest.mark.parametrize(
    "line",
    [
        '{"resourceType": "MedicationRequest", "note": "\\x"}', '{"resourceType": "MedicationRequest", "note": ' + "[" * 5000,
        '{"resourceType": "MedicationRequest", "note": ' + "[" * 5000 + "]" * 5000 + "}", "{", "[", "7", "null", '"text"', "\\",
        '{"resourceType": ["MedicationRequest"], "id": 7}', '{"resourceType": "Bundle", "entry": [null, {"resource": 3}, 7]}',
        '{"resourceType": "MedicationRequest", "note": "' + "x" * 3000 + '"}',
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_never_stops_the_rest(
    kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """No line is too deep, too long or too strange: it is told, and its list is open."""
    monkeypatch.setattr(files, "LONGEST_LINE", 20_000 if "[[" in line else 2000)
    written(tmp_path, "Patient.ndjson", PATIENT)
    written(tmp_path, "MedicationRequest.ndjson", line, order())
    reading = open_source(str(tmp_path), kb.names).read()
    assert "diltiazem" in reading.data["medications"]
    assert reading.data["medications_complete"] is False
    assert "unresolved" in {entry.state for entry in reading.account.entries[:-1]}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "CKB003"), (b"<Bundle xmlns='http://hl7.org/fhir'/>", "CKB106"), (b"[" * 100_000, "CKB106"), (b'{"a": 1}', "CKB106"),
        (b"PK\x03\x04\x00\x00", "CKB106"), (b"\x1f\x8bnothing", "CKB001"), (b'{"resourceType": "Bundle", "entry": [', "CKB106"),
    ],
)  # fmt: skip
def test_what_is_no_record_is_refused_with_a_reason(
    kb: KnowledgeBase, tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        open_source(str(path), kb.names)
    assert error.value.problems[0].code == code
    assert error.value.problems[0].fix


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_wrong_encoding_spoils_the_words_alone(kb: KnowledgeBase, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "record.json"
    text = json.dumps(bundle({**PATIENT, "name": [{"family": "Müller"}]}, order()), ensure_ascii=False)
    path.write_bytes(text.encode(encoding))
    assert open_source(str(path), kb.names).read().data["medications"] == ["diltiazem"]


def test_a_key_that_is_given_twice_leaves_the_entry_open(kb: KnowledgeBase, tmp_path: Path) -> None:
    twice = json.dumps(bundle(PATIENT, order())).replace(
        '"status": "active"', '"status": "active", "status": "stopped"'
    )
    reading = open_source(written(tmp_path, "record.json", twice), kb.names).read(as_of=date(2020, 5, 1))
    assert (reading.account.entries[1].state, reading.data["medications_complete"]) == ("unresolved", False)
    # Two lists of entries are one list.
    whole = json.dumps(bundle(PATIENT))[:-1] + f', "entry": [{{"resource": {json.dumps(order())}}}]}}'
    assert open_source(written(tmp_path, "record.json", whole), kb.names).read().data["medications"] == ["diltiazem"]


def test_a_missing_value_is_unknown_and_its_entry_stays(kb: KnowledgeBase, tmp_path: Path) -> None:
    absent = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    }
    unborn = {"resourceType": "Patient", "id": "p1", "_birthDate": absent, "_gender": absent}
    reason = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
    nameless = order(
        medicationCodeableConcept={"coding": [{"system": reason, "code": "unknown", "display": "Unknown"}]}
    )
    reading = read(kb, tmp_path, bundle(unborn, nameless))
    assert (reading.data["patient"]["age"], reading.data["patient"]["sex"]) == (None, None)
    assert (reading.account.entries[1].state, reading.data["medications_complete"]) == ("unresolved", False)


def test_strictly_every_element_that_r4_does_not_allow_is_told(kb: KnowledgeBase, tmp_path: Path) -> None:
    wrong = order(intent=3, foo=1, authoredOn="2020-13-01")
    written(tmp_path, "Patient.ndjson", PATIENT, OTHER)
    written(tmp_path, "MedicationRequest.ndjson", order("p2"), wrong, json.dumps(wrong)[:-40])
    source = open_source(str(tmp_path), kb.names)
    assert isinstance(source, FhirSource)
    assert list(source.violations("p2")) == []
    found = list(source.violations("p1"))
    assert {(str(one.place), one.message.split(": ")[0]) for one in found} == {
        ("MedicationRequest.ndjson:2:1", f"MedicationRequest/m-p1 {path}") for path in ("intent", "foo", "authoredOn")
    } | {("MedicationRequest.ndjson:3:1", "MedicationRequest")}


def test_a_record_is_known_whatever_is_blank_before_it() -> None:
    for before in ("", "\n", "\r\n\t ", "\ufeff"):
        assert is_record_text(f'{before}{{"resourceType": "Bundle"}}'.encode())
    assert not is_record_text(b'next: {"resourceType": "Bundle"}')


def test_a_pipe_is_read_once_and_a_device_that_never_ends_is_refused(kb: KnowledgeBase, tmp_path: Path) -> None:
    pipe = tmp_path / "record.json"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        pool.submit(pipe.write_text, json.dumps(bundle(PATIENT, order())))
        assert open_source(str(pipe), kb.names).read().data["medications"] == ["diltiazem"]
    with pytest.raises(InputError) as error:
        open_source("/dev/zero", kb.names)
    assert error.value.problems[0].code == "CKB106"


def test_in_a_folder_nothing_but_files_is_read(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A pipe would be waited for without end, and a device read without end."""
    written(tmp_path, "a.json", bundle(PATIENT, order()))
    os.mkfifo(tmp_path / "b.json")
    (tmp_path / "c.json").symlink_to("/dev/zero")
    assert open_source(str(tmp_path), kb.names).read().data["medications"] == ["diltiazem"]


def test_what_is_piped_is_held_in_memory_and_has_a_limit(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = json.dumps(bundle(PATIENT, order())).encode()
    monkeypatch.setattr(files, "LARGEST_DOCUMENT", len(raw) - 1)
    with pytest.raises(InputError) as error:
        open_stream(io.BytesIO(raw), kb.names, "-")
    assert error.value.problems[0].code == "CKB005"
    monkeypatch.setattr(files, "LARGEST_DOCUMENT", len(raw))
    assert open_stream(io.BytesIO(raw), kb.names, "-").read().data["medications"] == ["diltiazem"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (" ", "CKB001: no file or folder is named ('-' reads standard input)"),
        ("https://a.example/b", "CKB001 https://a.example/b: nothing is fetched from the web (download it, and give the file)"),
        ("missing", "CKB001 missing: there is no such file or folder (check the path; '-' reads standard input)"),
        ("/dev/null", "CKB106 /dev/null: this is no file (name a file or a folder, or pipe the record into '-')"),
    ],
)  # fmt: skip
def test_an_address_of_no_records_is_told_with_what_to_do(kb: KnowledgeBase, address: str, said: str) -> None:
    with pytest.raises(InputError) as wrong:
        open_source(address, kb.names)
    (problem,) = wrong.value.problems
    place = f" {problem.place}" if problem.place else ""
    assert f"{problem.code}{place}: {problem.message} ({problem.fix})" == said
