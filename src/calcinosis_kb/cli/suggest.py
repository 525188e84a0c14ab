"""``calcinosis-kb suggest``: list what has not been tried."""

from __future__ import annotations

from calcinosis_kb.cli.app import (
    EngineOption,
    FormatOption,
    OutputFormat,
    OverlayOption,
    WantedEngine,
    engines,
    show,
)
from calcinosis_kb.cli.patient import FileArgument, Given, takes_patient

__all__ = ["suggest"]


@takes_patient
def suggest(
    given: Given,
    file: FileArgument = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """List what this patient has not yet tried, ranked, with the reasons for and against."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.advice import AdviceReport

    kb = load(engines=engines(engine), overlay=overlay)
    advice = kb.advise(given.patient(kb, file))
    show(format_, AdviceReport(advice, kb.knowledge))
