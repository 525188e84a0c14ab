"""What makes a bundle valid FHIR R4: the models of fhir.resources, and the invariants of the specification that they do not check.

The names of the invariants are those of the specification (https://hl7.org/fhir/R4/bundle.html, requestgroup.html, metadatatypes.html).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

from fhir.resources.R4B.bundle import Bundle

__all__ = ["faults", "parts"]

Json = dict[str, Any]

_XHTML = "{http://www.w3.org/1999/xhtml}"
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


_TARGETS = {
    "subject": ("Patient",),
    "patient": ("Patient",),
    "requester": ("Device",),
    "performer": ("Device",),
    "author": ("Device", "Organization"),
    "result": ("RequestGroup",),
    "resource": ("MedicationRequest", "ServiceRequest"),
    "outputParameters": ("Parameters",),
    "evaluationMessage": ("OperationOutcome",),
    "medicationReference": ("Medication",),
}
"""The types to which an element may refer: of those that R4 allows, the ones that are written."""


def faults(bundle: Json) -> list[str]:
    """Everything that is wrong with a bundle. What the models refuse raises their error."""
    Bundle.model_validate(bundle)
    return [*_bundle(bundle), *_references(bundle), *(fault for part in parts(bundle) for fault in _part(part))]


def parts(value: Any) -> Iterator[Json]:
    """Every object in a bundle, itself first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def _bundle(bundle: Json) -> Iterator[str]:
    type_, entries = bundle["type"], bundle.get("entry", [])
    rules = {
        "bdl-1": "total" not in bundle or type_ in ("searchset", "history"),
        "bdl-2": type_ == "searchset" or not any("search" in entry for entry in entries),
        "bdl-3": all(("request" in entry) == (type_ in ("batch", "transaction", "history")) for entry in entries),
        "bdl-4": not any("response" in entry for entry in entries),
        "bdl-5": all("resource" in entry for entry in entries),
        "bdl-7": max(Counter(entry["fullUrl"] for entry in entries).values()) == 1,
        "bdl-8": not any("/_history/" in entry["fullUrl"] for entry in entries),
        "bdl-9": type_ != "document" or {"system", "value"} <= bundle.get("identifier", {}).keys(),
        "bdl-10": type_ != "document" or "timestamp" in bundle,
        "bdl-11": type_ != "document" or entries[0]["resource"]["resourceType"] == "Composition",
    }
    yield from (name for name, holds in rules.items() if not holds)
    for entry in entries:
        id_ = entry["resource"].get("id", "")
        if not _ID.fullmatch(id_):
            yield f"'{id_}' is no id"
        if not entry["fullUrl"].startswith("urn:uuid:") and not entry["fullUrl"].endswith(f"/{id_}"):
            yield f"{entry['fullUrl']} disagrees with the id {id_}"


def _references(bundle: Json) -> Iterator[str]:
    held = {entry["fullUrl"]: entry["resource"]["resourceType"] for entry in bundle.get("entry", [])}
    for part in parts(bundle):
        for name, value in part.items():
            for one in value if isinstance(value, list) else [value]:
                if not isinstance(one, dict) or not {"reference"} <= one.keys() <= {"reference", "display", "type"}:
                    continue
                target = one["reference"]
                if target not in held:
                    yield f"{target} is not in the bundle"
                elif name in _TARGETS and held[target] not in _TARGETS[name]:
                    yield f"{name} leads to a {held[target]}"


def _part(part: Json) -> Iterator[str]:
    if part.get("resourceType") == "RequestGroup":
        yield from _group(part)
    for one in (*part.get("parameter", ()), *part.get("part", ())):
        if sum(key.startswith("value") or key in ("part", "resource") for key in one) != 1:
            yield "inv-1"
    for filter_ in part.get("codeFilter", ()):
        if ("path" in filter_) == ("searchParam" in filter_):
            yield "drq-1"
    if "div" in part:
        div = ElementTree.fromstring(part["div"])
        if div.tag != f"{_XHTML}div" or not "".join(div.itertext()).strip():
            yield "txt-2"


def _group(group: Json) -> Iterator[str]:
    actions = [part for action in group.get("action", ()) for part in parts(action) if "title" in part]
    if any(("resource" in action) == ("action" in action) for action in actions):
        yield "rqg-1"
    if max(Counter(action["id"] for action in actions).values(), default=1) > 1:
        yield "ele-1: an id twice in a resource"
