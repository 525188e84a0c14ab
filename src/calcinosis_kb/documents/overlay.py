"""Local overlays: a folder of files that add to knowledge and rules, or replace parts of them, without editing the base.

Only regular YAML files in ``knowledge/`` and ``rules/`` are read, up to a limit of size; any other data file is an error, so that
none is ignored silently. Places in the documents include the path of the overlay as the user gave it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.drafts import Draft, finished, found_drafts
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.errors import CalcinosisError, InputError, KnowledgeError, Place, Problem, Severity, nearest

__all__ = ["Overlay", "merged", "read_overlay", "without"]

LAYERS = ("knowledge", "rules")
MAX_FILES = 1000
"""More than the whole knowledge base has; a larger folder is probably the wrong one."""
MAX_BYTES = 20_000_000
_DATA = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Overlay:
    """The files of an overlay as text, by path below its folder (``knowledge/studies/ward.yaml``); ``name`` is the folder."""

    name: str
    texts: Mapping[str, str]
    notes: tuple[Problem, ...] = ()
    """Warnings (CKB081) about files that are not data; they do not prevent an answer."""

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the paths and texts, as 16 hexadecimal digits. It does not depend on where the folder is."""
        digest = hashlib.sha256()
        for path in sorted(self.texts):
            content = self.texts[path].encode()
            digest.update(f"{path}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()[:16]

    @cached_property
    def files(self) -> dict[str, str]:
        """The name of each file in messages, with its path below the folder."""
        return {f"{self.name}/{path}": path for path in sorted(self.texts)}

    def owns(self, place: Place | None) -> bool:
        """Whether a place is in a file of the overlay."""
        return place is not None and (place.file in self.files or any(note.place == place for note in self.notes))

    def only(self, files: Collection[str]) -> Overlay:
        """The overlay with only some of its ``files``."""
        return Overlay(self.name, {path: self.texts[path] for name, path in self.files.items() if name in files})

    def documents(self, layer: str) -> tuple[dict[str, Document], list[Problem]]:
        """The finished documents of "knowledge" or "rules" by path below the folder, and the problems of parsing them."""
        documents, problems = self._parsed(layer)
        return finished(documents), problems

    @cached_property
    def drafts(self) -> tuple[Draft, ...]:
        """The drafts in the folder."""
        return tuple(draft for layer in LAYERS for draft in found_drafts(self._parsed(layer)[0]))

    def _parsed(self, layer: str) -> tuple[dict[str, Document], list[Problem]]:
        documents: dict[str, Document] = {}
        problems: list[Problem] = []
        for name, path in self.files.items():
            if path.startswith(f"{layer}/"):
                try:
                    documents[path] = parse(self.texts[path], name, error=KnowledgeError)
                except CalcinosisError as error:
                    problems.extend(error.problems)
        return documents, problems


def read_overlay(directory: Path | str) -> Overlay:
    """Read the overlay in a folder.

    Raises `InputError` for a missing or unreadable folder (CKB080), data that would be ignored (CKB081) or no data
    (CKB082), and `KnowledgeError` for a file that is not text (CKB003 to CKB005).
    """
    root = Path(directory)
    name = root.as_posix()
    if not root.is_dir():
        message = "this is a file, not a folder" if root.exists() else "there is no such folder"
        fix = "name the folder that holds 'knowledge' or 'rules' of the overlay"
        raise InputError((Problem("CKB080", message, Place(name), fix=fix),))
    files, notes = _files(root, name)
    if not files:
        fix = "put YAML files into its knowledge/ or rules/, or leave --overlay out"
        raise InputError(
            (Problem("CKB082", "the overlay holds no YAML file, so it would change nothing", Place(name), fix=fix),)
        )
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for path in files:
        try:
            texts[path] = read_text(root / path, name=f"{name}/{path}", error=KnowledgeError)
        except KnowledgeError as error:
            problems.extend(error.problems)
        if sum(map(len, texts.values())) > MAX_BYTES:
            _refuse(f"the overlay is larger than {MAX_BYTES:,} bytes", name)
    if problems:
        raise KnowledgeError(tuple(problems))
    return Overlay(name, texts, tuple(notes))


def _files(root: Path, name: str) -> tuple[list[str], list[Problem]]:
    """The YAML files by path, in order, and warnings about files that are not data.

    Names that begin with a dot (``.git``) are skipped. Raises `InputError` (CKB081) for data that would be ignored.
    """
    found: list[str] = []
    ignored: list[Problem] = []
    for folder, folders, files in os.walk(root, onerror=_unreadable):
        folders[:] = sorted(entry for entry in folders if not entry.startswith("."))
        below = Path(folder).relative_to(root)
        for entry in [*folders, *sorted(files)]:
            path = below / entry
            if entry.startswith("."):
                continue
            why = _why_ignored(root / path, path, is_folder=entry in folders)
            if why:
                is_note = (root / path).is_file() and path.suffix.lower() not in _DATA
                place = Place(f"{name}/{path.as_posix()}")
                severity: Severity = "warning" if is_note else "error"
                ignored.append(Problem("CKB081", why[0], place, fix=why[1], severity=severity))
            elif entry not in folders:
                found.append(path.as_posix())
        folders[:] = [entry for entry in folders if below.parts or entry in LAYERS]
        if len(found) > MAX_FILES:
            _refuse(f"the folder holds more than {MAX_FILES} files", name)
    if any(problem.severity == "error" for problem in ignored):
        raise InputError(tuple(ignored))
    return sorted(found), ignored


def _why_ignored(file: Path, path: Path, *, is_folder: bool) -> tuple[str, str] | None:
    """Why a file or folder would be ignored and how to fix that, or None if it is read."""
    if len(path.parts) == 1 and not (is_folder and path.name in LAYERS):
        fix = "put data files into knowledge/<section>/ or rules/, and move other files out of the overlay"
        near = nearest(path.name.lower(), LAYERS, limit=1)
        return (
            "an overlay holds the folders 'knowledge' and 'rules', so this would be ignored",
            f"call it '{near[0]}'" if near and is_folder else fix,
        )
    if is_folder:
        return ("a link to a folder is not followed", "put the files themselves here") if file.is_symlink() else None
    if not file.is_file():
        return ("this is not a regular file, so it would be ignored", "put a YAML file here")
    if path.suffix != ".yaml":
        fix = f"call it {path.stem}.yaml" if path.suffix in (".yml", ".json") else "move it out of the overlay"
        return ("only files that end in .yaml are read, so this would be ignored", fix)
    return None


def _unreadable(error: OSError) -> NoReturn:
    _refuse(f"the folder cannot be read: {error.strerror}", Path(error.filename).as_posix())


def _refuse(message: str, name: str) -> NoReturn:
    raise InputError((Problem("CKB080", message, Place(name), fix="check the folder and its permissions"),))


@dataclass
class _Merged(Document):
    """A document made of two files: whatever is below a path in ``taken`` is from ``over``, the rest from ``base``."""

    base: Document = field(kw_only=True)
    over: Document = field(kw_only=True)
    taken: frozenset[tuple[str | int, ...]] = field(kw_only=True)

    def place(self, path: tuple[str | int, ...], *, key: bool = False) -> Place:
        is_taken = path[:1] in self.taken or path[:2] in self.taken
        return (self.over if is_taken else self.base).place(path, key=key)


def merged(base: Document, over: Document, *, depth: int) -> Document:
    """Merge the entries of one document of mappings into another: entries with the same id are replaced, others added.

    ``depth`` is that of the entries: 1 for ``id: {…}``, 2 for ``section: {id: {…}}``. Every part keeps its place in its own
    file.

    >>> one, two = parse("a: {x: 1, y: 2}", "base.yaml"), parse("a: {y: 3}", "over.yaml")
    >>> both = merged(one, two, depth=2)
    >>> both.data, str(both.place(("a", "x"))), str(both.place(("a", "y")))
    ({'a': {'x': 1, 'y': 3}}, 'base.yaml:1:8', 'over.yaml:1:8')
    """
    if not isinstance(base.data, dict) or not isinstance(over.data, dict):
        return over
    data = dict(base.data)
    taken: set[tuple[str | int, ...]] = set()
    for key, value in over.data.items():
        inside = data.get(key)
        if depth > 1 and isinstance(value, dict) and isinstance(inside, dict):
            data[key] = {**inside, **value}
            taken.update((key, entry) for entry in value)
        else:
            data[key] = value
            taken.add((key,))
    marks, key_marks = {**base.marks, **over.marks}, {**base.key_marks, **over.key_marks}
    return _Merged(base.name, data, marks, key_marks, base=base, over=over, taken=frozenset(taken))


def without(document: Document, entries: Collection[str]) -> Document:
    """Return a document without some of the entries of its mapping."""
    return replace(document, data={key: value for key, value in document.data.items() if key not in entries})
