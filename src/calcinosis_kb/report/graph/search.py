"""What a search found, in words and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from calcinosis_kb.graph.node_names import plain
from calcinosis_kb.graph.search import SearchResult
from calcinosis_kb.report.blocks import Block, Table, Text
from calcinosis_kb.report.report import Report

__all__ = ["SearchReport"]

SHOWN = 30
"""Hits that are shown in words; the data has all."""


@dataclass(frozen=True)
class SearchReport(Report):
    """What ``graph search`` prints."""

    found: SearchResult

    def data(self) -> dict[str, Any]:
        """Every hit, best first, as plain data."""
        return {
            "words": self.found.words,
            "read_as": self.found.read_as,
            "hits": [asdict(hit) for hit in self.found.hits],
        }

    def blocks(self) -> Iterator[Block]:
        """What the words were taken for, and the best hits."""
        if not self.found.hits:
            yield Text(f"Nothing in this knowledge base holds '{self.found.words}', nor a word like it.")
            return
        if self.found.read_as != plain(self.found.words):
            yield Text(f"Nothing holds '{self.found.words}'; this is what holds '{self.found.read_as}'.")
        yield _table(self.found, SHOWN)
        if len(self.found.hits) > SHOWN:
            yield Text(f"And {len(self.found.hits) - SHOWN} more, which '--format json' lists.")

    def table(self) -> Table:
        """Every hit, a row each."""
        return _table(self.found)


def _table(found: SearchResult, most: int | None = None) -> Table:
    """A row a hit. Where the words stand in something other than the name, it follows."""
    rows = [
        (hit.kind, hit.id, hit.name if hit.text == hit.name else f"{hit.name}: {hit.text}") for hit in found.hits[:most]
    ]
    return Table(("What", "Id", "Where it stands"), rows, ratios=(9, 24, 47))
