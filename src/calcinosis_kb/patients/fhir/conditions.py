"""Read the problem list: what is present on the day of reading, and what lasts though it is past."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.person import FERTILE_AGES
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.dates import first_day, last_day, moment
from calcinosis_kb.patients.fhir.meaning import ConditionMeaning, left_open
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import Json
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.patients.fhir.sections import PAST_ILLNESS, listed
from calcinosis_kb.patients.fhir.status import certainty, status

__all__ = ["ACUTE", "PREGNANT", "Conditions", "conditions", "read_condition", "suspected"]

ACUTE = timedelta(days=90)
"""How long an acute condition is taken to last without an end."""

ACUTE_OPEN = timedelta(days=400)
"""How long it is left open whether an acute condition without an end still lasts."""

PREGNANT = timedelta(days=300)
"""How long a pregnancy is taken to last without an end."""

_OVER = ("inactive", "remission", "resolved")
_WRONG = {"refuted": "refuted", "entered-in-error": "entered in error"}
_UNSURE = ("unconfirmed", "provisional", "differential")
_PREGNANCY = "pregnancy"
_PRESENT = ("active", "recurrence", "relapse")
_CANCER, _ACTIVE_CANCER = "malignancy_history", "malignancy_active"
"""A cancer is read as one that may be over, unless its status says that it is not."""
_CALCINOSIS = "calcinosis_cutis"
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


class _Read(NamedTuple):
    """What one entry says: what it means, and the words that leave more open. ``lost``: something of it may be missing."""

    state: State
    why: str = ""
    matches: tuple[Match, ...] = ()
    words: tuple[str, ...] = ()
    lost: bool = False


def conditions(
    record: Record,
    found: list[Resource],
    meanings: Meanings,
    today: date,
    sex: str | None,
    age: float | None = None,
) -> Conditions:
    """Read the entries of a problem list. A disease that calcinosis need not come from is one behind it only beside calcinosis."""
    past = listed(record, PAST_ILLNESS)
    said = [concept(resource.body.get("code")) for resource in found]
    read = [
        read_condition(resource.body, one, meanings, today, sex, age, past=resource in past)
        for resource, one in zip(found, said, strict=True)
    ]
    above = {id_ for one in read for match in one.matches for id_ in _above(match, meanings.names)}
    if _CALCINOSIS not in above:
        read = [_without_various(one, meanings.names) for one in read]
    known = Conditions(
        whole=not any(one.lost for one in read) and not (_denied(said) and any(one.matches for one in read)),
        known=not any({coding.code for coding in one.codings} & _NO_INFORMATION for one in said),
    )
    for resource, named, one in zip(found, said, read, strict=True):
        gave = [("diseases" if match.kind == "disease" else "conditions", match.id) for match in one.matches]
        gave += [("conditions", word) for word in one.words]
        known.conditions += [word for where, word in gave if where == "conditions"]
        known.diseases += [word for where, word in gave if where == "diseases"]
        known.entries.append(
            Entry(resource.type, resource.id, one.state, named.shown, one.why, _begun(resource.body), tuple(gave))
        )
    return known


def _denied(said: list[Concept]) -> bool:
    return any({coding.code for coding in one.codings} & _NONE for one in said)


def read_condition(
    body: Json,
    said: Concept,
    meanings: Meanings,
    today: date,
    sex: str | None,
    age: float | None = None,
    *,
    past: bool = False,
) -> _Read:
    """Read one entry of a problem list, whose status and dates are in ``body``. ``past``: it stands among past illnesses."""
    verified, clinical = certainty(body), status(body.get("clinicalStatus"))
    if verified in _WRONG:
        return _Read("ignored", _WRONG[verified])
    codes = {coding.code for coding in said.codings}
    if codes & _NONE:
        return _Read("used", "no problems are known")
    if codes & _NO_INFORMATION:
        return _Read("ignored", "says that nothing is known")
    meaning, names = meanings.condition(said), meanings.names
    if (begun := first_day(_begun(body))) is not None and begun > today:
        return _Read("ignored", "begun after the day of reading")
    past = (past and clinical not in _PRESENT) or verified == "past"
    over = _is_over(body, clinical, today) or past
    if not meaning.understood:
        return _not_understood(said, verified, clinical, over=over)
    if over or meaning.past:
        return _past(meaning, names, "past" if not over or past else clinical if clinical in _OVER else "ended")
    if verified in _UNSURE or meaning.suspected:
        return _doubtful(meaning, names, verified if verified in _UNSURE else "suspected")
    return _present(meaning, names, _When(body, today, sex, age), active=clinical in _PRESENT)


def _is_over(body: Json, clinical: str, today: date) -> bool:
    """Whether a condition had ended by the day of reading: by its status, or by an end that does not lie after that day."""
    end = last_day(moment(body, "abatementDateTime", "abatementPeriod"))
    if end is not None:
        return end <= today
    return clinical in _OVER or any(key.startswith("abatement") and body[key] for key in body)


def _not_understood(said: Concept, verified: str, clinical: str, *, over: bool) -> _Read:
    why = "not understood" if said.shown else "no condition is named"
    lost = clinical in ("remission", "inactive") or not over
    words = (_named(said),) if lost and not over and verified not in _UNSURE else ()
    return _Read("unresolved", why, words=words, lost=lost)


def _named(said: Concept) -> str:
    """What a condition that was not understood is called in the patient file.

    A bare code must not be read again as one of another system: K77 is heart failure in one, and a disease of the liver in the next.
    """
    coded = f"a condition coded as {said.shown}" if said.shown else "a condition without a name"
    return next(iter(said.words), coded)


def _past(meaning: ConditionMeaning, names: Names, how: str) -> _Read:
    """Keep of a past condition what lasts: a cancer becomes a history of malignancy, a rheumatic disease stays."""
    lasting = tuple(dict.fromkeys(match for one in meaning.matches for match in names.lasting(one)))
    if lasting:
        return _Read("used", f"{how}, and counts as past", lasting)
    return _Read("recognised" if how == "past" else "ignored", how)


def _doubtful(meaning: ConditionMeaning, names: Names, why: str) -> _Read:
    named = (suspected(match.id, names) for match in meaning.matches if match.kind == "condition")
    words = (*named, *(word for word, _ in left_open(meaning.open, meaning.matches, names)))
    return _Read("doubtful" if meaning.matches or words else "recognised", why, words=words)


def suspected(id_: str, names: Names) -> str:
    """What a patient file calls a condition that may be present."""
    return f"suspected {names.knowledge.terms.conditions[id_].name}"


def _present(meaning: ConditionMeaning, names: Names, when: _When, *, active: bool) -> _Read:
    """What an entry says of the day of reading; what cannot still hold is left open."""
    doubts = {match: when.doubt(match, names) for match in meaning.matches}
    sure = tuple(match for match, doubt in doubts.items() if not doubt)
    if active and any(_CANCER in _above(match, names) for match in sure):
        sure = tuple(
            dict.fromkeys((*(match for match in sure if match.id != _CANCER), Match("condition", _ACTIVE_CANCER)))
        )
    open_ = {
        word: [when.doubt(Match("condition", id_), names) for id_ in ids]
        for word, ids in left_open(meaning.open, (*meaning.matches, *sure), names)
    }
    words = (
        *(suspected(match.id, names) for match, doubt in doubts.items() if doubt and not when.long_over(match, names)),
        *(word for word, left in open_.items() if not all(left)),
    )
    why = next(filter(None, doubts.values()), "")
    if why:
        return _Read("doubtful", why, sure, words)
    if sure or words:
        return _Read("used", "", sure, words)
    return _Read("recognised", next((doubt for left in open_.values() for doubt in left), meaning.why))


class _When(msgspec.Struct):
    """What tells whether a condition can hold on the day of reading."""

    body: Json
    today: date
    sex: str | None
    age: float | None = None

    def doubt(self, match: Match, names: Names) -> str:
        """Why a condition without an end cannot hold on the day of reading; empty if it can."""
        if _PREGNANCY in _above(match, names) and (why := self._not_pregnant()):
            return f"a pregnancy, recorded {why}"
        if self._is_acute(match, names) and self._older_than(ACUTE):
            return f"an acute condition without an end, begun more than {ACUTE.days} days ago"
        return ""

    def _not_pregnant(self) -> str:
        """Why a pregnancy cannot go on; empty if it can."""
        if self.sex == "male":
            return "of a man"
        if self.age is not None and not FERTILE_AGES[0] <= self.age <= FERTILE_AGES[1]:
            return f"at the age of {self.age:g}"
        return f"more than {PREGNANT.days} days ago" if self._older_than(PREGNANT) else ""

    def long_over(self, match: Match, names: Names) -> bool:
        """Whether an acute condition began so long ago that it does not last, whatever the record lacks."""
        return self._is_acute(match, names) and self._older_than(ACUTE_OPEN)

    @property
    def _first(self) -> date | None:
        return first_day(_begun(self.body))

    def _older_than(self, time: timedelta) -> bool:
        return self._first is not None and self.today - self._first > time

    @staticmethod
    def _is_acute(match: Match, names: Names) -> bool:
        terms = names.knowledge.terms.conditions
        return any(terms[id_].acute for id_ in _above(match, names) if id_ in terms)


def _begun(body: Json) -> str:
    return moment(body, "onsetDateTime", "onsetPeriod", "recordedDate", "assertedDate", "dateRecorded")


def _above(match: Match, names: Names) -> tuple[str, ...]:
    return names.knowledge.ancestors("diseases" if match.kind == "disease" else "conditions", match.id)


def _without_various(read: _Read, names: Names) -> _Read:
    """Leave out a word for several diseases, most of which calcinosis does not come from (rheumatoid arthritis)."""
    diseases = names.knowledge.terms.diseases
    kept = tuple(match for match in read.matches if match.kind != "disease" or not diseases[match.id].various)
    if kept == read.matches or read.state != "used":
        return read
    state: State = "used" if kept or read.words else "recognised"
    return read._replace(state=state, matches=kept)
