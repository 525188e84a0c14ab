"""FHIR files as a source of records: a bundle, a resource, or a folder of NDJSON, of one patient or of thousands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property

import msgspec

from calcinosis_kb.errors import InputError, Problem, unknown
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.account import Account, Entry
from calcinosis_kb.patients.fhir.day import day_of_reading
from calcinosis_kb.patients.fhir.files import File, Found
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.person import has_died, sex
from calcinosis_kb.patients.fhir.plain import text
from calcinosis_kb.patients.fhir.reader import read_record
from calcinosis_kb.patients.fhir.record import LISTED, Record, Resource, addresses
from calcinosis_kb.patients.fhir.sections import lists
from calcinosis_kb.patients.record_reading import CHOOSE, Person, RecordReading, choice

__all__ = ["FhirSource"]

BUDGET = 256_000_000
"""Bytes of entries that are held in memory. Where there are more, the files are read again for a part of the patients at a time."""

_BESIDE = 400
"""Bytes that an entry takes beside its text: a small file may hold millions of empty ones, packed."""

_SHARED = "Medication"
"""The type of resource that orders of many patients may refer to."""


class FhirSource:
    """Every record in some files of FHIR. ``apart`` is the account of entries that belong to no record.

    Raises `InputError` for a file that cannot be read. A record is read when it is asked for.
    """

    def __init__(self, files: Iterable[File], names: Names) -> None:
        self._files = tuple(files)
        self._meanings = Meanings(names)
        self._persons: dict[str, Person] = {}
        self._addresses: dict[str, str] = {}
        self._subjects: set[str] = set()
        self._sizes: Counter[str] = Counter()
        self._kept: list[Found] | None = []
        self._survey()
        self.apart = Account()
        self._shared = _Shared()
        self._partial = {type_ for file in self._files for type_ in file.partial}
        self._set_apart()

    def people(self) -> list[Person]:
        """Everybody of whom there is a record, by id."""
        return [self._persons[id_] for id_ in sorted(self._persons)]

    def read(self, patient: str | None = None, *, as_of: date | None = None) -> RecordReading:
        """Read the record of one person, the only one if no id is given.

        Raises `InputError`: several and none is named, or nobody of that id (CKB107); nothing tells the day of reading (CKB108).
        """
        id_ = self._chosen(patient)
        return self._reading(id_, self._gather((id_,))[id_], as_of)

    def readings(self, *, as_of: date | None = None) -> Iterator[tuple[Person, RecordReading]]:
        """Read the record of everybody, in the order of their ids. Raises `InputError` (CKB108) if nothing has a date."""
        for ids in self._batches():
            gathered = self._gather(ids)
            for id_ in ids:
                yield self._persons[id_], self._reading(id_, gathered.pop(id_), as_of)

    def violations(self, patient: str | None = None) -> Iterator[Problem]:
        """What the specification of R4 does not allow in the record of one person, entry by entry. Needs the extra ``fhir``.

        Raises `InputError` as `read` does.
        """
        from calcinosis_kb.patients.fhir.validation import violations

        id_ = self._chosen(patient)
        for found in self._gather((id_,))[id_]:
            yield from violations(found)

    def _survey(self) -> None:
        """Read every file once: who there is, how much of each, and the entries themselves while they are few."""
        total = 0
        for file in self._files:
            for found in file.read():
                person = found.type == "Patient" and not found.flaw
                self._sizes[f"Patient/{found.id}" if person else found.of] += len(found.raw)
                total += len(found.raw) + _BESIDE
                if person:
                    self._meet(found)
                if found.head:
                    self._subjects.add(found.of)
                if self._kept is not None:
                    self._kept.append(found)
                    if total > BUDGET:
                        self._kept = None
        for reference in self._sizes if not self._persons else ():
            if reference:
                self._persons.setdefault(_tail(reference), Person(_tail(reference)))
        if not self._persons:
            self._persons[""] = Person("")

    def _meet(self, found: Found) -> None:
        """Take down a patient, under each address by which others may refer to them."""
        one = found.resource()
        self._persons.setdefault(
            one.id, Person(one.id, text(one.body.get("birthDate")) or None, sex(one.body), has_died(one.body))
        )
        for address in addresses(one):
            self._addresses.setdefault(address, one.id)

    def _whose(self, found: Found) -> str | None:
        """The id of the patient to whom an entry belongs; where there is only one, everything is theirs that is FHIR."""
        if found.foreign:
            return None
        if len(self._persons) == 1:
            return next(iter(self._persons))
        if found.type == "Patient" and not found.flaw:
            return found.id or _tail(found.url)
        return self._named(found.of)

    def _named(self, reference: str) -> str | None:
        """The id of the patient whom a reference names; None if there is no record of them."""
        address = reference.partition("/_history/")[0]
        id_ = self._addresses.get(address) or self._addresses.get("/".join(address.split("/")[-2:])) or _tail(address)
        return id_ if id_ in self._persons else None

    def _all(self) -> Iterator[Found]:
        if self._kept is not None:
            yield from self._kept
            return
        for file in self._files:
            yield from file.read()

    def _set_apart(self) -> None:
        """Account for the entries that are in nobody's record; what could not be read may be anybody's."""
        for found in self._all():
            if self._whose(found) is not None:
                continue
            if found.type == _SHARED and not found.flaw:
                self._shared.add(found)
            elif not found.foreign and not found.of:
                self._partial.add(found.type)
            self.apart.entries.append(_entry_apart(found))

    def _chosen(self, patient: str | None) -> str:
        ids = sorted(self._persons)
        if patient is None:
            own = {id_ for reference in self._subjects if (id_ := self._named(reference)) is not None}
            if len(ids) == 1 or (len(own) == 1 and len(self._files) == 1):
                return next(iter(own), ids[0])  # a document is of its subject, whoever else is in it
            raise InputError((choice(self.people()),))
        id_ = patient.removeprefix("Patient/")
        if id_ not in self._persons:
            raise InputError((unknown("patient", id_, ids, code="CKB107", fix=CHOOSE),))
        return id_

    def _batches(self) -> Iterator[list[str]]:
        """The ids in order, in as many parts as keep within the budget."""
        sizes: Counter[str] = Counter()
        for reference, size in self._sizes.items():
            sizes[self._whose(Found("", of=reference)) or ""] += size
        batch: list[str] = []
        held = 0
        for id_ in sorted(self._persons):
            if batch and self._kept is None and held + sizes[id_] > BUDGET:
                yield batch
                batch, held = [], 0
            batch.append(id_)
            held += sizes[id_]
        yield batch

    def _gather(self, ids: Collection[str]) -> dict[str, list[Found]]:
        """The entries of some patients, in the order of the files."""
        gathered: dict[str, list[Found]] = {id_: [] for id_ in ids}
        for found in self._all():
            whose = self._whose(found)
            if whose in gathered:
                gathered[whose].append(found)
        return gathered

    def _reading(self, id_: str, found: list[Found], as_of: date | None) -> RecordReading:
        """Read one record. In an export, one without a date is read as of the day on which the others end."""
        resources = tuple(one.resource() for one in found)
        day, day_from = (as_of, "the user") if as_of else day_of_reading(resources) or self._last_day
        known = lists(resources)
        partial = known.partial | (frozenset(LISTED) if "" in self._partial else frozenset(self._partial))
        record = Record(resources, known.known, partial, self._shared)
        versions = {one.version for one in resources if one.version}
        form = f"FHIR {versions.pop() if len(versions) == 1 else 'R4'}"
        reading = read_record(record, id_, self._meanings.names, day, self._meanings)
        return msgspec.structs.replace(reading, day_from=day_from, form=form)

    @cached_property
    def _last_day(self) -> tuple[date, str]:
        """The latest day of all records. Raises `InputError` (CKB108) if nothing in any of them has a date."""
        told = day_of_reading(one.resource() for one in self._all() if not one.flaw and not one.foreign)
        if told is None:
            message = "nothing in the record has a date, so that no age and nothing taken 'now' can be told"
            raise InputError(
                (Problem("CKB108", message, fix="say with '--as-of YYYY-MM-DD' on which day it was true"),)
            )
        return told


class _Shared(Mapping[str, Resource]):
    """Resources that many records refer to, by address; each is read when it is referred to."""

    def __init__(self) -> None:
        self._found: dict[str, Found] = {}

    def add(self, found: Found) -> None:
        for address in (found.url, f"{found.type}/{found.id}"):
            if address:
                self._found.setdefault(address, found)

    def __getitem__(self, address: str) -> Resource:
        return self._found[address].resource()

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _tail(reference: str) -> str:
    """The id at the end of a reference, be it a path or a URN."""
    return reference.replace(":", "/").rpartition("/")[2]


def _entry_apart(found: Found) -> Entry:
    id_ = found.id or found.at
    if found.flaw:
        return Entry(found.type, id_, "unresolved", why=found.flaw)
    if found.foreign:
        return Entry("", id_, "ignored", why="not FHIR")
    if found.of:
        return Entry(found.type, id_, "ignored", why="of a patient who is not here")
    return Entry(
        found.type, id_, "ignored", why="read with what refers to it" if found.type == _SHARED else "names no patient"
    )
