"""Put what is new in order: what its title names, what kind of study it is, how recent it is. There is no score.

The kinds are publication types of PubMed (https://pubmed.ncbi.nlm.nih.gov/help/), which Europe PMC repeats in small letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from calcinosis_kb.editing.watch.found import Found
from calcinosis_kb.knowledge.searchstring import Term

__all__ = ["RETRACTED", "Rank", "rank"]

RETRACTED = "retracted publication"
"""The type of a publication that was retracted."""

_KINDS = (
    ("systematic review", "meta-analysis"),
    ("randomized controlled trial", "clinical trial"),
    ("observational study",),
    ("case reports",),
    ("review",),
)
"""Types that say how patients were studied, the stronger first. A publication without one comes after them."""


@dataclass(frozen=True, order=True)
class Rank:
    """The place of a record among others, and the reasons for it in words."""

    missing: int
    """How many sides of the search its title does not name."""
    kind: int
    age: int
    title: str
    reasons: tuple[str, ...] = ()


def rank(found: Found, term: Term) -> Rank:
    """Return the rank of a record that a search string found.

    >>> from calcinosis_kb.knowledge.models import Citation
    >>> from calcinosis_kb.knowledge.searchstring import read_search
    >>> report = Found(Citation(title="Colchicine in calcinosis", year=2025), ("pubmed",), ("Case Reports",))
    >>> rank(report, read_search("colchicine AND calcinosis")).reasons
    ('its title names colchicine, calcinosis', 'case reports', '2025')
    """
    title = (found.citation.title or "").casefold()
    named = [next((word for word in side.words if _begins(word.casefold(), title)), None) for side in term.sides]
    types = {one.casefold() for one in found.types}
    kind = next((place for place, words in enumerate(_KINDS) if not types.isdisjoint(words)), len(_KINDS))
    words = [word for word in named if word]
    reasons = (
        *([f"its title names {', '.join(words)}"] if words else []),
        *([next(word for word in _KINDS[kind] if word in types)] if kind < len(_KINDS) else []),
        *([str(found.citation.year)] if found.citation.year else []),
    )
    return Rank(named.count(None), kind, -(found.citation.year or 0), title, reasons)


def _begins(word: str, title: str) -> bool:
    """Whether a word of a title begins with this one: "casts" does not name STS, and "bisphosphonates" names a bisphosphonate."""
    return re.search(rf"(?<!\w){re.escape(word)}", title) is not None
