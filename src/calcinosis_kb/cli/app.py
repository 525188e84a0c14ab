"""The Typer application and the options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.checkout import enter
from calcinosis_kb.cli.group import LazyGroup
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from rich.progress import Progress

    from calcinosis_kb.report.report import Report

__all__ = [
    "EngineOption",
    "FormatOption",
    "OutputFormat",
    "OverlayOption",
    "TherapyArgument",
    "WantedEngine",
    "app",
    "default_output",
    "engines",
    "path_here",
    "progress",
    "show",
]

app = typer.Typer(
    name="calcinosis-kb",
    cls=LazyGroup,
    help="Which treatments of calcinosis cutis has this patient not yet tried, why might each work, and what speaks against it?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class OutputFormat(StrEnum):
    table = "table"
    json = "json"
    md = "md"
    csv = "csv"


class WantedEngine(StrEnum):
    durable = "durable"
    reference = "reference"
    both = "both"


TherapyArgument = Annotated[
    str, typer.Argument(help="A therapy or family: id, name, brand or code.", autocompletion=completion.therapies)
]
FormatOption = Annotated[OutputFormat, typer.Option("--format", "-f", case_sensitive=False, help="Output format.")]
EngineOption = Annotated[
    WantedEngine,
    typer.Option(
        "--engine",
        case_sensitive=False,
        help="The rule engine: durable_rules, the reference, or both, which must agree.",
    ),
]
OverlayOption = Annotated[
    Path | None,
    typer.Option(
        "--overlay",
        metavar="DIR",
        envvar="CALCINOSIS_KB_OVERLAY",
        help="Folder with knowledge/ and rules/ that add to the knowledge base or replace records; they are marked local.",
    ),
]


def engines(wanted: WantedEngine) -> tuple[Any, ...]:
    """Return the engines that an option names."""
    return ("durable", "reference") if wanted is WantedEngine.both else (wanted.value,)


def default_output(name: str, beside: str) -> Path:
    """Return the file to write by default. Raises `InputError` (CKB074) if it or the file beside it (name + suffix) exists."""
    for existing in (name, f"{name}{beside}"):
        if Path(existing).exists():
            fix = f"'-o {name}' replaces it; '-o' with another name keeps it"
            raise InputError((Problem("CKB074", f"there is a file {existing} already", fix=fix),))
    return Path(name)


def progress() -> Progress:
    """Return a progress bar on standard error, which is visible in a terminal only and vanishes at the end."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def path_here(path: Path) -> Path:
    """Return a path relative to the current folder, if it lies below it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def show(format_: OutputFormat, report: Report) -> None:
    """Print a report to standard output."""
    from calcinosis_kb.report import render

    if format_ is OutputFormat.json:
        print(render.as_json(report.document()))
    elif format_ is OutputFormat.md:
        print(render.as_markdown(report.page()))
    elif format_ is OutputFormat.csv:
        print(render.as_csv(report.table(), report.alerts()))
    else:
        lines = report.lines()
        if lines is None:
            render.print_blocks(report.blocks())
        else:
            render.print_lines(lines)


def _version(wanted: bool) -> None:
    if wanted:
        from calcinosis_kb.cli.version import print_version

        print_version()
        raise typer.Exit


def _enter(directory: Path | None) -> None:
    if directory is not None:
        enter(directory)


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            callback=_version,
            is_eager=True,
            help="Print the version, with the hashes of knowledge and rules, and exit.",
        ),
    ] = False,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--directory",
            "-C",
            metavar="DIR",
            callback=_enter,
            is_eager=True,
            help="Run as if started in DIR, and use the knowledge/ and rules/ at or above it.",
        ),
    ] = None,
) -> None:
    """Decision support for professionals, never an order."""
