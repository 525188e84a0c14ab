"""Nothing of a record is lost: every entry is accounted for once, whatever is done to it."""

from __future__ import annotations

import copy
import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.patients.account import STATES
from calcinosis_kb.patients.fhir import source
from calcinosis_kb.patients.fhir.files import File
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.source import FhirSource
from calcinosis_kb.patients.record_reading import RecordReading

Json = dict[str, Any]
SAMPLES = Path(__file__).parent / "samples"
BUNDLES = sorted(path.name for path in SAMPLES.glob("*.json.gz"))


def sample(name: str) -> Json:
    found: Json = json.loads(gzip.decompress((SAMPLES / name).read_bytes()))
    return found


def accounted(kb: KnowledgeBase, raw: bytes) -> list[RecordReading]:
    """The readings of everybody in a file, with what belongs to nobody as an account of its own."""
    opened = FhirSource([File("record.json", raw)], kb.names)
    return [reading for _, reading in opened.readings()]


@pytest.mark.parametrize("name", BUNDLES)
def test_every_entry_of_a_sample_is_accounted_for_once(kb: KnowledgeBase, name: str) -> None:
    bundle = sample(name)
    (reading,) = accounted(kb, json.dumps(bundle).encode())
    written = [(one["resource"]["resourceType"], one["resource"].get("id")) for one in bundle["entry"]]
    given = [(entry.resource, entry.id) for entry in reading.account.entries]
    assert [kind for kind, _ in given] == [kind for kind, _ in written]
    assert all(mine == theirs for (_, theirs), (_, mine) in zip(written, given, strict=True) if theirs)
    assert {entry.state for entry in reading.account.entries} <= set(STATES)
    assert all(entry.why for entry in reading.account.entries if entry.state in ("ignored", "doubtful", "unresolved"))


def test_every_line_of_an_export_is_in_one_account(kb: KnowledgeBase) -> None:
    parts = sorted((SAMPLES / "bulk").iterdir())
    source = FhirSource([File(path.name, path) for path in parts], kb.names)
    accounts = [source.apart, *(reading.account for _, reading in source.readings())]
    given = Counter(entry.resource for account in accounts for entry in account.entries)
    lines = {path.name.partition(".")[0]: len(gzip.decompress(path.read_bytes()).splitlines()) for path in parts}
    assert {kind or "log": count for kind, count in given.items()} == lines


def test_what_the_patient_file_holds_came_from_an_entry(kb: KnowledgeBase) -> None:
    for name in BUNDLES:
        (reading,) = accounted(kb, json.dumps(sample(name)).encode())
        for key in ("medications", "conditions", "allergies"):
            for word in reading.data.get(key, ()):
                assert reading.account.giving(key, word), (name, key, word)


@pytest.mark.parametrize("named", ["zyxomab", "warfarin + zyxomab"])
@pytest.mark.parametrize("taken", [{"status": "active"}, {"status": "unknown", "effectiveDateTime": "2012-.11-10"}])
def test_a_medicine_that_was_not_understood_came_from_its_entry(kb: KnowledgeBase, named: str, taken: Json) -> None:
    who = {"resourceType": "Patient", "id": "p1", "birthDate": "1963-05-01"}
    said = {"resourceType": "MedicationStatement", "id": "m", "subject": {"reference": "Patient/p1"}, **taken}
    entries = ({"resource": one} for one in (who, {**said, "medicationCodeableConcept": {"text": named}}))
    opened = FhirSource(
        [File("record.json", json.dumps({"resourceType": "Bundle", "entry": [*entries]}).encode())], kb.names
    )
    reading = opened.read(as_of=date(2020, 2, 3))
    assert "zyxomab" in reading.data["medications"]
    assert [entry.id for entry in reading.account.giving("medications", "zyxomab")] == ["m"]
    assert not reading.account.unheld("MedicationStatement")
    assert not kb.reader.record(reading.with_whole_history()).medications_complete


VALUES: tuple[Any, ...] = (
    None,
    True,
    7,
    -1.5,
    "",
    "x",
    "\ud800",
    "9" * 400,
    "é" * 5000,
    [],
    {},
    [[]],
    [None],
    {"coding": "x"},
    {"reference": 3},
)


def mutations(bundle: Json, seed: int) -> Iterator[Json]:
    """Ever other damages of one bundle: values replaced, removed, nested, repeated, moved."""
    chance, whole = random.Random(seed), json.dumps(bundle)
    while True:
        damaged = json.loads(whole)  # in a tenth of the time of a deep copy
        for _ in range(chance.randint(1, 12)):
            _damage(damaged, chance)
        yield damaged


