"""``calcinosis-kb compare``: two or three therapies side by side, for one patient."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import (
    EngineOption,
    FormatOption,
    OutputFormat,
    OverlayOption,
    WantedEngine,
    engines,
    show,
)
from calcinosis_kb.cli.patient import Given, is_patient_file, takes_patient
from calcinosis_kb.errors import InputError, Problem

__all__ = ["compare"]


@takes_patient
def compare(
    named: Annotated[
        list[str],
        typer.Argument(
            metavar="THERAPY THERAPY [THERAPY] [FILE]",
            help="Two or three therapies, each the number of a row, a name, brand or code; or one family. Also a patient file.",
            autocompletion=completion.therapies,
        ),
    ],
    given: Given,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Put therapies side by side for a patient: what was seen, expected response, advice, state, for and against, checks, burden.

    Of a row or family with several members the best ranked is compared and the others are named; a family alone is compared
    member by member.
    """
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.intake.rows import row
    from calcinosis_kb.report.compare import MOST, Column, CompareReport

    files = [one for one in named if is_patient_file(one)]
    therapies = [one for one in named if one not in files]
    if len(files) > 1:
        raise InputError((Problem("CKB028", f"{' and '.join(files)} are both patient files", fix="name one of them"),))
    kb = load(engines=engines(engine), overlay=overlay)
    advice = kb.advise(given.patient(kb, files[0] if files else None))
    found = [row(kb, advice, one) for one in therapies]
    if len(found) == 1:
        first = found[0][:MOST]
        columns = [Column(item, tuple(one for one in found[0][MOST:])) for item in first]
    else:
        columns = list({items[0].therapy.id: Column(items[0], items[1:]) for items in found}.values())
    if not 1 < len(columns) <= MOST:
        number = len(columns)
        several = (
            f"{number} therapies do not fit side by side" if number > 1 else "there is only one therapy to compare"
        )
        message = several if columns else "no therapy is named"
        raise InputError((Problem("CKB028", message, fix=f"name two or {MOST} different ones, or a family"),))
    show(format_, CompareReport(kb.knowledge, advice, tuple(columns)))
