"""Search the vocabularies: how a text is read as each kind of word, and which words contain it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from calcinosis_kb.knowledge.names import Entry, Names
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["WordSearch", "search"]

_SINGULAR: dict[str, Any] = {"labs": "lab", "patterns": "pattern", "outcomes": "outcome", "purposes": "purpose"}
_DRUGS = ("therapies", "medications")


@dataclass(frozen=True)
class WordSearch:
    """How a text is read as each of some kinds of word, and the words of these kinds that contain it."""

    text: str
    kinds: tuple[str, ...]
    readings: tuple[tuple[str, Reading], ...]
    holding: tuple[Entry, ...]

    @property
    def understood(self) -> bool:
        """Whether the whole text is understood as a word of at least one kind."""
        return any(reading.understood for _, reading in self.readings)


def search(names: Names, kinds: Sequence[str], text: str) -> WordSearch:
    """Read a text as a word of each of these kinds.

    If there are several kinds, return only those that understand the text or, if none does, those with similar words.
    """
    readings = [(kind, reading) for kind in kinds for reading in _read(names, kind, text)]
    if len(kinds) > 1:
        known = [(kind, reading) for kind, reading in readings if reading.understood]
        readings = known or [(kind, reading) for kind, reading in readings if reading.nearest]
    form = normalise(text)
    holding = tuple(
        entry
        for kind in kinds
        for entry in names.entries(kind)
        if form and any(form in normalise(name) for name in (entry.id, entry.name, *entry.aliases))
    )
    return WordSearch(text, tuple(kinds), tuple(readings), holding)


def _read(names: Names, kind: str, text: str) -> tuple[Reading, ...]:
    """Read a text the way a list of this kind in a patient file is read."""
    if kind in _DRUGS:
        return names.treatments(text)
    if kind == "conditions":
        return names.condition(text)
    if kind in ("sites", "features", "diseases"):
        return (names.terms_of(kind).read(text),)
    id_ = names.term(kind, text)
    if id_ is None:
        return (Reading(text, "not_understood", nearest=names.nearest_terms(kind, text)),)
    return (Reading(text, "ours", (Match(_SINGULAR[kind], id_),)),)
