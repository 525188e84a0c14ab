"""Read a record of one patient: the patient file that it makes, and the account of its entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.account import Account, Entry
from calcinosis_kb.patients.fhir.allergies import Allergies, allergies
from calcinosis_kb.patients.fhir.conditions import Conditions, conditions
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.medicines import MEDICINES, VACCINATIONS, Medicines, medicines
from calcinosis_kb.patients.fhir.person import has_died, person, sex
from calcinosis_kb.patients.fhir.procedures import Procedures, procedures
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.patients.fhir.results import Results, results
from calcinosis_kb.patients.file import LONGEST_LIST, LONGEST_WORD
from calcinosis_kb.patients.record_reading import RecordReading

__all__ = ["read_record"]

_READ = ("Condition", *MEDICINES, VACCINATIONS, "Procedure", "AllergyIntolerance", "Observation")


def read_record(
    record: Record, patient: str, names: Names, today: date, meanings: Meanings | None = None
) -> RecordReading:
    """Read what a record says of a patient, by id, as of a day. ``meanings`` are shared by records that are read one after another.

    The history of a record is never complete; an outcome is known only where a reason says so, and a purpose is calcinosis only where
    the record says calcinosis. A list that the record does not have is absent, which is not an empty one.
    """
    who = next((one.body for one in record.of("Patient") if one.id == patient), {})
    sorted_, meanings = _Sorted(record, patient), meanings or Meanings(names)
    drugs = medicines(record, sorted_.of(*MEDICINES, VACCINATIONS), meanings, today)
    problems = conditions(record, sorted_.of("Condition"), meanings, today, sex(who))
    done = procedures(record, sorted_.of("Procedure"), meanings, today)
    allergic = allergies(sorted_.of("AllergyIntolerance"), meanings)
    measured = results(sorted_.of("Observation"), names, today)
    data: dict[str, Any] = {
        "patient": person(who, today),
        **_problem_list(record, problems, done),
        **_medicine_list(record, drugs, done),
        **_allergy_list(record, allergic),
        "labs": measured.labs,
    }
    parts = (drugs, problems, done, allergic, measured)
    return RecordReading(data, sorted_.account(parts), today, has_died(who))


class _Sorted:
    """The resources of a record, of which each is read, or is ignored for a reason."""

    def __init__(self, record: Record, patient: str) -> None:
        self.record = record
        self.reasons: dict[int, str] = {}
        self.unread: dict[int, str] = {}
        seen: set[tuple[str, str]] = set()
        for n, resource in enumerate(record.resources):
            key = (resource.type, resource.id)
            if resource.flaw:
                self.unread[n] = resource.flaw
            elif resource.id and key in seen:
                self.reasons[n] = "the same resource again"
            elif resource.type in _READ and not record.concerns(resource, patient):
                self.reasons[n] = "of another patient"
            elif resource.type == "Patient" and resource.id != patient:
                self.reasons[n] = "another patient"
            elif resource.type not in (*_READ, "Patient"):
                self.reasons[n] = "not read" if resource.type != "Medication" else "read with what refers to it"
            seen.add(key)

    def of(self, *types: str) -> list[Resource]:
        """The resources of some types that are to be read."""
        return [
            resource
            for n, resource in enumerate(self.record.resources)
            if n not in self.reasons and n not in self.unread and resource.type in types
        ]

    def account(self, parts: Iterable[Medicines | Conditions | Procedures | Allergies | Results]) -> Account:
        """The account of all resources, in the order of the record."""
        read = {
            id(resource): entry
            for part in parts
            for resource, entry in zip(self.of(*_types(part)), part.entries, strict=True)
        }
        return Account(
            [
                Entry(resource.type, resource.id, "ignored", why=self.reasons[n])
                if n in self.reasons
                else Entry(resource.type, resource.id, "unresolved", why=self.unread[n])
                if n in self.unread
                else read.get(id(resource)) or Entry(resource.type, resource.id, "used")
                for n, resource in enumerate(self.record.resources)
            ]
        )


def _types(part: Medicines | Conditions | Procedures | Allergies | Results) -> tuple[str, ...]:
    types: dict[type, tuple[str, ...]] = {
        Medicines: (*MEDICINES, VACCINATIONS),
        Conditions: ("Condition",),
        Procedures: ("Procedure",),
        Allergies: ("AllergyIntolerance",),
        Results: ("Observation",),
    }
    return types[type(part)]


def _problem_list(record: Record, problems: Conditions, done: Procedures) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if problems.diseases:
        found["diseases"] = list(dict.fromkeys(problems.diseases))
    if record.knows("Condition") and problems.known:
        whole = problems.whole and record.whole("Condition")
        found |= _list("conditions", [*problems.conditions, *done.conditions], whole=whole)
    elif done.conditions or problems.conditions:
        found |= _list("conditions", [*problems.conditions, *done.conditions], whole=False)
    return found


def _medicine_list(record: Record, drugs: Medicines, done: Procedures) -> dict[str, Any]:
    found: dict[str, Any] = {"history_complete": False}
    trials = [trial.data() for trial in (*drugs.trials, *done.trials)]
    if trials or record.knows(*MEDICINES):
        found["history"] = trials[:LONGEST_LIST]
    if record.knows(*MEDICINES) and drugs.known:
        found |= _list("medications", drugs.taken, whole=drugs.whole and record.whole(*MEDICINES))
    return found


def _allergy_list(record: Record, allergic: Allergies) -> dict[str, Any]:
    if not record.knows("AllergyIntolerance") or (allergic.entries and not allergic.told):
        return {}
    return _list("allergies", allergic.words, whole=allergic.whole and record.whole("AllergyIntolerance"))


def _list(name: str, words: list[str], *, whole: bool) -> dict[str, Any]:
    """A list of a patient file, each word once; what is beyond its limits makes it incomplete."""
    once = list(dict.fromkeys(word[:LONGEST_WORD] for word in words))
    return {name: once[:LONGEST_LIST], f"{name}_complete": whole and len(once) <= LONGEST_LIST}
