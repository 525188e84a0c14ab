"""Atomic writes: write a hidden temporary file beside the target, then rename it."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from calcinosis_kb.errors import InputError, Problem

__all__ = ["check_new", "make_folder", "write_file", "write_folder"]


def check_new(path: Path) -> None:
    """Refuse a name under which no new file can be written. Raises `InputError` (CKB057, CKB074)."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        exists = False
    except (OSError, ValueError) as error:  # too long, or with a null byte
        said = error.strerror if isinstance(error, OSError) else str(error)
        message = f"no file can have this name: {said}"
        raise InputError((Problem("CKB057", message, fix="choose another name"),)) from None
    else:
        exists = True
    if exists:
        fix = "choose another name; nothing was overwritten"
        raise InputError((Problem("CKB074", f"there is a file {path} already", fix=fix),))
    if not path.parent.is_dir():
        fix = "make the folder first, or choose another name"
        raise InputError((Problem("CKB057", f"there is no folder {path.parent}", fix=fix),))


def write_file(path: Path, data: bytes) -> None:
    """Write a file atomically; a file that is replaced keeps its permissions, and links are followed. Raises `InputError` (CKB057)."""
    target = Path(os.path.realpath(path))
    hidden = _beside(target)
    try:
        try:
            hidden.write_bytes(data)
            if target.exists():
                hidden.chmod(target.stat().st_mode & 0o777)
            hidden.replace(target)
        finally:
            hidden.unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from None


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, made if needed; other files in it stay. Raises `InputError` (CKB057).

    All files are first written to a hidden folder. A new folder is the hidden one renamed; in an existing folder files are
    replaced only after the last one is complete.
    """
    hidden = _beside(path.absolute())
    try:
        hidden.mkdir()
        for name, data in files.items():
            (hidden / name).write_bytes(data)
        if path.is_dir():
            for name in files:
                (hidden / name).replace(path / name)
        else:
            hidden.rename(path)
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def make_folder(path: Path) -> None:
    """Make a folder and its parents if they are missing. Raises `InputError` (CKB057)."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(path, error) from None


def _beside(path: Path) -> Path:
    return path.parent / f".{path.name}.{secrets.token_hex(4)}"


def _refused(path: Path, error: OSError) -> InputError:
    message = f"{path} cannot be written: {error.strerror}"
    fix = "check the folder, its permissions and the space left; no file was left half written"
    return InputError((Problem("CKB057", message, fix=fix),))
