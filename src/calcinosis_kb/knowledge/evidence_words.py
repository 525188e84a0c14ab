"""Put evidence into words, the same in every report: patients, responders, intervals.

A share of fewer than `LEAST_FOR_SHARE` patients has no percentage and no interval, and counts of lesions are never shown as patients.
"""

from __future__ import annotations

from textwrap import shorten

from calcinosis_kb.knowledge.expected import Expectation
from calcinosis_kb.knowledge.grading import LEAST_FOR_SHARE, Evidence, Finding, Response, wilson
from calcinosis_kb.knowledge.knowledge import LOCAL, Knowledge

__all__ = [
    "LEVELS",
    "cited_as",
    "counts_words",
    "evidence_words",
    "expected_words",
    "finding_interval",
    "interval_words",
    "is_counted",
    "patients_words",
]

LEVELS = (
    "Levels of evidence (OCEBM 2011): 1 systematic review of randomised trials, 2 randomised trial, 3 cohort, 4 case series, "
    "case-control study or single case, 5 mechanism or opinion."
)
"""The legend of the levels of evidence."""

_COURSES = {"benefit": "better", "mixed": "mixed", "no_benefit": "no better", "harm": "worse"}


def interval_words(responded: int, treated: int) -> str:
    """Return the 95 % Wilson interval of a share, or nothing below `LEAST_FOR_SHARE` patients.

    >>> interval_words(5, 10), interval_words(1, 1)
    ('24–76 %', '')
    """
    if treated < LEAST_FOR_SHARE:
        return ""
    low, high = wilson(responded, treated)
    return f"{low * 100:.0f}–{high * 100:.0f} %"


def _share(response: Response) -> str:
    interval = interval_words(response.responded, response.treated)
    return f"{response.responded} of {response.treated}{f' ({interval})' if interval else ''}"


def patients_words(evidence: Evidence) -> str:
    """Return the reported patients and their course: "5 of 10 better"; "14, better" if responders of most were not counted.

    "by review": only reviews tell of it. "(local)": a study of an overlay counts.
    """
    mark = LOCAL if evidence.local else ""
    if evidence.seen == "outcome_not_stated":
        return f"course not stated{mark}"
    if evidence.direction is None or not evidence.findings:
        return f"none reported{mark}"
    if not evidence.patients:
        return f"{_COURSES[evidence.direction]}, by review{mark}"
    if is_counted(evidence):
        return f"{evidence.response.responded} of {evidence.response.treated} better{mark}"
    return f"{_number(evidence)}, {_COURSES[evidence.direction]}{mark}"


def _number(evidence: Evidence) -> str:
    """The number of reported patients as far as it is stated: "12", "16 or more", "number not stated"."""
    if evidence.counted_patients == evidence.patients:
        return str(evidence.patients)
    return f"{evidence.counted_patients} or more" if evidence.counted_patients else "number not stated"


def evidence_words(evidence: Evidence) -> str:
    """Put level, direction and patients into one line: "level 4, mixed; 5 of 10 (24–76 %)".

    "indirect": the patients had another disease or kind of lesion. "(local)": a study of an overlay counts.
    """
    mark = LOCAL if evidence.local else ""
    if evidence.direction is None:
        return f"level {evidence.level}, {'course not stated' if evidence.seen == 'outcome_not_stated' else 'mechanism only'}"
    indirect = "" if evidence.direct else ", indirect"
    shown = f"level {evidence.level}, {evidence.direction.replace('_', ' ')}{indirect}"
    if is_counted(evidence):
        return (
            f"{shown}; {_share(evidence.response)}{', a local study included' if evidence.pooled_locally else ''}{mark}"
        )
    if evidence.patients:
        patients = "" if not evidence.counted_patients else " patient" if evidence.patients == 1 else " patients"
        return f"{shown}; {_number(evidence)}{patients}{mark}"
    return f"{shown}{mark}"


def is_counted(evidence: Evidence) -> bool:
    """Whether the responders are counted for at least half of the patients, so that their share speaks for all."""
    return 0 < evidence.patients <= 2 * evidence.response.treated


def expected_words(expected: Expectation) -> str:
    """Return the expected response: "49 % (39–59 %) by reports worth 88 patients"; only the patients if they are few.

    >>> expected_words(Expectation(0.49, (0.39, 0.59), 87.5)), expected_words(Expectation(0.6, (0.2, 0.9), 2.0))
    ('49 % (39–59 %) by reports worth 88 patients', 'too few to say (reports worth 2 patients)')
    """
    worth = f"reports worth {expected.worth:.0f} patient{'s' if round(expected.worth) != 1 else ''}"
    if expected.worth < 0.5:
        return "no report tells"
    if expected.worth < LEAST_FOR_SHARE:
        return f"too few to say ({worth})"
    low, high = expected.interval
    return f"{expected.response * 100:.0f} % ({low * 100:.0f}–{high * 100:.0f} %) by {worth}"


def counts_words(finding: Finding) -> str:
    """Return responders of treated patients: "9 of 17", or "9 + ? of 17" if some outcomes are not stated.

    If lesions were counted, only the number of patients is returned.
    """
    n, responded = finding.result.n, finding.responded
    if not finding.design.patients:
        return "review" if finding.design.level < 5 or n else "–"
    if n is None:
        return "?"
    if finding.result.counted:
        return f"{n} treated"
    if responded is None:
        return f"? of {n}"
    return f"{responded} + ? of {n}" if finding.not_stated else f"{responded} of {n}"


def finding_interval(finding: Finding) -> str:
    """Return the interval of one result, or nothing if it does not account for its patients or has too few."""
    return interval_words(finding.responded or 0, finding.treated or 0) if finding.poolable else ""


def cited_as(knowledge: Knowledge, study: str) -> str:
    """Return author and year of a study: "Nair [n.d.]" if it has no date, the journal or title if it has no author."""
    citation = knowledge.studies[study].citation
    who = citation.first_author or citation.journal or shorten(citation.title or "unnamed report", 40, placeholder=" …")
    return f"{who} {citation.year or '[n.d.]'}{knowledge.mark('studies', study)}"
