"""``calcinosis-kb why``: the full reasoning on one therapy, or on each member of a family."""

from __future__ import annotations

from pathlib import Path

from calcinosis_kb.cli.app import (
    EngineOption,
    FormatOption,
    OutputFormat,
    OverlayOption,
    TherapyArgument,
    WantedEngine,
    engines,
    show,
)
from calcinosis_kb.cli.patient import FileArgument, Given, takes_patient
from calcinosis_kb.cli.therapies import resolve
from calcinosis_kb.errors import InputError, Problem

__all__ = ["why"]


@takes_patient
def why(
    therapy: TherapyArgument,
    given: Given,
    file: FileArgument = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Explain why a therapy is offered or not: the rules that fired, those that nearly did, and what would change it.

    For a family, each member is explained.
    """
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.why import FamilyReport, WhyReport

    if file is not None and _is_file(therapy) and not _is_file(file):
        therapy, file = file, therapy
    kb = load(engines=engines(engine), overlay=overlay)
    id_ = resolve(kb, therapy)
    members = kb.knowledge.members(id_)
    if not members and id_ not in {option.id for option in kb.knowledge.options}:
        fix = "'calcinosis-kb therapy' shows what is known about it"
        raise InputError((Problem("CKB029", f"'{id_}' is only compared with, and not judged", fix=fix),))
    advice = kb.advise(given.patient(kb, file))
    if members:
        explained = [kb.advisor.explain(advice, member) for member in members]
        show(format_, FamilyReport(kb.knowledge, advice, id_, explained))
    else:
        show(format_, WhyReport(kb.knowledge, advice, kb.advisor.explain(advice, id_)))


def _is_file(named: str) -> bool:
    return named == "-" or Path(named).is_file()
