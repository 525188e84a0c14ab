"""``calcinosis-kb diff``: what changed between two versions, in terms of answers."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import FormatOption, OutputFormat, app, show
from calcinosis_kb.cli.checkout import checkout
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.evaluation.changes import AnswerChange, Comparison
    from calcinosis_kb.report.blocks import Block, Table

__all__ = ["diff"]


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="REV", help="A git revision, e.g. HEAD or main.")],
    new: Annotated[
        str | None, typer.Argument(metavar="[REV]", help="Another one; the files as they are if left out.")
    ] = None,
    format_: FormatOption = OutputFormat.table,
) -> None:
    """Which answers does a change of knowledge or rules change, and because of which file? Exit code 1 if any.

    Asks both versions every golden and published case.
    """
    from rich.console import Console
    from rich.progress import Progress

    from calcinosis_kb import __version__
    from calcinosis_kb.evaluation.changes import compare, golden_and_published, open_version

    current = checkout()
    here = current.root
    console = Console(stderr=True)
    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        tempfile.TemporaryDirectory() as work,
    ):
        task = progress.add_task("Reading both versions", total=None)
        before = open_version(old, _checked_out(here, old, Path(work) / "old"), __version__)
        root = here if new is None else _checked_out(here, new, Path(work) / "new")
        after = open_version(new or "the files as they are", root, __version__)
        asked = golden_and_published(current.cases, current.knowledge / "cases")
        progress.update(task, description="Asking both", total=len(asked), completed=0)
        found = compare(before, after, asked, progress=lambda _: progress.advance(task))
    show(format_, found.to_dict, lambda: _blocks(found, before.name, after.name), lambda: _table(found))
    if found.answers:
        raise typer.Exit(1)


def _checked_out(root: Path, revision: str, folder: Path) -> Path:
    """The knowledge and rules of a revision in a folder of their own. Raises `InputError` (CKB055)."""
    import io
    import tarfile

    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    archive = _git(root, "archive", "--format=tar", commit.decode().strip(), "knowledge", "rules")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def _git(root: Path, *arguments: str) -> bytes:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True).stdout
    except FileNotFoundError:
        message = "git is not installed"
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip()
        message = told.splitlines()[0] if told else f"'{arguments[-1].removesuffix('^{commit}')}' is no revision here"
    fix = "name a commit, branch or tag of a git checkout of this project"
    raise InputError((Problem("CKB055", message, fix=fix),))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _blocks(found: Comparison, before: str, after: str) -> Iterator[Block]:
    from calcinosis_kb.report.blocks import Heading, Marked, Text

    yield Heading(f"{before} → {after}")
    yield Text(
        f"{_counted(len(found.files), 'file')} changed; {_counted(found.asked, 'case')} asked; "
        f"{_counted(len(found.answers), 'judgement')} changed."
    )
    if found.answers:
        yield Marked([("!", _sentence(row)) for row in _answers(found)])
    if found.evidence:
        yield Heading("Evidence over all diseases")
        yield Marked([("-", f"{c.therapy}: {c.before} → {c.after}; {', '.join(c.because)}") for c in found.evidence])
    if found.files and not (found.answers or found.evidence):
        yield Marked([("-", name) for name in found.files])


def _sentence(row: tuple[str, ...]) -> str:
    """A list instead of a table: the path of a file has to be read whole, also in 80 columns."""
    therapy, kind, cases, example, because = row
    return f"{therapy} {kind} ({_counted(int(cases), 'case')}), e.g. {example}; {because}"


def _table(found: Comparison) -> Table:
    from calcinosis_kb.report.blocks import Table

    return Table(("Therapy", "Change", "Cases", "For example", "Because of"), _answers(found))


def _answers(found: Comparison) -> list[tuple[str, ...]]:
    """Changes of one kind and cause are one row with the cases they touch; JSON has each by itself."""
    grouped: dict[tuple[str, str, tuple[str, ...]], list[AnswerChange]] = {}
    for change in found.answers:
        grouped.setdefault((change.therapy, change.kind, change.because), []).append(change)
    rows: list[tuple[str, ...]] = []
    for (therapy, kind, because), changes in grouped.items():
        first = changes[0]
        example = f"{Path(first.case).name.partition('.')[0]}: {first.before} → {first.after}"
        rows.append((therapy, kind, str(len(changes)), example, "; ".join(because)))
    return rows
