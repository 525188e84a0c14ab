"""A long answer goes through the pager of a terminal, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from strategies import SEED

pty = pytest.importorskip("pty")

COMMAND = [sys.executable, "-m", "calcinosis_kb"]


def at_terminal(*arguments: str, **environment: str) -> str:
    """Run a command with a terminal of 24 lines as input and output, and return what it shows."""
    inner, outer = pty.openpty()
    known = {name: value for name, value in os.environ.items() if name not in ("PAGER", "NO_PAGER", "LESS")}
    told = {**known, "LINES": "24", "COLUMNS": "80", "TERM": "xterm", **environment}
    with subprocess.Popen(
        [*COMMAND, *arguments], stdin=outer, stdout=outer, stderr=outer, env=told, close_fds=True
    ) as run:
        os.close(outer)
        shown = b""
        while True:
            try:
                part = os.read(inner, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            shown += part
        run.wait(timeout=60)
    os.close(inner)
    return shown.decode()


@pytest.fixture
def pager(tmp_path: Path) -> str:
    """A pager that says that it was called."""
    script = tmp_path / "pager"
    script.write_text("#!/bin/sh\necho PAGED\ncat\n")
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize("arguments", [("suggest", str(SEED)), ("suggest", str(SEED), "--all")])
def test_what_is_longer_than_the_terminal_is_paged(pager: str, arguments: tuple[str, ...]) -> None:
    shown = at_terminal(*arguments, PAGER=pager)
    assert shown.startswith("PAGED") and "minocycline" in shown.casefold()


def test_what_fits_is_not_paged(pager: str) -> None:
    assert "PAGED" not in at_terminal("suggest", str(SEED), PAGER=pager, LINES="60")


@pytest.mark.parametrize("environment", [{"NO_PAGER": "1"}, {"PAGER": ""}, {"PAGER": "cat"}])
def test_a_person_can_do_without(pager: str, environment: dict[str, str]) -> None:
    shown = at_terminal("suggest", str(SEED), **{"PAGER": pager, **environment})
    assert "PAGED" not in shown and "minocycline" in shown


def test_a_pipe_is_never_paged(pager: str) -> None:
    done = subprocess.run(
        [*COMMAND, "suggest", str(SEED), "--all"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PAGER": pager},
    )
    assert "PAGED" not in done.stdout and "\x1b" not in done.stdout
