"""What a search found, in words and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from calcinosis_kb.graph.node_names import plain
from calcinosis_kb.graph.search import Found
from calcinosis_kb.report.blocks import Block, Table, Text

__all__ = ["found_blocks", "found_data", "found_table"]

SHOWN = 30
"""Hits that are shown in words; the data has all."""


def found_data(found: Found) -> dict[str, Any]:
    """Every hit, best first, as plain data."""
    return {"words": found.words, "read_as": found.read_as, "hits": [asdict(hit) for hit in found.hits]}


def found_blocks(found: Found) -> Iterator[Block]:
    """What the words were taken for, and the best hits."""
    if not found.hits:
        yield Text(f"Nothing in this knowledge base holds '{found.words}', nor a word like it.")
        return
    if found.read_as != plain(found.words):
        yield Text(f"Nothing holds '{found.words}'; this is what holds '{found.read_as}'.")
    yield found_table(found, SHOWN)
    if len(found.hits) > SHOWN:
        yield Text(f"And {len(found.hits) - SHOWN} more, which '--format json' lists.")


def found_table(found: Found, most: int | None = None) -> Table:
    """A row a hit. Where the words stand in something other than the name, it follows."""
    rows = [
        (hit.kind, hit.id, hit.name if hit.text == hit.name else f"{hit.name}: {hit.text}") for hit in found.hits[:most]
    ]
    return Table(("What", "Id", "Where it stands"), rows, ratios=(9, 24, 47))
