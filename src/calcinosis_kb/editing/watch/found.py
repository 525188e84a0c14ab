"""What a service answered to one search: the records that could be read, and why some could not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from calcinosis_kb.editing.client import ServiceError
from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.knowledge.searches import Service, identifiers

__all__ = ["MOST", "Answer", "Found", "Page", "counted", "gathered"]


@dataclass(frozen=True)
class Found:
    """One record as a service gave it: a publication with its types, or a registered trial with its status."""

    citation: Citation
    services: tuple[Service, ...]
    types: tuple[str, ...] = ()
    trial: str | None = None
    status: str | None = None

    @property
    def keys(self) -> frozenset[tuple[str, str]]:
        """The identifiers in their normal form, each with its kind."""
        return frozenset(identifiers(self.citation, self.trial))


MOST = 10_000
"""Records that are read of one search: what ESearch gives at most. A service that gives more for one therapy goes round in circles, or the
search string is too wide."""

Page = tuple[int, list[Found | None]]
"""How many records the service counts in all, and those of one page; None stands for one that cannot be read."""


@dataclass(frozen=True)
class Answer:
    """What a service answered to a string."""

    service: Service
    string: str
    hits: int
    found: tuple[Found, ...]
    unread: int = 0
    incomplete: str | None = None
    is_reached: bool = True


def gathered(service: Service, string: str, pages: Iterable[Page]) -> Answer:
    """Return the records of all pages. What was read before a fault is kept, and the answer says that it is incomplete."""
    hits, unread = 0, 0
    found: list[Found] = []
    why: str | None = None
    is_reached = True
    try:
        for hits, page in pages:  # noqa: B007 - the last number stands
            found += [record for record in page if record is not None]
            unread += page.count(None)
            if len(found) + unread > MOST:
                why = f"more than {MOST:,} records"
                break
    except ServiceError as error:
        why, is_reached = str(error), error.kind != "unreachable" or bool(hits)
    if why is None and unread:
        why = f"{unread} of its records cannot be read"
    if why is None and len(found) != hits:
        why = f"it counts {hits} records and gave {len(found)}"
    return Answer(service, string, max(hits, len(found) + unread), tuple(found), unread, why, is_reached)


def counted(value: Any) -> int:
    """A number of records, written as a number or as digits. Raises `ValueError` for anything else.

    >>> counted("37"), counted(0)
    (37, 0)
    """
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9:
        return value
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 10:
        return int(value)
    raise ValueError("its answer does not say how many records there are")
