"""Read the problem list: what is present on the day of reading, and what lasts though it is past."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.dates import started
from calcinosis_kb.patients.fhir.meaning import ConditionMeaning
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import Json
from calcinosis_kb.patients.fhir.record import Resource
from calcinosis_kb.patients.fhir.status import status

__all__ = ["Conditions", "conditions"]

ACUTE = timedelta(days=90)
"""How long an infection is taken to last without an end."""

PREGNANT = timedelta(days=300)
"""How long a pregnancy is taken to last without an end."""

_OVER = ("inactive", "remission", "resolved")
_WRONG = {"refuted": "refuted", "entered-in-error": "entered in error"}
_UNSURE = ("unconfirmed", "provisional", "differential")
_INFECTION = "active_infection"
_PREGNANCY = "pregnancy"
_PRESENT = ("active", "recurrence", "relapse")
_CANCER, _ACTIVE_CANCER = "malignancy_history", "malignancy_active"
"""A cancer is read as one that may be over, unless its status says that it is not."""
_NONE = frozenset({"no-known-problems", "160245001"})
"""What says that there is no problem: IPS, and SNOMED CT "No current problems or disability"."""
_NO_INFORMATION = frozenset({"no-problem-info", "1287211007"})


class Conditions(msgspec.Struct):
    """The words of the lists of conditions and diseases; ``whole`` if the list of conditions is complete."""

    conditions: list[str] = msgspec.field(default_factory=list)
    diseases: list[str] = msgspec.field(default_factory=list)
    whole: bool = True
    known: bool = True
    entries: list[Entry] = msgspec.field(default_factory=list)

    def add(self, matches: tuple[Match, ...]) -> None:
        for match in matches:
            (self.diseases if match.kind == "disease" else self.conditions).append(match.id)


def conditions(found: list[Resource], meanings: Meanings, today: date, sex: str | None) -> Conditions:
    """Read the entries of a problem list."""
    read = Conditions()
    for resource in found:
        said = concept(resource.body.get("code"))
        state, why = _one(read, resource.body, said, meanings, today, sex)
        read.entries.append(Entry(resource.type, resource.id, state, said.shown, why))
    return read


def _one(
    read: Conditions, body: Json, said: Concept, meanings: Meanings, today: date, sex: str | None
) -> tuple[State, str]:
    verified, clinical = status(body.get("verificationStatus")), status(body.get("clinicalStatus"))
    if verified in _WRONG:
        return "ignored", _WRONG[verified]
    codes = {coding.code for coding in said.codings}
    if codes & _NONE:
        return "used", "no problems are known"
    if codes & _NO_INFORMATION:
        read.known = False
        return "ignored", "says that nothing is known"
    meaning, names = meanings.condition(said), meanings.names
    over = clinical in _OVER or any(key.startswith("abatement") for key in body)
    if not meaning.understood:
        if clinical in ("remission", "inactive"):
            read.whole = False
        elif not over and verified not in _UNSURE:
            read.whole = False
            read.conditions.append(said.shown or "a condition without a name")
        return "unresolved", "not understood" if said.shown else "no condition is named"
    if over:
        return _past(read, meaning, names, clinical or "ended")
    doubt = verified if verified in _UNSURE else _implausible(body, meaning, names, today, sex)
    if doubt:
        read.conditions.extend(
            f"suspected {names.knowledge.terms.conditions[m.id].name}" for m in meaning.matches if m.kind == "condition"
        )
        return ("doubtful" if meaning.matches or meaning.words else "recognised"), doubt
    read.add(meaning.matches)
    read.conditions.extend(meaning.words)
    if clinical in _PRESENT and any(match.id == _CANCER for match in meaning.matches):
        read.conditions.append(_ACTIVE_CANCER)
    return ("used", "") if meaning.matches or meaning.words else ("recognised", "")


def _past(read: Conditions, meaning: ConditionMeaning, names: Names, how: str) -> tuple[State, str]:
    """Keep of a past condition what lasts: a cancer becomes a history of malignancy, a rheumatic disease stays."""
    lasting = tuple(match for one in meaning.matches for match in names.lasting(one))
    read.add(lasting)
    return ("used", f"{how}, and counts as past") if lasting else ("ignored", how)


def _implausible(body: Json, meaning: ConditionMeaning, names: Names, today: date, sex: str | None) -> str:
    """Why an entry without an end cannot hold on the day of reading; empty if it can."""
    begun = started(body, "onsetDateTime", "onsetPeriod", "recordedDate", "assertedDate")
    above = {id_ for match in meaning.matches for id_ in names.knowledge.ancestors("conditions", match.id)}
    if _PREGNANCY in above and (sex == "male" or (begun is not None and begun + PREGNANT < today)):
        return f"a pregnancy, recorded {'of a man' if sex == 'male' else f'on {begun}'}"
    if _INFECTION in above and begun is not None and begun + ACUTE < today:
        return f"an infection without an end, begun on {begun}"
    return ""
