"""What a record leaves open of the past, as blocks: three groups, each with the words and entries that leave it open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calcinosis_kb.advice.past import PAST_TITLES, OpenPast
from calcinosis_kb.report.blocks import Block, Heading, Marked

__all__ = ["past_blocks"]


def past_blocks(past: Sequence[OpenPast], *, level: int = 1) -> Iterator[Block]:
    """Yield the therapies of which the record does not tell whether they were tried, by what leaves it open."""
    for kind, title in PAST_TITLES.items():
        groups = [group for group in past if group.kind == kind]
        if groups:
            yield Heading(title, level=level)
            yield Marked([("?" if group.words else "-", _group(group)) for group in groups])


def _group(group: OpenPast) -> str:
    names = ", ".join(group.names)
    return f"{names} ({group.because})" if group.because else names
