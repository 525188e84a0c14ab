"""Check out the knowledge and rules of a git revision, or its code."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

from calcinosis_kb.errors import InputError, Problem

__all__ = ["DATA", "commit_of", "extract"]


def commit_of(root: Path, revision: str) -> str:
    """Return the commit that a revision of git means now. Raises `InputError` (CKB055)."""
    named = f"{revision}^{{commit}}"
    return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", named).decode().strip()


DATA = ("knowledge", "rules")
"""What answers are made from."""


def extract(root: Path, revision: str, folder: Path, parts: Sequence[str] = DATA) -> Path:
    """Write these parts of a git revision of ``root`` to a folder and return it. Raises `InputError` (CKB055)."""
    archive = _git(root, "archive", "--format=zip", commit_of(root, revision), *parts)
    # A tar archive is unpacked safely only from Python 3.11.4 on, a zip archive always.
    ZipFile(io.BytesIO(archive)).extractall(folder)
    return folder


def _git(root: Path, *arguments: str) -> bytes:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True).stdout
    except FileNotFoundError:
        message = "git is not installed"
    except subprocess.CalledProcessError as error:
        output = error.stderr.decode(errors="replace").strip()
        message = (
            output.splitlines()[0] if output else f"'{arguments[-1].removesuffix('^{commit}')}' is not a revision here"
        )
    fix = "name a commit, branch or tag of a git checkout of this project"
    raise InputError((Problem("CKB055", message, fix=fix),))
