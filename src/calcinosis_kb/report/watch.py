"""The report of ``watch``: the flow of records as in PRISMA, what is new with its rank, and what is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from calcinosis_kb.editing.watch.deciding import Decided
from calcinosis_kb.editing.watch.run import Watched
from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.citations import findable
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.blocks import Alert, Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import KnowledgeReport

__all__ = ["Flow", "WatchReport", "flow"]

LONGEST = 300
"""Letters of a title or author that are printed."""


class Flow(NamedTuple):
    """Where the records of a search went. ``identified`` is the sum of all that follow it."""

    identified: int
    """Records that the services counted."""
    unread: int
    """Not given, or given in a form that cannot be read."""
    duplicates: int
    """Found by another service as well."""
    doi: int
    """Held by the base, by DOI."""
    pmid: int
    """By PubMed number, or the number of a trial."""
    title: int
    """By PMCID or near title."""
    before: int
    """Decided in an earlier search."""
    excluded: int
    trials: int
    """Registered trials, which are listed and not drafted."""
    drafted: int


_HEADS = (
    "Identified",
    "Unread",
    "Duplicates",
    "By DOI",
    "By PMID",
    "By title",
    "Before",
    "Excluded",
    "Trials",
    "Drafted",
)


_WAYS = (
    "identified",
    "− not readable",
    "− duplicates",
    "− known by DOI",
    "− known by PMID or number of a trial",
    "− known by title or PMCID",
    "− decided in an earlier search",
    "− excluded",
    "− registered trials, listed",
    "= new publications",
)


def flow(watched: Watched) -> Flow:
    """Count where the records of a search went."""
    counts = Counter(map(_station, watched.decided))
    identified = sum(search.hits for search in watched.searches)
    rest = [counts[name] for name in Flow._fields[3:]]
    return Flow(identified, identified - watched.duplicates - sum(rest), watched.duplicates, *rest)


def _station(one: Decided) -> str:
    record = one.record
    if record.decision == "known":
        return {"doi": "doi", "pmid": "pmid", "trial": "pmid"}.get(record.by or "", "title")
    if record.decision == "excluded":
        return "excluded"
    if not one.is_new:
        return "before"
    return "trials" if record.decision == "listed" else "drafted"


@dataclass(frozen=True)
class WatchReport(KnowledgeReport):
    """What a watch found that began with this knowledge, printed by ``watch``. With ``only_list`` no draft was opened."""

    knowledge: Knowledge
    watched: Sequence[Watched]
    notices: Sequence[Problem]
    notes: Sequence[str]
    only_list: bool = False

    @property
    def problems(self) -> list[Problem]:
        """The searches that are incomplete, and the notices about what the base cites."""
        return [*(problem for one in self.watched for problem in one.problems), *self.notices]

    def data(self) -> dict[str, Any]:
        """The flow, the searches and every record with its decision, by therapy; then the notices."""
        return {
            "schema": "calcinosis-kb/watch/1",
            "therapies": [
                {
                    "therapy": one.therapy,
                    "is_current": one.is_current,
                    "flow": flow(one)._asdict(),
                    "searches": [search.model_dump(mode="json", exclude_none=True) for search in one.searches],
                    "records": [
                        {
                            **decided.record.model_dump(mode="json", exclude_none=True),
                            "is_new": decided.is_new,
                            "reasons": list(decided.reasons),
                        }
                        for decided in one.decided
                    ],
                }
                for one in self.watched
            ],
            "notices": [
                {"code": one.code, "at": str(one.place) if one.place else None, "message": one.message}
                for one in self.notices
            ],
            "notes": list(self.notes),
        }

    def blocks(self) -> Iterator[Block]:
        """The problems, then what is new on each therapy, then the flow."""
        for problem in self.problems:
            yield Alert(str(problem))
        yield from (Text(f"note: {note}") for note in self.notes)
        for one in self.watched:
            new = [
                (mark, text)
                for decided in one.decided
                if (line := _line(decided, self.only_list))
                for mark, text in [line]
            ]
            if new:
                yield Heading(one.therapy, 2)
                yield Marked(new)
        flows = [flow(one) for one in self.watched]
        if flows:
            total = [sum(column) for column in zip(*flows, strict=True)]
            ways = [(way, str(count)) for way, count in zip(_WAYS, total, strict=True)]
            yield Table(("The way of the records", "Records"), ways)
        if len(flows) > 1:
            yield Heading("By therapy", 2)
            rows = [
                (one.therapy, str(counts.identified), str(counts.drafted), str(counts.trials), _state(one))
                for one, counts in zip(self.watched, flows, strict=True)
            ]  # fmt: skip
            yield Table(("Therapy", "Identified", "Drafted", "Trials", "Search"), rows, whole=(0,))

    def table(self) -> Table:
        """For CSV the whole flow, a row for each therapy and one for all."""
        flows = [(one.therapy, flow(one)) for one in self.watched]
        total = Flow(*(sum(column) for column in zip(*(counts for _, counts in flows), strict=True)))
        rows = [(name, *map(str, counts)) for name, counts in (*flows, ("all", total))]
        return Table(("Therapy", *_HEADS), rows if len(flows) > 1 else rows[:1])


def _state(watched: Watched) -> str:
    return "incomplete" if watched.problems else "complete" if watched.is_current else "days left out"


def _line(decided: Decided, only_list: bool) -> tuple[str, str] | None:
    """The line of a record that is new, or that is known by its title only, with a mark; None for any other."""
    record = decided.record
    what = _cut(findable(record.citation, 100))
    title = (
        f": {_cut(record.citation.title)}" if record.citation.title and record.citation.title[:60] not in what else ""
    )
    why = f" ({'; '.join(decided.reasons)})" if decided.reasons else ""
    if not decided.is_new:
        return None
    if record.decision == "drafted":
        near = f"; nearly the title of {record.near}, another identifier" if record.near else ""
        opened = "new" if only_list else f"draft {record.source}"
        return "-", f"{opened}: {what}{title}{why}{near}"
    if record.decision == "listed":
        return "-", f"trial {record.trial}, {record.status or 'status not given'}{title or f': {what}'}"
    if record.decision == "excluded":
        return "-", f"excluded, {record.reason}: {what}{title}"
    if record.by == "title":
        return "?", f"known by title as {record.source}: {what}{title}"
    return None


def _cut(text: str) -> str:
    """A text of a service, cut where it would fill the screen; the record of the search has all of it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
