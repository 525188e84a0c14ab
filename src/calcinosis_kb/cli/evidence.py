"""``calcinosis-kb evidence``: plots of the evidence, with their data as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import OverlayOption, TherapyArgument, default_output
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.report.blocks import Table

__all__ = ["evidence"]

evidence = typer.Typer(
    add_completion=False,
    help="Plot the evidence (.svg, .png or .pdf), with the data as CSV beside it.",
    no_args_is_help=True,
)

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="The picture, .svg, .png or .pdf; its data goes beside it, with .csv added to the name."
        " A default file is never replaced.",
    ),
]


@evidence.command()
def forest(
    therapy: TherapyArgument,
    output: OutOption = None,
    overlay: OverlayOption = None,
) -> None:
    """Plot responders of treated with intervals, per study and pooled."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.intake.rows import resolve
    from calcinosis_kb.report.extras import require
    from calcinosis_kb.report.plots.evidence import draw_forest, forest_table
    from calcinosis_kb.report.plots.figure import LIBRARIES

    picture = output or default_output("forest.svg", ".csv")
    require(LIBRARIES)
    kb = load(overlay=overlay)
    id_ = resolve(kb, therapy)
    table = forest_table(kb.knowledge, id_)
    if not table.rows:
        fix = "'calcinosis-kb coverage' shows which therapies have studies of patients"
        raise InputError((Problem("CKB029", f"no study with patients of its own reports on '{id_}'", fix=fix),))
    draw_forest(kb.knowledge, id_, picture)
    _written(table, picture)


@evidence.command("map")
def map_(output: OutOption = None, overlay: OverlayOption = None) -> None:
    """Plot therapies against diseases: number of patients and direction of the results."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.extras import require
    from calcinosis_kb.report.plots.evidence import draw_map, map_table
    from calcinosis_kb.report.plots.figure import LIBRARIES

    picture = output or default_output("evidence-map.svg", ".csv")
    require(LIBRARIES)
    kb = load(overlay=overlay)
    draw_map(kb.knowledge, picture)
    _written(map_table(kb.knowledge), picture)


def _written(table: Table, picture: Path) -> None:
    from calcinosis_kb.documents.writing import write_file
    from calcinosis_kb.report.render import as_csv

    data = picture.with_name(f"{picture.name}.csv")
    write_file(data, f"{as_csv(table)}\n".encode())
    print(f"{picture}\n{data}")
