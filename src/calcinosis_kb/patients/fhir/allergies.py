"""Read allergies to medicines, and what says that there are none."""

from __future__ import annotations

import msgspec

from calcinosis_kb.patients.account import Entry, State
from calcinosis_kb.patients.fhir.concept import Concept, concept
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.fhir.plain import Json, mappings
from calcinosis_kb.patients.fhir.record import Resource
from calcinosis_kb.patients.fhir.status import status

__all__ = ["Allergies", "allergies"]

_NONE = frozenset({"no-known-allergies", "no-known-medication-allergies", "716186003", "409137002"})
"""No known allergy, or none to a drug, in IPS and SNOMED CT."""

_NOT_DRUGS = frozenset({"no-known-food-allergies", "no-known-environmental-allergies", "429625007", "428607008"})
"""No known allergy to food or environment: says nothing of drugs."""

_NO_INFORMATION = frozenset({"no-allergy-info", "1287211007"})


class Allergies(msgspec.Struct):
    """The words of the list of allergies. ``denied``: an entry says that there are none; ``told`` that something was said at all."""

    words: list[str] = msgspec.field(default_factory=list)
    whole: bool = True
    denied: bool = False
    told: bool = False
    entries: list[Entry] = msgspec.field(default_factory=list)


def allergies(found: list[Resource], meanings: Meanings) -> Allergies:
    """Read a list of allergies. A denial beside an allergy is a contradiction: the list is then not complete."""
    read = Allergies()
    for resource in found:
        said = concept(resource.body.get("code"))
        state, why = _one(read, resource.body, said, meanings)
        read.entries.append(Entry(resource.type, resource.id, state, said.shown, why))
    if read.denied and read.words:
        read.whole = False
    return read


def _one(read: Allergies, body: Json, said: Concept, meanings: Meanings) -> tuple[State, str]:
    verified, clinical = status(body.get("verificationStatus")), status(body.get("clinicalStatus"))
    if verified in ("refuted", "entered-in-error"):
        return "ignored", verified.replace("-", " ")
    if clinical in ("inactive", "resolved"):
        return "ignored", clinical
    codes = {coding.code for coding in said.codings}
    if codes & _NO_INFORMATION:
        return "ignored", "says that nothing is known"
    if codes & _NOT_DRUGS:
        return "ignored", "a denial that says nothing of drugs"
    read.told = True
    if codes & _NONE:
        read.denied = True
        return "used", "no allergy is known"
    if not said.shown:
        said = _substance(body)
    return _substance_of(read, said, meanings)


def _substance_of(read: Allergies, said: Concept, meanings: Meanings) -> tuple[State, str]:
    meaning = meanings.drug(said)
    if meaning.understood and (coded := [m for m in meaning.matches if m.kind != "other" or m.classes]):
        read.words.extend(id_ for m in coded for id_ in ((m.id,) if m.kind != "other" else m.classes))
        return "used", ""
    if meaning.understood:
        return "recognised", ""
    readings = [meanings.names.allergies(word) for word in said.words]
    known = next((one for one in readings if all(reading.understood for reading in one)), None)
    if known is None:
        read.whole = False
        read.words.append(said.shown or "an allergy without a name")
        return "unresolved", "not understood" if said.shown else "no substance is named"
    ours = [
        word
        for word, one in zip(said.words, readings, strict=True)
        if one is known and any(r.matches or r.may_be for r in one)
    ]
    read.words.extend(ours)
    return ("used", "") if ours else ("recognised", "")


def _substance(body: Json) -> Concept:
    """The substance of a reaction, where the entry itself names none."""
    found = (concept(reaction.get("substance")) for reaction in mappings(body.get("reaction")))
    return next((one for one in found if one.shown), Concept())
