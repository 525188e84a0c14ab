"""The resources of a record, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from calcinosis_kb.patients.fhir.jsontext import TWICE
from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text
from calcinosis_kb.patients.fhir.types import TYPES
from calcinosis_kb.patients.fhir.versions import as_r4

__all__ = ["LISTED", "Record", "Resource", "addresses", "entries", "more", "resource", "resources"]

LISTED = ("Condition", "MedicationRequest", "MedicationStatement", "AllergyIntolerance")
"""The types whose resources make a list that may be complete."""

_NO_DOCUMENTS = ("searchset", "history", "transaction", "transaction-response", "batch", "batch-response")
"""The types of bundle in which a Composition is one entry among others, not the head of a document."""

_BARE = "Bundle.entry"
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
    return "" if kind in TYPES or kind == _BARE else f"'{kind[:60]}' is no type of resource"


def resources(given: Iterable[object]) -> Iterator[Resource]:
    """Yield the resources of bundles and single resources, in their order; an entry without a resource has no type."""
    for value in given:
        if text(mapping(value).get("resourceType")) == "Bundle":
            yield from (resource(one, url, head=head) for one, url, head in entries(mapping(value)))
        else:
            yield resource(value)


def entries(bundle: Json) -> Iterator[tuple[object, str, bool]]:
    """Yield the resource of each entry of a bundle, and of the bundles in it, with its address and whether a document begins with it."""
    waiting = [iter(_entries(bundle))]
    while waiting:
        entry = next(waiting[-1], None)
        if entry is None:
            waiting.pop()
        elif text(mapping(entry[0]).get("resourceType")) == "Bundle":
            waiting.append(iter(_entries(mapping(entry[0]))))
        else:
            yield entry


def _entries(bundle: Json) -> list[tuple[object, str, bool]]:
    given = bundle.get("entry")
    listed = given if isinstance(given, list) else [] if given is None else [given]
    values = [_in_entry(mapping(one)) for one in listed]
    head = text(bundle.get("type")) not in _NO_DOCUMENTS and "Composition" in [
        text(mapping(one).get("resourceType")) for one in values[:1]
    ]
    return [
        (value, text(mapping(one).get("fullUrl")), head and n == 0)
        for n, (one, value) in enumerate(zip(listed, values, strict=True))
    ]


def _in_entry(entry: Json) -> object:
    """What an entry holds: its resource, or the outcome that a server gives instead; None if there is none and there should be."""
    response, request = mapping(entry.get("response")), mapping(entry.get("request"))
    if "resource" in entry:
        return entry["resource"]
    if response.get("outcome"):
        return response["outcome"]
    needs_none = text(response.get("status")).startswith("2") or text(request.get("method")) in (
        "DELETE",
        "GET",
        "HEAD",
    )
    return {"resourceType": _BARE} if needs_none else None


def more(bundle: Json) -> bool:
    """Whether a bundle says that there is more than it holds."""
    if any(text(link.get("relation")) == "next" for link in mappings(bundle.get("link"))):
        return True
    total = bundle.get("total")
    held = [
        one
        for one in mappings(bundle.get("entry"))
        if mapping(one.get("search")).get("mode") not in ("include", "outcome")
    ]
    return isinstance(total, int) and total > len(held)
