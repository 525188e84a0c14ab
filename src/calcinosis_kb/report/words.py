"""The reports of ``words``: the vocabularies of a patient file, their words, and how a text is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from calcinosis_kb.knowledge.names import VOCABULARIES, Entry, Names
from calcinosis_kb.knowledge.reading import Reading
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.word_search import WordSearch
from calcinosis_kb.report.blocks import Block, Heading, Table, Text
from calcinosis_kb.report.report import Report

__all__ = ["KindOfWord", "KindsReport", "ReadingReport", "WordsReport"]

_STATES = {
    "ours": "understood",
    "recognised": "recognised, without effect here",
    "ambiguous": "has several meanings, none of which is guessed",
    "not_understood": "not understood",
}
SHOWN = 6
"""Number of other names that a table shows per word; CSV and JSON list all."""


@dataclass(frozen=True)
class KindOfWord:
    """A kind of word, the number of listed words, and an example."""

    kind: str
    words: int
    example: str


@dataclass(frozen=True)
class KindsReport(Report):
    """All kinds of word, printed by ``words``."""

    names: Names

    def data(self) -> list[dict[str, Any]]:
        """Every kind of word with its number of words and an example."""
        return [asdict(kind) for kind in _kinds(self.names)]

    def blocks(self) -> Iterator[Block]:
        """Every kind of word in a table."""
        rows = [(kind.kind, str(kind.words), kind.example) for kind in _kinds(self.names)]
        yield Table(("Kind", "Words", "Such as"), rows, ratios=(20, 10, 50))
        yield Text(
            "'calcinosis-kb words KIND' lists them, 'calcinosis-kb words KIND TEXT' shows how a text is read. Many more names of "
            "medicines and conditions are understood or recognised than are listed."
        )


def _kinds(names: Names) -> Iterator[KindOfWord]:
    for kind in VOCABULARIES:
        entries = list(names.entries(kind))
        yield KindOfWord(kind, len(entries), entries[0].id if entries else "")


@dataclass(frozen=True)
class WordsReport(Report):
    """The words of one kind, printed by ``words KIND``."""

    entries: Sequence[Entry]

    def data(self) -> list[dict[str, Any]]:
        """Every word with its names and meaning."""
        return [asdict(entry) for entry in self.entries]

    def blocks(self) -> Iterator[Block]:
        """The words, each with a few of its other names."""
        yield _table(self.entries, SHOWN)

    def table(self) -> Table:
        """The words with all of their other names."""
        return _table(self.entries)


def _table(entries: Sequence[Entry], most: int | None = None, holding: str = "") -> Table:
    """Words with their names and meanings; at most ``most`` other names, only those containing ``holding`` (in normal form)."""
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


def _meant(names: Names, reading: Reading) -> Iterator[tuple[str, str]]:
    """The id and name of each term that a text stands for."""
    for match in reading.matches:
        vocabulary = getattr(names.knowledge.terms, f"{match.kind}s", {})
        yield match.id, vocabulary[match.id].name if match.id in vocabulary else names.label(match)


@dataclass(frozen=True)
class ReadingReport(Report):
    """How a text is read, printed by ``words KIND TEXT``."""

    names: Names
    found: WordSearch

    def data(self) -> dict[str, Any]:
        """Every reading of the text, and the words that contain it."""
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
        """Every reading of the text in a table, then the words that contain it."""
        if self.found.readings:
            rows = [
                (kind, reading.text, _STATES[reading.state], _meaning(self.names, reading))
                for kind, reading in self.found.readings
            ]
            yield Table(("As one of", "Text", "Is", "Stands for"), rows, ratios=(13, 17, 20, 30))
        else:
            yield Text(f"'{self.found.text}' is not understood as a word of any kind, and no known word is similar.")
        if self.found.holding:
            yield Heading("Words that contain it", level=2)
            yield _table(self.found.holding, SHOWN, normalise(self.found.text))
        elif len(self.found.kinds) == 1 and not self.found.understood:
            yield Text(f"'calcinosis-kb words {self.found.kinds[0]}' lists the known words.")


def _meaning(names: Names, reading: Reading) -> str:
    parts = [", ".join(f"{name} ({id_})" for id_, name in _meant(names, reading))]
    parts.append(f"perhaps {', '.join(reading.may_be)}" if reading.may_be else "")
    parts.append(f"nearest: {', '.join(reading.nearest)}" if reading.nearest else "")
    parts.extend(part for part in (reading.route, reading.dose, reading.duration) if part)
    return "; ".join(part for part in parts if part)
