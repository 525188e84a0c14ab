"""``calcinosis-kb why``: the full reasoning on one therapy, or on each member of a family."""

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

__all__ = ["why"]


@takes_patient
def why(
    therapy: Annotated[
        str,
        typer.Argument(
            help="A therapy or family: id, name, brand or code; or its number in the answer.",
            autocompletion=completion.therapies,
        ),
    ],
    given: Given,
    file: FileArgument = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is known, not only a screen.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="The rules by id, with file and line.")] = False,
) -> None:
    """Explain why a therapy is offered or not: what decided, what was seen, for and against, and what would change it.

    For a family, or a number that several therapies share, each is explained.
    """
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.intake.rows import row
    from calcinosis_kb.report.why import FamilyReport, WhyReport

    if file is not None and is_patient_file(therapy) and not is_patient_file(file):
        therapy, file = file, therapy
    kb = load(engines=engines(engine), overlay=overlay)
    advice = kb.advise(given.patient(kb, file))
    meant = [item.therapy for item in row(kb, advice, therapy)]
    explained = [kb.advisor.explain(advice, one.id) for one in meant]
    if len(explained) == 1:
        show(format_, WhyReport(advice, explained[0], everything, rules))
    else:
        name = therapy if therapy.isdecimal() else meant[0].family or therapy
        show(format_, FamilyReport(advice, name, explained, everything, rules))
