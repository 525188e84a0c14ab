"""``calcinosis-kb diff``: the answers that differ between two versions."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, progress, show
from calcinosis_kb.cli.checkout import checkout

__all__ = ["diff"]


def diff(
    old: Annotated[str, typer.Argument(metavar="REV", help="A git revision, e.g. HEAD or main.")],
    new: Annotated[
        str | None, typer.Argument(metavar="[REV]", help="A second one; the current files if left out.")
    ] = None,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """Show which answers differ between two versions, and which files cause it. Exit code 1 if any differ.

    Both versions answer every golden and published case; an overlay is laid over both.
    """
    from calcinosis_kb.documents.overlay import read_overlay
    from calcinosis_kb.evaluation.changes import compare, golden_and_published, open_version
    from calcinosis_kb.evaluation.revisions import extract
    from calcinosis_kb.report.diff import DiffReport

    current = checkout()
    layer = read_overlay(overlay) if overlay is not None else None
    here = current.root
    with progress() as bar, tempfile.TemporaryDirectory() as work:
        task = bar.add_task("Reading both versions", total=None)
        before = open_version(old, extract(here, old, Path(work) / "old"), layer)
        root = here if new is None else extract(here, new, Path(work) / "new")
        after = open_version(new or "the files as they are", root, layer)
        asked = golden_and_published(current.cases, current.knowledge / "cases")
        bar.update(task, description="Asking both", total=len(asked), completed=0)
        found = compare(before, after, asked, progress=lambda _: bar.advance(task))
    show(format_, DiffReport(found, before.name, after.name))
    if found.answers:
        raise typer.Exit(1)
