"""Merge what several services found: one publication is one record, by DOI, PMID, PMCID or near title."""

from __future__ import annotations

from collections.abc import Iterable

from calcinosis_kb.editing.watch.found import Found
from calcinosis_kb.editing.watch.held import Held

__all__ = ["merged"]


def merged(found: Iterable[Found]) -> list[Found]:
    """Return each publication and trial once, in the order in which it was found first."""
    groups: list[Found] = []
    for record in found:
        same = [index for index, group in enumerate(groups) if not group.keys.isdisjoint(record.keys)]
        if not same and record.trial is None:
            held = Held({str(index): group.citation for index, group in enumerate(groups) if group.trial is None})
            match = held.match(record.citation)
            same = [int(match.source)] if match and match.by == "title" else []
        if not same:
            groups.append(record)
            continue
        first, *others = same
        for index in (*others, None):
            groups[first] = _joined(groups[first], record if index is None else groups[index])
        for index in reversed(others):
            del groups[index]
    return groups


def _joined(one: Found, other: Found) -> Found:
    """One record of two: what the first service said, and what only the other one did."""
    ours, theirs = (found.citation.model_dump(exclude_none=True) for found in (one, other))
    return Found(
        one.citation.model_copy(update={**theirs, **ours}),
        tuple(dict.fromkeys((*one.services, *other.services))),
        tuple(dict.fromkeys((*one.types, *other.types))),
        one.trial or other.trial,
        one.status or other.status,
    )
