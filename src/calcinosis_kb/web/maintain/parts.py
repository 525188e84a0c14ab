"""The part of a page on a job: how far it is, then what it found."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode

from calcinosis_kb.errors import Problem
from calcinosis_kb.evaluation.changes import AnswerChange, Comparison
from calcinosis_kb.web.maintain.jobs import Job
from calcinosis_kb.web.service import Service

__all__ = ["diff_page", "job_part", "shown_job"]


def job_part(service: Service, job: Job | None) -> str:
    """Return the part on a job, for a page that asks again and again."""
    return service.render("maintain/job.html", "/maintain", **shown_job(job))


def diff_page(service: Service, revision: str, job: Job | None, problems: tuple[Problem, ...] = ()) -> str:
    """Return the page on the answers that changed since a revision."""
    shown = shown_job(job)
    return service.render("maintain/diff.html", "/maintain/diff", revision=revision, problems=problems, **shown)


def shown_job(job: Job | None) -> dict[str, Any]:
    """What the template of a job shows, also as a part of another page."""
    return {"job": job, "by_cause": by_cause, "case_name": case_name, "accepting": accepting}


def by_cause(found: Comparison) -> dict[tuple[str, ...], list[AnswerChange]]:
    """Return the changes by the files and rules that caused them."""
    grouped: dict[tuple[str, ...], list[AnswerChange]] = {}
    for change in found.answers:
        grouped.setdefault(change.because, []).append(change)
    return grouped


def accepting(found: Comparison, case: str) -> str:
    """Return the address at which the changed answer to a case can be accepted."""
    therapies = dict.fromkeys(change.therapy for change in found.answers if change.case == case and change.therapy)
    return f"/maintain/case?{urlencode([('file', case), *(('therapy', id_) for id_ in therapies)])}"


def case_name(file: str) -> str:
    """Return the short name of a case."""
    return PurePosixPath(file).name.partition(".")[0]
