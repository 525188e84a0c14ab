"""``calcinosis-kb graph patient``: the map coloured by one patient's history, in words."""

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
    """What has this patient's treatment reached in the map: what was tried and failed, what is untouched, what would be new?"""
    from calcinosis_kb.advice.reach import reach
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.graph.reach import ReachReport

    kb = load(engines=engines(engine), overlay=overlay)
    advice = kb.advise(given.patient(kb, file))
    show(format_, ReachReport(kb.knowledge, kb.graph, advice, reach(kb.knowledge, kb.graph, advice)))
