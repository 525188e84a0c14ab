"""Call a command in this process, as a user types it."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from subprocess import CompletedProcess

from typer.testing import CliRunner

from calcinosis_kb.cli import app

__all__ = ["call"]


def call(
    *arguments: str, text: str | None = None, folder: Path | None = None, **environment: str
) -> CompletedProcess[str]:
    """The exit code, standard output and standard error of a command, with a text on standard input."""
    with chdir(folder or Path.cwd()):
        done = CliRunner().invoke(app, arguments, input=text, env={"COLUMNS": "80", **environment})
    return CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)
