"""Read a record of one patient: the patient file that it makes, and the account of its entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.account import MEDICATION_RESOURCES, Account, Entry, State
from calcinosis_kb.patients.fhir.allergies import Allergies, allergies
from calcinosis_kb.patients.fhir.conditions import Conditions, conditions
from calcinosis_kb.patients.fhir.dates import age_on
from calcinosis_kb.patients.fhir.devices import DEVICES, devices
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.medicines import VACCINATIONS, Medicines, medicines, of_medicines
from calcinosis_kb.patients.fhir.person import has_died, person, sex
from calcinosis_kb.patients.fhir.pregnancy import pregnancy, tells_pregnancy
from calcinosis_kb.patients.fhir.procedures import Procedures, procedures
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.patients.fhir.repeats import Versions
from calcinosis_kb.patients.fhir.results import results
from calcinosis_kb.patients.fhir.sections import PLAN, listed, told_of
from calcinosis_kb.patients.file import LONGEST_LIST, LONGEST_WORD
from calcinosis_kb.patients.record_reading import RecordReading

__all__ = ["read_record"]

_READ = frozenset(
    ("Condition", *MEDICATION_RESOURCES, VACCINATIONS, "Procedure", *DEVICES, "AllergyIntolerance", "Observation")
)
_NOT_READ = {"Medication": "read with what refers to it", "OperationOutcome": "a message of the server"}
_NOT_HERE = "of a patient who is not here"


def read_record(
    record: Record, patient: str, names: Names, today: date, meanings: Meanings | None = None
) -> RecordReading:
    """Read what a record says of a patient, by id, as of a day. ``meanings`` are shared by records that are read one after another.

    The history of a record is never complete; an outcome is known only where a reason says so, and a purpose is calcinosis only where
    the record says calcinosis. A list that the record does not have is absent, which is not an empty one.
    """
    who = next((one.body for one in record.of("Patient") if one.id == patient), {})
    sorted_, meanings = _Sorted(record, patient), meanings or Meanings(names)
    if sorted_.lost:
        record = msgspec.structs.replace(record, partial=record.partial | sorted_.lost)
    used = of_medicines(sorted_.of("Condition"), names)
    ordered, treated = [*sorted_.of(*MEDICATION_RESOURCES, VACCINATIONS), *used], sorted_.of("Procedure")
    present = [one for one in sorted_.of("Condition") if one not in used]
    substances, found, worn = sorted_.of("AllergyIntolerance"), sorted_.of("Observation"), sorted_.of(*DEVICES)
    drugs = medicines(record, ordered, meanings, today)
    problems = conditions(record, present, meanings, today, sex(who), age_on(today, who.get("birthDate")))
    done = procedures(record, treated, meanings, today)
    carried = devices(record, worn, meanings)
    allergic = allergies(substances, meanings)
    expecting = [one for one in found if tells_pregnancy(one)]
    expected = pregnancy(expecting, meanings, today, sex(who))
    found = [one for one in found if one not in expecting]
    measured = results(found, names, today)
    data: dict[str, Any] = {
        "patient": person(who, today) | {"pregnant": expected.pregnant},
        **_problem_list(record, problems, [*drugs.conditions, *done.conditions, *carried.conditions]),
        **_medicine_list(record, drugs, done),
        **_allergy_list(record, allergic),
        "labs": measured.labs,
    }
    account = sorted_.account(
        tuple(("patient", field) for field, told in person(who, today).items() if told is not None),
        (
            (ordered, drugs.entries),
            (present, problems.entries),
            (treated, done.entries),
            (worn, carried.entries),
            (substances, allergic.entries),
            (expecting, expected.entries),
            (found, measured.entries),
        ),
    )
    return RecordReading(data, account, today, has_died(who))


class _Sorted:
    """The resources of a record by type; of those that are not read, what became of them."""

    def __init__(self, record: Record, patient: str) -> None:
        self._entries: dict[Resource, Entry | None] = {}
        self._read: dict[str, list[Resource]] = {}
        once = Versions(record.resources)
        planned, told = listed(record, PLAN), told_of(record, patient)
        for one in record.resources:
            state, why = _set_aside(record, one, patient, once, planned, told)
            self._entries[one] = Entry(one.type, one.id, state, why=why) if state else None
            if not state:
                self._read.setdefault(one.type, []).append(one)
        self.lost = frozenset(one.type for one, entry in self._entries.items() if entry and entry.why == _NOT_HERE)

    def of(self, *types: str) -> list[Resource]:
        """The resources of some types that are to be read."""
        if len(types) == 1:
            return self._read.get(types[0], [])
        return [one for one, entry in self._entries.items() if entry is None and one.type in types]

    def account(self, who: tuple[tuple[str, str], ...], parts: Iterable[tuple[list[Resource], list[Entry]]]) -> Account:
        """The account of all resources, in the order of the record; ``who`` is what the patient's own entry gave."""
        for resources, entries in parts:
            self._entries.update(zip(resources, entries, strict=True))
        return Account([entry or Entry(one.type, one.id, "used", gave=who) for one, entry in self._entries.items()])


