"""Run the watch: for each therapy ask every service, merge, decide, and write what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from calcinosis_kb.editing.new import NewFile
from calcinosis_kb.editing.watch.deciding import Decided, Decider, Exclusions
from calcinosis_kb.editing.watch.found import Answer, gathered
from calcinosis_kb.editing.watch.held import Held, held
from calcinosis_kb.editing.watch.merging import merged
from calcinosis_kb.editing.watch.services import NAMES, Services, Source
from calcinosis_kb.editing.watch.writing import Writer, with_search
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Citation, Therapy
from calcinosis_kb.knowledge.searches import Search, SearchLog, SearchRecord, covered
from calcinosis_kb.knowledge.searchstring import read_search

__all__ = ["Watch", "Watched"]


@dataclass(frozen=True)
class Watched:
    """What the watch found on one therapy: the searches, and each record once with its decision."""

    therapy: str
    searches: tuple[Search, ...]
    decided: tuple[Decided, ...]
    duplicates: int
    unread: int
    is_current: bool
    """Whether everything up to this day was searched, so that it is the day of the last search."""

    @property
    def problems(self) -> list[Problem]:
        """The searches that are not complete (CKB120)."""
        return [
            Problem(
                "CKB120",
                f"the search of {NAMES[search.service]} for '{self.therapy}' is incomplete: {search.incomplete}",
                fix=f"run 'calcinosis-kb watch {self.therapy}' again; what was read is kept, and 'last_searched' waits",
                severity="warning",
            )
            for search in self.searches
            if search.incomplete
        ]


@dataclass
class Watch:
    """A watch on one day. Without a ``workshop`` nothing is written."""

    knowledge: Knowledge
    services: Services
    day: date
    held: Held
    logs: dict[str, SearchLog]
    taken: set[str]
    workshop: NewFile | None = None
    since: date | None = None
    _silent: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(
        cls, knowledge: Knowledge, services: Services, day: date, workshop: NewFile, logs: Mapping[str, SearchLog], *,
        since: date | None = None, only_list: bool = False,
    ) -> Watch:  # fmt: skip
        """Open a watch with what the files of a checkout hold, drafts included."""
        taken = {id_ for id_, _ in workshop.sources()}
        drafted = {record.source for log in logs.values() for record in log.records if record.source}
        return cls(
            knowledge, services, day, held(workshop.knowledge), dict(logs), taken | drafted,
            None if only_list else workshop, since,
        )  # fmt: skip

    def run(self, therapies: Iterable[str], told: Callable[[str], None] = lambda _: None) -> list[Watched]:
        """Search for each therapy and write what is decided. Raises `InputError` (CKB119) if no service is reached at all."""
        return [self._watch(self.knowledge.therapies[id_], told) for id_ in therapies]

    def _watch(self, therapy: Therapy, told: Callable[[str], None]) -> Watched:
        term = read_search(therapy.search or "")
        before = self.logs.get(therapy.id, SearchLog(therapy=therapy.id))
        searches: list[Search] = []
        answers: list[Answer] = []
        for source in self.services.sources:
            told(f"{therapy.id}: {NAMES[source.service]}")
            string = source.string(term)
            end = covered(before.searches, source.service, string, self.day)
            since = self.since or end
            answer = self._answer(source, string, since)
            answers.append(answer)
            searches.append(
                Search(
                    day=self.day, service=answer.service, string=string, since=since, hits=answer.hits,
                    read=len(answer.found), incomplete=answer.incomplete,
                )
            )  # fmt: skip
        if self._nobody_answers():
            raise InputError((_no_network(self._silent),))
        found = merged(record for answer in answers for record in answer.found)
        decider = Decider(before, self.held, Exclusions.of(self.logs), self.taken, self.day)
        decided = decider.decide(found, term)
        watched = Watched(
            therapy.id, tuple(searches), tuple(decided), sum(len(answer.found) for answer in answers) - len(found),
            sum(answer.unread for answer in answers), self._is_current(therapy, before, searches),
        )  # fmt: skip
        self._remember(watched, before)
        return watched

    def _answer(self, source: Source, string: str, since: date | None) -> Answer:
        name = NAMES[source.service]
        if name in self._silent:
            return Answer(source.service, string, 0, (), 0, self._silent[name], is_reached=False)
        answer = gathered(source.service, string, source.pages(string, since, self.day))
        if not answer.is_reached:
            self._silent[name] = answer.incomplete or ""
        return answer

    def _nobody_answers(self) -> bool:
        return len(self._silent) == len(self.services.sources) and not any(
            source.client.answered for source in self.services.sources
        )

    def _is_current(self, therapy: Therapy, before: SearchLog, searches: list[Search]) -> bool:
        """Whether every service was searched up to this day, with no days left out since the last search."""
        for search in searches:
            earlier = covered(before.searches, search.service, search.string, self.day) or therapy.last_searched
            leaves_out = search.since is not None and (earlier is None or search.since > earlier)
            if search.incomplete or leaves_out:
                return False
        return True

    def _remember(self, watched: Watched, before: SearchLog) -> None:
        """Write the record, the drafts and the day, and hold from now on what was drafted."""
        records = [one.record for one in watched.decided]
        log = with_search(before, watched.searches, records)
        self.logs[watched.therapy] = log
        self.held = self.held.with_drafts(_drafts(records))
        if self.workshop is None:
            return
        writer = Writer(self.workshop)
        writer.log(log, before)
        writer.drafts(records, self.day)
        last = self.knowledge.therapies[watched.therapy].last_searched
        if watched.is_current and (last is None or last < self.day):
            writer.day(watched.therapy, self.day)


def _drafts(records: Iterable[SearchRecord]) -> dict[str, Citation]:
    return {record.source: record.citation for record in records if record.decision == "drafted" and record.source}


def _no_network(silent: Mapping[str, str]) -> Problem:
    who = "; ".join(f"{name}: {why}" for name, why in silent.items())
    fix = "connect to the network (a proxy is taken from https_proxy), or try again later; no file was changed"
    return Problem("CKB119", f"no service of the literature can be reached ({who})", fix=fix)
