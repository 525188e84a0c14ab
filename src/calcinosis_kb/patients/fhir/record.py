"""The resources of a record, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import msgspec

from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text

__all__ = ["Record", "Resource", "resources"]


class Resource(msgspec.Struct, frozen=True, eq=False):
    """One resource with its address in the bundle."""

    type: str
    id: str
    body: Json
    url: str = ""


class Record(msgspec.Struct, dict=True):
    """The resources of a record.

    ``searched`` are the types whose list is known, even if it is empty; ``partial`` those of which more may exist than is here.
    """

    resources: tuple[Resource, ...]
    searched: frozenset[str]
    partial: frozenset[str] = frozenset()

    def of(self, *types: str) -> list[Resource]:
        """The resources of some types, in the order of the record."""
        return [resource for resource in self.resources if resource.type in types]

    def knows(self, *types: str) -> bool:
        """Whether the list of one of some types is known."""
        return not self.searched.isdisjoint(types)

    def whole(self, *types: str) -> bool:
        """Whether nothing is missing from the lists of some types, as far as they are known."""
        return self.partial.isdisjoint(types)

    def follow(self, reference: object, parent: Resource) -> Resource | None:
        """The resource that a reference leads to: contained in ``parent``, or in the record; None if it is not there."""
        target = text(mapping(reference).get("reference"))
        if target.startswith("#"):
            contained = (one for one in mappings(parent.body.get("contained")) if text(one.get("id")) == target[1:])
            return next((Resource(text(one.get("resourceType")), target, one) for one in contained), None)
        return self._by_url.get(target) or self._by_url.get("/".join(target.split("/")[-2:])) if target else None

    @cached_property
    def _by_url(self) -> dict[str, Resource]:
        found: dict[str, Resource] = {}
        for resource in self.resources:
            if resource.url:
                found.setdefault(resource.url, resource)
            if resource.id:
                found.setdefault(f"{resource.type}/{resource.id}", resource)
        return found

    def concerns(self, resource: Resource, patient: str) -> bool:
        """Whether a resource is about a patient, by id; one that names nobody is."""
        for field in ("subject", "patient"):
            reference = mapping(resource.body.get(field))
            target = text(reference.get("reference"))
            if target:
                known = self.follow(reference, resource)
                return (known.id if known else target.replace(":", "/").rpartition("/")[2]) == patient
        return True


def resources(given: Iterable[object]) -> Iterator[Resource]:
    """Yield the resources of bundles and single resources, in their order; an entry without a resource has no type."""
    waiting: list[tuple[object, str]] = [(one, "") for one in given]
    waiting.reverse()
    while waiting:
        one, url = waiting.pop()
        body = mapping(one)
        if text(body.get("resourceType")) == "Bundle":
            entries = (
                [mapping(entry) for entry in body.get("entry") or ()] if isinstance(body.get("entry"), list) else []
            )
            waiting.extend((entry.get("resource"), text(entry.get("fullUrl"))) for entry in reversed(entries))
        else:
            yield Resource(text(body.get("resourceType")), text(body.get("id")), body, url)
