"""``calcinosis-kb suggest``: list what has not been tried."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli.app import (
    EngineOption,
    OutputFormat,
    OverlayOption,
    WantedEngine,
    engines,
    show,
)
from calcinosis_kb.cli.patient import FileArgument, Given, takes_patient
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.report.advice import AdviceReport
    from calcinosis_kb.report.screen import ScreenReport

__all__ = ["suggest"]


class AnswerFormat(StrEnum):
    """The formats of tables, and a Bundle of FHIR R4 for a record system."""

    table = "table"
    json = "json"
    md = "md"
    csv = "csv"
    fhir = "fhir"


@takes_patient
def suggest(
    given: Given,
    file: FileArgument = None,
    format_: Annotated[
        AnswerFormat, typer.Option("--format", "-f", case_sensitive=False, help="Output format.")
    ] = AnswerFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every therapy with all its reasons, not only a screen.")
    ] = False,
    brief: Annotated[bool, typer.Option("--brief", help="One line for each open therapy.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the answer to a new file: .html (a page that needs no server), .json, .md, .csv or .txt.",
        ),
    ] = None,
    top: Annotated[int | None, typer.Option("--top", metavar="N", min=1, help="Show the first N in full.")] = None,
) -> None:
    """List what this patient has not yet tried, ranked, on one screen."""
    from calcinosis_kb.cli.checkout import load

    asked = [name for name, wanted in (("--all", everything), ("--brief", brief), ("--top", top is not None)) if wanted]
    if len(asked) > 1:
        fix = "each sets how much is shown; give one of them"
        raise InputError((Problem("CKB028", f"{' and '.join(asked)} cannot be given together", fix=fix),))
    if output is not None:
        from calcinosis_kb.cli.answer_file import check_answer_file, write_answer_file

        if format_ is not AnswerFormat.table:
            fix = "the suffix of the file decides the format; leave '--format' out"
            raise InputError((Problem("CKB028", "--format and --output cannot be given together", fix=fix),))
        check_answer_file(output)
    kb = load(engines=engines(engine), overlay=overlay)
    advice = kb.advise(given.patient(kb, file))
    if format_ is AnswerFormat.fhir:
        from calcinosis_kb.report.fhir.guidance import guidance_bundle
        from calcinosis_kb.report.render import as_json

        print(as_json(guidance_bundle(advice)))
        return
    report: AdviceReport | ScreenReport
    if everything:
        from calcinosis_kb.report.advice import AdviceReport

        report = AdviceReport(advice)
    else:
        from calcinosis_kb.report.screen import ScreenReport

        report = ScreenReport(advice, brief, top)
    if output is None:
        show(OutputFormat(format_), report)
    else:
        write_answer_file(output, kb, report)
