"""``calcinosis-kb fmt``: format the YAML files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import path_here
from calcinosis_kb.cli.checkout import checkout
from calcinosis_kb.errors import CalcinosisError, InputError, Problem

__all__ = ["fmt"]


def fmt(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]", help="Files and folders; the whole knowledge base if left out."),
    ] = None,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="Write nothing; list the files that would change, with exit code 1 if there are any."
        ),
    ] = False,
) -> None:
    """Format YAML files: canonical order of keys, one line width. Comments and data stay.

    A file that is not valid YAML is reported and stays unchanged.
    """
    from rich.console import Console
    from rich.progress import track

    from calcinosis_kb.editing.fmt import rewrite

    here = checkout()
    if not paths and here.is_installed:
        fix = "name files, or stand in a checkout with knowledge/ and rules/"
        raise InputError((Problem("CKB001", "the installed package has no files to format", fix=fix),))
    files = list(_files(paths or [folder for folder in (here.knowledge, here.rules, here.cases) if folder.is_dir()]))
    console = Console(stderr=True)
    faults: list[CalcinosisError] = []
    changed = 0
    for path in track(files, "Formatting", console=console, transient=True, disable=not console.is_terminal):
        try:
            if rewrite(path, here.root, write=not check):
                changed += 1
                print(path_here(path), flush=True)
        except CalcinosisError as error:
            faults.append(error)
    done = "would change" if check else "changed"
    print(f"{changed} of {len(files)} files {done}.", file=typer.get_text_stream("stderr"))
    if faults:
        # The gravest decides the exit code: a fault of the program before one of a file.
        gravest = max(faults, key=lambda error: error.exit_code)
        raise type(gravest)(tuple(problem for error in faults for problem in error.problems))
    if check and changed:
        raise typer.Exit(1)


def _files(paths: list[Path]) -> Iterator[Path]:
    """Yield the named files, and the YAML files below the named folders. Raises `InputError` (CKB001)."""
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.yaml"))
        elif path.exists():
            yield path
        else:
            fix = "check the path, or leave it out to format the whole knowledge base"
            raise InputError((Problem("CKB001", f"there is no '{path}'", fix=fix),))
