"""The root command: import subcommands on demand, turn errors into messages and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from calcinosis_kb.cli.machine import machine_fault
from calcinosis_kb.errors import CalcinosisError, InputError, InternalFault, Problem

__all__ = ["COMMANDS", "LazyGroup"]

COMMANDS = {
    "demo": ("Patients", "demo"),
    "suggest": ("Patients", "suggest"),
    "why": ("Patients", "why"),
    "ask": ("Patients", "ask"),
    "compare": ("Patients", "compare"),
    "letter": ("Patients", "letter"),
    "import": ("Patients", "import_"),
    "screen": ("Patients", "screen"),
    "serve": ("Patients", "serve"),
    "words": ("Patients", "words"),
    "therapies": ("Learning", "therapies"),
    "therapy": ("Learning", "therapies"),
    "graph": ("Learning", "graph"),
    "story": ("Learning", "story"),
    "evidence": ("Learning", "evidence"),
    "export": ("Learning", "export"),
    "coverage": ("Learning", "coverage"),
    "site": ("Learning", "site"),
    "new": ("Maintaining", "new"),
    "watch": ("Maintaining", "watch"),
    "check": ("Maintaining", "check"),
    "diff": ("Maintaining", "diff"),
    "fmt": ("Maintaining", "fmt"),
    "schema": ("Maintaining", "schema"),
    "quotes": ("Maintaining", "quotes"),
    "evaluate": ("Maintaining", "evaluate"),
    "explain": ("Maintaining", "explain"),
}
"""Each command with its panel in the help and the module that holds the function or group of its name, in order of the help."""

_MOVED = {"path": "graph path"}


class LazyGroup(TyperGroup):
    """Import a command of `COMMANDS` when it is called, completed or listed (click's LazyGroup)."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        panel, module = COMMANDS[cmd_name]
        function_name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        found = getattr(import_module(f"calcinosis_kb.cli.{module}"), function_name)
        if not isinstance(found, typer.Typer):
            function, found = found, typer.Typer(add_completion=False)
            found.command(cmd_name)(function)
        command = typer.main.get_command(found)
        command.name = cmd_name
        command.rich_help_panel = panel  # type: ignore[attr-defined] # typer's commands and groups both have it
        return command

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Accept ``help COMMAND`` for ``COMMAND --help`` and ``version`` for ``--version``, as other tools do."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        elif args == ["version"]:
            args = ["--version"]
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the called command. Refuse an unknown one and name the new or nearest command."""
        if args[0] in _MOVED:
            ctx.fail(f"There is no command '{args[0]}': use 'calcinosis-kb {_MOVED[args[0]]}'.")
        self.commands = dict.fromkeys(COMMANDS)  # type: ignore[assignment] # the names that a misspelt one may mean
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Call the command; put pydantic's messages about options in plain words."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ").replace("Input should be", "it should be")
            raise

    def main(self, args: Sequence[str] | None = None, *others: Any, **options: Any) -> Any:
        """Run the command line and exit: 0 done, 1 findings, 2 bad input, 3 internal fault."""
        try:
            _check_text(sys.argv[1:] if args is None else args)
            try:
                return super().main(args, *others, **options)
            finally:
                # Now, while what it raises can still be reported.
                if sys.stdout is not None:
                    sys.stdout.flush()
        except CalcinosisError as error:
            _complain(error)
        except Exception as error:
            if (fault := machine_fault(error)) is not None:
                _complain(InputError((fault,)))
            what = f"{type(error).__name__}: {error}"
            _complain(InternalFault((Problem("CKB099", what, fix="please report it with the command that you typed"),)))


def _check_text(arguments: Sequence[str]) -> None:
    """Refuse an argument that is not text, unless it names a file. Raises `InputError` (CKB004)."""
    for number, argument in enumerate(arguments, start=1):
        if any("\ud800" <= character <= "\udfff" for character in argument) and not Path(argument).exists():
            message = f"argument {number} is not {sys.getfilesystemencoding()} text: '{argument}'"
            raise InputError((Problem("CKB004", message, fix="type it again, or put it in a patient file in UTF-8"),))


def _complain(error: CalcinosisError) -> None:
    for problem in error.problems:
        print(problem, file=sys.stderr)
    codes = sorted({problem.code for problem in error.problems})
    if codes:
        print(f"'calcinosis-kb explain {codes[0]}' says more.", file=sys.stderr)
    sys.exit(error.exit_code)
