"""Standard output and standard error that work with any encoding, a full disk and a closed pipe."""

from __future__ import annotations

import codecs
import io
import os
import sys
from typing import NoReturn

from calcinosis_kb.characters import ascii_marks
from calcinosis_kb.errors import InputError, Problem

__all__ = ["open_streams"]

_MARKS = "calcinosis-kb.ascii"


class _Output(io.TextIOWrapper):
    """Exit silently when the reader (head, less) is gone; raise `InputError` (CKB057) on a full disk."""

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError as error:
            self._fail(error)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> NoReturn:
        # What is still buffered would fail again while Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        if isinstance(error, BrokenPipeError):
            raise SystemExit(0) from None
        message = f"the output cannot be written: {error.strerror}"
        fix = "check the space left and where the output goes; the answer is not complete"
        raise InputError((Problem("CKB057", message, fix=fix),)) from None


def open_streams() -> None:
    """Make both streams print any text, in ASCII where their encoding lacks a character. Replaced streams stay.

    Standard input that is closed is an empty one.
    """
    if sys.stdin is None:
        sys.stdin = io.TextIOWrapper(io.BytesIO(), "utf-8")
    codecs.register_error(_MARKS, ascii_marks)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            utf = stream.encoding.lower().replace("-", "").startswith("utf")
            stream.reconfigure(errors="backslashreplace" if utf else _MARKS)
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and out is sys.__stdout__:
        how = {"encoding": out.encoding, "errors": out.errors}
        lines, through = out.line_buffering, out.write_through
        sys.stdout = _Output(out.detach(), **how, line_buffering=lines, write_through=through)
