"""Files that lie where knowledge and rules are read, and that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from calcinosis_kb.errors import Place, Problem, nearest

__all__ = ["check_cases_folder", "check_knowledge_folder", "check_rules_folder"]

FLAT = ("guidelines", "pathophysiology", "references", "stories", "studies", "therapies")
FOLDERS = (*FLAT, "cases")
TOP = ("prefixes.yaml", "terms.yaml")
WORDS = ("words", ".tsv")
"""The folder of the long word lists, and how their names end."""
TEXTS = (".md", ".txt")
"""A note to maintainers may lie beside the data."""


def check_knowledge_folder(directory: Path) -> Iterator[Problem]:
    """Files of knowledge/ that are in no folder that is read, or do not end in .yaml (CKB045)."""
    for path in _files(directory):
        inner = path.relative_to(directory)
        place = Place(f"{directory.name}/{inner.as_posix()}")
        if (inner.parts[0], path.suffix) == WORDS:
            continue
        if path.suffix != ".yaml":
            yield _unread(place, f"call it {path.stem}.yaml, or move it out of {directory.name}/")
        elif len(inner.parts) == 1 and inner.name not in TOP:
            yield _unread(place, f"move it into one of the folders {', '.join(FOLDERS)}")
        elif len(inner.parts) > 1 and inner.parts[0] not in FOLDERS:
            near = nearest(inner.parts[0], FOLDERS, limit=1)
            yield _unread(place, f"move it to {directory.name}/{near[0] if near else '…'}/{inner.name}", near)


def check_rules_folder(directory: Path) -> Iterator[Problem]:
    """Files of rules/ that do not end in .yaml (CKB045)."""
    for path in _files(directory):
        if path.suffix != ".yaml":
            place = Place(f"{directory.name}/{path.relative_to(directory).as_posix()}")
            yield _unread(place, f"call it {path.stem}.yaml, or move it out of {directory.name}/")


def check_cases_folder(directory: Path) -> Iterator[Problem]:
    """Files beside the golden cases that are none by their name (CKB045)."""
    for path in _files(directory):
        if path.parent != directory or not path.name.endswith(".case.yaml"):
            place = Place(f"tests/cases/{path.relative_to(directory).as_posix()}")
            yield _unread(place, f"call it tests/cases/{path.name.partition('.')[0]}.case.yaml")


def _files(directory: Path) -> Iterable[Path]:
    files = (path for path in directory.rglob("*") if path.is_file() and path.suffix not in TEXTS)
    return sorted(path for path in files if not any(part.startswith(".") for part in path.relative_to(directory).parts))


def _unread(place: Place, fix: str, near: tuple[str, ...] = ()) -> Problem:
    return Problem("CKB045", "nobody reads this file", place, nearest=near, fix=fix)
