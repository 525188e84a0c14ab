"""``calcinosis-kb screen``: list what has not been tried, for everybody of a source."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import OverlayOption, path_here, progress
from calcinosis_kb.cli.summary_folder import check_summary_folder, write_summary
from calcinosis_kb.cohort.small_counts import LEAST

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
            help="A new Parquet file, or a folder of them beyond 131,072 people.",
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
    overlay: OverlayOption = None,
) -> None:
    """Screen everybody of a source: what has not been tried, and what speaks against it, for each person and therapy.

    An interrupted screen goes on where it was, if the same command is given again.
    """
    from calcinosis_kb.report.extras import require

    require(("ibis", "duckdb", "numpy", "pyarrow"), "omop")
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.cohort.screen import refuse_existing
    from calcinosis_kb.cohort.screen import screen as screen_all
    from calcinosis_kb.cohort.source import open_cohort
    from calcinosis_kb.patients.omop.connection import without_credentials

    refuse_existing(output)
    if summary is not None:
        check_summary_folder(summary)
    kb = load(overlay=overlay)
    reference = load(engines=("reference",), overlay=overlay)
    day = as_of.date() if as_of else None
    with progress() as bar:
        task = bar.add_task("Reading records", total=None)
        cohort = open_cohort(source, kb.reader, as_of=day)
        done = screen_all(
            cohort, f"{without_credentials(source)} {day}", output, kb.reader, reference.advisor, kb.advisor, everybody=everybody,
            progress=lambda number, parts: bar.update(task, description="Judging", completed=number, total=parts),
        )  # fmt: skip
    without = "" if everybody else f" and {done.without} have no calcinosis on record"
    typer.echo(f"{done.people} people, of whom {done.dead} are dead{without}", err=True)
    for person, why in done.damaged[:10]:
        typer.echo(f"not read: {person}: {why}", err=True)
    if len(done.damaged) > 10:
        typer.echo(f"{len(done.damaged)} in all were not read", err=True)
    if not done.judged and not everybody:
        typer.echo("nobody to judge: '--all' judges those without calcinosis, too", err=True)
    typer.echo(f"{done.judged} people judged; {path_here(output)}")
    if summary is not None:
        write_summary(summary, kb, output, least)
        typer.echo(f"summary: {path_here(summary)}")
