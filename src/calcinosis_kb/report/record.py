"""The report of ``import``: how a health record was read, entry by entry, what needs a reader first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from textwrap import shorten
from typing import Any, Final, Literal

from typing_extensions import TypedDict

from calcinosis_kb.patients.account import Account, Entry, State
from calcinosis_kb.patients.document import EntryDocument
from calcinosis_kb.patients.record_reading import RecordReading
from calcinosis_kb.report.blocks import Alert, Block, Heading, Table, Text
from calcinosis_kb.report.report import Report

__all__ = ["ReadingDocument", "RecordReport"]

SCHEMA: Final = "calcinosis-kb/reading/1"

_TITLES: dict[State, str] = {
    "unresolved": "Not understood: until it is, its list is not complete",
    "doubtful": "Doubtful: understood, and not relied on",
    "used": "Used: it is in the patient file",
    "recognised": "Understood, and without consequence here",
    "ignored": "Ignored: it says nothing of what is or was",
}
"""The headings, in the order in which they are shown."""

_FIRST = (
    "Medication",
    "drug",
    "Immunization",
    "AllergyIntolerance",
    "Condition",
    "condition",
    "Procedure",
    "procedure",
)
"""The starts of the types of entries, in the order in which they are shown; the others follow."""

_LISTS = {
    "patient": "",
    "history": "tried",
    "medications": "taken",
    "conditions": "condition",
    "diseases": "disease",
    "allergies": "allergy",
    "labs": "result",
}
"""The lists of a patient file in the words of a printed table."""

_LONGEST = 60
"""The most characters of a name or reason in a printed table; the other formats have them whole."""

_ID = 8
"""The most characters of an id in a printed table; the other formats have it whole."""


class ReadingDocument(TypedDict):
    """A health record as it was read."""

    schema: Literal["calcinosis-kb/reading/1"]
    form: str
    """The form of the record, with its version: "FHIR R4"."""
    read_as_of: str
    """The day on which ages, and what is taken now, were judged."""
    day_from: str
    """Where that day comes from: an entry of the record, or the user."""
    dead: bool
    """Whether the record says that the patient has died."""
    counts: dict[State, int]
    """The number of entries in each state."""
    entries: list[EntryDocument]
    """Every entry, in the order of the record."""
    apart: list[EntryDocument]
    """What stands beside the record and belongs to nobody: lines that name no patient, or cannot be read."""
    patient_file: dict[str, Any]
    """What was read, in the shape of the patient file."""


@dataclass(frozen=True)
class RecordReport(Report):
    """A health record, its entries by what became of them."""

    reading: RecordReading
    apart: Account = field(default_factory=Account)
    """What was beside the record and belongs to nobody."""

    def data(self) -> ReadingDocument:
        """The reading with every entry, and the patient file."""
        reading = self.reading
        return {
            "schema": SCHEMA,
            "form": reading.form,
            "read_as_of": reading.today.isoformat(),
            "day_from": reading.day_from,
            "dead": reading.dead,
            "counts": reading.account.counts,
            "entries": [entry.to_dict() for entry in reading.account.entries],
            "apart": [entry.to_dict() for entry in self.apart.entries],
            "patient_file": reading.data,
        }

    def table(self) -> Table:
        """One row for each entry, in the order of the record; then those of nobody."""
        every = (*self.reading.account.entries, *self.apart.entries)
        rows = [(entry.state, *_cells(entry)) for entry in every]
        return Table(("state", "entry", "date", "named", "why", "gave"), rows)

    def blocks(self) -> Iterator[Block]:
        """Form and day, then the entries by state: what was not understood or is doubtful first, what was ignored only counted."""
        reading = self.reading
        if reading.dead:
            yield Alert("The record says that the patient has died: no treatment is suggested.")
        number = len(reading.account.entries)
        yield Text(f"{reading.said}: {number} entr{'y' if number == 1 else 'ies'}.", style="bold")
        for state, title in _TITLES.items():
            entries = reading.account.of(state=state)
            if entries:
                yield Heading(f"{title} ({len(entries)})", level=2)
                yield _listed(entries, named=state != "ignored")
        if self.apart.entries:
            yield Heading(f"Beside the record, of nobody here ({len(self.apart.entries)})", level=2)
            yield _listed(self.apart.entries, named=False)


def _listed(entries: list[Entry], *, named: bool) -> Table:
    """Entries of which the record says the same in one row: what they are called, what they gave or why not, when, and where."""
    found: dict[tuple[str, str, str, str], list[Entry]] = {}
    for entry in sorted(entries, key=_place):
        name = shorten(entry.named, _LONGEST, placeholder=" …") if named else ""
        key = (name, _gave(entry), shorten(entry.why, _LONGEST, placeholder=" …"), entry.resource)
        found.setdefault(key, []).append(entry)
    rows = [(*key[:3], _dates(same), _where(same)) for key, same in found.items()]
    columns = ("Named", "Gave", "Why", "Date", "Entry")
    kept = [n for n in range(len(columns)) if any(row[n] for row in rows)]
    return Table([columns[n] for n in kept], [[row[n] for n in kept] for row in rows])


def _place(entry: Entry) -> int:
    """Where the type of an entry stands: medicines, allergies and conditions matter most here."""
    return next((n for n, start in enumerate(_FIRST) if entry.resource.startswith(start)), len(_FIRST))


def _dates(entries: list[Entry]) -> str:
    """The date of entries, or their first and last."""
    dates = sorted({entry.day for entry in entries if entry.day})
    return " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else ""


def _where(entries: list[Entry]) -> str:
    """The type, with the number of entries; of one without a name with the start of its id."""
    first = entries[0]
    if len(entries) > 1:
        return f"{len(entries)} × {first.resource or 'no type'}"
    return first.resource if first.named else f"{first.resource} {first.id[:_ID]}".strip()


def _cells(entry: Entry) -> tuple[str, ...]:
    where = f"{entry.resource}/{entry.id}" if entry.id else entry.resource
    return where, entry.when, _one_line(entry.named), entry.why, _gave(entry)


def _gave(entry: Entry) -> str:
    """What the patient file took from an entry: "adalimumab (tried, taken)", "sex"; "condition", where it is what the entry is called."""
    found: dict[str, list[str]] = {}
    for list_, word in entry.gave:
        found.setdefault("" if word == entry.named else word.replace("_", " "), []).append(_LISTS.get(list_, list_))
    told = {word: ", ".join(filter(None, lists)) for word, lists in found.items()}
    return ", ".join(f"{word} ({lists})" if word and lists else word or lists for word, lists in told.items())


def _one_line(text: str) -> str:
    return " ".join(text.split())
