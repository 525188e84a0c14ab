"""Records that are read one by one as a cohort: what is understood of each person becomes rows of a small database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from calcinosis_kb.cohort.item import LISTS, Item
from calcinosis_kb.errors import InputError
from calcinosis_kb.patients.models import NOT_GIVEN, Patient
from calcinosis_kb.patients.omop.connection import private_duckdb
from calcinosis_kb.patients.reader import PatientReader
from calcinosis_kb.patients.record_reading import RecordSource

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["People", "items_of"]

_AT_ONCE = 2_000
"""As many people are written to the database together."""

_PERSONS = {"person_id": "string", "age": "float64", "sex": "string", "dead": "boolean"}
_ITEMS = {"person_id": "string", "kind": "string", "id": "string", "detail": "string", "value": "float64"}


class People:
    """Everybody of a source of records, read in the order of their ids."""

    def __init__(self, source: RecordSource, reader: PatientReader, as_of: date | None = None) -> None:
        import ibis

        self._backend: Any = private_duckdb()
        self._damaged: list[tuple[str, str]] = []
        self._tables = {"persons": _PERSONS, "items": _ITEMS}
        for name, columns in self._tables.items():
            self._backend.create_table(name, schema=ibis.schema(columns))
        persons: list[tuple[Any, ...]] = []
        items: list[tuple[Any, ...]] = []
        for person in source.people():
            try:
                reading = source.read(person.id, as_of=as_of)
                patient = reader.mapping(reading.data)
            except InputError as error:
                self._damaged.append((person.id, error.problems[0].message))
                continue
            persons.append((person.id, patient.age, patient.sex, reading.dead))
            items.extend((person.id, *item) for item in items_of(patient))
            if len(persons) == _AT_ONCE:
                self._add(persons, items)
                persons, items = [], []
        self._add(persons, items)

    @property
    def backend(self) -> Any:
        """The back end of ibis that holds the tables."""
        return self._backend

    @property
    def damaged(self) -> list[tuple[str, str]]:
        """Those who could not be read, by id, and why."""
        return self._damaged

    @property
    def items(self) -> ir.Table:
        """What is known of each person: person_id, kind, id, detail, value."""
        return self._backend.table("items")

    @property
    def persons(self) -> ir.Table:
        """Everybody: person_id, age, sex, dead."""
        return self._backend.table("persons")

    def _add(self, persons: list[tuple[Any, ...]], items: list[tuple[Any, ...]]) -> None:
        import ibis

        for (name, columns), rows in zip(self._tables.items(), (persons, items), strict=True):
            if rows:
                data = {column: [row[n] for row in rows] for n, column in enumerate(columns)}
                self._backend.insert(name, ibis.memtable(data, schema=columns))


def items_of(patient: Patient) -> Iterator[Item]:
    """Yield what is known of a patient, without age and sex, which the table of persons holds."""
    if patient.pregnant is not None:
        yield Item("pregnant", str(patient.pregnant).lower())
    if patient.pattern:
        yield Item("pattern", patient.pattern)
    if patient.largest_mm is not None:
        yield Item("largest", "", value=patient.largest_mm)
    words = {
        "disease": patient.diseases,
        "condition": patient.conditions,
        "site": patient.sites,
        "feature": patient.features,
    }
    for kind, ids in words.items():
        yield from (Item(kind, id_) for id_ in ids or ())
    for kind, drugs in (("medication", patient.medications), ("allergy", patient.allergies)):
        yield from (Item(kind, drug.named if drug.classes else drug.id) for drug in drugs or ())
    yield from _treatments(patient)
    for name in LISTS:
        if name == "history" or getattr(patient, name) is not None:
            whole = getattr(patient, f"{name}_complete")
            yield Item("list", name, "complete" if whole else "incomplete")
    yield from dict.fromkeys(Item("unread", word.where) for word in patient.unresolved if word.where in LISTS)
    yield from (Item("open", word.where, word.named) for word in patient.open_words if word.where in LISTS[1:])
    for lab in patient.labs.values():
        if lab.finding is not None:
            yield Item("lab", lab.name, lab.finding)
        elif lab.name == "calcium" and not lab.provisional:
            yield Item("lab", "corrected_calcium", value=lab.value)
        elif lab.name != "albumin":  # it has corrected the calcium, and no rule reads it
            yield Item("lab", lab.name, lab.comparator or "", lab.value)


def _treatments(patient: Patient) -> Iterator[Item]:
    """The treatments that can matter; of those that were not understood, only one judged contraindicated can."""
    for trial in patient.trials:
        if trial.kind == "recognised" or (trial.kind == "unresolved" and trial.outcome not in NOT_GIVEN):
            continue
        how = "/".join((trial.purpose, trial.outcome, trial.adequacy))
        yield Item("trial", trial.therapy if trial.kind in ("therapy", "family") else trial.named, how)  # type: ignore[arg-type]
