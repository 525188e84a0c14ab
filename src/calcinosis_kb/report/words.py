"""The words that a patient may be described with: how many there are, which, and how a text is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from calcinosis_kb.knowledge.names import VOCABULARIES, Entry, Names
from calcinosis_kb.knowledge.reading import Match, Reading
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.report.blocks import Block, Heading, Table, Text
from calcinosis_kb.report.report import Report

__all__ = ["KindOfWord", "KindsReport", "ReadingReport", "WordSearch", "WordsReport", "search"]

_STATES = {
    "ours": "understood",
    "recognised": "recognised, and changes nothing here",
    "ambiguous": "has several meanings, none of which is guessed",
    "not_understood": "not understood",
}
SHOWN = 6
"""Other names that a table shows of a word; CSV and JSON have all."""
_SINGULAR: dict[str, Any] = {"labs": "lab", "patterns": "pattern", "outcomes": "outcome", "purposes": "purpose"}
_DRUGS = ("therapies", "medications")


@dataclass(frozen=True)
class KindOfWord:
    """A kind of word, how many of ours there are, and an example."""

    kind: str
    words: int
    example: str


@dataclass(frozen=True)
class WordSearch:
    """How a text is read as each of some kinds of word, and the words of these kinds that hold it."""

    text: str
    kinds: tuple[str, ...]
    readings: tuple[tuple[str, Reading], ...]
    holding: tuple[Entry, ...]

    @property
    def understood(self) -> bool:
        """Whether it is understood as a word of any of the kinds, and in full."""
        return any(reading.understood for _, reading in self.readings)


@dataclass(frozen=True)
class KindsReport(Report):
    """What ``words`` prints without an argument."""

    names: Names

    def data(self) -> list[dict[str, Any]]:
        """Every kind of word."""
        return [asdict(kind) for kind in _kinds(self.names)]

    def blocks(self) -> Iterator[Block]:
        """Every kind of word for a reader."""
        rows = [(kind.kind, str(kind.words), kind.example) for kind in _kinds(self.names)]
        yield Table(("Kind", "Words", "Such as"), rows, ratios=(20, 10, 50))
        yield Text(
            "'calcinosis-kb words KIND' lists them, 'calcinosis-kb words KIND TEXT' says how a text is read. Many more names of "
            "medicines and conditions are understood or recognised than are listed."
        )


def _kinds(names: Names) -> Iterator[KindOfWord]:
    for kind in VOCABULARIES:
        entries = list(names.entries(kind))
        yield KindOfWord(kind, len(entries), entries[0].id if entries else "")


@dataclass(frozen=True)
class WordsReport(Report):
    """What ``words`` prints of one kind."""

    entries: Sequence[Entry]

    def data(self) -> list[dict[str, Any]]:
        """The words as plain data."""
        return [asdict(entry) for entry in self.entries]

    def blocks(self) -> Iterator[Block]:
        """The words, each with a few of its other names."""
        yield _table(self.entries, SHOWN)

    def table(self) -> Table:
        """The words with all of their other names."""
        return _table(self.entries)


def _table(entries: Sequence[Entry], most: int | None = None, holding: str = "") -> Table:
    """Words with their names and meanings. Of the other names those that hold ``holding``, a name in normal form, and at most
    ``most``."""
    meant = any(entry.meaning for entry in entries)
    columns = ("Word", "Name", "Also called", *(("Meaning",) if meant else ()))
    rows = [
        (entry.id, entry.name, _others(entry, most, holding), *((entry.meaning or "",) if meant else ()))
        for entry in entries
    ]
    return Table(columns, rows, ratios=(20, 20, 20, 20) if meant else (22, 22, 36))


def _others(entry: Entry, most: int | None, holding: str) -> str:
    others = [name for name in entry.aliases if holding in normalise(name)]
    more = len(others) - most if most is not None and len(others) > most + 1 else 0
    return ", ".join(others[:most] if more else others) + (f" and {more} more" if more else "")


def search(names: Names, kinds: Sequence[str], text: str) -> WordSearch:
    """How a text is read as a word of each of these kinds.

    Of several kinds only those are told of that understand it, or all that have something like it where none does.
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
    """A text read as it is where a patient has it in a list of this kind."""
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


def _meant(names: Names, reading: Reading) -> Iterator[tuple[str, str]]:
    """The id and the name of everything that a text stands for."""
    for match in reading.matches:
        vocabulary = getattr(names.knowledge.terms, f"{match.kind}s", {})
        yield match.id, vocabulary[match.id].name if match.id in vocabulary else names.label(match)


@dataclass(frozen=True)
class ReadingReport(Report):
    """What ``words`` prints of a text."""

    names: Names
    found: WordSearch

    def data(self) -> dict[str, Any]:
        """What a text is read as, as plain data."""
        return {
            "text": self.found.text,
            "readings": [
                {
                    "kind": kind,
                    "text": reading.text,
                    "state": reading.state,
                    "stands_for": [{"id": id_, "name": name} for id_, name in _meant(self.names, reading)],
                    "may_be": list(reading.may_be),
                    "nearest": list(reading.nearest),
                    "route": reading.route,
                    "dose": reading.dose,
                    "duration": reading.duration,
                }
                for kind, reading in self.found.readings
            ],
            "words": WordsReport(self.found.holding).data(),
        }

    def blocks(self) -> Iterator[Block]:
        """What a text is read as, for a reader."""
        if self.found.readings:
            rows = [
                (kind, reading.text, _STATES[reading.state], _told(self.names, reading))
                for kind, reading in self.found.readings
            ]
            yield Table(("As one of", "Text", "Is", "Stands for"), rows, ratios=(13, 17, 20, 30))
        else:
            yield Text(f"'{self.found.text}' is not understood as a word of any kind, and looks like none.")
        if self.found.holding:
            yield Heading("Words that hold it", level=2)
            yield _table(self.found.holding, SHOWN, normalise(self.found.text))
        elif len(self.found.kinds) == 1 and not self.found.understood:
            yield Text(f"'calcinosis-kb words {self.found.kinds[0]}' lists what may be meant.")


def _told(names: Names, reading: Reading) -> str:
    parts = [", ".join(f"{name} ({id_})" for id_, name in _meant(names, reading))]
    parts.append(f"perhaps {', '.join(reading.may_be)}" if reading.may_be else "")
    parts.append(f"nearest: {', '.join(reading.nearest)}" if reading.nearest else "")
    parts.extend(part for part in (reading.route, reading.dose, reading.duration) if part)
    return "; ".join(part for part in parts if part)