def _set_aside(
    record: Record,
    one: Resource,
    patient: str,
    once: Versions,
    planned: frozenset[Resource],
    told: frozenset[Resource],
) -> tuple[State | None, str]:
    """Why a resource is not read, and its state in the account; no state if it is read."""
    if one.flaw:
        return "unresolved", one.flaw
    if (why := once.superseded(one)) is not None:
        return "ignored", why
    if one.type == "Patient":
        return (None, "") if one.id == patient else ("ignored", "another patient")
    if one.type not in _READ:
        return "ignored", _NOT_READ.get(one.type, "not read")
    whose = record.whose(one)
    if whose is not None and whose != patient and not (one in told and record.lacks(whose)):
        return "ignored", _NOT_HERE if record.lacks(whose) else "of another patient"
    return ("ignored", "planned") if one in planned else (None, "")


def _problem_list(record: Record, problems: Conditions, beside: list[str]) -> dict[str, Any]:
    """The lists of conditions and diseases; ``beside`` are conditions that other entries show."""
    found: dict[str, Any] = {}
    if problems.diseases:
        found["diseases"] = list(dict.fromkeys(problems.diseases))
    if record.knows("Condition") and problems.known:
        whole = problems.whole and record.whole("Condition")
        found |= _list("conditions", [*problems.conditions, *beside], whole=whole)
    elif beside or problems.conditions:
        found |= _list("conditions", [*problems.conditions, *beside], whole=False)
    return found


def _medicine_list(record: Record, drugs: Medicines, done: Procedures) -> dict[str, Any]:
    found: dict[str, Any] = {"history_complete": False}
    trials = [trial.data() for trial in (*drugs.trials, *done.trials)]
    if trials or record.knows(*MEDICATION_RESOURCES):
        found["history"] = trials[:LONGEST_LIST]
    if record.knows(*MEDICATION_RESOURCES) and drugs.known:
        found |= _list("medications", drugs.taken, whole=drugs.whole and record.whole(*MEDICATION_RESOURCES))
    elif drugs.taken:
        found |= _list("medications", drugs.taken, whole=False)
    return found


def _allergy_list(record: Record, allergic: Allergies) -> dict[str, Any]:
    if not record.knows("AllergyIntolerance") or (allergic.entries and not allergic.told):
        return _list("allergies", allergic.words, whole=False) if allergic.words else {}
    return _list("allergies", allergic.words, whole=allergic.whole and record.whole("AllergyIntolerance"))


def _list(name: str, words: list[str], *, whole: bool) -> dict[str, Any]:
    """A list of a patient file, each word once; what is beyond its limits makes it incomplete."""
    once = list(dict.fromkeys(word[:LONGEST_WORD] for word in words))
    return {name: once[:LONGEST_LIST], f"{name}_complete": whole and len(once) <= LONGEST_LIST}
