"""Save a file that was edited somewhere else: only where such files belong, and never over a change of somebody else."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.writing import write_file
from calcinosis_kb.errors import InputError, Place, Problem

__all__ = ["digest", "file_in", "save"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,119}(?:\.case)?\.yaml")


def file_in(checkout: Checkout, folder: str, name: str) -> Path:
    """Return the path of a file in a folder of a checkout, such as ``knowledge/studies``.

    Raises `InputError` (CKB057) for a name with a path in it, for what is a link, or lies behind one, and for an installed package.
    """
    path = checkout.root / folder / name
    whole = checkout.root.resolve() / folder / name
    is_plain = _NAME.fullmatch(name) and path.resolve() == whole and (path.is_file() or not path.exists())
    if checkout.is_installed or not is_plain:
        message = f"'{name}' is not a plain file in {folder} of a checkout, so it is neither read nor written here"
        fix = "use small letters a to z, digits, '-' and '_' in its name, and no links"
        raise InputError((Problem("CKB057", message, Place(folder), fix=fix),))
    return path


def digest(path: Path) -> str:
    """Return what tells one content of a file from another; empty for a file that does not exist."""
    return sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def save(path: Path, text: str, opened: str) -> None:
    """Write a file atomically. Raises `InputError` (CKB104) if it is not the one with the `digest` ``opened`` any more."""
    if digest(path) != opened:
        message = (
            f"{path.name} has changed on disk since it was opened" if opened else f"there is a {path.name} already"
        )
        fix = "compare the two texts, and take over what is to stay"
        raise InputError((Problem("CKB104", message, Place(path.name), fix=fix),))
    write_file(path, text.encode())
