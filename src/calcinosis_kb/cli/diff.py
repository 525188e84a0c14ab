"""``calcinosis-kb diff``: the answers that differ between two versions."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, progress, show
from calcinosis_kb.cli.checkout import checkout

if TYPE_CHECKING:
    from calcinosis_kb.documents.checkout import Checkout
    from calcinosis_kb.evaluation.releases import Release

__all__ = ["diff"]

_HERE = "the files as they are"


def diff(
    old: Annotated[str, typer.Argument(metavar="REV", help="A git revision, e.g. HEAD or main.")],
    new: Annotated[
        str | None, typer.Argument(metavar="[REV]", help="A second one; the current files if left out.")
    ] = None,
    own_code: Annotated[
        bool,
        typer.Option(
            "--own-code", help="Let each version answer with its own code: what changed between two releases."
        ),
    ] = False,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """Show which answers differ between two versions, and which files cause it. Exit code 1 if any differ.

    Both versions answer every golden and published case; an overlay is laid over both, but not with '--own-code'.
    """
    from calcinosis_kb.documents.overlay import read_overlay
    from calcinosis_kb.evaluation.changes import compare, golden_and_published, open_version
    from calcinosis_kb.evaluation.revisions import extract
    from calcinosis_kb.report.diff import DiffReport

    current = checkout()
    if own_code:
        if overlay is not None:
            message = (
                "an overlay is for one version of the code: leave '--overlay' out, and CALCINOSIS_KB_OVERLAY unset"
            )
            raise typer.BadParameter(message, param_hint="'--own-code'")
        _releases(current, old, new, format_)
        return
    layer = read_overlay(overlay) if overlay is not None else None
    here = current.root
    with progress() as bar, tempfile.TemporaryDirectory() as work:
        task = bar.add_task("Reading both versions", total=None)
        before = open_version(old, extract(here, old, Path(work) / "old"), layer)
        root = here if new is None else extract(here, new, Path(work) / "new")
        after = open_version(new or _HERE, root, layer)
        asked = golden_and_published(current.cases, current.knowledge / "cases")
        bar.update(task, description="Asking both", total=len(asked), completed=0)
        found = compare(before, after, asked, progress=lambda _: bar.advance(task))
    show(format_, DiffReport(found, before.name, after.name))
    if found.answers:
        raise typer.Exit(1)


def _releases(current: Checkout, old: str, new: str | None, format_: OutputFormat) -> None:
    """Show which answers differ between two versions that answer by themselves."""
    from calcinosis_kb.evaluation.releases import ask_release, compare_releases, patients
    from calcinosis_kb.evaluation.revisions import DATA, extract
    from calcinosis_kb.report.releases import ReleaseReport

    asked = patients(current.cases, current.knowledge / "cases")
    with progress() as bar, tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        task = bar.add_task("Asking each version", total=2 * len(asked))

        def ask(revision: str | None, name: str) -> Release:
            (own := work / name).mkdir()
            root = current.root if revision is None else extract(current.root, revision, own / "tree", ("src", *DATA))
            return ask_release(revision or _HERE, root, asked, own, progress=lambda _: bar.advance(task))

        found = compare_releases(ask(old, "old"), ask(new, "new"))
    show(format_, ReleaseReport(found))
    if found.changes:
        raise typer.Exit(1)