def _damage(bundle: Json, chance: random.Random) -> None:
    holder: Any = bundle
    for _ in range(chance.randint(1, 7)):
        inner = [value for value in _values(holder) if isinstance(value, dict | list) and value]
        if not inner:
            break
        holder = chance.choice(inner)
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    if not keys:
        return
    key, other = chance.choice(keys), chance.choice(keys)
    act = chance.randrange(7)
    if act == 0:
        del holder[key]
    elif act == 1:
        holder[key] = chance.choice(VALUES)
    elif act == 2:
        holder[key] = [holder[key]]
    elif act == 3:
        holder[key] = {"value": holder[key]}
    elif act == 4:
        holder[key] = copy.deepcopy(holder[other])
    elif act == 5 and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    else:
        nested: Any = holder[key]
        for _ in range(chance.choice((3, 60))):
            nested = [nested]
        holder[key] = nested


def _values(holder: Any) -> list[Any]:
    return list(holder.values()) if isinstance(holder, dict) else list(holder)


def as_bytes(bundle: Json, chance: random.Random) -> bytes:
    """A damaged bundle as text, at times with numbers that are none, keys that come twice, or in another encoding."""
    text = json.dumps(bundle, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.2:
        text = text.replace('"status": "active"', '"status": NaN', chance.randint(1, 3))
    if chance.random() < 0.2:
        text = text.replace('"status": "active"', '"status": "active", "status": "stopped"', 1)
    encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1"))
    return text.encode(encoding, "replace")


def entries(bundle: Json) -> int | None:
    """The number of entries of a bundle, as far as one can be told: of bundles in it those that they hold."""
    if bundle.get("resourceType") != "Bundle":
        return None
    listed = bundle.get("entry")
    return len(listed) if isinstance(listed, list) else 0 if listed is None else 1


@pytest.mark.parametrize("name", BUNDLES)
@pytest.mark.slow
def test_of_500_damaged_bundles_nothing_is_lost(kb: KnowledgeBase, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Meanings(kb.names)  # most words of a damaged bundle are those of the last
    monkeypatch.setattr(source, "Meanings", lambda _: known)
    chance = random.Random(name)
    bundle = sample(name)
    bundle["entry"] = [
        one for one in bundle["entry"] if one["resource"]["resourceType"] not in ("Claim", "ExplanationOfBenefit")
    ]
    for _, damaged in zip(range(-(-500 // len(BUNDLES))), mutations(bundle, chance.randrange(10**9)), strict=False):
        raw, begun = as_bytes(damaged, chance), time.perf_counter()
        try:
            opened = FhirSource([File("record.json", raw)], kb.names)
            readings = [opened.read(person.id, as_of=None) for person in opened.people()]
        except InputError as error:
            assert all(problem.code.startswith("CKB10") and problem.fix for problem in error.problems)
            continue
        found = opened.apart.entries + [entry for reading in readings for entry in reading.account.entries]
        assert len(found) == entries(damaged)
        assert {entry.state for entry in found} <= set(STATES)
        for reading in readings:
            kb.reader.mapping(reading.data)
        assert time.perf_counter() - begun < 5


SAID = {
    "medications": {
        "resourceType": "MedicationRequest", "id": "a", "status": "active", "intent": "order", "authoredOn": "2020-02-03",
        "subject": {"reference": "Patient/p1"}, "reasonCode": [{"text": "hypertension"}],
        "medicationCodeableConcept": {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "3443"}]},
    },
    "conditions": {
        "resourceType": "Condition", "id": "a", "subject": {"reference": "Patient/p1"}, "onsetDateTime": "2020-02-03",
        "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "66071002"}], "text": "Hepatitis B"},
    },
    "allergies": {
        "resourceType": "AllergyIntolerance", "id": "a", "patient": {"reference": "Patient/p1"}, "recordedDate": "2020-02-03",
        "clinicalStatus": {"coding": [{"code": "active"}]}, "code": {"text": "penicillin"},
    },
}  # fmt: skip
WORDS = {"medications": "diltiazem", "conditions": "hepatitis_b", "allergies": "penicillin"}


def damaged_in_one_place(value: Any) -> Iterator[Any]:
    """Copies of a value in each of which one part is missing, or is something that it cannot be."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        less = copy.copy(value)
        del less[key]
        yield less
        for other in (*VALUES, *damaged_in_one_place(value[key])):
            changed = copy.copy(value)
            changed[key] = other
            yield changed


@pytest.mark.parametrize("key", SAID)
@pytest.mark.slow
def test_what_is_damaged_is_kept_or_leaves_its_list_open(kb: KnowledgeBase, key: str) -> None:
    """However one part of an entry is damaged, no list that is told to be whole lacks what the entry said: unknown is not no."""
    who = {"resourceType": "Patient", "id": "p1", "birthDate": "1963-05-01"}
    day = {
        "resourceType": "Encounter",
        "id": "e",
        "subject": {"reference": "Patient/p1"},
        "period": {"end": "2020-03-01"},
    }
    for damaged in damaged_in_one_place(SAID[key]):
        bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in (who, day, damaged)]}
        reading = FhirSource([File("record.json", json.dumps(bundle).encode())], kb.names).read("p1")
        patient = kb.reader.mapping(reading.data)
        known = reading.data.get(key)
        assert known is None or WORDS[key] in known or not getattr(patient, f"{key}_complete"), damaged
