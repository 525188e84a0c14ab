"""``calcinosis-kb check``: find mistakes in knowledge, rules and cases, and fix what a program can."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import OutputFormat, OverlayOption, path_here, progress, show
from calcinosis_kb.cli.checkout import checkout
from calcinosis_kb.errors import CalcinosisError, InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.checks.subject import Subject
    from calcinosis_kb.documents.checkout import Checkout
    from calcinosis_kb.report.check import CheckReport

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
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATHS]", help="Show only the findings in these files and folders; everything is read."
        ),
    ] = None,
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help="First do what 'fmt' does and, if the base is sound, 'schema'; list the files that changed."
        ),
    ] = False,
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
    from calcinosis_kb.checks.run import check as run
    from calcinosis_kb.checks.selection import names_of, only
    from calcinosis_kb.checks.subject import Subject
    from calcinosis_kb.documents.overlay import read_overlay
    from calcinosis_kb.report.check import CheckReport

    here = checkout()
    names = names_of(paths or [], here, overlay)
    with progress() as bar:
        task = bar.add_task("Checking", total=None)
        if fix:
            _format(here, paths or [])
        subject = Subject.read(
            here.knowledge,
            here.rules,
            here.cases,
            overlay=read_overlay(overlay) if overlay is not None else None,
            as_of=as_of.date() if as_of else None,
            retraction_watch=retractions,
            progress=lambda name: bar.update(task, description=name),
        )
        if fix:
            _rewrite_schemas(here, subject)
        sections = run(subject)
    report = CheckReport(sections, subject.consulted)
    if names:
        shown = only(sections, names)
        elsewhere = len(report.problems) - sum(len(section.problems) for section in shown)
        report = CheckReport(shown, subject.consulted, elsewhere)
    _print(report, format_)
    if report.problems:
        raise typer.Exit(1)


def _format(here: Checkout, paths: list[Path]) -> None:
    """Bring files, by default all of the base, into canonical form. One that cannot be read is left for the check to report."""
    from calcinosis_kb.editing.fmt import rewrite

    if here.is_installed:
        remedy = "leave --fix out, or stand in a checkout with knowledge/ and rules/"
        raise InputError((Problem("CKB057", "the installed package has no files to change", fix=remedy),))
    for path in paths or [here.knowledge, here.rules, here.cases]:
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            with suppress(CalcinosisError):
                if rewrite(file, here.root):
                    _changed(file)


def _rewrite_schemas(here: Checkout, subject: Subject) -> None:
    """Write the schemas of a sound base; those of another would lack the words of what is broken."""
    from calcinosis_kb.editing.kinds import SCHEMAS
    from calcinosis_kb.editing.schema import write_schemas
    from calcinosis_kb.report.documents import every_schema

    if subject.overlay is None and not subject.reading.problems:
        made = every_schema(subject.loaded.knowledge, subject.reading.rules.book)
        for file in write_schemas(here.root / SCHEMAS, made):
            _changed(file)


def _changed(file: Path) -> None:
    print(f"Changed {path_here(file)}", file=sys.stderr)


def _print(report: CheckReport, format_: CheckFormat) -> None:
    from calcinosis_kb._version import __version__
    from calcinosis_kb.report.render import as_json

    if format_ is CheckFormat.github:
        print(report.github(), end="")
    elif format_ is CheckFormat.sarif:
        print(as_json(report.sarif(__version__)))
    else:
        show(OutputFormat(format_.value), report)
