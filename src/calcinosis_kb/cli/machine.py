"""Faults of the machine that end a command wherever they happen: no space, no memory."""

from __future__ import annotations

import errno

from calcinosis_kb.errors import Problem

__all__ = ["machine_fault"]

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""A full disk, a used-up share of it, the largest size of a file that is allowed, and a disk that cannot be written to."""


def machine_fault(error: Exception) -> Problem | None:
    """Return the problem of the machine that an exception tells of (CKB057, CKB126); None for a fault of the program.

    >>> print(machine_fault(OSError(errno.ENOSPC, "No space left on device", "/tmp/rows")))
    CKB057
      '/tmp/rows' cannot be written: No space left on device
      fix: make space, or choose another folder; what was written before is whole
    >>> machine_fault(KeyError("x"))
    """
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        fix = "give the program more memory, or less to do: a part of the records, one picture at a time"
        return Problem("CKB126", "there is not enough memory for this", fix=fix)
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        what = f"{error.filename!r}" if error.filename else "a file"
        said = error.strerror if error.filename else str(error)
        fix = "make space, or choose another folder; what was written before is whole"
        return Problem("CKB057", f"{what} cannot be written: {said}", fix=fix)
    return None
