"""``calcinosis-kb check``: find mistakes in knowledge, rules and cases."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import OutputFormat, OverlayOption, progress, show
from calcinosis_kb.cli.checkout import checkout

__all__ = ["check"]


class CheckFormat(StrEnum):
    """The formats of tables, SARIF for code scanning, and GitHub annotations."""

    table = "table"
    json = "json"
    md = "md"
    csv = "csv"
    sarif = "sarif"
    github = "github"


def check(
    format_: Annotated[
        CheckFormat, typer.Option("--format", "-f", case_sensitive=False, help="Output format.")
    ] = CheckFormat.table,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            metavar="DATE",
            help="Judge the age of literature searches on this day instead of the day of the latest search.",
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
    """Find mistakes in knowledge, rules and cases, each with file, line and column; exit code 1 if there are any."""
    from calcinosis_kb._version import __version__
    from calcinosis_kb.checks.run import check as run
    from calcinosis_kb.checks.subject import Subject
    from calcinosis_kb.documents.overlay import read_overlay
    from calcinosis_kb.report.check import CheckReport
    from calcinosis_kb.report.render import as_json

    here = checkout()
    with progress() as bar:
        task = bar.add_task("Checking", total=None)
        day: date | None = as_of.date() if as_of else None
        layer = read_overlay(overlay) if overlay is not None else None
        subject = Subject.read(
            here.knowledge,
            here.rules,
            here.cases,
            overlay=layer,
            as_of=day,
            retraction_watch=retractions,
            progress=lambda name: bar.update(task, description=name),
        )
        sections = run(subject)
    report = CheckReport(sections, subject.consulted)
    if format_ is CheckFormat.github:
        print(report.github(), end="")
    elif format_ is CheckFormat.sarif:
        print(as_json(report.sarif(__version__)))
    else:
        show(OutputFormat(format_.value), report)
    if report.problems:
        raise typer.Exit(1)
