"""Records that are read one by one as a cohort: what is understood of each person becomes rows of a small database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.advice.trial_facts import FAILURES
from calcinosis_kb.cohort.item import KNOWN, LISTS, Item
from calcinosis_kb.errors import InputError
from calcinosis_kb.patients.models import NOT_GIVEN, Patient
from calcinosis_kb.patients.omop.connection import private_duckdb
from calcinosis_kb.patients.omop.relations import Span, of
from calcinosis_kb.patients.reader import PatientReader
from calcinosis_kb.patients.record_reading import RecordReading, RecordSource

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["People", "Progress", "items_of", "read_people"]

_AT_ONCE = 2_000
"""As many people are written to the database together."""

_TABLES = {
    "persons": {"person_id": "string", "age": "float64", "sex": "string", "dead": "boolean"},
    "items": {"person_id": "string", "kind": "string", "id": "string", "detail": "string", "value": "float64"},
    "damaged": {"person_id": "string", "why": "string"},
}

Progress = Callable[[int, int], None]
"""Told how much is done, and of how much."""


class People:
    """Everybody of a source of records, as `read_people` wrote them to a file."""

    def __init__(self, path: Path) -> None:
        self._backend: Any = private_duckdb(path)

    @property
    def backend(self) -> Any:
        """The back end of ibis that holds the tables."""
        return self._backend

    def spans(self, size: int) -> list[Span]:
        """Spans of ids of at most so many people, in order."""
        ids = self.persons().select("person_id").order_by("person_id").to_pyarrow()["person_id"].to_pylist()
        parts = [ids[start : start + size] for start in range(0, len(ids), size)]
        return [Span(part[0], part[-1]) for part in parts]

    def possible(self) -> set[Item]:
        """The items that occur, but for measured numbers."""
        columns = self.items().select("kind", "id", "detail", "value").distinct().to_pyarrow()
        return {item for row in columns.to_pylist() if not (item := Item(**row)).measured}

    def items(self, span: Span | None = None) -> ir.Table:
        """What is known of each person of a span, or of everybody: person_id, kind, id, detail, value."""
        return of(self._backend.table("items"), span)

    def persons(self, span: Span | None = None) -> ir.Table:
        """The people of a span, or everybody: person_id, age, sex, dead."""
        return of(self._backend.table("persons"), span)

    def damaged(self) -> list[tuple[str, str]]:
        """Those who could not be read, by id, and why."""
        rows = self._backend.table("damaged").order_by("person_id").to_pyarrow().to_pylist()
        return [(row["person_id"], row["why"]) for row in rows]


def read_people(
    source: RecordSource,
    reader: PatientReader,
    path: Path,
    *,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> None:
    """Read everybody of a source, and write what is understood of them to a DuckDB file."""
    import ibis

    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    backend: Any = ibis.duckdb.connect(making)
    for name, columns in _TABLES.items():
        backend.create_table(name, schema=ibis.schema(columns))
    missing = {person.id: person for person in source.people()}
    total = len(missing)
    rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in _TABLES}
    for person, reading in source.readings(as_of=as_of):
        del missing[person.id]
        _read(person.id, reading, reader, rows)
        if len(rows["persons"]) == _AT_ONCE:
            _write(backend, rows)
            if progress is not None:
                progress(total - len(missing), total)
    rows["damaged"].extend((id_, "nothing in the record has a date; '--as-of' tells the day") for id_ in missing)
    _write(backend, rows)
    backend.disconnect()
    making.replace(path)


def _read(id_: str, reading: RecordReading, reader: PatientReader, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Add the rows of one person; the dead are only counted."""
    if reading.dead:
        rows["persons"].append((id_, None, None, True))
        return
    try:
        patient = reader.record(reading)
    except InputError as error:
        rows["damaged"].append((id_, error.problems[0].message))
        return
    rows["persons"].append((id_, patient.age, patient.sex, False))
    rows["items"].extend((id_, *item) for item in dict.fromkeys(items_of(patient)))


def _write(backend: Any, rows: dict[str, list[tuple[Any, ...]]]) -> None:
    """Write rows to the tables of a file, and forget them."""
    import ibis

    for name, columns in _TABLES.items():
        if rows[name]:
            data = {column: [row[n] for row in rows[name]] for n, column in enumerate(columns)}
            backend.insert(name, ibis.memtable(data, schema=columns))
            rows[name] = []


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
    for name in KNOWN:
        if name == "history" or getattr(patient, name) is not None:
            whole = getattr(patient, f"{name}_complete") if name in LISTS else True
            yield Item("list", name, "complete" if whole else "incomplete")
    yield from dict.fromkeys(Item("unread", word.where) for word in patient.unresolved if word.where in KNOWN)
    yield from (Item("open", word.where, word.named) for word in patient.open_words if word.where in LISTS[1:])
    for lab in patient.labs.values():
        if lab.finding is not None:
            yield Item("lab", lab.name, lab.finding)
        elif lab.name == "calcium" and not lab.provisional:
            yield Item("lab", "corrected_calcium", value=lab.value)
        elif lab.name != "albumin":  # it has corrected the calcium, and no rule reads it
            yield Item("lab", lab.name, lab.comparator or "", lab.value)


def _treatments(patient: Patient) -> Iterator[Item]:
    """The treatments that can matter: of what is none of ours or was not understood, only what failed or was held back."""
    for trial in patient.trials:
        if trial.kind in ("recognised", "unresolved") and trial.outcome not in FAILURES | NOT_GIVEN:
            continue
        ended = ("ended",) if trial.ended is not None else ()
        how = "/".join((trial.purpose, trial.outcome, trial.adequacy, *ended))
        yield Item("trial", trial.therapy if trial.kind in ("therapy", "family") else trial.named, how)  # type: ignore[arg-type]
