"""Read allergies to medicines, and what says that there are none."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from calcinosis_kb.knowledge.denial import is_denial
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.dates import moment
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import Json, mappings
from calcinosis_kb.patients.fhir.record import Resource
from calcinosis_kb.patients.fhir.status import status

__all__ = ["Allergies", "allergies", "read_allergy"]

_NONE = frozenset({"no-known-allergies", "no-known-medication-allergies", "716186003", "409137002"})
"""No known allergy, or none to a drug, in IPS and SNOMED CT."""

_NOT_DRUGS = frozenset({"no-known-food-allergies", "no-known-environmental-allergies", "429625007", "428607008"})
"""No known allergy to food or environment: says nothing of drugs."""

_NO_INFORMATION = frozenset({"no-allergy-info", "1287211007"})
_OTHER_DENIAL = re.compile(
    r"\b(?:food|environment\w*|latex|pollen|insect|animal|contrast|seasonal|inhal\w+)\b", re.IGNORECASE
)
_DRUGS = re.compile(r"\b(?:drugs?|medic\w*)\b", re.IGNORECASE)
_TO_ONE = re.compile(r"\b(?:to|gegen)\s+(?!(?:any |all )?(?:drugs?|medic))", re.IGNORECASE)
"""A denial of one allergy ("No known allergy to latex") says nothing of others."""


_ALIKE = frozenset({
    "aminoquinoline", "bisphosphonate", "cephalosporin", "nsaid", "penicillin", "salicylate", "sulfa", "sulfite", "tetracycline",
})  # fmt: skip
"""Classes whose drugs are so alike that an allergy to one counts as one to the class; a class by purpose or danger is none of them."""


class Allergies(msgspec.Struct):
    """The words of the list of allergies; ``told``: something was said of drugs at all, if only that nothing is known."""

    words: list[str] = msgspec.field(default_factory=list)
    whole: bool = True
    told: bool = False
    entries: list[Entry] = msgspec.field(default_factory=list)


class _Read(NamedTuple):
    """What one entry says. ``about``: of a drug or anything else, that there is no allergy to a drug, or nothing of drugs."""

    state: State
    why: str = ""
    words: tuple[str, ...] = ()
    about: str = "allergen"
    lost: bool = False


def allergies(found: list[Resource], meanings: Meanings) -> Allergies:
    """Read a list of allergies. A denial beside an allergy to a drug is a contradiction: the list is then not complete."""
    said = [concept(resource.body.get("code")) for resource in found]
    read = [read_allergy(resource.body, one, meanings) for resource, one in zip(found, said, strict=True)]
    listed = Allergies(
        words=[word for one in read for word in one.words],
        told=any(one.about in ("allergen", "denial") for one in read),
    )
    denied = any(one.about == "denial" for one in read)
    listed.whole = not (any(one.lost for one in read) or (denied and listed.words))
    for resource, named, one in zip(found, said, read, strict=True):
        if one.about == "denial" and listed.words:
            one = _Read("doubtful", "says that there is none, and an allergy stands beside it")
        gave = tuple(("allergies", word) for word in one.words)
        listed.entries.append(
            Entry(resource.type, resource.id, one.state, named.shown, one.why, _recorded(resource.body), gave)
        )
    return listed


def read_allergy(body: Json, said: Concept, meanings: Meanings) -> _Read:
    """Read one entry of a list of allergies, whose status is in ``body``."""
    verified, clinical = status(body.get("verificationStatus")), status(body.get("clinicalStatus"))
    if verified in ("refuted", "entered-in-error"):
        return _Read("ignored", verified.replace("-", " "), about="nothing")
    if clinical in ("inactive", "resolved"):
        return _Read("ignored", clinical, about="nothing")
    codes = {coding.code for coding in said.codings}
    if codes & _NO_INFORMATION:
        return _Read("ignored", "says that nothing is known", about="nothing")
    coded = bool(codes & (_NONE | _NOT_DRUGS))
    denial = next((word for word in said.words if is_denial(word)), None)
    if codes & _NOT_DRUGS or (not coded and denial and _narrow(denial)):
        return _Read("ignored", "a denial that says nothing of drugs", about="nothing")
    if coded or denial:
        return _Read("used", "no allergy is known", about="denial")
    return _substance_of(said if said.shown else _substance(body), meanings)


def _narrow(denial: str) -> bool:
    """Whether a denial leaves open whether there is an allergy to a drug."""
    return bool(_TO_ONE.search(denial) or (_OTHER_DENIAL.search(denial) and not _DRUGS.search(denial)))


def _substance_of(said: Concept, meanings: Meanings) -> _Read:
    meaning = meanings.drug(said)
    if meaning.understood:
        ours = dict.fromkeys(id_ for match in meaning.matches for id_ in _ids(match))
        if meaning.written:
            why = f"not understood in it: {meaning.written}"
            return _Read("used" if ours else "unresolved", why, (*ours, meaning.written), lost=True)
        return _Read("used", words=tuple(ours)) if ours else _Read("recognised")
    readings = [meanings.names.allergies(word) for word in said.words]
    known = next((one for one in readings if all(reading.understood for reading in one)), None)
    if known is None:
        why = "not understood" if said.shown else "no substance is named"
        return _Read("unresolved", why, (meaning.written or said.shown or "an allergy without a name",), lost=True)
    named: dict[str, None] = {}
    for word, one in zip(said.words, readings, strict=True):
        if one is known and any(reading.may_be for reading in one):
            named[word] = None
        elif one is known:
            named |= dict.fromkeys(id_ for reading in one for match in reading.matches for id_ in _ids(match))
    return _Read("used", words=tuple(named)) if named else _Read("recognised")


def _ids(match: Match) -> tuple[str, ...]:
    """What a patient file calls an allergen; nothing if it is of no class that matters here.

    An allergy to ampicillin is one to penicillins. One to heparin is one to heparin, and not to every anticoagulant.
    """
    if match.kind != "other":
        return (match.id,)
    alike = tuple(class_ for class_ in match.classes if class_ in _ALIKE)
    return alike or ((match.id.replace("_", " "),) if match.classes else ())


def _substance(body: Json) -> Concept:
    """The substance of a reaction, where the entry itself names none."""
    found = (concept(reaction.get("substance")) for reaction in mappings(body.get("reaction")))
    return next((one for one in found if one.shown), Concept())


def _recorded(body: Json) -> str:
    return moment(body, "onsetDateTime", "onsetPeriod", "recordedDate", "assertedDate", "lastOccurrence")
