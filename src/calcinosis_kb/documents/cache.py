"""Cache of data that can be made again at any time, in a folder that only its user can enter.

Each copy is one file: the SHA-256 of its content on the first line, then the content. A copy that does not match its hash is
ignored. A folder that is a link or belongs to another user is never used. A folder that other users could enter is made
private and its copies are removed first, because they may have written to it.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from calcinosis_kb.errors import InputError

__all__ = ["cache_folder", "cached", "keep"]

PRIVATE = 0o700


def cache_folder(name: str = "calcinosis-kb") -> Path:
    """``$XDG_CACHE_HOME/calcinosis-kb``, or ``~/.cache/calcinosis-kb``, or one of another name; it may not exist yet.

    Raises `RuntimeError` for a user without a home folder.
    """
    root = os.environ.get("XDG_CACHE_HOME") or ""
    # The XDG specification has relative paths ignored.
    base = Path(root) if Path(root).is_absolute() else Path.home() / ".cache"
    return base / name


def cached(path: Path) -> bytes | None:
    """Return the content of a copy, or None if it is missing or cannot be trusted."""
    try:
        if not _is_private(path.parent):
            return None
        # Do not follow a link in place of the copy.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            digest, _, content = file.read().partition(b"\n")
    except OSError:
        return None
    return content if digest == sha256(content).hexdigest().encode() else None


def keep(path: Path, content: bytes) -> bool:
    """Write a copy atomically. Return False if it cannot be kept safely; the data is then made again next time."""
    from calcinosis_kb.documents.writing import write_file

    with suppress(OSError, InputError):
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.parent.mkdir(mode=PRIVATE)
        if not _is_private(path.parent):
            _close(path.parent)
        if _is_private(path.parent):
            if path.is_symlink():
                path.unlink()
            write_file(path, sha256(content).hexdigest().encode() + b"\n" + content)
            return True
    return False


def _is_private(folder: Path) -> bool:
    """Whether a folder belongs to this user, is not a link and is closed to other users. Raises `OSError` if it is missing."""
    if not hasattr(os, "geteuid"):  # Windows keeps the folders of a user's profile private by itself
        return folder.is_dir()
    status = folder.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077


def _close(folder: Path) -> None:
    """Close a folder of this user to others and remove the copies in it; any other folder is left alone."""
    status = folder.lstat()
    if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid():
        folder.chmod(PRIVATE)
        for copy in folder.iterdir():
            copy.unlink()
