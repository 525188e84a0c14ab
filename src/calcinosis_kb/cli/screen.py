"""``calcinosis-kb screen``: list what has not been tried, for everybody of a source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import EngineOption, OverlayOption, WantedEngine, engines, path_here, progress
from calcinosis_kb.cli.summary_folder import check_summary_folder, write_summary
from calcinosis_kb.cohort.small_counts import LEAST

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.rules.engine import EngineName

__all__ = ["screen"]


def screen(
    source: Annotated[
        str, typer.Argument(help="Records of many: a folder of FHIR, or a database of OMOP (file, folder, URL).")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT.parquet",
            help="A new Parquet file, or a folder of them beyond 65,536 people.",
        ),
    ],
    everybody: Annotated[bool, typer.Option("--all", help="Everybody, not only those with calcinosis.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="The day of reading; else the latest date of each record.",
        ),
    ] = None,
    summary: Annotated[
        Path | None,
        typer.Option(
            "--summary", metavar="FOLDER", help="Also write counts that may be shown: a page, Markdown, pictures."
        ),
    ] = None,
    least: Annotated[
        int, typer.Option("--least", min=LEAST, help="The smallest count of people that the summary shows.")
    ] = LEAST,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Screen everybody of a source: what has not been tried, and what speaks against it, for each person and therapy.

    An interrupted screen goes on where it was, if the same command is given again. The engines answer for some people of each part.
    """
    from calcinosis_kb.report.extras import require

    require(("ibis", "duckdb", "numpy", "pyarrow"), "omop")
    from calcinosis_kb.base import load as load_folders
    from calcinosis_kb.cli.checkout import checkout, load
    from calcinosis_kb.cohort.screen import refuse_existing
    from calcinosis_kb.cohort.screen import screen as screen_all

    refuse_existing(output)
    if summary is not None:
        check_summary_folder(summary)
    here = checkout()

    def load_with(names: Sequence[EngineName]) -> KnowledgeBase:
        return load_folders(knowledge=here.knowledge, rules=here.rules, overlay=overlay, engines=names)

    try:
        with progress() as bar:

            def told(what: str) -> Callable[[int, int], None]:
                task = bar.add_task(what, total=None)
                return lambda done, total: bar.update(task, completed=done, total=total)

            done = screen_all(
                load_with, source, output, everybody=everybody, as_of=as_of.date() if as_of else None,
                engines=engines(engine), progress=told,
            )  # fmt: skip
        counts = done.counts
    except KeyboardInterrupt:
        typer.echo("interrupted: the same command goes on from here", err=True)
        raise
    without = "" if everybody else f" and {counts.without} have no calcinosis on record"
    typer.echo(f"{counts.people} people, of whom {counts.dead} are dead{without}", err=True)
    for person, why in done.damaged[:10]:
        typer.echo(f"not read: {person}: {why}", err=True)
    if len(done.damaged) > 10:
        typer.echo(f"{len(done.damaged)} in all were not read", err=True)
    if not counts.judged and not everybody:
        typer.echo("nobody to judge: '--all' judges those without calcinosis, too", err=True)
    typer.echo(f"{counts.judged} people judged; {path_here(output)}")
    if summary is not None:
        write_summary(summary, load(overlay=overlay), output, least)
        typer.echo(f"summary: {path_here(summary)}")
