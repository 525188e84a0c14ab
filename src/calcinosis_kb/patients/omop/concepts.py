"""Resolve the distinct concepts of a table of events once: a ladder of ways, with a count of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from calcinosis_kb.knowledge.reading import Match
from calcinosis_kb.patients.fhir.concept import Coding, Concept
from calcinosis_kb.patients.fhir.conditions import ACUTE, PREGNANT
from calcinosis_kb.patients.fhir.meanings import Meanings
from calcinosis_kb.patients.omop.connection import Cdm
from calcinosis_kb.patients.omop.tables import EVENTS, Event
from calcinosis_kb.patients.omop.vocabulary import Vocabulary

__all__ = ["Gift", "Resolution", "Sense", "resolve"]

_CODE = re.compile(r"[A-Z0-9.\-/_:|]*[0-9][A-Z0-9.\-/_:|]*", re.IGNORECASE)
"""A code of a list that nobody named."""

Pair = tuple[int, int]
Spoken = tuple[int, int, str]


class Gift(NamedTuple):
    """What a patient file takes from an event: an id or word of a kind, if the event stands ``when`` says."""

    when: str
    kind: str
    id: str


class Sense(msgspec.Struct, frozen=True):
    """What a concept means. ``way``: how it was found. ``why``: it is not understood. ``days``: as long it lasts without an end.

    ``of_women``: it cannot be true of a man.
    """

    said: Concept
    way: str
    gifts: tuple[Gift, ...] = ()
    why: str = ""
    days: int | None = None
    of_women: bool = False
    where: str = ""
    """The list that it leaves incomplete if it is not understood; empty for that of its table."""

    @property
    def understood(self) -> bool:
        return not self.why


class Resolution(msgspec.Struct):
    """The senses of one table by number. ``pairs``: by concept and source concept, or -1 where the source value decides (``words``)."""

    event: Event
    senses: list[Sense] = msgspec.field(default_factory=list)
    pairs: dict[Pair, int] = msgspec.field(default_factory=dict)
    words: dict[Spoken, int] = msgspec.field(default_factory=dict)
    ways: Counter[str] = msgspec.field(default_factory=Counter)
    """As many concepts were resolved in each way."""

    def add(self, sense: Sense) -> int:
        self.ways[sense.way] += 1
        self.senses.append(sense)
        return len(self.senses) - 1


def resolve(cdm: Cdm, table: str, meanings: Meanings, person: int | None = None) -> Resolution:
    """Resolve the concepts of a table of events, or those of one person."""
    found = Resolution(EVENTS[table])
    if not cdm.has(table):
        return found
    events = spoken(cdm, found.event, person)
    pairs = sorted((row["concept"], row["source"]) for row in cdm.rows(events.select("concept", "source").distinct()))
    ladder = _LADDERS[table](meanings, Vocabulary(cdm, (id_ for pair in pairs for id_ in pair)))
    for pair in pairs:
        sense = ladder.coded(*pair)
        found.pairs[pair] = found.add(sense) if sense.understood else -1
    _by_words(cdm, events, found, ladder)
    return found


def _by_words(cdm: Cdm, events: Any, found: Resolution, ladder: Ladder) -> None:
    """Read the source value where the concepts are not understood."""
    import ibis

    open_ = [pair for pair, number in found.pairs.items() if number < 0]
    if not open_:
        return
    wanted = ibis.memtable(
        {"c": [one for one, _ in open_], "s": [one for _, one in open_]}, schema={"c": "int64", "s": "int64"}
    )
    left = events.semi_join(wanted, [events.concept == wanted.c, events.source == wanted.s])
    for row in sorted(cdm.rows(left.distinct()), key=lambda row: (row["concept"], row["source"], row["word"])):
        found.words[row["concept"], row["source"], row["word"]] = found.add(
            ladder.worded(row["concept"], row["source"], row["word"])
        )


def spoken(cdm: Cdm, event: Event, person: int | None) -> Any:
    """What the rows of a table say: concept, source concept and source value, without nulls."""
    table = cdm.table(event.table)
    if person is not None:
        table = table.filter(table.person_id == person)
    return table.select(
        concept=table[event.concept].coalesce(0),
        source=table[event.source_concept].coalesce(0),
        word=table[event.source_value].coalesce(""),
    )


class Ladder:
    """The ways to the sense of a concept, in their order."""

    def __init__(self, meanings: Meanings, vocabulary: Vocabulary) -> None:
        self.meanings = meanings
        self.names = meanings.names
        self.vocabulary = vocabulary

    def coded(self, concept: int, source: int) -> Sense:
        """The sense of a concept and its source concept, by the vocabulary."""
        return self.read(Concept(self.vocabulary.codings(concept, source)), concept or source)

    def worded(self, concept: int, source: int, word: str) -> Sense:
        """The sense of a source value beside concepts that are not understood; a bare code has none."""
        beside = self.coded(concept, source)
        name = "" if _CODE.fullmatch(word) else word[:300]
        said = Concept(beside.said.codings, name)
        sense = self.read(Concept(text=name), 0) if name else beside
        if sense.understood:
            return msgspec.structs.replace(sense, said=said, way="source value")
        shown = said if said.shown else Concept(text=word[:300])
        why = beside.why if beside.said.shown else "not understood" if shown.shown else "nothing is named"
        return Sense(shown, "none", why=why, where=beside.where)

    def read(self, said: Concept, id_: int) -> Sense:
        raise NotImplementedError


class _Drugs(Ladder):
    def read(self, said: Concept, id_: int) -> Sense:
        own = self.meanings.drug(said)
        way, found = self.vocabulary.ingredients(id_) if id_ else ("", ())
        parts = [self.meanings.drug(Concept((one,))) for one in found]
        if parts and not own.local and all(part.understood for part in parts):
            return Sense(said, way, self._gifts(match for part in parts for match in part.matches))
        if not own.understood:
            return Sense(said, "none", why=own.why)
        by_code = any(self.names.coded_drug(one.system, one.code) for one in said.codings if one.system)
        return Sense(said, "code" if by_code else "name", self._gifts(own.matches, local=own.local))

    def _gifts(self, matches: Iterable[Match], *, local: bool = False) -> tuple[Gift, ...]:
        """What a drug gives: a trial of a therapy, and while it is taken a medicine."""
        found: list[Gift] = []
        for match in matches:
            if match.kind in ("therapy", "family") or self.names.families(match):
                found.append(Gift("ever", "trial", match.id))
            if not local:
                ids = (match.id,) if match.kind != "other" else match.classes
                found.extend(Gift("now", "medication", id_) for id_ in ids)
        return tuple(dict.fromkeys(found))


class _Conditions(Ladder):
    def read(self, said: Concept, id_: int) -> Sense:
        allergens = [found for word in said.words if (found := self.names.allergen(word)) is not None]
        if allergens:
            return self._allergy(said, allergens[0])
        wider = tuple(one for one in self._wider(id_) if one.system == "snomed") if id_ else ()
        meaning = self.meanings.condition(Concept(said.codings, said.text))
        above = [match for one in wider for match in self.names.coded_conditions("snomed", one.code)]
        matches = tuple(dict.fromkeys((*meaning.matches, *above)))
        if not meaning.understood and not above:
            return Sense(said, "none", why="not understood")
        way = "ancestor" if above and not meaning.matches else "code" if self._by_code(said) else "name"
        return self._sense(said, way, matches, tuple(word for word, _ in meaning.open))

    def _wider(self, id_: int) -> tuple[Coding, ...]:
        return self.vocabulary.wider(id_)

    def _by_code(self, said: Concept) -> bool:
        return any(one.system and self.names.coded_conditions(one.system, one.code) for one in said.codings)

    def _sense(self, said: Concept, way: str, matches: tuple[Match, ...], words: tuple[str, ...]) -> Sense:
        gifts = [Gift("present", match.kind, match.id) for match in matches]
        gifts.extend(Gift("present", "condition", word) for word in words)
        gifts.extend(Gift("past", kept.kind, kept.id) for match in matches for kept in self.names.lasting(match))
        conditions = self.names.knowledge.terms.conditions
        gifts.extend(
            Gift("doubtful", "condition", f"suspected {conditions[match.id].name}")
            for match in matches
            if match.kind == "condition"
        )
        above = {
            id_ for match in matches if match.kind == "condition"
            for id_ in self.names.knowledge.ancestors("conditions", match.id)
        }  # fmt: skip
        days = PREGNANT.days if "pregnancy" in above else ACUTE.days if "active_infection" in above else None
        return Sense(said, way, tuple(dict.fromkeys(gifts)), days=days, of_women="pregnancy" in above)

    def _allergy(self, said: Concept, allergen: str) -> Sense:
        readings = self.names.allergies(allergen)
        if not all(reading.understood for reading in readings):
            return Sense(said, "none", why="not understood", where="allergies")
        ids = [id_ for reading in readings for match in reading.matches for id_ in _of(match)]
        return Sense(said, "name", tuple(Gift("present", "allergy", id_) for id_ in dict.fromkeys(ids)))


def _of(match: Match) -> Iterator[str]:
    yield from (match.id,) if match.kind != "other" else match.classes


_LADDERS: dict[str, Callable[[Meanings, Vocabulary], Ladder]] = {
    "drug_exposure": _Drugs,
    "condition_occurrence": _Conditions,
}
