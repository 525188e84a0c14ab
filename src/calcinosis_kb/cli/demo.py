"""``calcinosis-kb demo``: the answer for a published patient."""

from __future__ import annotations

import shlex

from calcinosis_kb.cli.app import OutputFormat, OverlayOption, path_here, show
from calcinosis_kb.cli.checkout import checkout

__all__ = ["demo"]

_STUDY = "nunes-2019"


def demo(overlay: OverlayOption = None) -> None:
    """Try it: the answer for a published patient, and how to go on."""
    from calcinosis_kb.base import load
    from calcinosis_kb.patients.published import EXAMPLE
    from calcinosis_kb.report.blocks import Heading, Marked, Text
    from calcinosis_kb.report.render import print_blocks
    from calcinosis_kb.report.screen import ScreenReport

    here = checkout()
    file = here.knowledge / EXAMPLE
    kb = load(knowledge=here.knowledge, rules=here.rules, overlay=overlay)
    advice = kb.advise(kb.reader.file(str(file)))
    print_blocks([Text(f"A published patient: {kb.knowledge.cite(_STUDY)}"), Text("")])
    show(OutputFormat.table, ScreenReport(advice))
    typed = shlex.quote(str(path_here(file)))
    steps = {
        f"calcinosis-kb why rituximab {typed}": "why one therapy is offered",
        "calcinosis-kb graph path rituximab": "how it would act",
        "calcinosis-kb new patient": "a file for a patient of your own",
        "calcinosis-kb suggest patient.yaml": "the answer for that patient",
    }
    print_blocks([Heading("How to go on"), Marked([("-", f"{command}: {what}") for command, what in steps.items()])])
