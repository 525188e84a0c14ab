"""An answer as a FHIR R4 Bundle: valid, whole, the same for the same answer, and nowhere an order."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.advice.answer import NOTICE
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.terms import Medication
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.files import File
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.fhir.record import Record
from calcinosis_kb.patients.fhir.source import FhirSource
from calcinosis_kb.patients.fhir.systems import code_system
from calcinosis_kb.report.fhir.guidance import guidance_bundle
from commandline import call
from fhir_bundles import as_transaction
from fhir_validity import faults, parts
from patient_cases import CASES, data_of
from strategies import SEED, examples, patients

Json = dict[str, Any]


def bundle_of(kb: KnowledgeBase, patient: Json) -> Json:
    made: Json = json.loads(json.dumps(guidance_bundle(kb.advise(patient))))
    return made


def of(bundle: Json, type_: str) -> list[Json]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == type_]


@pytest.fixture(scope="module")
def reference() -> KnowledgeBase:
    """One engine, since that both agree is tested elsewhere."""
    return load(engines=("reference",))


@pytest.mark.parametrize("name", [*CASES][::40])
def test_a_strict_validator_accepts_it(kb: KnowledgeBase, name: str) -> None:
    assert faults(bundle_of(kb, data_of(name))) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_strict_validator_accepts_every_case(reference: KnowledgeBase, name: str) -> None:
    assert faults(bundle_of(reference, data_of(name))) == []


@pytest.mark.parametrize("name", [*CASES][::25])
def test_every_therapy_is_told_with_its_verdict(kb: KnowledgeBase, name: str) -> None:
    advice = kb.advise(data_of(name))
    bundle = guidance_bundle(advice)
    (verdicts,) = of(bundle, "Parameters")
    strings = [[part for part in one["part"] if "valueString" in part] for one in verdicts["parameter"]]
    told = [{part["name"]: part["valueString"] for part in one} for one in strings]
    assert [(one["therapy"], one["verdict"], one["state"]) for one in told] == [
        (item.therapy.id, item.verdict, item.state) for item in advice.judged
    ]
    (group,) = of(bundle, "RequestGroup")
    shown = [action["id"].replace("-", "_") for one in group.get("action", ()) for action in one["action"]]
    assert shown == [item.therapy.id for item in advice.options]
    (response,) = of(bundle, "GuidanceResponse")
    assert response["status"] == ("data-requested" if advice.questions else "success")
    assert len(of(bundle, "DetectedIssue")) == len(advice.warnings)


@examples(100)
@given(data=st.data())
def test_it_is_a_proposal_and_never_an_order(reference: KnowledgeBase, data: st.DataObject) -> None:
    bundle = bundle_of(reference, data.draw(patients(reference)))
    requests = [part for part in parts(bundle) if "intent" in part]
    assert {(one["intent"], one["status"]) for one in requests} <= {("proposal", "draft")}
    assert all({"text": NOTICE} in one["note"] for one in requests)
    assert not any(key.startswith("dosage") for part in parts(bundle) for key in part)


def test_a_reader_of_records_takes_nothing_from_it(kb: KnowledgeBase) -> None:
    bundle = bundle_of(kb, data_of("seed-patient") | {"medications": ["warfarin"]})
    (who,) = of(bundle, "Patient")
    record = Record(tuple(resources([bundle])), frozenset({"MedicationRequest"}))
    reading = read_record(record, who["id"], kb.names, date(2026, 6, 1))
    assert (reading.data["history"], reading.data["medications"]) == ([], [])
    states = {entry.state for entry in reading.account.of("MedicationRequest")}
    assert states == {"ignored"}


@pytest.mark.parametrize("name", [*CASES][::25])
def test_a_code_is_one_that_the_base_has_and_means_that_alone(kb: KnowledgeBase, name: str) -> None:
    knowledge, terms = kb.knowledge, kb.knowledge.terms
    # A tuple of a system and all its codes: equal to the pair of one coding only where there is one code.
    coded: dict[str, set[tuple[str, ...]]] = {}
    owners: list[Therapy | Medication] = [*knowledge.therapies.values(), *terms.medications.values()]
    for owner in owners:
        codes = owner.codes
        coded[owner.name] = {("rxnorm", *codes.rxnorm), ("atc", *codes.atc), ("snomed", *codes.snomed)}
    for lab in terms.labs.values():
        coded.setdefault(lab.name, set()).add(("loinc", *lab.loinc))
    for condition in terms.conditions.values():
        coded.setdefault(condition.name, set()).update({("snomed", *condition.snomed), ("icd10", *condition.icd10)})
    for part in parts(bundle_of(kb, data_of(name))):
        filtered = part["code"] if isinstance(part.get("code"), list) else []
        for coding in (*part.get("coding", ()), *filtered):
            if "code" in coding:
                assert (code_system(coding["system"]), coding["code"]) in coded[coding.get("display") or part["text"]]


def test_its_ids_follow_from_the_answer(kb: KnowledgeBase) -> None:
    one, other = data_of("seed-patient"), data_of("seed-patient") | {"medications": []}
    ids = [{entry["fullUrl"] for entry in bundle_of(kb, patient)["entry"]} for patient in (one, one, other)]
    assert ids[0] == ids[1]
    assert not ids[0] & ids[2]


def test_it_names_no_time_and_the_versions_that_it_rests_on(kb: KnowledgeBase) -> None:
    advice = kb.advise(data_of("seed-patient"))
    bundle = guidance_bundle(advice)
    keys = {key for part in parts(bundle) for key in part}
    assert not {key for key in keys if "date" in key.casefold() or key in ("timestamp", "authoredOn", "issued")}
    (device,) = of(bundle, "Device")
    versions = {one["type"]["text"]: one["value"] for one in device["version"]}
    assert versions["knowledge hash"] == advice.knowledge.hash
    assert versions["rules hash"] == advice.rules_hash


def test_sources_are_found_by_their_address(kb: KnowledgeBase) -> None:
    (group,) = of(bundle_of(kb, data_of("seed-patient")), "RequestGroup")
    documents = [one for part in parts(group) for one in part.get("documentation", ())]
    found = {kb.knowledge.cite(source): kb.knowledge.publication(source) for source in kb.knowledge.authorities}
    for one in documents:
        publication = found[one["citation"]]
        assert publication is not None
        by = (publication.doi, publication.pmid, publication.pmcid)
        assert ("url" in one) == any(by)
        assert one.get("url", "").startswith("https://doi.org/10.") == bool(publication.doi)
    action = next(part for part in parts(group) if part.get("id") == "rituximab")
    assert [one["label"] for one in action["documentation"]] == [
        str(n) for n in range(1, len(action["documentation"]) + 1)
    ]


def test_what_was_not_understood_is_a_message(kb: KnowledgeBase) -> None:
    bundle = bundle_of(kb, data_of("seed-patient") | {"medications": ["xyzzy <b>\u202e"]})
    (outcome,) = of(bundle, "OperationOutcome")
    assert "xyzzy" in outcome["issue"][0]["diagnostics"]
    assert faults(bundle) == []


def test_an_entry_of_a_record_that_was_not_used_is_a_message(kb: KnowledgeBase) -> None:
    record = as_transaction(kb, data_of("seed-patient"))
    unread = {
        "resourceType": "MedicationRequest",
        "id": "q1",
        "status": "active",
        "medicationCodeableConcept": {"text": "xyzzy"},
    }
    record["entry"].append({"resource": unread})
    reading = FhirSource([File("record.json", json.dumps(record).encode())], kb.names).read()
    bundle = guidance_bundle(kb.advise(kb.reader.record(reading)))
    (outcome,) = of(bundle, "OperationOutcome")
    assert "MedicationRequest/q1 'xyzzy': unresolved, not understood" in [
        one["diagnostics"] for one in outcome["issue"]
    ]
    (verdicts,) = of(bundle, "Parameters")
    past = {part["valueString"] for one in verdicts["parameter"] for part in one["part"] if part["name"] == "past"}
    assert past == {"not_found", "may_have_been", "not_stated"}
    assert faults(bundle) == []


def test_the_command_prints_it() -> None:
    done = call("suggest", str(SEED), "--format", "fhir")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["resourceType"] == "Bundle"
