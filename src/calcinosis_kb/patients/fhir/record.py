"""The resources of a record, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import msgspec

from calcinosis_kb.patients.fhir.jsontext import TWICE
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text
from calcinosis_kb.patients.fhir.types import TYPES
from calcinosis_kb.patients.fhir.versions import as_r4

__all__ = ["BARE", "LISTED", "Record", "Resource", "addresses", "resource"]

LISTED = ("Condition", "MedicationRequest", "MedicationStatement", "AllergyIntolerance")
"""The types whose resources make a list that may be complete."""

BARE = "Bundle.entry"
"""Stands for the type of an entry that has no resource and needs none: a deletion, or the answer to a change that succeeded."""


class Resource(msgspec.Struct, frozen=True, eq=False):
    """One resource, in the shape of R4, with its address in the bundle.

    ``flaw`` tells why it cannot be read, empty if it can. ``head``: it is the Composition that a document begins with.
    ``version`` is that of FHIR if the shape in which it came can only be STU3 or R5.
    """

    type: str
    id: str
    body: Json
    url: str = ""
    flaw: str = ""
    head: bool = False
    version: str = ""


class Record(msgspec.Struct, dict=True):
    """The resources of a record.

    ``searched`` are the types whose list is known, even if it is empty; ``partial`` those of which more may exist than is here.
    ``beside`` are resources by address that the record refers to and that are no entries of it.
    """

    resources: tuple[Resource, ...]
    searched: frozenset[str]
    partial: frozenset[str] = frozenset()
    beside: Mapping[str, Resource] = {}

    def of(self, *types: str) -> list[Resource]:
        """The resources of some types, in the order of the record."""
        return [resource for resource in self.resources if resource.type in types]

    def knows(self, *types: str) -> bool:
        """Whether the list of one of some types is known."""
        return not self.searched.isdisjoint(types)

    def whole(self, *types: str) -> bool:
        """Whether nothing is missing from the lists of some types, as far as they are known."""
        return self.partial.isdisjoint(types) and self._damaged.isdisjoint(types)

    @cached_property
    def _damaged(self) -> frozenset[str]:
        """The types of which an entry could not be read; one whose type is not known may be of any."""
        types = {one.type for one in self.resources if one.flaw}
        return frozenset(types if types <= TYPES else (*types, *LISTED))

    def follow(self, reference: object, parent: Resource) -> Resource | None:
        """The resource that a reference leads to: contained in ``parent``, or in the record; None if it is not there.

        It is looked for by its whole address, by the address of the server of ``parent``, and by type and id where only one has them.
        """
        target = text(mapping(reference).get("reference")).partition("/_history/")[0]
        if target.startswith("#"):
            contained = (one for one in mappings(parent.body.get("contained")) if text(one.get("id")) == target[1:])
            return next((resource(one, target) for one in contained), None)
        base = parent.url.removesuffix(f"{parent.type}/{parent.id}") if parent.id else ""
        for address in (target, f"{base}{target}", "/".join(target.split("/")[-2:])) if target else ():
            found = self._by_url.get(address) or self.beside.get(address)
            if found is not None:
                return found
        return None

    @cached_property
    def _by_url(self) -> dict[str, Resource]:
        """The resources by address, and by type and id; not those of two servers that have both in common."""
        found: dict[str, Resource] = {}
        several: set[str] = set()
        for one in self.resources:
            for address in addresses(one):
                known = found.setdefault(address, one)
                if one.url != known.url and one.url and known.url:
                    several.add(address)
        return {address: one for address, one in found.items() if address not in several}

    def lacks(self, patient: str) -> bool:
        """Whether a patient, by id, is not in the record."""
        return patient not in self._patients

    @cached_property
    def _patients(self) -> frozenset[str]:
        return frozenset(one.id for one in self.resources if one.type == "Patient")

    def whose(self, resource: Resource) -> str | None:
        """The id of the patient whom a resource is about, as far as it names one; None if it names nobody.

        A reference that leads nowhere names somebody by its last part.
        """
        for field in ("subject", "patient"):
            reference = mapping(resource.body.get(field))
            target = text(reference.get("reference"))
            if target.startswith("#"):
                return self._named(reference, resource)
            if target:
                if target not in self._whose:
                    self._whose[target] = self._named(reference, resource)
                return self._whose[target]
        return None

    def _named(self, reference: Json, resource: Resource) -> str:
        known = self.follow(reference, resource)
        return known.id if known else text(reference.get("reference")).replace(":", "/").rpartition("/")[2]

    @cached_property
    def _whose(self) -> dict[str, str]:
        """Whom a reference names, which is one and the same in nearly every entry of a record."""
        return {}


def addresses(one: Resource) -> Iterator[str]:
    """Yield how a resource may be referred to: by its address, by type and id, and a patient by an identifier."""
    if one.url:
        yield one.url
    if one.id:
        yield f"{one.type}/{one.id}"
    for given in mappings(one.body.get("identifier")) if one.type == "Patient" else ():
        yield f"Patient?identifier={text(given.get('system'))}|{text(given.get('value'))}"


def resource(value: object, url: str = "", *, head: bool = False) -> Resource:
    """Return one resource of plain JSON; what is no resource has a flaw."""
    body, version = as_r4(mapping(value))
    kind = text(body.get("resourceType"))
    id_ = text(body.get("id")) or url.replace(":", "/").rpartition("/")[2]
    return Resource(kind, id_, body, url, _flaw(body, kind), head, version)


def _flaw(body: Json, kind: str) -> str:
    if TWICE in body:
        return f"'{body[TWICE]}' is given twice, with two values"
    if not kind:
        return "an entry without a resource" if not body else "a resource without a type"
    return "" if kind in TYPES or kind == BARE else f"'{kind[:60]}' is no type of resource"
