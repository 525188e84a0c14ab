"""Which medicine or treatment a concept means: by code and system, by group of ATC, by its whole name, never by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from calcinosis_kb.knowledge.drugnames import SUBSTANCE
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.forms import acts_locally, has_local_form, is_injected, is_local, is_swallowed

__all__ = ["Meaning", "drug"]

_LEAD = re.compile(r"\A(?:[A-Z]{2,4}[0-9]{5,6} )?[0-9.]+ (?:HR|ML|ACTUAT|DAY|MG) (?=\w)", re.IGNORECASE)
"""What RxNorm puts before a name: "24 HR", "120 ACTUAT"."""
_STRENGTH = re.compile(r"\s[0-9]")
_INJECTED = re.compile(r"\b(?:injection|injectable|injektion\w*|inyectable|injetável|iniettabile)\b", re.IGNORECASE)
"""A form that does not say where it is injected: not into a deposit."""
_UNITS = ((re.compile(r"\bUNT\b"), "IU"), (re.compile(r"/ACTUAT\b"), "/dose"))
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_PACK = re.compile(r"\{\s*[0-9.]+ \(([^{}]*?)\)[^{}]*\}.*", re.DOTALL)
"""A pack of RxNorm: "{21 (Prednisone 5 MG Oral Tablet) } Pack"."""


class Meaning(msgspec.Struct, frozen=True):
    """What a concept means: ``matches``, none for a medicine that is none of ours; or ``why`` it is not understood.

    ``classes`` are those of a medicine of which only its group of ATC is known; ``unnamed`` if the group is all that was said.
    ``local``: it acts where it is applied; ``classes`` are then those that count in any form. ``by_name``: no code was given.
    ``written`` is what leaves something open, for the patient file.
    """

    matches: tuple[Match, ...] = ()
    why: str = ""
    classes: tuple[str, ...] = ()
    unnamed: bool = False
    local: bool = False
    by_name: bool = False
    written: str = ""

    @property
    def understood(self) -> bool:
        return not self.why


def drug(concept: Concept, names: Names, given: tuple[Concept, ...] = ()) -> Meaning:
    """Return what a concept means as a medicine, treatment or allergen; ``given`` are its form and the routes by which it is given."""
    codes = [names.coded_drug(coding.system, coding.code) for coding in concept.codings if coding.system]
    coded = tuple(dict.fromkeys(match for one in codes for match in one))
    concept = _with_products(concept, names)
    told = [_told(word, concept, names, given) for word in concept.words]
    named = [tuple(match for reading in one for match in reading.matches) for one in told if _is_whole(one)]
    grouped = _grouped(concept, names)
    local = _is_local(concept, names, given)
    parts = next((one for one in told if one and not _is_whole(one)), ()) if not named else ()
    if not coded and not named and grouped is None and not parts:
        return _not_understood(concept, names, local=local)
    options = tuple(match for match in grouped or () if match.kind == "therapy")
    classes = tuple(match for match in grouped or () if match.kind != "therapy")
    covered = any(set(coded) <= set(one) for one in named)  # the codes of a combination that its name tells whole
    sets = [*(() if covered else codes), *named, options]
    if _contradict([one for one in sets if one], names) or _other_class(classes, sets, names):
        return Meaning(why="its code and its name, or two of its codes, do not mean the same")
    matches = tuple(dict.fromkeys(match for one in sets for match in one))
    matches = matches or tuple(match for reading in parts for match in reading.matches)
    written = "; ".join(reading.text for reading in parts if not reading.matches)
    by_name = not any(coding.system for coding in concept.codings)
    if local:
        therapies = names.knowledge.therapies
        here = tuple(m for m in matches if m.id in therapies and therapies[m.id].reach == "local" and m not in coded)
        still = names.lowest(id_ for match in matches for id_ in names.classes(match) if _in_any_form(id_, names))
        # A code of ATC is that of the whole product: what is in it acts there too.
        written = "" if concept.codes("atc") else written
        return Meaning(_narrowest(here, names), classes=still, local=True, by_name=by_name, written=written)
    if any(_only_by_form(match, names) for match in coded if not any(match in one for one in named)):
        return Meaning(why="its form, which decides what it is, is not told")
    return Meaning(
        _narrowest(matches, names),
        classes=tuple(match.id for match in _narrowest((*matches, *classes), names) if match in classes),
        unnamed=not matches and all(len(code) < SUBSTANCE for code in concept.codes("atc")),
        by_name=by_name,
        written=written,
    )


def _with_products(concept: Concept, names: Names) -> Concept:
    """The concept, with the names of its products by their codes where the record names nothing."""
    if concept.words:
        return concept
    codings = (
        coding._replace(display=names.product(coding.code) or "") if coding.system == "rxnorm" else coding
        for coding in concept.codings
    )
    return Concept(tuple(codings), concept.text)


def _told(word: str, concept: Concept, names: Names, given: tuple[Concept, ...]) -> tuple[Reading, ...]:
    """What a name tells: as a whole, by the grammar of RxNorm, or by the names that it mentions."""
    whole = _by_name(word, names, _route(given)) or (_by_ingredients(word, names) if concept.codes("rxnorm") else ())
    return whole or names.mentioned(word) or _by_form(word, names, given)


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
    match = names.drugs.match(left[0]) if len(left) == 1 else None
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


def _by_name(word: str, names: Names, route: str | None) -> tuple[Reading, ...]:
    """The meaning of a name, none if any part of it is not understood. What is in brackets is then left out: it is often a brand."""
    plain = _INJECTED.sub(" ", _LEAD.sub("", _PACK.sub(r"\1", word)))
    for written, ours in _UNITS:
        plain = written.sub(ours, plain)
    for form in dict.fromkeys((plain, _BRACKETS.sub(" ", plain).strip())):
        for way in (route, None) if route else (None,):
            readings = names.drugs.known(form, way) if form else ()
            if _is_whole(readings):
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
        if len(readings) != 1 or not _is_whole(readings):
            return ()
        found.extend(readings)
    return tuple(found)


def _is_whole(readings: tuple[Reading, ...]) -> bool:
    """Whether everything in a name was understood, and means one thing."""
    return bool(readings) and all(reading.state in ("ours", "recognised") for reading in readings)


def _grouped(concept: Concept, names: Names) -> tuple[Match, ...] | None:
    """What the groups of ATC, and the codes of use, tell of a medicine that no code of its own means; None if they tell nothing."""
    told = [names.drug_group(code) for code in concept.codes("atc") if not names.coded_drug("atc", code)]
    told.extend(names.drug_use(code) for code in concept.codes("icd10"))
    if all(one is None for one in told):
        return None
    return tuple(dict.fromkeys(match for one in told for match in one or ()))


def _not_understood(concept: Concept, names: Names, *, local: bool) -> Meaning:
    """Why nothing is known of a concept. What is told to act where it is applied is known by that, if its group or its drug is."""
    open_ = next((word for word in concept.words if _leaves_open(word, names)), "")
    if local and (open_ or concept.codes("atc")):
        return Meaning(local=True)
    if open_:
        return Meaning(why="it may mean several things", written=" ".join(_INJECTED.sub(" ", open_).split()))
    return Meaning(why="not understood", written=concept.shown)


def _leaves_open(word: str, names: Names) -> bool:
    return any(reading.state == "ambiguous" for stem in _stems(word) for reading in names.drugs.known(stem))


def _contradict(sets: list[tuple[Match, ...]], names: Names) -> bool:
    """Whether two names or codes mean medicines that have nothing to do with each other, one of them ours.

    Two medicines that are none of ours may be one under two names.
    """
    return any(
        not _share(one, other, names)
        for n, one in enumerate(sets)
        for other in sets[n + 1 :]
        if any(match.kind != "other" for match in (*one, *other))
    )


def _share(one: Iterable[Match], other: Iterable[Match], names: Names) -> bool:
    known = [(match.id, names.classes(match)) for match in other]
    return any(match.id in classes or id_ in names.classes(match) for match in one for id_, classes in known)


def _other_class(classes: tuple[Match, ...], sets: list[tuple[Match, ...]], names: Names) -> bool:
    """Whether the group of a code has nothing to do with the treatments that a name or another code means."""
    ours = [match for one in sets for match in one if match.kind != "other"]
    return bool(classes) and bool(ours) and not _share(ours, classes, names)


def _narrowest(matches: tuple[Match, ...], names: Names) -> tuple[Match, ...]:
    """The matches without those that only name the family or class of another."""
    return tuple(
        match
        for match in matches
        if not any(match.id in names.classes(other) for other in matches if other.id != match.id)
    )


def _is_local(concept: Concept, names: Names, given: tuple[Concept, ...]) -> bool:
    """Whether a medicine acts where it is applied: its codes of ATC say so, or, if it has none, its names, form and routes."""
    codes = concept.codes("atc")
    if codes:
        return all(acts_locally(code) and not names.coded_drug("atc", code) for code in codes)
    return is_local(concept, given)


def _in_any_form(id_: str, names: Names) -> bool:
    """Whether a class of medicines includes local forms by its names, as a contraceptive ring or a nitrate ointment is one."""
    known = names.knowledge.terms.medications.get(id_)
    return known is not None and not has_local_form(known.name) and any(map(has_local_form, known.aliases))


def _only_by_form(match: Match, names: Names) -> bool:
    """Whether a code of a substance stands for a treatment that only one form of the substance is."""
    therapy = names.knowledge.therapies.get(match.id)
    return therapy is not None and therapy.kind == "drug" and therapy.reach == "local"
