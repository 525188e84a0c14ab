"""The resources of one bundle: ids that follow from the answer, references among them, and a text for a reader."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from calcinosis_kb.advice.answer import SCHEMA
from calcinosis_kb.characters import visible

__all__ = ["Json", "Resources", "narrative"]

Json = dict[str, Any]

_NAMESPACE = uuid5(NAMESPACE_URL, SCHEMA)


class Resources:
    """Resources in the order in which they are added.

    ``content`` is all that the bundle is made from: the same content has the same ids, and another patient has others.
    """

    def __init__(self, content: bytes) -> None:
        self._ids: UUID = uuid5(_NAMESPACE, content.hex())
        self._entries: list[Json] = []

    def add(self, type_: str, body: Json, *, reads: Iterable[str] = ()) -> Json:
        """Add a resource, and return the reference to it. ``reads`` are the lines of its text."""
        id_ = uuid5(self._ids, f"{type_}/{len(self._entries)}")
        resource = {"resourceType": type_, "id": str(id_), **narrative(reads), **body}
        self._entries.append({"fullUrl": f"urn:uuid:{id_}", "resource": resource})
        return {"reference": f"urn:uuid:{id_}"}

    def bundle(self) -> Json:
        """Return everything as a collection, which has no time of its own."""
        id_ = str(uuid5(self._ids, "Bundle"))
        identifier = {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{id_}"}
        return {
            "resourceType": "Bundle",
            "id": id_,
            "identifier": identifier,
            "type": "collection",
            "entry": self._entries,
        }


def narrative(lines: Iterable[str]) -> Json:
    """Return the text of a resource, one paragraph a line; nothing for no line.

    >>> narrative(["eGFR < 30"])["text"]["div"]
    '<div xmlns="http://www.w3.org/1999/xhtml"><p>eGFR &lt; 30</p></div>'
    """
    paragraphs = "".join(f"<p>{escape(visible(line), quote=False)}</p>" for line in lines)
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{paragraphs}</div>'
    return {"text": {"status": "generated", "div": div}} if paragraphs else {}
