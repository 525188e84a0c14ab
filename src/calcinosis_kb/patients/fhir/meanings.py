"""What the concepts of one record mean: each is looked up once, since records say the same a hundred times."""

from __future__ import annotations

from typing import Any

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.drugs import Meaning, drug
from calcinosis_kb.patients.fhir.meaning import ConditionMeaning, condition

__all__ = ["Meanings"]


_MOST = 100_000
"""As many concepts as are remembered of a source: an export may say every one of a million medicines in words of its own."""


class Meanings:
    """Looks up the concepts of one source of records, with which it is thrown away: no word of a patient is kept."""

    def __init__(self, names: Names) -> None:
        self.names = names.without_suggestions()
        self._drugs: dict[tuple[Concept, tuple[Concept, ...]], Meaning] = {}
        self._conditions: dict[Concept, ConditionMeaning] = {}

    def drug(self, said: Concept, given: tuple[Concept, ...] = ()) -> Meaning:
        """What a concept means as a medicine, treatment or allergen; ``given`` are its form and the routes by which it is given."""
        found = self._drugs.get((said, given))
        if found is None:
            _make_room(self._drugs)
            found = self._drugs[said, given] = drug(said, self.names, given)
        return found

    def condition(self, said: Concept) -> ConditionMeaning:
        """What a concept means as a condition."""
        found = self._conditions.get(said)
        if found is None:
            _make_room(self._conditions)
            found = self._conditions[said] = condition(said, self.names)
        return found


def _make_room(known: dict[Any, Any]) -> None:
    """Forget everything that was looked up, once it is too much to keep."""
    if len(known) >= _MOST:
        known.clear()
