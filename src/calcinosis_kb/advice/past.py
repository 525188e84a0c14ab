"""What a record leaves open of the past: therapies not found in it, that an entry of it may have been, or taken for no stated purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from calcinosis_kb.advice.document import OpenPastDocument
from calcinosis_kb.advice.judgement import Judgement
from calcinosis_kb.advice.mentions import Mention
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.patients.account import MEDICINES, PROCEDURES, Entry
from calcinosis_kb.patients.models import FOR_CALCINOSIS, Patient, Where

__all__ = ["PAST_MARKS", "PAST_TITLES", "OpenPast", "Openness", "Past", "past_words"]

Openness = Literal["not_found", "may_have_been", "not_stated"]
"""Why nobody can tell whether a therapy was tried for calcinosis. not_stated: it was taken, and what for or what came of it is not told."""

PAST_TITLES: Mapping[Openness, str] = {
    "not_stated": "Taken, and the record does not state what for or what came of it",
    "may_have_been": "Something in the record may have been it",
    "not_found": "Not found in this record",
}
"""The headings, in the order in which they are shown."""

PAST_MARKS: Mapping[Openness, str] = {"not_stated": "taken", "may_have_been": "may have had", "not_found": "not found"}
"""The same in the words of a row."""

_PHRASES: Mapping[Openness, str] = {
    "not_stated": "taken, not stated what for",
    "may_have_been": "may have been taken",
    "not_found": "not found in this record",
}
"""The same on the first screen, after the number of therapies."""


@dataclass(frozen=True)
class OpenPast:
    """Therapies that one thing leaves open: the words of the record that did, and where it is known its entries."""

    kind: Openness
    items: tuple[Judgement, ...]
    words: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def names(self) -> list[str]:
        return [in_sentence(item.name) for item in self.items]

    @property
    def said(self) -> list[str]:
        """The words in quotation marks; an id with spaces."""
        return [f"'{word.replace('_', ' ')}'" for word in self.words]

    @property
    def because(self) -> str:
        """The entries that leave it open, or else the words: "'Skilarence' (MedicationStatement/3, 2023-06-23)"."""
        return "; ".join(dict.fromkeys(entry.said for entry in self.entries)) or ", ".join(self.said)

    def to_dict(self) -> OpenPastDocument:
        return {
            "why": self.kind,
            "therapies": [item.therapy.id for item in self.items],
            "words": list(self.words),
            "entries": [entry.to_dict() for entry in self.entries],
        }


@dataclass(frozen=True)
class Past:
    """The past of a patient as the record tells it; ``mentions`` are by therapy the entries that may have meant it."""

    patient: Patient
    mentions: Mapping[str, tuple[Mention, ...]]

    def openness(self, item: Judgement) -> Openness | None:
        """Return why it cannot be told whether a therapy was tried; None where it can, or where only the age is missing."""
        if item.standing != "cannot_tell":
            return None
        trials = [
            trial
            for trial in self.patient.trials
            if trial.therapy == item.therapy.id and trial.given and trial.purpose in FOR_CALCINOSIS
        ]
        if trials:
            untold = any(trial.purpose == "unclear" or trial.outcome == "unknown" for trial in trials)
            return "not_stated" if untold else None
        return "may_have_been" if self.mentions.get(item.therapy.id) or self._unheld(item) else "not_found"

    def open(self, judged: Iterable[Judgement]) -> tuple[OpenPast, ...]:
        """Return what is open, each with its therapies in the given order."""
        found: dict[tuple[Openness, tuple[tuple[Where, str], ...], tuple[Entry, ...]], list[Judgement]] = {}
        for item in judged:
            kind = self.openness(item)
            if kind is not None:
                unheld = self._unheld(item) if kind == "may_have_been" else ()
                found.setdefault((kind, tuple(self._words(item, kind)), unheld), []).append(item)
        order = list(PAST_TITLES)
        return tuple(
            OpenPast(
                kind,
                tuple(items),
                tuple(dict.fromkeys((*(word for _, word in words), *(entry.named or entry.said for entry in unheld)))),
                (*self._entries(words), *unheld),
            )
            for (kind, words, unheld), items in sorted(found.items(), key=lambda group: order.index(group[0][0]))
        )

    def _unheld(self, item: Judgement) -> tuple[Entry, ...]:
        """The entries of the record that were not understood, that the patient file does not hold, and that may have been a therapy."""
        record = self.patient.record
        types = PROCEDURES if item.therapy.kind in ("procedure", "measure") else MEDICINES
        return tuple(record.account.unheld(*types)) if record else ()

    def _words(self, item: Judgement, kind: Openness) -> Iterator[tuple[Where, str]]:
        """The words of the record that leave a therapy open, each with its list."""
        if kind == "not_stated":
            for trial in self.patient.trials:
                if trial.therapy == item.therapy.id:
                    yield "history", trial.named
        elif kind == "may_have_been":
            for mention in self.mentions.get(item.therapy.id, ()):
                yield mention.where, mention.named

    def _entries(self, words: tuple[tuple[Where, str], ...]) -> Iterator[Entry]:
        """The entries of a record from which some words were taken, each once."""
        if self.patient.record is None:
            return
        account = self.patient.record.account
        found = (entry for where, word in words for entry in account.giving(where, word))
        seen: set[tuple[str, str]] = set()
        for entry in found:
            if (entry.resource, entry.id) not in seen:
                seen.add((entry.resource, entry.id))
                yield entry


def past_words(past: tuple[OpenPast, ...]) -> Iterator[str]:
    """Yield what is open of the past, a few words a kind: "2 taken, not stated what for (adalimumab + 1)", "64 not found"."""
    for kind, phrase in _PHRASES.items():
        groups = [group for group in past if group.kind == kind]
        if groups:
            said = (group.names if kind == "not_stated" else group.said for group in groups)
            first, *others = (*dict.fromkeys(name for names in said for name in names), "")
            more = f" + {len(others) - 1}" if len(others) > 1 else ""
            number = sum(len(group.items) for group in groups)
            yield f"{number} {phrase}{f' ({first}{more})' if first else ''}"
