"""Read procedures: treatments of calcinosis, and conditions that a procedure shows (a pacemaker, dialysis)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.conditions import suspected
from calcinosis_kb.patients.fhir.courses import Trial
from calcinosis_kb.patients.fhir.dates import last_day, moment
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import mappings, text
from calcinosis_kb.patients.fhir.purpose import purpose
from calcinosis_kb.patients.fhir.record import Record, Resource

__all__ = ["RECENT", "Procedures", "procedures", "read_procedure"]

RECENT = timedelta(days=90)
"""How long a procedure of a condition that does not last shows that it is present (a dialysis)."""

_NOTHING_TOLD = frozenset({"no-known-procedures", "no-procedure-info"})
_NO_TREATMENT = re.compile(
    r"\b(?:assessment|screening|measurement|documentation|reconciliation|referral|examination|interview|evaluation|surveillance|"
    r"education|counsell?ing|discharge|admission|x-ray|radiography|tomography|ultraso\w+|biopsy|endoscopy|colonoscopy|spirometry|"
    r"electrocardiog\w+|echocardiog\w+|monitoring|care plan|plan of care|immuni[sz]ation|vaccination|panel|test)\b",
    re.IGNORECASE,
)
"""Words for what finds out, tells or arranges, and treats nothing."""

_ELSEWHERE = re.compile(
    r"\b(?:eyes?|ocular|retin\w+|corne\w+|catarac\w+|breasts?|prostat\w+|lungs?|bronch\w+|brain|kidneys?|renal|ureter\w*|bladder|biliary|"
    r"liver|hepatic|pancrea\w+|stomach|gastric|oesophag\w+|esophag\w+|colon\w*|rect(?:um|al)|anal|thyroid|cervi(?:x|cal)|uter\w+|ovar\w+|"
    r"vagina\w*|hearts?|cardiac|coronary|spin(?:e|al)|lumbar|epidural|teeth|tooth|dental|gums?|larynx|laryngeal|hair|tattoo|bone marrow|"
    r"lymph\w*|articular|joints?|tendons?)\b",
    re.IGNORECASE,
)
"""Places where no deposit in the skin is treated."""


class Procedures(msgspec.Struct):
    """The trials and conditions that procedures show."""

    trials: list[Trial] = msgspec.field(default_factory=list)
    conditions: list[str] = msgspec.field(default_factory=list)
    entries: list[Entry] = msgspec.field(default_factory=list)


def procedures(record: Record, found: list[Resource], meanings: Meanings, today: date) -> Procedures:
    """Read procedures; only what was completed was done."""
    read = Procedures()
    for resource in found:
        said, body = concept(resource.body.get("code")), resource.body
        when = moment(body, "performedDateTime", "performedPeriod", "performedString")
        trials, present, (state, why) = read_procedure(record, resource, said, meanings, last_day(when), today)
        read.trials += [trial for trial in trials if trial not in read.trials]
        read.conditions += present
        gave = (*(("history", trial.therapy) for trial in trials), *(("conditions", id_) for id_ in present))
        read.entries.append(Entry(resource.type, resource.id, state, said.shown, why, when, gave))
    return read


def read_procedure(
    record: Record, resource: Resource, said: Concept, meanings: Meanings, done: date | None, today: date
) -> tuple[list[Trial], list[str], tuple[State, str]]:
    """Read one procedure: the treatments that it was, the conditions that it shows, and what became of its entry."""
    status = text(resource.body.get("status"))
    if status != "completed":
        return [], [], ("ignored", status.replace("-", " ") or "without a status")
    if {coding.code for coding in said.codings} & _NOTHING_TOLD:
        return [], [], ("ignored", "tells of no procedure")
    if done is not None and done > today:
        return [], [], ("ignored", "dated after the day of reading")
    meaning = meanings.drug(said)
    treatments = [match.id for match in meaning.matches if match.kind in ("therapy", "family")]
    if treatments:
        why = purpose(record, resource, meanings)
        if why == "unclear" and any(_ELSEWHERE.search(word) for word in (*said.words, *_sites(resource))):
            why = "other"
        return [Trial(id_, why, "unknown") for id_ in treatments], [], ("used", "")
    shown = meanings.condition(said)
    ids = [match.id for match in shown.matches if match.kind == "condition"]
    present = [id_ for id_ in ids if _holds(Match("condition", id_), meanings.names, done, today)]
    if present:
        return [], present, ("used", "")
    if ids and done is None:
        return [], [suspected(id_, meanings.names) for id_ in ids], ("doubtful", "done on no known day")
    if ids:
        return [], [], ("recognised", f"done more than {RECENT.days} days ago")
    if meaning.understood or shown.understood or any(_NO_TREATMENT.search(word) for word in said.words):
        return [], [], ("recognised", "")
    return [], [], ("unresolved", "not understood")


def _sites(resource: Resource) -> tuple[str, ...]:
    """Where a procedure was done, in words."""
    return tuple(word for one in mappings(resource.body.get("bodySite")) for word in concept(one).words)


def _holds(match: Match, names: Names, done: date | None, today: date) -> bool:
    """Whether a procedure shows that a condition is present on the day of reading."""
    return match in names.lasting(match) or (done is not None and today - done <= RECENT)
