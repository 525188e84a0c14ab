"""Which conditions and diseases a concept means: by code and system, and by its whole name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.file import LONGEST_WORD

__all__ = ["ConditionMeaning", "condition", "left_open"]

_NO_DISEASE = frozenset({
    "finding", "situation", "person", "event", "context-dependent category", "observable entity", "procedure", "regime/therapy",
    "social concept", "life style", "occupation", "environment", "physical object",
})  # fmt: skip
"""The kinds of SNOMED CT that are no disorders."""
_PREFIXES: dict[str | None, str] = {"icd10": "icd-10: ", "snomed": "snomed: "}
"""What a patient file writes before a code of a system in which conditions are coded."""
_PERSONAL_HISTORY = ("Z85", "Z86", "Z87")
"""The categories of ICD-10 for what is past."""


Open = tuple[tuple[str, tuple[str, ...]], ...]
"""Words, each with the conditions that it leaves open."""


class ConditionMeaning(msgspec.Struct, frozen=True):
    """The conditions and diseases that a concept means; none where it is understood and none of ours.

    ``open`` are those that each of its words leaves open, as a patient file takes it. ``past`` and ``suspected``: its name says so.
    ``understood`` is False if nothing was; ``why`` tells how it was understood where it names none.
    """

    matches: tuple[Match, ...] = ()
    open: Open = ()
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
        tuple((word, reading.may_be) for word, reading in read if reading.may_be and reading.told != "past"),
        past=past or any(code.startswith(_PERSONAL_HISTORY) for code in concept.codes("icd10")),
        suspected=_is_suspected([reading for word, reading in read if word in concept.words]),
        why="past" if past and not matches else "",
    )


def _readings(concept: Concept, names: Names) -> Iterator[tuple[str, Reading]]:
    """Each name and code that is understood as a whole, with the word for it."""
    coded = (f"{_PREFIXES[coding.system]}{coding.code}" for coding in concept.codings if coding.system in _PREFIXES)
    for word in (*concept.words, *coded):
        if len(word) > LONGEST_WORD:  # a patient file could not hold it, and a part of it may mean something else
            continue
        readings = names.conditions.known(word)
        if all(reading.understood for reading in readings):
            yield from ((word, reading) for reading in readings)
    for code in concept.codes("omop"):
        if found := names.coded_conditions("omop", code):
            yield code, Reading(code, "ours", found)


def _is_suspected(named: list[Reading]) -> bool:
    """Whether the names say that it is only suspected, and none that it is there. A code cannot say so."""
    return any(one.told == "suspected" for one in named) and not any(
        one.told == "present" and one.matches for one in named
    )


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


def left_open(open_: Open, matches: Iterable[Match], names: Names) -> Open:
    """Return what words leave open beyond what conditions imply or leave open themselves; each only once."""
    told = {id_ for match in matches if match.kind == "condition" for id_ in _above(match.id, names)}
    told |= {id_ for match in matches for reading in names.conditions.known(match.id) for id_ in reading.may_be}
    found: dict[str, tuple[str, ...]] = {}
    for word, ids in open_:
        left = tuple(id_ for id_ in ids if id_ not in told)
        if left:
            found[word] = left
            told |= {*left}
    return tuple(found.items())


def _above(id_: str, names: Names) -> tuple[str, ...]:
    return names.knowledge.ancestors("conditions", id_)
