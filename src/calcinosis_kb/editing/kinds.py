"""List every kind of YAML file, find the kind of a path, and name its JSON Schema on the first line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.documents.kinds import kind_of as first_kind
from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.evaluation.golden import GoldenCase
from calcinosis_kb.knowledge.loader import KINDS as KNOWLEDGE
from calcinosis_kb.knowledge.searches import SEARCHES
from calcinosis_kb.patients.file import PatientFile
from calcinosis_kb.patients.published import PUBLISHED
from calcinosis_kb.rules.models import FACTS, RULES

__all__ = ["KINDS", "SCHEMAS", "kind_of", "with_schema_line", "yaml_paths"]


class Golden(GoldenCase):
    """A golden case: a patient and the expected answer."""

    patient: PatientFile  # type: ignore[assignment]
    """A patient as in a patient file (docs/patient-file.md)."""


SCHEMAS = "docs/schemas"
"""The folder of the JSON Schemas in a checkout."""
LANGUAGE_SERVER = "# yaml-language-server:"

KINDS: tuple[FileKind[Any], ...] = (
    *KNOWLEDGE,
    PUBLISHED,
    SEARCHES,
    FileKind("golden-case", "tests/cases/*.case.yaml", Golden),
    FACTS,
    RULES,
)
"""Every kind of file; a file is of the first kind whose pattern fits."""


def kind_of(path: Path) -> FileKind[Any]:
    """Return the kind of a file by the end of its path. Raises `InputError` (CKB072) for a file of unknown kind."""
    kind = first_kind(path.resolve(), KINDS)
    if kind is not None:
        return kind
    message = "this is no file of the knowledge base"
    valid = tuple(kind.pattern for kind in KINDS)
    raise InputError((Problem("CKB072", message, Place(str(path)), valid, fix="name a file of one of these folders"),))


def with_schema_line(text: str, path: Path, root: Path) -> str:
    """Return the text with a first line that names its schema for editors, relative to the file.

    Outside the checkout ``root`` the text is returned unchanged.
    """
    path, root = path.resolve(), root.resolve()
    if not path.is_relative_to(root):
        return text
    up = "../" * len(path.relative_to(root).parent.parts)
    first, rest = (text.split("\n", 1)[0], text.split("\n", 1)[-1]) if text.startswith(LANGUAGE_SERVER) else ("", text)
    line = f"{LANGUAGE_SERVER} $schema={up}{SCHEMAS}/{kind_of(path).name}.schema.json"
    return text if first == line else f"{line}\n{rest}"


def yaml_paths(root: Path) -> list[Path]:
    """Return every YAML file of knowledge, rules and golden cases of a checkout, in a fixed order."""
    folders = (root / "knowledge", root / "rules", root / "tests" / "cases")
    return [path for folder in folders for path in sorted(folder.rglob("*.yaml"))]
