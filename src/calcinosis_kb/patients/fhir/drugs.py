"""Which medicine or treatment a concept means: by code and system, by group of ATC, by its whole name, never by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from calcinosis_kb.knowledge.drugnames import SUBSTANCE
from calcinosis_kb.knowledge.mentions import called_off
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.drugwords import is_whole, left_open, read_name
from calcinosis_kb.patients.fhir.forms import acts_locally, has_local_form, is_local

__all__ = ["Meaning", "drug"]

_WORD = re.compile(r"[\w.]+")


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
    told = [read_name(word, concept, names, given) for word in concept.words]
    named = [tuple(match for reading in one for match in reading.matches) for one in told if is_whole(one)]
    grouped = _grouped(concept, names)
    local = _is_local(concept, names, given)
    parts = next((one for one in told if one and not is_whole(one)), ()) if not named else ()
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


def _grouped(concept: Concept, names: Names) -> tuple[Match, ...] | None:
    """What the groups of ATC, and the codes of use, tell of a medicine that no code of its own means; None if they tell nothing."""
    told = [names.drug_group(code) for code in concept.codes("atc") if not names.coded_drug("atc", code)]
    told.extend(names.drug_use(code) for code in concept.codes("icd10"))
    if all(one is None for one in told):
        return None
    return tuple(dict.fromkeys(match for one in told for match in one or ()))


def _not_understood(concept: Concept, names: Names, *, local: bool) -> Meaning:
    """Why nothing is known of a concept. What is told to act where it is applied is known by that, if its group or its drug is.

    What its words call off is written so that a patient file does not take it for given.
    """
    off = next(filter(called_off, concept.words), None)
    if off is not None:
        return Meaning(why="not understood", written=f"called off: {' '.join(_WORD.findall(off))}")
    open_ = next(filter(None, (left_open(word, names) for word in concept.words)), "")
    if local and (open_ or concept.codes("atc")):
        return Meaning(local=True)
    if open_:
        return Meaning(why="it may mean several things", written=open_)
    return Meaning(why="not understood", written=_written(concept))


def _written(concept: Concept) -> str:
    """What to call a concept in a patient file, which would read a bare code in a system of its own: 3443 is diltiazem in RxNorm alone."""
    return next(iter(concept.words), "") or (f"coded as {concept.shown}" if concept.shown else "")


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
