"""An overlay's knowledge laid over the base's, document by document, and which records then are local."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from calcinosis_kb.documents.overlay import Overlay, merged, without
from calcinosis_kb.documents.strict_yaml import Document
from calcinosis_kb.errors import Place, Problem, nearest

__all__ = ["lay_over", "local_records"]

Documents = dict[str, Document]
DEPTHS = {"knowledge/terms.yaml": 2}
"""How deep the entries of a file at the top lie; of any other they are the keys of its mapping."""
APART = {"cases": "published cases are no part of an overlay; 'calcinosis-kb evaluate FOLDER' answers a folder of them"}
"""Sections that an overlay cannot hold, and why."""
PARTS = ("nodes", "edges", "questions", "mechanisms")
"""The lists of records inside a theme or a therapy."""


def lay_over(base: Documents, overlay: Overlay) -> tuple[Documents, list[Problem]]:
    """The documents of both, by the base's paths, and what is wrong with the overlay's files as such (CKB081).

    A file replaces that of the same path, and a new path adds. Files of which each entry has an id of its own
    (``terms.yaml`` and other files at the top, ``references/``) are merged by it.
    """
    own, problems = overlay.documents("knowledge")
    sections = {path.split("/")[1] for path in base if path.count("/") > 1}
    documents = dict(base)
    for path, document in own.items():
        section = path.split("/")[1]
        if path.count("/") == 1 and path in base:
            documents[path] = merged(base[path], document, depth=DEPTHS.get(path, 1))
        elif section == "references":
            _lay_references(documents, path, document)
        elif path.count("/") > 1 and section in sections and section not in APART:
            documents[path] = document
        else:
            problems.append(_misplaced(document, section, sections))
    return documents, problems


def _lay_references(documents: Documents, path: str, document: Document) -> None:
    """References are cited by id, whatever file they lie in: those of the overlay take the place of the base's."""
    if isinstance(document.data, dict):
        for name, other in list(documents.items()):
            if name.startswith("knowledge/references/") and isinstance(other.data, dict):
                documents[name] = without(other, document.data)
    documents[path] = merged(documents[path], document, depth=1) if path in documents else document


def _misplaced(document: Document, section: str, sections: set[str]) -> Problem:
    known = sorted(sections - APART.keys())
    fix = f"put it into one of knowledge/{{{','.join(known)}}}/, or into terms.yaml"
    message = APART.get(section, "nothing reads this file, so it would be ignored")
    near = nearest(section.removesuffix(".yaml"), [*known, "terms.yaml"])
    return Problem(
        "CKB081", message, Place(document.name), tuple(known), near, "take it out" if section in APART else fix
    )


def local_records(
    overlay: Overlay, base: Documents, origins: Mapping[tuple[str, str], Document], terms: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """The ids that come from the overlay, by section.

    Of a file that replaces one of the base, nodes and edges are local where they differ from the base's.
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
