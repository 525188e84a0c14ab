"""Which medicine or treatment a concept means: by code and system, by its whole name, never by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.fhir.concept import Concept

__all__ = ["Meaning", "drug"]

_LOCAL_ATC = ("A07", "C05", "D", "G01", "R01", "R03", "S")
"""The groups of ATC whose products act where they are applied."""

_LOCAL = re.compile(
    r"\b(?:topical|cream|ointment|lotion|gel|shampoo|cutaneous|ophthalmic|eye drops?|otic|ear drops?|nasal|inhal\w*|"
    r"metered dose|nebuli\w*|rectal|enema|suppositor\w*|vaginal|intrauterine|mouthwash|implant)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"\A(?:[A-Z]{2,4}[0-9]{5,6} )?[0-9.]+ (?:HR|ML|ACTUAT|DAY|MG) (?=\w)", re.IGNORECASE)
"""What RxNorm puts before a name: "24 HR", "120 ACTUAT"."""
_STRENGTH = re.compile(r"\s[0-9]")
_UNITS = ((re.compile(r"\bUNT\b"), "IU"), (re.compile(r"/ACTUAT\b"), "/dose"))
_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")


class Meaning(msgspec.Struct, frozen=True):
    """What a concept means: ``matches``, none for a medicine that is none of ours; or ``why`` it is not understood.

    ``local``: it acts where it is applied. ``written`` is the name that leaves something open, for the patient file.
    """

    matches: tuple[Match, ...] = ()
    why: str = ""
    local: bool = False
    written: str = ""

    @property
    def understood(self) -> bool:
        return not self.why


def drug(concept: Concept, names: Names) -> Meaning:
    """Return what a concept means as a medicine, treatment or allergen."""
    coded = [
        match for coding in concept.codings if coding.system for match in names.coded_drug(coding.system, coding.code)
    ]
    by_grammar = bool(concept.codes("rxnorm"))
    told = (_by_name(word, names) or (_by_ingredients(word, names) if by_grammar else None) for word in concept.words)
    named = [matches for matches in told if matches is not None]
    if not coded and not named:
        open_ = next((word for word in concept.words if _leaves_open(word, names)), "")
        return Meaning(why="it may mean several things" if open_ else "not understood", written=open_ or concept.shown)
    sets = [tuple(dict.fromkeys(coded)), *named]
    if _contradict([one for one in sets if one], names):
        return Meaning(why="its code and its name, or two of its codes, do not mean the same", written="")
    matches = tuple(dict.fromkeys(match for one in sets for match in one))
    local = _is_local(concept)
    if local:
        therapies = names.knowledge.therapies
        matches = tuple(m for m in matches if m.id in therapies and therapies[m.id].reach == "local" and m not in coded)
    elif any(_only_by_form(match, names) for match in coded if not any(match in one for one in named)):
        return Meaning(why="its form, which decides what it is, is not told")
    return Meaning(_narrowest(matches, names), local=local)


def _by_name(word: str, names: Names) -> tuple[Match, ...] | None:
    """The meaning of a name, None if any part of it is not understood. What is in brackets is then left out: it is often a brand."""
    plain = _LEAD.sub("", word)
    for written, ours in _UNITS:
        plain = written.sub(ours, plain)
    for form in dict.fromkeys((plain, _BRACKETS.sub(" ", plain).strip())):
        readings = names.drugs.known(form) if form else ()
        if readings and all(reading.state in ("ours", "recognised") for reading in readings):
            return tuple(match for reading in readings for match in reading.matches)
    return None


def _by_ingredients(word: str, names: Names) -> tuple[Match, ...] | None:
    """The meaning of a name as RxNorm makes them: each ingredient with its strength, then the form."""
    found: list[Match] = []
    for part in _LEAD.sub("", _BRACKETS.sub(" ", word)).split(" / "):
        readings = names.drugs.known(_STRENGTH.split(part)[0])
        if len(readings) != 1 or readings[0].state not in ("ours", "recognised"):
            return None
        found.extend(readings[0].matches)
    return tuple(found)


def _leaves_open(word: str, names: Names) -> bool:
    return any(reading.state == "ambiguous" for reading in names.drugs.known(_LEAD.sub("", word)))


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


def _narrowest(matches: tuple[Match, ...], names: Names) -> tuple[Match, ...]:
    """The matches without those that only name the family or class of another."""
    return tuple(
        match
        for match in matches
        if not any(match.id in names.classes(other) for other in matches if other.id != match.id)
    )


def _is_local(concept: Concept) -> bool:
    atc = concept.codes("atc")
    if atc:
        return all(code.startswith(_LOCAL_ATC) for code in atc)
    return any(_LOCAL.search(word) for word in concept.words)


def _only_by_form(match: Match, names: Names) -> bool:
    """Whether a code of a substance stands for a treatment that only one form of the substance is."""
    therapy = names.knowledge.therapies.get(match.id)
    return therapy is not None and therapy.kind == "drug" and therapy.reach == "local"
