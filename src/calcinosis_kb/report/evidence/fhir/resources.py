"""The resources of one export: ids and names that follow from the record, what each says of its origin, and references among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from calcinosis_kb.graph.exporters.json_ld import NAMESPACE
from calcinosis_kb.report.evidence.origin import TITLE, Origin, name
from calcinosis_kb.report.fhir.resources import Json, narrative

__all__ = ["Resources", "reference"]


def reference(table: str, id_: str) -> Json:
    """Return the reference to a record of a table. The same record has the same id in every version of the knowledge."""
    return {"reference": f"urn:uuid:{_uuid(table, id_)}"}


def _uuid(table: str, id_: str) -> str:
    return str(uuid5(NAMESPACE_URL, name(table, id_)))


class Resources:
    """Resources in the order in which they are added. Each names the knowledge that it comes from; ``origin`` says which."""

    def __init__(self, origin: Origin) -> None:
        self._origin = origin
        self._entries: list[Json] = []

    def add(self, type_: str, table: str, id_: str, body: Json, *, local: bool, reads: Iterable[str] = ()) -> None:
        """Add the resource of a record. ``local``: whether it comes from an overlay. ``reads`` are the lines of its text."""
        uuid = _uuid(table, id_)
        resource = {
            "resourceType": type_,
            "id": uuid,
            "meta": self._meta(local),
            **narrative(reads),
            **self._identity(type_, name(table, id_)),
            **{key: value for key, value in body.items() if value not in (None, [], "")},
        }
        self._entries.append({"fullUrl": f"urn:uuid:{uuid}", "resource": resource})

    def bundle(self) -> Json:
        """Return everything as a collection, which has no time of its own."""
        return {
            "resourceType": "Bundle",
            "id": str(uuid5(NAMESPACE_URL, self._origin.urn)),
            "meta": self._meta(local=False),
            "identifier": {"system": "urn:ietf:rfc:3986", "value": self._origin.urn},
            "type": "collection",
            "entry": self._entries,
        }

    def _identity(self, type_: str, named: str) -> Json:
        """The name of the record; an ArtifactAssessment has no version and no status."""
        rights = {"copyright": f"{TITLE}, {self._origin.licence}"}
        if type_ == "ArtifactAssessment":
            return {"identifier": [{"system": "urn:ietf:rfc:3986", "value": named}], **rights}
        return {"url": named, "version": self._origin.version, "status": "active", **rights}

    def _meta(self, local: bool) -> Json:
        """The knowledge, and the overlay for what comes from it, as tags."""
        origin = self._origin
        tags: list[dict[str, Any]] = [
            {"system": f"{NAMESPACE}knowledge", "version": origin.version, "code": origin.hash, "display": TITLE}
        ]
        if origin.overlay and local:
            tags.append({"system": f"{NAMESPACE}overlay", "code": origin.overlay, "display": "local"})
        return {"source": origin.urn, "tag": tags}
