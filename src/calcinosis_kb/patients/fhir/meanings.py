"""What the concepts of one record mean: each is looked up once, since records say the same a hundred times."""

from __future__ import annotations

from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.concept import Concept
from calcinosis_kb.patients.fhir.drugs import Meaning, drug
from calcinosis_kb.patients.fhir.meaning import ConditionMeaning, condition

__all__ = ["Meanings"]


class Meanings:
    """Looks up the concepts of one record, with which it is thrown away: no word of a patient is kept."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._drugs: dict[tuple[Concept, tuple[Concept, ...]], Meaning] = {}
        self._conditions: dict[Concept, ConditionMeaning] = {}

    def drug(self, said: Concept, given: tuple[Concept, ...] = ()) -> Meaning:
        """What a concept means as a medicine, treatment or allergen; ``given`` are its form and the routes by which it is given."""
        found = self._drugs.get((said, given))
        return found if found is not None else self._drugs.setdefault((said, given), drug(said, self.names, given))

    def condition(self, said: Concept) -> ConditionMeaning:
        """What a concept means as a condition."""
        found = self._conditions.get(said)
        return found if found is not None else self._conditions.setdefault(said, condition(said, self.names))
