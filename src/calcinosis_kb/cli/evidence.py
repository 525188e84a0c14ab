"""``calcinosis-kb evidence``: the evidence as pictures, each with its data as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import TherapyArgument, app
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.report.blocks import Table

__all__ = ["evidence"]

evidence = typer.Typer(
    help="The evidence as pictures (.svg, .png or .pdf), each with its data as CSV beside it.", no_args_is_help=True
)
app.add_typer(evidence, name="evidence")

OutOption = Annotated[
    Path,
    typer.Option(
        "--output", "-o", help="The picture, .svg, .png or .pdf; its data goes beside it, with .csv added to the name."
    ),
]


@evidence.command()
def forest(
    therapy: TherapyArgument,
    output: OutOption = Path("forest.svg"),
) -> None:
    """Responders of treated with intervals, study by study, pooled below."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.cli.therapies import resolve
    from calcinosis_kb.report.plots.evidence import draw_forest, forest_table

    kb = load()
    id_ = resolve(kb, therapy)
    table = forest_table(kb.knowledge, id_)
    if not table.rows:
        fix = "'calcinosis-kb coverage' shows which therapies have studies of patients"
        raise InputError((Problem("CKB029", f"no study with patients of its own reports on '{id_}'", fix=fix),))
    draw_forest(kb.knowledge, id_, output)
    _written(table, output)


@evidence.command("map")
def map_(output: OutOption = Path("evidence-map.svg")) -> None:
    """Therapies by diseases: how many patients, and where the results point."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.plots.evidence import draw_map, map_table

    kb = load()
    draw_map(kb.knowledge, output)
    _written(map_table(kb.knowledge), output)


def _written(table: Table, picture: Path) -> None:
    from calcinosis_kb.documents.writing import write_file
    from calcinosis_kb.report.render import as_csv

    data = picture.with_name(f"{picture.name}.csv")
    write_file(data, f"{as_csv(table)}\n".encode())
    print(f"{picture}\n{data}")
