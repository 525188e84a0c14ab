"""Select the findings in some files from those of the whole base."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from calcinosis_kb.checks.run import Section
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.editing.kinds import SCHEMAS
from calcinosis_kb.errors import InputError, Place, Problem

__all__ = ["names_of", "only"]

FOLDERS = ("knowledge", "rules", "tests/cases", SCHEMAS)
"""The folders of a checkout that a check looks at."""


def names_of(paths: Sequence[Path], here: Checkout, overlay: Path | None = None) -> list[str]:
    """Return files and folders as findings name them. Raises `InputError` for a missing path (CKB001) or one outside the base (CKB072)."""
    return [_name(path, here, overlay) for path in paths]


def _name(path: Path, here: Checkout, overlay: Path | None) -> str:
    place = Place(str(path))
    if not path.exists():
        fix = "check the path; without a path the whole base is shown"
        raise InputError((Problem("CKB001", "there is no such file or folder", place, fix=fix),))
    full, root = path.resolve(), here.root.resolve()
    if overlay is not None and full.is_relative_to(overlay.resolve()):
        return (overlay / full.relative_to(overlay.resolve())).as_posix()
    for folder in FOLDERS:
        if full.is_relative_to(root / folder) or (root / folder).is_relative_to(full):
            return full.relative_to(root).as_posix()
    fix = f"name files or folders below {root}"
    raise InputError((Problem("CKB072", "this is not a file of the knowledge base", place, FOLDERS, fix=fix),))


def only(sections: Sequence[Section], names: Sequence[str]) -> list[Section]:
    """Return the sections with only the problems in these files and folders."""
    return [
        replace(section, problems=[problem for problem in section.problems if _is_in(problem.place, names)])
        for section in sections
    ]


def _is_in(place: Place | None, names: Sequence[str]) -> bool:
    file = place.file if place else ""
    return any(name in (".", file) or file.startswith(f"{name}/") for name in names)
