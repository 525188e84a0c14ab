"""Target: bytes as a FHIR document or bundle, with everybody in it read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from calcinosis_kb.patients.account import ALLERGIES, MEDICINES, STATES
from calcinosis_kb.patients.fhir import source
from calcinosis_kb.patients.fhir.files import File
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.source import FhirSource
from calcinosis_kb.patients.models import Patient
from calcinosis_kb.patients.record_reading import RecordReading
from fuzz.mutation import mutate_json
from fuzz.oracle import base, settled
from fuzz.patient_file import check_lists
from strategies import ROOT

__all__ = ["examine", "mutate", "read_all", "resources", "seeds"]

mutate = mutate_json
SAMPLES = ROOT / "tests" / "patients" / "samples"
OF_EACH = 2
"""Entries of one type that are taken from a sample: a fuzzer learns more of small inputs."""
LARGEST = 4_000
DAY = date(2026, 6, 1)


def seeds() -> list[bytes]:
    """Of each sample the patient and some entries of one type."""
    made = []
    for one in sorted(SAMPLES.glob("*.json.gz")):
        chosen = list(resources(json.loads(gzip.decompress(one.read_bytes()))))
        kinds = dict.fromkeys(entry["resourceType"] for entry in chosen)
        made += [_bundle([entry for entry in chosen if entry["resourceType"] in ("Patient", kind)]) for kind in kinds]
    return made


def resources(bundle: Any) -> Iterator[Any]:
    """Some entries of each type of a bundle, those that are not too large."""
    taken: dict[str, int] = {}
    for entry in bundle["entry"]:
        one = entry["resource"]
        if len(json.dumps(one)) < LARGEST and taken.setdefault(one["resourceType"], 0) < OF_EACH:
            taken[one["resourceType"]] += 1
            yield one


def _bundle(entries: list[Any]) -> bytes:
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in entries]}
    ).encode()


def examine(data: bytes) -> None:
    """Any bytes are read or refused; every entry is in one account, in one state, and what was not understood leaves its list open."""
    read_all([File("record.json", data)])


def read_all(files: list[File]) -> None:
    """Read everybody in some files."""
    kb = base()
    vars(source)["Meanings"] = _one_meanings  # most words of an input are those of the last
    found = settled(_found, files)
    if found is None:
        return
    opened = settled(_accounts, files)
    assert opened is not None
    apart, readings = opened
    accounts = [apart, *(reading.account.entries for reading in readings)]
    assert sum(map(len, accounts)) == len(found), "every entry is accounted for once"
    assert {entry.state for account in accounts for entry in account} <= set(STATES)
    for reading in readings:
        assert sum(reading.account.counts.values()) == len(reading.account.entries)
        for whole in (reading, reading.with_whole_history()):
            patient = settled(kb.reader.record, whole)
            if patient is not None:
                check_lists(patient)
                _check_record(whole, patient)


def _found(files: list[File]) -> list[str]:
    return [entry.type for file in files for entry in file.read()]


def _accounts(files: list[File]) -> tuple[list[Any], list[RecordReading]]:
    opened = FhirSource(files, base().names)
    return opened.apart.entries, [reading for _, reading in opened.readings(as_of=DAY)]


def _check_record(reading: RecordReading, patient: Patient) -> None:
    """What was not understood never makes a list whole, and what the patient file holds came from an entry.

    A list of conditions is whole without one that is over, whatever it was: the account does not tell which these are.
    """
    account = reading.account
    assert not (patient.history_complete and account.unheld(*MEDICINES))
    assert not (patient.allergies_complete and account.unheld(*ALLERGIES))
    for where in ("medications", "conditions", "allergies", "diseases"):
        for word in reading.data.get(where) or ():
            assert account.giving(where, word), (where, word)


_known: list[Any] = []


def _one_meanings(names: Any) -> Meanings:
    """One table of meanings for some hundreds of inputs, then a new one, so that it does not grow for ever."""
    if not _known or _known[1] > 500:
        _known[:] = [Meanings(names), 0]
    _known[1] += 1
    return _known[0]  # type: ignore[no-any-return]
