"""Read the names of medicines that records write: whole, by the grammar of RxNorm, or among other words; the form may decide."""

from __future__ import annotations

import re

from calcinosis_kb.knowledge.mentions import called_off
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Reading
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.forms import has_local_form, is_injected, is_swallowed

__all__ = ["is_whole", "left_open", "read_name"]

_LEAD = re.compile(r"\A(?:[A-Z]{2,4}[0-9]{5,6} )?[0-9.]+ (?:HR|ML|ACTUAT|DAY|MG) (?=\w)", re.IGNORECASE)
"""What RxNorm puts before a name: "24 HR", "120 ACTUAT"."""
_STRENGTH = re.compile(r"\s[0-9]")
_INJECTED = re.compile(r"\b(?:injection|injectable|injektion\w*|inyectable|injetável|iniettabile)\b", re.IGNORECASE)
"""A form that does not say where it is injected: not into a deposit."""
_UNITS = ((re.compile(r"\bUNT\b"), "IU"), (re.compile(r"/ACTUAT\b"), "/dose"))
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_PACK = re.compile(r"\{\s*[0-9.]+ \(([^{}]*?)\)[^{}]*\}.*", re.DOTALL)
"""A pack of RxNorm: "{21 (Prednisone 5 MG Oral Tablet) } Pack"."""


def read_name(word: str, concept: Concept, names: Names, given: tuple[Concept, ...]) -> tuple[Reading, ...]:
    """What a name tells: as a whole, by the grammar of RxNorm, or by the names that it mentions; nothing if it is called off."""
    if called_off(word):
        return ()
    whole = _by_name(word, names, _route(given)) or (_by_ingredients(word, names) if concept.codes("rxnorm") else ())
    return whole or names.mentioned(word) or _by_form(word, names, given)


def is_whole(readings: tuple[Reading, ...]) -> bool:
    """Whether everything in a name was understood, and means one thing."""
    return bool(readings) and all(reading.state in ("ours", "recognised") for reading in readings)


def left_open(word: str, names: Names) -> str:
    """The name of a drug that may be several, as a patient file takes it; empty for any other name."""
    if not any(reading.state == "ambiguous" for stem in _stems(word) for reading in names.drugs.known(stem)):
        return ""
    return " ".join(_INJECTED.sub(" ", word).split())


def _by_name(word: str, names: Names, route: str | None) -> tuple[Reading, ...]:
    """The meaning of a name, none if any part of it is not understood. What is in brackets is then left out: it is often a brand."""
    plain = _INJECTED.sub(" ", _LEAD.sub("", _PACK.sub(r"\1", word)))
    for written, ours in _UNITS:
        plain = written.sub(ours, plain)
    for form in dict.fromkeys((plain, _BRACKETS.sub(" ", plain).strip())):
        for way in (route, None) if route else (None,):
            readings = names.drugs.known(form, way) if form else ()
            if is_whole(readings):
                return readings
    return ()


def _route(given: tuple[Concept, ...]) -> str | None:
    """The route by which a medicine is given, in words."""
    return next((word for one in given for word in one.words), None)


def _by_ingredients(word: str, names: Names) -> tuple[Reading, ...]:
    """The meaning of a name as RxNorm makes them: each ingredient with its strength, then the form."""
    found: list[Reading] = []
    for part in _LEAD.sub("", _BRACKETS.sub(" ", _PACK.sub(r"\1", word))).split(" / "):
        readings = names.drugs.known(_STRENGTH.split(part)[0])
        if len(readings) != 1 or not is_whole(readings):
            return ()
        found.extend(readings)
    return tuple(found)


def _by_form(word: str, names: Names, given: tuple[Concept, ...]) -> tuple[Reading, ...]:
    """The meaning of a drug of several forms that is told to be swallowed or injected: what is left without the forms that it is not."""
    words = [word, *(one for concept in given for one in concept.words)]
    swallowed = is_swallowed(words)
    if not (swallowed or is_injected(words)) or any(map(has_local_form, words)):
        return ()
    told = next((one for one in map(names.drugs.known, _stems(word)) if len(one) == 1 and one[0].may_be), ())
    if not told:
        return ()
    left = [id_ for id_ in told[0].may_be if not _is_other_form(id_, names, swallowed=swallowed)]
    decided = len(left) == 1 < len(told[0].may_be)  # one alone may still be something that is not ours
    match = names.drugs.match(left[0]) if decided else None
    if match is not None:
        return (Reading(word, "ours", (match,)),)
    return () if left else (Reading(word, "recognised"),)


def _is_other_form(id_: str, names: Names, *, swallowed: bool) -> bool:
    """Whether a treatment or medicine is one of a form that is applied, or, of what is swallowed, injected."""
    therapy, medication = names.knowledge.therapies.get(id_), names.knowledge.terms.medications.get(id_)
    if therapy is not None and therapy.reach == "local":
        return swallowed or has_local_form(therapy.name)
    named = [known.name for known in (therapy, medication) if known is not None]
    return any(map(has_local_form, named)) or (swallowed and is_injected(named))


def _stems(word: str) -> tuple[str, ...]:
    """What a name may be without its form and strength: all of it, its ingredients, its first word."""
    plain = _BRACKETS.sub(" ", _LEAD.sub("", word)).strip()
    return (plain, *(_STRENGTH.split(part)[0] for part in plain.split(" / ")), re.split(r"[\s-]", plain)[0])
