"""Find therapies whose literature search is missing or out of date, and records of searches that do not fit the base."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.errors import Problem, unknown
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.searches import read_searches

__all__ = ["STALE", "check_searches", "check_searches_folder", "months_behind"]

STALE = 24
"""Months after which a search of the literature is out of date."""


def months_behind(knowledge: Knowledge, therapy: str, as_of: date | None = None) -> int | None:
    """Return the whole months from a therapy's last search to a day, or to the latest search of any; None without a search.

    The clock is not read, so the same files give the same answer on any day.
    """
    searched = knowledge.therapies[therapy].last_searched
    if searched is None:
        return None
    day = as_of or max(t.last_searched for t in knowledge.therapies.values() if t.last_searched is not None)
    months = (day.year - searched.year) * 12 + day.month - searched.month - (day.day < searched.day)
    return max(0, months)


def check_searches_folder(subject: Subject) -> Iterator[Problem]:
    """Find records of searches that do not fit their model (CKB010 to CKB015), or whose draft is gone (CKB122)."""
    logs, problems = read_searches(subject.knowledge.directory)
    yield from problems
    known = subject.loaded.knowledge
    held = {*known.authorities, *(draft.id for draft in subject.drafts)}
    for therapy, (document, log) in logs.items():
        if therapy not in known.therapies:
            yield unknown("therapy", therapy, known.therapies, document.place(("therapy",)))
        for index, record in enumerate(log.records):
            if record.decision == "drafted" and record.source not in held:
                message = f"the draft '{record.source}' is gone, and no study has its name"
                fix = "write 'decision: excluded' with a 'reason', or the new name under 'source'"
                place = document.place(("records", index, "source"))
                yield Problem("CKB122", message, place, fix=fix, severity="warning")


def check_searches(loaded: Loaded, as_of: date | None = None) -> Iterator[Problem]:
    """Find therapies without a search string, never searched, not for two years, or with a study from after the search (CKB044)."""
    knowledge = loaded.knowledge
    for therapy in knowledge.options:
        again = f"search it again with 'calcinosis-kb watch {therapy.id}'"
        if therapy.search is None:
            message = f"no string is stated for the search of the literature on '{therapy.id}'"
            fix = f"add search: '(name OR \"other name\") AND calcinosis', then run 'calcinosis-kb watch {therapy.id}'"
            yield Problem("CKB044", message, loaded.place("therapies", therapy.id, "id"), fix=fix, severity="warning")
        behind = months_behind(knowledge, therapy.id, as_of)
        if behind is None or therapy.last_searched is None:
            message = f"the last search of the literature on '{therapy.id}' is not recorded"
            fix = f"{again}, or by hand with a line in docs/literature.md and the day as last_searched: 2026-11-24"
            yield Problem("CKB044", message, loaded.place("therapies", therapy.id, "id"), fix=fix, severity="warning")
            continue
        reasons = [f"that is {behind} months before the day of comparison"] if behind >= STALE else []
        reasons.extend(
            f"'{finding.study.id}' of {finding.study.citation.year} was published after it"
            for finding in knowledge.findings(therapy.id)
            if (finding.study.citation.year or 0) > therapy.last_searched.year
        )
        if reasons:
            message = (
                f"the literature on '{therapy.id}' was last searched on {therapy.last_searched}: {'; '.join(reasons)}"
            )
            place = loaded.place("therapies", therapy.id, "last_searched")
            fix = f"{again}, or by hand with a line in docs/literature.md and the new day"
            yield Problem("CKB044", message, place, fix=fix, severity="warning")
