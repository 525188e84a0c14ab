"""``calcinosis-kb letter``: the treatments that were discussed, as a text for a letter."""

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
from calcinosis_kb.cli.patient import FileArgument, Given, is_patient_file, takes_patient

__all__ = ["letter"]


@takes_patient
def letter(
    discussed: Annotated[
        str,
        typer.Argument(
            metavar="ROWS",
            help="What was discussed: numbers of rows, therapies, brands or families, with commas: 2,5.",
            autocompletion=completion.therapies,
        ),
    ],
    given: Given,
    file: FileArgument = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Write what was discussed as a text for a letter: history, evidence in words, what to do before, sources.

    It has no date, name or number of the patient: add them where it is pasted.
    """
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.intake.rows import rows
    from calcinosis_kb.report.letter import LetterReport

    if file is not None and is_patient_file(discussed) and not is_patient_file(file):
        discussed, file = file, discussed
    kb = load(engines=engines(engine), overlay=overlay)
    advice = kb.advise(given.patient(kb, file))
    show(format_, LetterReport(advice, tuple(rows(kb, advice, discussed))))
