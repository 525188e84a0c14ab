"""Find and leave out drafts: files, and entries of lists, marked ``draft: true`` until they are finished."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from msgspec.structs import replace

from calcinosis_kb.documents.document import Document
from calcinosis_kb.errors import Place, Problem

__all__ = ["Draft", "finished", "found_drafts", "is_draft", "name_drafts"]


@dataclass(frozen=True)
class Draft:
    """One draft as a document of its own; ``path`` is its file, relative to the base."""

    id: str
    path: str
    document: Document

    @property
    def place(self) -> Place:
        """The place of its line ``draft: true``."""
        inside = (0, "draft") if isinstance(self.document.data, list) else ("draft",)
        return self.document.place(inside, key=True)


def is_draft(data: Any) -> bool:
    """Whether the content of a file, or an entry, is marked as a draft."""
    return isinstance(data, Mapping) and data.get("draft") is True


def finished(documents: Mapping[str, Document]) -> dict[str, Document]:
    """Return the documents without the drafts in them.

    >>> from calcinosis_kb.documents.strict_yaml import parse
    >>> rules = parse("- {id: a, draft: true}\\n- {id: b}", "rules/x.yaml")
    >>> rest = finished({"rules/x.yaml": rules, "rules/y.yaml": parse("{draft: true}", "rules/y.yaml")})
    >>> [(name, document.data, str(document.place((0, "id")))) for name, document in rest.items()]
    [('rules/x.yaml', [{'id': 'b'}], 'rules/x.yaml:2:8')]
    """
    kept = {name: document for name, document in documents.items() if not is_draft(document.data)}
    for name, document in kept.items():
        if isinstance(document.data, list) and any(map(is_draft, document.data)):
            kept[name] = _of(document, [index for index, entry in enumerate(document.data) if not is_draft(entry)])
    return kept


def found_drafts(documents: Mapping[str, Document]) -> Iterator[Draft]:
    """Find the drafts in documents."""
    for path, document in documents.items():
        if is_draft(document.data):
            yield Draft(str(document.data.get("id") or PurePath(path).name.partition(".")[0]), path, document)
        for index, entry in enumerate(document.data if isinstance(document.data, list) else ()):
            if is_draft(entry):
                yield Draft(str(entry.get("id") or ""), path, _of(document, [index]))


def name_drafts(problems: Iterable[Problem], drafts: Collection[Draft]) -> list[Problem]:
    """Return the problems; a reference to an unknown id that is a draft says so."""
    return [_named(problem, drafts) for problem in problems]


def _named(problem: Problem, drafts: Collection[Draft]) -> Problem:
    referring = problem.code in ("CKB014", "CKB029", "CKB032")
    draft = next((draft for draft in drafts if referring and f"'{draft.id}'" in problem.message), None)
    if draft is None:
        return problem
    fix = "finish the draft and remove its line 'draft: true', or mark this as a draft too"
    return replace(problem, message=f"'{draft.id}' is a draft, at {draft.place}", nearest=(), valid=(), fix=fix)


def _of(document: Document, indices: list[int]) -> Document:
    """A document with some of the entries of a list; each keeps its place in the file."""
    new = {old: index for index, old in enumerate(indices)}

    def moved(marks: Mapping[Any, Any]) -> dict[Any, Any]:
        kept = {path: mark for path, mark in marks.items() if not path or path[0] in new}
        return {(new[path[0]], *path[1:]) if path else path: mark for path, mark in kept.items()}

    data = [document.data[index] for index in indices]
    return Document(document.name, data, moved(document.marks), moved(document.key_marks))
