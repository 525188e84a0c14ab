"""The report of ``graph search``: the hits of a search."""

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
"""Number of hits shown to a reader; the JSON and CSV list all."""


@dataclass(frozen=True)
class SearchReport(Report):
    """The hits of a search, printed by ``graph search``."""

    found: SearchResult

    def data(self) -> dict[str, Any]:
        """Every hit, best first."""
        return {
            "words": self.found.words,
            "read_as": self.found.read_as,
            "hits": [asdict(hit) for hit in self.found.hits],
        }

    def blocks(self) -> Iterator[Block]:
        """How the words were read, and the best hits."""
        if not self.found.hits:
            yield Text(f"Nothing in this knowledge base contains '{self.found.words}' or a similar word.")
            return
        if self.found.read_as != plain(self.found.words):
            yield Text(f"Nothing contains '{self.found.words}'; these are the hits for '{self.found.read_as}'.")
        yield _table(self.found, SHOWN)
        if len(self.found.hits) > SHOWN:
            yield Text(f"And {len(self.found.hits) - SHOWN} more, which '--format json' lists.")

    def table(self) -> Table:
        """Every hit, one row each."""
        return _table(self.found)


def _table(found: SearchResult, most: int | None = None) -> Table:
    """One row per hit; a text other than the name, in which the words were found, follows the name."""
    rows = [
        (hit.kind, hit.id, hit.name if hit.text == hit.name else f"{hit.name}: {hit.text}") for hit in found.hits[:most]
    ]
    return Table(("What", "Id", "Found in"), rows, ratios=(9, 24, 47))
