"""The command line. One file a command group; only the group that is called is imported."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from pathlib import Path

# Pydantic would look through every installed distribution for plugins: 15 ms of each start, for nothing.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
# A command lives for a fraction of a second and keeps all that it loads; looking for garbage costs a tenth of it.
gc.disable()

from calcinosis_kb.cli.app import app  # noqa: E402
from calcinosis_kb.cli.completion import as_shell_splits, typed_words  # noqa: E402
from calcinosis_kb.cli.streams import open_streams  # noqa: E402
from calcinosis_kb.errors import CalcinosisError, InputError, InternalFault, Problem  # noqa: E402

__all__ = ["GROUPS", "app", "load_commands", "main"]

GROUPS = {
    "suggest": "suggest",
    "why": "why",
    "therapies": "therapies",
    "therapy": "therapies",
    "path": "path",
    "graph": "graph",
    "story": "story",
    "evaluate": "evaluate",
    "check": "check",
    "fmt": "fmt",
    "schema": "schema",
    "new": "new",
    "diff": "diff",
    "coverage": "coverage",
    "evidence": "evidence",
    "quotes": "quotes",
    "explain": "explain",
    "words": "words",
}
"""Each command and the module that holds it."""


def load_commands(called: str | None = None) -> None:
    """Registers the commands of one group, or of all where no known command is called (for the help)."""
    modules = [GROUPS[called]] if called in GROUPS else list(dict.fromkeys(GROUPS.values()))
    for module in modules:
        import_module(f"calcinosis_kb.cli.{module}")


def main() -> None:
    """Entry point of ``calcinosis-kb``: exit code 0 done, 1 done with findings, 2 bad input, 3 internal fault."""
    open_streams()
    try:
        _readable(sys.argv[1:])
        # A shell that wants a word completed calls without arguments, and says elsewhere what was typed.
        called = next((word for word in sys.argv[1:] or typed_words() if not word.startswith("-")), None)
        load_commands(called)
        try:
            with as_shell_splits():
                app(prog_name="calcinosis-kb")
        finally:
            # Now, while what it raises can still be told.
            if sys.stdout is not None:
                sys.stdout.flush()
    except CalcinosisError as error:
        _complain(error)
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        _complain(InternalFault((Problem("CKB099", what, fix="please report it with the command that you typed"),)))


def _readable(arguments: list[str]) -> None:
    """Refuses arguments that are no text and name no file. Raises `InputError` (CKB004)."""
    for number, argument in enumerate(arguments, start=1):
        if any("\ud800" <= character <= "\udfff" for character in argument) and not Path(argument).exists():
            message = f"argument {number} is not {sys.getfilesystemencoding()} text: '{argument}'"
            raise InputError((Problem("CKB004", message, fix="type it again, or put it in a patient file in UTF-8"),))


def _complain(error: CalcinosisError) -> None:
    for problem in error.problems:
        print(problem, file=sys.stderr)
    codes = sorted({problem.code for problem in error.problems})
    if codes:
        print(f"calcinosis-kb explain {codes[0]} tells more.", file=sys.stderr)
    sys.exit(error.exit_code)
