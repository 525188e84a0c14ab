"""Lay the knowledge of an overlay over the base, document by document, and list the records that come from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.kinds import FileKind, kind_of
from calcinosis_kb.documents.overlay import Overlay, merged, without
from calcinosis_kb.errors import Place, Problem, nearest

__all__ = ["lay_over", "local_records"]

Documents = dict[str, Document]
APART = {"cases": "an overlay has no published cases; evaluate them with 'calcinosis-kb evaluate FOLDER'"}
"""Folders that an overlay cannot have, and why."""
PARTS = ("nodes", "edges", "questions", "mechanisms")
"""The lists of records inside a theme or a therapy."""


def lay_over(base: Documents, overlay: Overlay, kinds: Sequence[FileKind[Any]]) -> tuple[Documents, list[Problem]]:
    """Return the documents of base and overlay by their paths in the base, and misplaced files of the overlay (CKB081).

    `FileKind.entries` says how a file of the overlay changes the base.
    """
    own, problems = overlay.documents("knowledge")
    documents = dict(base)
    for path, document in own.items():
        kind = kind_of(path, kinds)
        if kind is None:
            problems.append(_misplaced(document, path.split("/")[1], kinds))
        elif kind.entries:
            _lay_entries(documents, path, document, kind)
        else:
            documents[path] = document
    return documents, problems


def _lay_entries(documents: Documents, path: str, document: Document, kind: FileKind[Any]) -> None:
    """Add entries, or replace them by id in whichever file of the kind the base has them."""
    if isinstance(document.data, dict) and not kind.is_one_file:
        for name, other in list(documents.items()):
            if kind.fits(name) and isinstance(other.data, dict):
                documents[name] = without(other, document.data)
    documents[path] = merged(documents[path], document, depth=kind.entries) if path in documents else document


def _misplaced(document: Document, section: str, kinds: Sequence[FileKind[Any]]) -> Problem:
    known = sorted(kind.folder for kind in kinds if kind.folder)
    files = sorted(kind.pattern.rpartition("/")[2] for kind in kinds if kind.is_one_file)
    fix = f"put it into one of knowledge/{{{','.join(known)}}}/, or into {' or '.join(files)}"
    message = APART.get(section, "this file would be ignored")
    near = nearest(section.removesuffix(".yaml"), [*known, *files])
    return Problem(
        "CKB081", message, Place(document.name), tuple(known), near, "remove it" if section in APART else fix
    )


def local_records(
    overlay: Overlay, base: Documents, origins: Mapping[tuple[str, str], Document], terms: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """Return the ids that come from the overlay, by section.

    In a file that replaces one of the base, only the nodes and edges that differ from the base are local.
    """
    known = {(_space(part), str(record.get("id"))): record for part, record in _parts(base.values())}
    mine = {document.name: document for document in origins.values() if document.name in overlay.files}
    changed = {
        key: None
        for part, record in _parts(mine.values())
        if known.get(key := (_space(part), str(record.get("id")))) != record
    }
    local: dict[str, list[str]] = {}
    for (section, id_), document in origins.items():
        if section in ("nodes", "edges", "questions"):
            is_local = document.name in mine and (section, id_) in changed
        elif section == "references":
            is_local = overlay.owns(document.place((id_,)))
        else:
            is_local = document.name in mine
        if is_local and section not in ("file", "sources") and not section.startswith("ids of"):
            local.setdefault(section, []).append(id_)
    file = origins["file", "knowledge/terms.yaml"]
    for vocabulary, entries in terms.items():
        local[vocabulary] = [id_ for id_ in entries if overlay.owns(file.place((vocabulary, id_)))]
    return {section: tuple(sorted(ids)) for section, ids in sorted(local.items()) if ids}


def _parts(documents: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for document in documents:
        if isinstance(document.data, dict):
            for part in PARTS:
                for record in document.data.get(part) or ():
                    if isinstance(record, dict):
                        yield part, record


def _space(part: str) -> str:
    return "edges" if part == "mechanisms" else part
