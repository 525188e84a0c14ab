"""Which conditions and diseases a concept means: by code and system, and by its whole name."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.patients.fhir.concept import Concept

__all__ = ["ConditionMeaning", "condition"]

_NO_DISEASE = frozenset({
    "finding", "situation", "person", "event", "context-dependent category", "observable entity", "procedure", "regime/therapy",
    "social concept", "life style", "occupation", "environment", "physical object",
})  # fmt: skip
"""The kinds of SNOMED CT that are no disorders."""
_PERSONAL_HISTORY = ("Z85", "Z86", "Z87")
"""The categories of ICD-10 for what is past."""


class ConditionMeaning(msgspec.Struct, frozen=True):
    """The conditions and diseases that a concept means; none where it is understood and none of ours.

    ``open`` are those that its words leave open, by the word that a patient file takes. ``past`` and ``suspected``: its name says so.
    ``understood`` is False if nothing was; ``why`` tells how it was understood where it names none.
    """

    matches: tuple[Match, ...] = ()
    open: tuple[tuple[str, tuple[str, ...]], ...] = ()
    past: bool = False
    suspected: bool = False
    understood: bool = True
    why: str = ""


def condition(concept: Concept, names: Names) -> ConditionMeaning:
    """Return what a concept means as a condition. Each of its codes and names may add one: diabetes, and its kidney disease."""
    read = list(_readings(concept, names))
    if not read:
        return _unnamed(concept, names)
    matches = _narrowest(dict.fromkeys(match for _, reading in read for match in reading.matches), names)
    past = any(reading.told == "past" for _, reading in read)
    return ConditionMeaning(
        matches,
        _open(read, matches, names),
        past=past or any(code.startswith(_PERSONAL_HISTORY) for code in concept.codes("icd10")),
        suspected=not matches and any(reading.told == "suspected" for _, reading in read),
        why="past" if past and not matches else "",
    )


def _readings(concept: Concept, names: Names) -> Iterator[tuple[str, Reading]]:
    """Each code and name that is understood as a whole, with the word for it."""
    for coding in concept.codings:
        if coding.system == "icd10":
            yield from (
                (coding.code, reading)
                for reading in names.conditions.known(f"icd-10: {coding.code}")
                if reading.understood
            )
        elif coding.system:
            found = names.coded_conditions(coding.system, coding.code)
            if found:
                yield coding.code, Reading(coding.code, "ours", found)
    for word in concept.words:
        readings = names.conditions.known(word[:300])
        if all(reading.understood for reading in readings):
            yield from ((word, reading) for reading in readings)


def _unnamed(concept: Concept, names: Names) -> ConditionMeaning:
    """What is in no list. By its kind in SNOMED CT it may be no disorder ("Full-time employment (finding)")."""
    plain = concept.kinds and concept.kinds <= _NO_DISEASE
    if plain and not any(names.conditions.touches(word) for word in concept.words):
        return ConditionMeaning(why="not a disorder by its code")
    return ConditionMeaning(understood=False)


def _narrowest(matches: dict[Match, None], names: Names) -> tuple[Match, ...]:
    """The conditions without those that are only broader names of others."""
    above = {id_ for match in matches if match.kind == "condition" for id_ in _above(match.id, names)[1:]}
    return tuple(match for match in matches if match.kind != "condition" or match.id not in above)


def _open(
    read: list[tuple[str, Reading]], matches: tuple[Match, ...], names: Names
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What the words leave open beyond what the conditions themselves do; each only once."""
    told = {id_ for match in matches if match.kind == "condition" for id_ in _above(match.id, names)}
    told |= {id_ for match in matches for reading in names.conditions.known(match.id) for id_ in reading.may_be}
    found: dict[str, tuple[str, ...]] = {}
    for word, reading in read:
        left = () if reading.told == "past" else tuple(id_ for id_ in reading.may_be if id_ not in told)
        if left:
            found[word] = left
            told |= {*left}
    return tuple(found.items())


def _above(id_: str, names: Names) -> tuple[str, ...]:
    return names.knowledge.ancestors("conditions", id_)
