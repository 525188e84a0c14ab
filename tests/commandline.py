"""Call a command in this process, as a user types it or as a shell starts it."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import chdir
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

from typer.testing import CliRunner

from calcinosis_kb.cli import app, main

__all__ = ["call", "start"]


def call(
    *arguments: str, text: str | None = None, folder: Path | None = None, **environment: str
) -> CompletedProcess[str]:
    """The exit code, standard output and standard error of a command, with a text on standard input."""
    with chdir(folder or Path.cwd()):
        done = CliRunner().invoke(app, arguments, input=text, env={"COLUMNS": "80", **environment})
    return CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


def start(*arguments: str, encoding: str = "utf-8", **environment: str) -> CompletedProcess[bytes]:
    """The exit code and the bytes of a program that is started with streams of an encoding."""
    told, complained = io.BytesIO(), io.BytesIO()
    out, err = io.TextIOWrapper(told, encoding), io.TextIOWrapper(complained, encoding)
    code: object = 0
    with (
        patch.dict(os.environ, environment),
        patch.multiple(sys, argv=["calcinosis-kb", *arguments], stdout=out, stderr=err),
    ):
        try:
            main()
        except SystemExit as end:
            code = end.code
        finally:
            gc.enable()
            gc.unfreeze()
            out.flush()
            err.flush()
    return CompletedProcess(arguments, int(str(code or 0)), told.getvalue(), complained.getvalue())
