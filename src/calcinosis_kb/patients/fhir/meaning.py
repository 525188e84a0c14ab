"""Which conditions and diseases a concept means: by code and system, and by its whole name."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.patients.fhir.concept import Concept

__all__ = ["ConditionMeaning", "condition"]


class ConditionMeaning(msgspec.Struct, frozen=True):
    """The conditions and diseases that a concept means; none where it is understood and none of ours.

    ``words`` are those that leave more open, as a patient file takes them; ``understood`` is False if nothing was.
    """

    matches: tuple[Match, ...] = ()
    words: tuple[str, ...] = ()
    understood: bool = True


def condition(concept: Concept, names: Names) -> ConditionMeaning:
    """Return what a concept means as a condition. Each of its codes and names may add one: diabetes, and its kidney disease."""
    read = list(_readings(concept, names))
    if not read:
        return ConditionMeaning(understood=False)
    matches = dict.fromkeys(match for _, reading in read for match in reading.matches)
    return ConditionMeaning(tuple(matches), tuple(dict.fromkeys(word for word, reading in read if reading.may_be)))


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
