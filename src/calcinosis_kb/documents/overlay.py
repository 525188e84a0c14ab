"""Local overlays: a folder of files that add to knowledge and rules, or replace parts of them, without editing the base.

Only plain YAML files in ``knowledge/`` and ``rules/`` are read, within bounds; any other file is refused, not skipped.
Documents carry the path of the overlay as it was given, so every place in them names the overlay.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from calcinosis_kb.documents.drafts import Draft, finished, found_drafts
from calcinosis_kb.documents.strict_yaml import Document, parse, read_text
from calcinosis_kb.errors import CalcinosisError, InputError, KnowledgeError, Place, Problem, Severity, nearest

__all__ = ["Overlay", "merged", "read_overlay", "without"]

LAYERS = ("knowledge", "rules")
MAX_FILES = 1000
"""More than the whole knowledge base has; beyond it the folder is surely another one than was meant."""
MAX_BYTES = 20_000_000
_DATA = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Overlay:
    """The files of an overlay as text, by path below its folder (``knowledge/studies/ward.yaml``); ``name`` is the folder."""

    name: str
    texts: Mapping[str, str]
    notes: tuple[Problem, ...] = ()
    """Warnings (CKB081) about files that are not data, which do not keep an answer back."""

    @cached_property
    def hash(self) -> str:
        """SHA-256 over the paths and texts, as 16 hexadecimal digits: the same wherever the folder lies."""
        digest = hashlib.sha256()
        for path in sorted(self.texts):
            content = self.texts[path].encode()
            digest.update(f"{path}\0{len(content)}\0".encode())
            digest.update(content)
        return digest.hexdigest()[:16]

    @cached_property
    def files(self) -> dict[str, str]:
        """Each file as it is named in messages, with its path below the folder."""
        return {f"{self.name}/{path}": path for path in sorted(self.texts)}

    def owns(self, place: Place | None) -> bool:
        """Whether a place lies in a file of the overlay."""
        return place is not None and (place.file in self.files or any(note.place == place for note in self.notes))

    def only(self, files: Collection[str]) -> Overlay:
        """The overlay with some of its ``files`` alone."""
        return Overlay(self.name, {path: self.texts[path] for name, path in self.files.items() if name in files})

    def documents(self, layer: str) -> tuple[dict[str, Document], list[Problem]]:
        """The finished documents of "knowledge" or "rules" by path below the folder, and what cannot be parsed."""
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
    """The overlay in a folder.

    Raises `InputError`: no folder, or one that cannot be read (CKB080), data that would be ignored (CKB081), no data
    (CKB082); `KnowledgeError` for a file that is not text (CKB003 to CKB005).
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

    Names that begin with a dot (``.git``) do not belong to an overlay. Raises `InputError` (CKB081) for data that would be ignored.
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
    """Why nothing would read an entry and how to fix it, or None where it is read."""
    if len(path.parts) == 1 and not (is_folder and path.name in LAYERS):
        fix = "files belong into knowledge/<section>/ or rules/; move out what is for people to read"
        near = nearest(path.name.lower(), LAYERS, limit=1)
        return (
            "an overlay holds the folders 'knowledge' and 'rules', so this would be ignored",
            f"call it '{near[0]}'" if near and is_folder else fix,
        )
    if is_folder:
        return ("a link to a folder is not followed", "put the files themselves here") if file.is_symlink() else None
    if not file.is_file():
        return ("this is no plain file, so it would be ignored", "put a YAML file here")
    if path.suffix != ".yaml":
        fix = f"call it {path.stem}.yaml" if path.suffix in (".yml", ".json") else "move it out of the overlay"
        return ("only files that end in .yaml are read, so this would be ignored", fix)
    return None


def _unreadable(error: OSError) -> NoReturn:
    _refuse(f"the folder cannot be read: {error.strerror}", Path(error.filename).as_posix())


def _refuse(message: str, name: str) -> NoReturn:
    raise InputError((Problem("CKB080", message, Place(name), fix="check what the folder holds and who may read it"),))


@dataclass
class _Merged(Document):
    """A document of two files: what lies below a path of ``taken`` stands in ``over``, all else in ``base``."""

    base: Document = field(kw_only=True)
    over: Document = field(kw_only=True)
    taken: frozenset[tuple[str | int, ...]] = field(kw_only=True)

    def place(self, path: tuple[str | int, ...], *, key: bool = False) -> Place:
        is_taken = path[:1] in self.taken or path[:2] in self.taken
        return (self.over if is_taken else self.base).place(path, key=key)


def merged(base: Document, over: Document, *, depth: int) -> Document:
    """A document of mappings with the entries of another: those it names are replaced whole, others are added.

    ``depth`` says how deep the entries lie: 1 for ``id: {…}``, 2 for ``section: {id: {…}}``. Every part keeps its place in the
    file that it is from.

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
    """A document without some of the entries of its mapping."""
    return replace(document, data={key: value for key, value in document.data.items() if key not in entries})
