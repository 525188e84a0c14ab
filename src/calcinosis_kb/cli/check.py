"""``calcinosis-kb check``: everything that is wrong with knowledge and rules."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import OutputFormat, OverlayOption, app, show
from calcinosis_kb.cli.checkout import checkout

__all__ = ["check"]


class CheckFormat(StrEnum):
    """The formats of tables, and those of code scanning and of GitHub's annotations."""

    table = "table"
    json = "json"
    md = "md"
    csv = "csv"
    sarif = "sarif"
    github = "github"


@app.command()
def check(
    format_: Annotated[
        CheckFormat, typer.Option("--format", "-f", help="How to print the findings.")
    ] = CheckFormat.table,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Hold the searches of the literature against this day, not against the latest of them.",
        ),
    ] = None,
    retractions: Annotated[
        Path | None,
        typer.Option(
            "--retractions", metavar="FILE", help="Look every source up in a copy of the Retraction Watch CSV."
        ),
    ] = None,
    overlay: OverlayOption = None,
) -> None:
    """Is everything in knowledge and rules right? Each finding with its file, line and column; exit code 1 if any."""
    from rich.console import Console
    from rich.progress import Progress

    from calcinosis_kb import __version__
    from calcinosis_kb.checks.run import Section
    from calcinosis_kb.checks.run import check as run
    from calcinosis_kb.documents.overlay import read_overlay
    from calcinosis_kb.parallel import in_two_halves
    from calcinosis_kb.report.blocks import Block, Table, Text

    here = checkout()
    console = Console(stderr=True)
    # Refreshed by hand: the thread that would do it forbids a second process.
    with Progress(console=console, transient=True, auto_refresh=False, disable=not console.is_terminal) as progress:
        task = progress.add_task("Checking", total=None)
        day: date | None = as_of.date() if as_of else None
        layer = read_overlay(overlay) if overlay is not None else None
        sections = run(
            here.knowledge,
            here.rules,
            here.cases,
            version=__version__,
            as_of=day,
            retractions=retractions,
            overlay=layer,
            progress=lambda name: progress.update(task, description=name, refresh=True),
            ask_all=in_two_halves,
        )
    consulted = next((section.consulted for section in sections if section.consulted), None)
    problems = [problem for section in sections for problem in section.problems]

    def row(section: Section) -> tuple[str, ...]:
        passed = 0 if section.skipped else section.checked - section.failed
        return (section.name, str(section.checked), str(passed), str(section.failed), section.skipped or "")

    def blocks() -> list[Block]:
        rows = [row(section) for section in sections]
        told: list[Block] = [Text(str(problem)) for problem in problems]
        notes = [Text(f"note: {note}") for note in consulted.notes] if consulted else []
        return [
            *told,
            *notes,
            *([Text(str(consulted))] if consulted else []),
            Table(("What", "Checked", "Passed", "Failed", "Skipped"), rows, ratios=(30, 8, 8, 8, 26)),
        ]

    def data() -> dict[str, object]:
        return {
            **({"retractions": consulted.to_dict()} if consulted else {}),
            "sections": [
                dict(zip(("name", "checked", "passed", "failed", "skipped"), row(section), strict=True))
                for section in sections
            ],
            "problems": [
                {
                    "code": problem.code,
                    "severity": problem.severity,
                    "file": problem.place.file if problem.place else None,
                    "line": problem.place.line if problem.place else None,
                    "column": problem.place.column if problem.place else None,
                    "message": problem.message,
                    "valid": list(problem.valid),
                    "nearest": list(problem.nearest),
                    "fix": problem.fix,
                }
                for problem in problems
            ],
        }

    if format_ is CheckFormat.github:
        from calcinosis_kb.report.sarif import as_github, as_notice

        if consulted:
            print(as_notice("Retractions", str(consulted)))
        print(as_github(problems), end="\n" if problems else "")
    elif format_ is CheckFormat.sarif:
        from calcinosis_kb.report.render import as_json
        from calcinosis_kb.report.sarif import as_sarif

        log = as_sarif(problems, __version__)
        if consulted:
            log["runs"][0]["properties"] = {"retractions": consulted.to_dict()}
        print(as_json(log))
    else:
        show(OutputFormat(format_.value), data, blocks)
    if problems:
        raise typer.Exit(1)
