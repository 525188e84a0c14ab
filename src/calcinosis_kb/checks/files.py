"""Find files in the folders of knowledge, rules and golden cases that would be ignored because they fit no kind of file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from calcinosis_kb.editing.kinds import KINDS
from calcinosis_kb.errors import Place, Problem, nearest

__all__ = ["check_cases_folder", "check_knowledge_folder", "check_rules_folder"]

WORDS = ("words", ".tsv")
"""The folder and suffix of the long word lists."""
TEXTS = (".md", ".txt")
"""Suffixes of notes to maintainers, which are allowed beside the data."""


def check_knowledge_folder(directory: Path) -> Iterator[Problem]:
    """Find files of knowledge/ in an unknown folder or with another suffix than .yaml (CKB045)."""
    return (problem for problem in _ignored(directory, "knowledge") if not _is_word_list(problem.place))


def check_rules_folder(directory: Path) -> Iterator[Problem]:
    """Find files of rules/ with another suffix than .yaml (CKB045)."""
    return _ignored(directory, "rules")


def check_cases_folder(directory: Path) -> Iterator[Problem]:
    """Find files beside the golden cases with another suffix than .case.yaml (CKB045)."""
    return _ignored(directory, "tests/cases")


def _ignored(directory: Path, root: str) -> Iterator[Problem]:
    for path in _files(directory):
        name = f"{root}/{path.relative_to(directory).as_posix()}"
        if not any(kind.fits(name) for kind in KINDS):
            fix, near = _right_place(PurePosixPath(name), root)
            yield Problem("CKB045", "this file is ignored", Place(name), nearest=near, fix=fix)


def _is_word_list(place: Place | None) -> bool:
    path = PurePosixPath(place.file if place else "")
    return (path.parts[1], path.suffix) == WORDS


def _right_place(path: PurePosixPath, root: str) -> tuple[str, tuple[str, ...]]:
    """How to name or place a file so that it is read, and folders with similar names."""
    kinds = [kind for kind in KINDS if kind.pattern.startswith(f"{root}/")]
    folders = sorted({kind.folder for kind in kinds if kind.folder})
    inner = path.relative_to(root)
    if root == "tests/cases":
        return f"call it {root}/{path.name.partition('.')[0]}.case.yaml", ()
    if path.suffix != ".yaml":
        return f"call it {path.stem}.yaml, or move it out of {root}/", ()
    if len(inner.parts) == 1:
        return f"move it into one of the folders {', '.join(folders)}", ()
    near = nearest(inner.parts[0], folders, limit=1)
    return f"move it to {root}/{near[0] if near else '…'}/{inner.name}", near


def _files(directory: Path) -> Iterable[Path]:
    files = (path for path in directory.rglob("*") if path.is_file() and path.suffix not in TEXTS)
    return sorted(path for path in files if not any(part.startswith(".") for part in path.relative_to(directory).parts))
