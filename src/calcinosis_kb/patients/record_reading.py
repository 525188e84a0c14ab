"""A health record as read: the patient file that it makes, and the account of its entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from calcinosis_kb.errors import Problem
from calcinosis_kb.patients.account import MEDICINES, PROCEDURES, Account
from calcinosis_kb.patients.file import LONGEST_LIST, LONGEST_WORD

if TYPE_CHECKING:
    from calcinosis_kb.patients.document import RecordDocument

__all__ = ["CHOOSE", "Person", "RecordReading", "RecordSource", "choice"]

CHOOSE = "choose one with '--patient ID'"

_MOST_NAMED = 20
"""As many patients as an error lists."""


class RecordReading(msgspec.Struct):
    """A record as read: ``data`` is the patient file. ``dead``: the record says that the patient has died.

    ``today`` is the day of reading, on which ages and "taken now" are judged, and ``day_from`` what it was taken from: an entry of
    the record, or the user. ``form`` is the form of the record, with its version: "FHIR R4", "OMOP CDM 5.4".
    """

    data: dict[str, Any]
    account: Account
    today: date
    dead: bool
    day_from: str = ""
    form: str = ""

    @property
    def said(self) -> str:
        """The form and the day of reading: "FHIR R4, read as of 2018-07-10 (Composition date)"."""
        kind, _, field = self.day_from.partition(" ")
        source = f"{kind.partition('/')[0]} {field}".strip()
        return f"{self.form}, read as of {self.today.isoformat()}{f' ({source})' if source else ''}"

    def with_whole_history(self) -> RecordReading:
        """The same, of which somebody has said that nothing was tried beside what the record holds.

        Treatments of the record that were not understood are then in the history by their names, so that it is as open as they leave it.
        """
        unread = dict.fromkeys(entry.named or entry.said for entry in self.account.unheld(*MEDICINES, *PROCEDURES))
        history = [
            *(self.data.get("history") or []),
            *({"therapy": word[:LONGEST_WORD], "for": "unclear"} for word in unread),
        ]
        return msgspec.structs.replace(
            self,
            data={**self.data, "history": history[:LONGEST_LIST], "history_complete": len(history) <= LONGEST_LIST},
        )

    def to_dict(self) -> RecordDocument:
        """The reading as plain data, without the patient file and the entries that say nothing here."""
        account = self.account
        open_ = (entry for entry in account.entries if entry.state in ("doubtful", "unresolved"))
        return {
            "form": self.form,
            "read_as_of": self.today.isoformat(),
            "day_from": self.day_from,
            "dead": self.dead,
            "entries": len(account.entries),
            "counts": account.counts,
            "relied_on": [entry.to_dict() for entry in account.of(state="used")],
            "not_relied_on": [entry.to_dict() for entry in open_],
        }


class Person(msgspec.Struct, frozen=True):
    """Somebody of whom a source holds a record; what it does not tell is None."""

    id: str
    birth: str | None = None
    sex: str | None = None
    dead: bool = False

    @property
    def said(self) -> str:
        """The id and what tells who it is: "p1 (female, born 1963-05-01)"."""
        told = (self.sex, f"born {self.birth}" if self.birth else "", "dead" if self.dead else "")
        known = ", ".join(filter(None, told))
        return f"{self.id} ({known})" if known else self.id


def choice(people: Sequence[Person]) -> Problem:
    """The problem that there are several patients and none is chosen (CKB107), with who they are."""
    dead = sum(person.dead for person in people)
    message = f"there are {len(people)} patients ({dead} of them dead), and none is chosen"
    if len(people) > _MOST_NAMED:
        message += f"; these are the first {_MOST_NAMED}"
    return Problem("CKB107", message, valid=tuple(person.said for person in people[:_MOST_NAMED]), fix=CHOOSE)


class RecordSource(Protocol):
    """A place that holds health records: a FHIR bundle, a folder of NDJSON, an OMOP database.

    ``apart`` is the account of what belongs to nobody of whom there is a record.
    """

    apart: Account

    def people(self) -> list[Person]:
        """Everybody of whom there is a record, by id."""

    def read(self, patient: str | None = None, *, as_of: date | None = None) -> RecordReading:
        """Read the record of one person, the only one if no id is given.

        Raises `InputError` if there are several and none is named, or nobody of that id.
        """

    def readings(self, *, as_of: date | None = None) -> Iterator[tuple[Person, RecordReading]]:
        """Read the record of everybody, in the order of their ids."""
