"""Files that are there whole or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from calcinosis_kb.errors import InputError, Problem

__all__ = ["write_file", "write_folder"]


def write_file(path: Path, data: bytes) -> None:
    """Writes a file under another name beside it and then renames it. Raises `InputError` (CKB057)."""
    hidden = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        hidden.write_bytes(data)
        hidden.replace(path)
    except OSError as error:
        raise _refused(path, error) from None
    finally:
        hidden.unlink(missing_ok=True)


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Writes the files of a folder, which is made if need be; other files in it stay. Raises `InputError` (CKB057).

    All are written in a hidden folder first: a new folder is that folder renamed, and in one that exists nothing is replaced
    before the last of them is complete.
    """
    hidden = path.absolute().parent / f".{path.name}.{secrets.token_hex(4)}"
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


def _refused(path: Path, error: OSError) -> InputError:
    message = f"{path} cannot be written: {error.strerror}"
    return InputError((Problem("CKB057", message, mend="check that the folder exists and may be written to"),))
