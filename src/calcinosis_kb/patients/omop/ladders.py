"""The ways to the sense of a concept of OMOP, by table of events: the functions that read FHIR are asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import msgspec

from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.account import State
from calcinosis_kb.patients.fhir.allergies import read_allergy
from calcinosis_kb.patients.fhir.concept import Coding, Concept, shortened
from calcinosis_kb.patients.fhir.conditions import read_condition
from calcinosis_kb.patients.fhir.drugs import Meaning
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.medicines import LIVE_VACCINE, given_once, in_list, is_therapy
from calcinosis_kb.patients.fhir.procedures import RECENT, read_procedure
from calcinosis_kb.patients.fhir.record import Record, Resource
from calcinosis_kb.patients.omop.senses import AGES, ONCE, VALUED, Gift, Sense
from calcinosis_kb.patients.omop.vocabulary import Vocabulary

__all__ = ["LADDERS", "Ladder"]

_CODE = re.compile(r"[A-Z0-9.\-/_:|]*[0-9][A-Z0-9.\-/_:|]*", re.IGNORECASE)
"""A code of a list that nobody named."""

_ALLERGY = "allerg"
"""What the names of allergies and of their denials have in them."""

_PLAIN = ("Clinical Finding", "Social Context", "Observable Entity")
"""The classes of concepts that are no allergens and, in the table of observations, no conditions."""

_TODAY = date(2000, 1, 1)
"""Any day: what a concept means depends on how long ago an event was, not on when."""


class Spoken(NamedTuple):
    """What an event says, with the concept from which the vocabulary leads on, and that of how a drug is given; 0 if there is none."""

    said: Concept
    id: int = 0
    route: int = 0


class Ladder:
    """The ways to the sense of a concept, in their order."""

    def __init__(self, meanings: Meanings, vocabulary: Vocabulary) -> None:
        self.meanings = meanings
        self.names = meanings.names
        self.vocabulary = vocabulary

    def coded(self, concept: int, source: int, route: int) -> Sense:
        """The sense of a concept and its source concept, by the vocabulary."""
        return self.read(Spoken(Concept(self.vocabulary.codings(concept, source)), concept or source, route))

    def worded(self, concept: int, source: int, route: int, word: str) -> Sense:
        """The sense of a source value beside concepts that are not understood; a bare code has none."""
        beside = self.coded(concept, source, route)
        if word and not _CODE.fullmatch(word):
            sense = self.read(Spoken(Concept(text=shortened(word)), 0, route))
            if sense.understood or not beside.said.shown:
                said = Concept(beside.said.codings, shortened(word))
                return msgspec.structs.replace(sense, said=said, way="source value" if sense.understood else "none")
        if beside.said.shown or not word:
            return beside
        return msgspec.structs.replace(beside, said=Concept(text=shortened(word)))

    def read(self, spoken: Spoken) -> Sense:
        """The sense of what an event says."""
        raise NotImplementedError


class _Drugs(Ladder):
    """Drugs: by ingredient, else by code, else by name.

    What one gives does not depend on when: ``ever`` a trial, ``now`` a medicine, `ONCE` a live vaccine.
    """

    def read(self, spoken: Spoken) -> Sense:
        said = spoken.said
        given = (Concept(self.vocabulary.codings(spoken.route)),) if spoken.route else ()
        own = self.meanings.drug(said, given)
        way, found = self.vocabulary.ingredients(spoken.id) if spoken.id else ("", ())
        parts = [self.meanings.drug(Concept(self.vocabulary.codings(one)), given) for one in found]
        if parts and not own.local and all(part.understood for part in parts):
            matches = tuple(dict.fromkeys(match for part in parts for match in part.matches))
            if not self._agree(own.matches, matches):
                return Sense(said, "none", why="its ingredients and its name do not mean the same")
            return self._sense(said, way, Meaning(matches))
        if not own.understood or own.written:
            return Sense(said, "none", why=own.why or "not understood" if said.shown else "no medicine is named")
        by_code = any(self.names.coded_drug(one.system, one.code) for one in said.codings if one.system)
        return self._sense(said, "code" if by_code else "name", own)

    def _agree(self, named: tuple[Match, ...], found: tuple[Match, ...]) -> bool:
        """Whether a name and the ingredients may mean one drug; two that are none of ours may."""
        ours = any(match.kind != "other" for match in (*named, *found))
        related = (
            one.id in self.names.classes(other) or other.id in self.names.classes(one)
            for one in named
            for other in found
        )
        return not (named and found and ours) or any(related)

    def _sense(self, said: Concept, way: str, meaning: Meaning) -> Sense:
        words, when = in_list(meaning, self.names), "now"
        if given_once(meaning, self.names):
            words, when = [word for word in words if word == LIVE_VACCINE], ONCE
        trials = [Gift("ever", "trial", match.id) for match in meaning.matches if is_therapy(match, self.names)]
        return Sense(said, way, (*trials, *(Gift(when, "medication", word) for word in dict.fromkeys(words))))


class _Conditions(Ladder):
    """Conditions, and allergies among them. ``when`` is "past", "unsure", or how long ago it began, and of whom ("1 male")."""

    list_: str | None = "conditions"
    """The list that is left incomplete by what is not understood."""

    def read(self, spoken: Spoken) -> Sense:
        said = spoken.said
        others = (word for word in said.words if self.names.term("conditions", word) is None)
        allergy = next((word for word in others if self.names.allergen(word)), None)
        if allergy:
            return self._allergy(said, self.names.allergen(allergy) or allergy)
        wider = self._wider(spoken.id)
        whole = Concept((*said.codings, *wider), said.text)
        understood = self.meanings.condition(whole).understood
        way = "none" if not understood else self._way(said, wider)
        gifts: list[Gift] = []
        told: dict[str, tuple[State, str]] = {}
        for when, body, sex in _standings():
            read = read_condition(body, whole, self.meanings, _TODAY, sex)
            told[when] = read.state, read.why
            told[VALUED] = "recognised", "has a value, which may deny it"
            if understood:
                gifts += [Gift(when, self._kind(match), match.id) for match in read.matches]
                gifts += [Gift(when, "condition", word) for word in read.words]
            elif read.lost and self.list_:
                gifts.append(Gift(when, "unread", self.list_))
        why = "" if understood else "not understood" if said.shown else "no condition is named"
        return Sense(said, way, tuple(dict.fromkeys(gifts)), why, told)

    def _kind(self, match: Match) -> str:
        """A word for several diseases counts only beside calcinosis."""
        various = match.kind == "disease" and self.names.knowledge.terms.diseases[match.id].various
        return "various" if various else match.kind

    def _wider(self, id_: int) -> tuple[Coding, ...]:
        """The wider concepts that are ours; their names say nothing more."""
        return tuple(
            one._replace(display="")
            for one in self.vocabulary.wider(id_)
            if one.system and self.names.coded_conditions(one.system, one.code)
        )

    def _way(self, said: Concept, wider: tuple[Coding, ...]) -> str:
        own = self.meanings.condition(said)
        if wider and not own.understood:
            return "ancestor"
        coded = any(one.system and self.names.coded_conditions(one.system, one.code) for one in said.codings)
        return "code" if coded or said.codes("icd10") else "name"

    def _allergy(self, said: Concept, allergen: str) -> Sense:
        read = read_allergy({}, Concept(text=allergen), self.meanings)
        gave = [("unread", "allergies")] if read.lost else [("allergy", word) for word in read.words]
        return self._standing(said, "none" if read.lost else "name", read.state, read.why, gave)

    def _standing(self, said: Concept, way: str, state: State, why: str, gave: list[tuple[str, str]]) -> Sense:
        """The sense of what holds unless it is past, since whenever."""
        now = [when for when, *_ in _standings() if when != "past"] + [VALUED]
        gifts = tuple(Gift(when, kind, id_) for when in now for kind, id_ in gave)
        told: dict[str, tuple[State, str]] = {**dict.fromkeys(now, (state, why)), "past": ("ignored", "ended")}
        return Sense(said, way, gifts, why if state == "unresolved" else "", told)


class _Observations(_Conditions):
    """Observations: allergies and their denials, and conditions that stand among them."""

    list_ = None

    def read(self, spoken: Spoken) -> Sense:
        said = spoken.said
        if said.codes("loinc"):
            return self._standing(said, "code", "recognised", "", [])
        if not any(_ALLERGY in word.casefold() for word in said.words):
            sense, term = super().read(spoken), self.vocabulary.terms.get(spoken.id)
            if sense.why and term is not None and term.kind in _PLAIN:
                return self._standing(said, "code", "recognised", "an observation, and no condition by its domain", [])
            return sense
        read = read_allergy({}, said, self.meanings)
        if read.about == "denial":
            return self._standing(said, "code", read.state, read.why, [("denial", "allergies")])
        if read.about == "nothing":
            return self._standing(said, "code", read.state, read.why, [])
        return super().read(spoken)


class _Procedures(Ladder):
    """Procedures and devices; not those that treat something else. ``when``: "recent", "past", or "unsure" if no day is known."""

    def read(self, spoken: Spoken) -> Sense:
        said = spoken.said
        gifts: list[Gift] = []
        told: dict[str, tuple[State, str]] = {}
        days = {"recent": _TODAY, "past": _TODAY - RECENT - timedelta(days=1), "unsure": None}
        for when, done in days.items():
            trials, present, told[when] = read_procedure(_NOTHING, _PROCEDURE, said, self.meanings, done, _TODAY)
            gifts += [Gift(when, "trial", trial.therapy) for trial in trials if trial.purpose == "unclear"]
            gifts += [Gift(when, "condition", id_) for id_ in present]
        why = told["recent"][1] if told["recent"][0] == "unresolved" else ""
        return Sense(said, "none" if why else "name", tuple(gifts), why, told)


_NOTHING = Record((), frozenset())
_PROCEDURE = Resource("Procedure", "", {"status": "completed"})


def _standings() -> Iterator[tuple[str, dict[str, Any], str | None]]:
    """Each way in which a condition may stand, as an entry of FHIR says it."""
    yield "past", {"abatementDateTime": _TODAY.isoformat()}, None
    yield "unsure", {"verificationStatus": "provisional"}, None
    for n, days in enumerate(AGES):
        body = {"onsetDateTime": (_TODAY - timedelta(days=days + (1 if n else 0))).isoformat()}
        yield str(n), body, None
        yield f"{n} male", body, "male"


LADDERS: dict[str, Callable[[Meanings, Vocabulary], Ladder]] = {
    "drug_exposure": _Drugs,
    "condition_occurrence": _Conditions,
    "procedure_occurrence": _Procedures,
    "device_exposure": _Procedures,
    "observation": _Observations,
}
"""By table of events: how its concepts are read."""
