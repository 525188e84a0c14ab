"""Which resources of a record are only another copy, or an older version, of one that is there as well."""

from __future__ import annotations

from collections.abc import Iterable

from calcinosis_kb.patients.fhir.plain import mapping, text
from calcinosis_kb.patients.fhir.record import Resource

__all__ = ["Versions"]


class Versions:
    """The resources of a record that have an id in common, and which of them holds."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._same: dict[tuple[str, str], list[Resource]] = {}
        for one in resources:
            if one.id and not one.flaw:
                self._same.setdefault((one.type, one.id), []).append(one)

    def superseded(self, one: Resource) -> str | None:
        """Why another resource stands for this one; None if none does.

        Of two with one id that differ and of which neither is told to be the later, both are read: neither is lost.
        """
        same = self._same.get((one.type, one.id), ()) if one.id else ()
        if len(same) < 2:
            return None
        earlier = same[: same.index(one)]
        others = [other for other in same if not _apart(one, other)]
        if any(other in earlier and other.body == one.body for other in others):
            return "the same resource again"
        stamp = _stamp(one)
        return "a later version is there" if stamp and any(_stamp(other) > stamp for other in others) else None


def _apart(one: Resource, other: Resource) -> bool:
    """Whether two resources come from different servers, and have an id in common by chance."""
    return bool(one.url and other.url and one.url != other.url)


def _stamp(one: Resource) -> str:
    return text(mapping(one.body.get("meta")).get("lastUpdated"))
