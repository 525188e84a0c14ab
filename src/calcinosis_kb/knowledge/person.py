"""What evidence and advice may depend on in one patient: disease, age group, how the deposits lie and what they do."""

from __future__ import annotations

import msgspec

from calcinosis_kb.knowledge.models import AgeGroup

__all__ = ["CHILD_BELOW", "FERTILE_AGES", "FEW_DEPOSITS", "WIDESPREAD", "Person", "age_group"]

CHILD_BELOW = 18
"""Age in years below which a patient counts as a child."""

FERTILE_AGES = (10, 54)
"""Ages in years at which pregnancy is asked about. Indicators of reproductive health count 15 to 49 years (SDG indicator 3.7.1,
http://www.sesric.org/baseind-indicator-detail.php?ind_code=2630); five years are added on either side for safety."""

FEW_DEPOSITS = frozenset({"localized", "tumoral"})
UNIVERSAL = "universalis"
WIDESPREAD = frozenset({"multifocal", UNIVERSAL})
"""The patterns of deposits between which results carry over only in part."""


class Person(msgspec.Struct, frozen=True):
    """A patient as evidence and advice see one. Empty and None mean not recorded."""

    diseases: frozenset[str] = frozenset()
    ages: AgeGroup | None = None
    pattern: str | None = None
    features: frozenset[str] = frozenset()

    @property
    def universal(self) -> bool:
        return self.pattern == UNIVERSAL


def age_group(age: float | None) -> AgeGroup | None:
    """Return the age group of an age in years.

    >>> age_group(0), age_group(18), age_group(None)
    ('child', 'adult', None)
    """
    return None if age is None else "child" if age < CHILD_BELOW else "adult"
