"""``calcinosis-kb graph patient``: a patient's history on the map, in words."""

from __future__ import annotations

from calcinosis_kb.cli.app import EngineOption, FormatOption, OutputFormat, OverlayOption, WantedEngine, engines, show
from calcinosis_kb.cli.patient import FileArgument, Given, takes_patient

__all__ = ["patient"]


@takes_patient
def patient(
    given: Given,
    file: FileArgument = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Show what a patient's treatment has reached on the map: tried and failed, untouched, or new."""
    from calcinosis_kb.advice.reach import reach
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.graph.reach import ReachReport

    kb = load(engines=engines(engine), overlay=overlay)
    advice = kb.advise(given.patient(kb, file))
    show(format_, ReachReport(kb.knowledge, kb.graph, advice, reach(kb.knowledge, kb.graph, advice)))
