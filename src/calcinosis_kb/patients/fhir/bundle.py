"""Unpack bundles: their resources with their addresses, and whether there is more than they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from calcinosis_kb.patients.fhir.plain import Json, mapping, mappings, text
from calcinosis_kb.patients.fhir.record import BARE, Resource, resource

__all__ = ["entries", "more", "resources"]

_NO_DOCUMENTS = ("searchset", "history", "transaction", "transaction-response", "batch", "batch-response")
"""The types of bundle in which a Composition is one entry among others, not the head of a document."""


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
    return {"resourceType": BARE} if needs_none else None


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
