"""A database of OMOP as a source of records, of one patient or of everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from calcinosis_kb.errors import InputError, Problem, unknown
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.account import Account, Entry
from calcinosis_kb.patients.file import LONGEST_LIST, LONGEST_WORD
from calcinosis_kb.patients.omop.cdm import Cdm
from calcinosis_kb.patients.omop.connection import open_cdm
from calcinosis_kb.patients.omop.entries import entries
from calcinosis_kb.patients.omop.persons import FEMALE, MALE
from calcinosis_kb.patients.omop.reading import Reading
from calcinosis_kb.patients.record_reading import CHOOSE, Person, RecordReading, choice

__all__ = ["OmopSource"]

BATCH = 500
"""As many records are read at a time."""

_SEXES = {FEMALE: "female", MALE: "male"}

Row = dict[str, Any]


class OmopSource:
    """Every record in a database of OMOP; the id of a person is their ``person_id``.

    Raises `InputError` for what is no database (CKB110, CKB111), needs libraries (CKB112), or cannot be read (CKB113).
    """

    def __init__(self, address: str, names: Names) -> None:
        self.cdm: Cdm = open_cdm(address)
        self.apart = Account()
        self._names = names

    def people(self) -> list[Person]:
        """Everybody of whom there is a record, by id."""
        dead = {row["person_id"] for row in self.cdm.rows(self.cdm.table("death").select("person_id"))}
        return [
            Person(str(row["person_id"]), _birth(row), _SEXES.get(row["gender_concept_id"]), row["person_id"] in dead)
            for row in sorted(self.cdm.rows(self.cdm.table("person")), key=lambda row: row["person_id"])
        ]

    def read(self, patient: str | None = None, *, as_of: date | None = None) -> RecordReading:
        """Read the record of one person, the only one if no id is given.

        Raises `InputError`: several and none is named, or nobody of that id (CKB107); nothing tells the day of reading (CKB108).
        """
        for _, reading in self._read((self._chosen(patient),), as_of):
            return reading
        message = "nothing in the record has a date, so that no age and nothing taken 'now' can be told"
        raise InputError((Problem("CKB108", message, fix="say with '--as-of YYYY-MM-DD' on which day it was true"),))

    def readings(self, *, as_of: date | None = None) -> Iterator[tuple[Person, RecordReading]]:
        """Read the record of everybody, in the order of their ids; a record that tells no day is left out."""
        people = {int(person.id): person for person in self.people()}
        ids = list(people)
        for start in range(0, len(ids), BATCH):
            for id_, reading in self._read(ids[start : start + BATCH], as_of):
                yield people[id_], reading

    def _chosen(self, patient: str | None) -> int:
        ids = [row["person_id"] for row in self.cdm.rows(self.cdm.table("person").select("person_id"))]
        if patient is None:
            if len(ids) == 1:
                return int(ids[0])
            raise InputError((choice(self.people()),))
        found = next((id_ for id_ in ids if str(id_) == patient.strip()), None)
        if found is None:
            raise InputError((unknown("patient", patient, map(str, sorted(ids)), code="CKB107", fix=CHOOSE),))
        return int(found)

    def _read(self, who: Sequence[int], as_of: date | None) -> Iterator[tuple[int, RecordReading]]:
        reading = Reading(self.cdm, self._names, as_of=as_of, who=who)
        items: dict[int, list[Row]] = {id_: [] for id_ in who}
        for row in self.cdm.rows(reading.items()):
            items[row["person_id"]].append(row)
        taken = {id_: frozenset((row["kind"], row["id"]) for row in rows) for id_, rows in items.items()}
        account: dict[int, list[Entry]] = {id_: [] for id_ in who}
        for id_, entry in entries(reading, taken):
            account[id_].append(entry)
        persons = {row["person_id"]: row for row in self.cdm.rows(reading.persons()) if row["day"] is not None}
        for id_ in who:
            if id_ in persons:
                person, listed = persons[id_], Account(account[id_])
                data = self._data(
                    person, sorted(items[id_], key=lambda row: (row["kind"], row["id"], row["detail"])), listed
                )
                day_from = "the user" if as_of else _latest(listed, person["day"])
                yield id_, RecordReading(data, listed, person["day"], person["dead"], day_from, self.cdm.form)

    def _data(self, person: Row, items: list[Row], account: Account) -> dict[str, Any]:
        """The patient file."""
        trials = (row for row in items if row["kind"] == "trial")
        history = [
            dict(zip(("therapy", "for", "outcome"), (row["id"], *row["detail"].split("/")), strict=True))
            for row in trials
        ]
        data: dict[str, Any] = {
            "patient": {"age": person["age"], "sex": person["sex"]},
            "history_complete": False,
            "labs": {row["id"]: self._lab(row) for row in items if row["kind"] == "lab"},
        }
        lists = {row["id"]: row["detail"] for row in items if row["kind"] == "list"}
        if history or "history" in lists:
            data["history"] = history[:LONGEST_LIST]
        diseases = _of(items, "disease")
        if diseases:
            data["diseases"] = diseases
        for kind, list_ in _LISTS.items():
            unread = (word for entry in account.of(state="unresolved") for where, word in entry.gave if where == list_)
            words = list(dict.fromkeys((*_of(items, kind), *unread)))
            if words or list_ in lists:
                whole = lists.get(list_) == "complete" and len(words) <= LONGEST_LIST
                data |= {list_: words[:LONGEST_LIST], f"{list_}_complete": whole}
        return data

    def _lab(self, row: Row) -> Any:
        if row["value"] is None:
            return row["detail"]
        bound = {"comparator": row["detail"]} if row["detail"] else {}
        return {**bound, "value": row["value"], "unit": self._names.knowledge.terms.labs[row["id"]].unit}


_LISTS = {"medication": "medications", "condition": "conditions", "allergy": "allergies"}
"""The lists of a patient file, by the kind of item in them."""


def _of(items: Iterable[Row], kind: str) -> list[str]:
    return [row["id"][:LONGEST_WORD] for row in items if row["kind"] == kind]


def _birth(row: Row) -> str | None:
    parts = row["year_of_birth"], row["month_of_birth"], row["day_of_birth"]
    given = parts[: next((n for n, part in enumerate(parts) if part is None), 3)]
    return "-".join(f"{part:02d}" for part in given) or None


def _latest(account: Account, day: date) -> str:
    """The row from which the day of reading was taken."""
    found = next((entry for entry in account.entries if entry.when == day.isoformat()), None)
    return f"{found.resource}/{found.id}" if found else "the latest date"
