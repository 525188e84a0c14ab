"""Decide on each record that a search found: known, listed, excluded, or a draft to open. What was decided once stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from calcinosis_kb.editing.citation import study_id
from calcinosis_kb.editing.watch.found import Found
from calcinosis_kb.editing.watch.held import Held
from calcinosis_kb.editing.watch.ranking import RETRACTED, rank
from calcinosis_kb.knowledge.searches import Decision, SearchLog, SearchRecord
from calcinosis_kb.knowledge.searchstring import Term

__all__ = ["Decided", "Decider", "Exclusions"]


@dataclass(frozen=True)
class Decided:
    """A record with its decision, and the reasons for its place in the list. ``is_new`` if this search was the first to find it."""

    record: SearchRecord
    reasons: tuple[str, ...]
    is_new: bool


@dataclass(frozen=True)
class Exclusions:
    """The records that were excluded in the search for any therapy. An exclusion is about a publication, whatever it was found for."""

    records: tuple[tuple[str, SearchRecord], ...]

    @classmethod
    def of(cls, logs: Mapping[str, SearchLog]) -> Exclusions:
        """Return the exclusions in the records of all searches, each with its therapy."""
        found = ((id_, record) for id_ in sorted(logs) for record in logs[id_].records)
        return cls(tuple((id_, record) for id_, record in found if record.decision == "excluded"))

    @cached_property
    def _held(self) -> Held:
        return _held(record for _, record in self.records)

    def reason(self, found: Found) -> str | None:
        """Why a record was excluded, and where that is written; None if it was not."""
        place = _place(found, self._held)
        if place is None:
            return None
        therapy, record = self.records[place]
        return f"in the search for {therapy}: {record.reason}"


@dataclass
class Decider:
    """Decides on the records of one search; ``taken`` are the ids of the base, to which those of the drafts are added."""

    log: SearchLog
    held: Held
    exclusions: Exclusions
    taken: set[str]
    day: date

    def decide(self, found: Iterable[Found], term: Term) -> list[Decided]:
        """Return the records in order of their rank, each with its decision."""
        logged = _held(self.log.records)
        ranked = sorted(((rank(record, term), record) for record in found), key=lambda pair: pair[0])
        decided = []
        for place, record in ranked:
            index = _place(record, logged)
            known = self._new(record) if index is None else self.log.records[index]
            decided.append(Decided(known, place.reasons, known.found == self.day))
        return decided

    def _new(self, found: Found) -> SearchRecord:
        decision: Decision = "drafted"
        source = by = near = reason = None
        excluded = self.exclusions.reason(found)
        match = self.held.match(found.citation, found.trial)
        if excluded is not None:
            decision, reason = "excluded", excluded
        elif match is not None and match.by != "near":
            decision, source, by = "known", match.source, match.by
        elif found.trial is not None:
            decision = "listed"
        elif RETRACTED in (one.casefold() for one in found.types):
            decision, reason = "excluded", f"retracted, says {' and '.join(found.services)}"
        else:
            source, near = study_id(found.citation, self.taken), match.source if match else None
            self.taken.add(source)
        return SearchRecord(
            citation=found.citation, trial=found.trial, status=found.status, services=found.services, found=self.day,
            decision=decision, source=source, by=by, near=near, reason=reason,
        )  # fmt: skip


def _held(records: Iterable[SearchRecord]) -> Held:
    """Records of searches by their place, to be recognised as the records of the base are."""
    every = list(enumerate(records))
    citations = {str(place): record.citation for place, record in every if record.trial is None}
    return Held(citations, {record.trial: str(place) for place, record in every if record.trial})


def _place(found: Found, held: Held) -> int | None:
    match = held.match(found.citation, found.trial)
    return int(match.source) if match and match.by != "near" else None
