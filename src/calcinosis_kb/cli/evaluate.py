"""``calcinosis-kb evaluate``: compare answers with what clinicians did next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import (
    EngineOption,
    FormatOption,
    OutputFormat,
    OverlayOption,
    WantedEngine,
    engines,
    progress,
    show,
)
from calcinosis_kb.cli.checkout import checkout

__all__ = ["evaluate"]


def evaluate(
    cases: Annotated[
        Path | None,
        typer.Argument(
            help="Folder of case files, or one file of published cases; those of the knowledge base if left out."
        ),
    ] = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", help="Also plot the figures into this .svg, .png or .pdf.")
    ] = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Score published cases: was the next treatment offered, and at which rank?

    Each case is answered without the results of its own report, and each report counts once. Exit code 1 if a therapy was
    offered that the record speaks against.
    """
    from calcinosis_kb.advice.stamp import stamp, stamp_words
    from calcinosis_kb.base import load
    from calcinosis_kb.evaluation.published import read_published
    from calcinosis_kb.evaluation.scoring import OURS
    from calcinosis_kb.evaluation.scoring import evaluate as run
    from calcinosis_kb.report.evaluation import EvaluationReport

    if picture is not None:
        from calcinosis_kb.report.extras import require
        from calcinosis_kb.report.plots.figure import LIBRARIES

        require(LIBRARIES)
    here = checkout()
    kb = load(knowledge=here.knowledge, rules=here.rules, engines=engines(engine), overlay=overlay)
    published = read_published(cases or here.knowledge / "cases", kb.reader)
    with progress() as bar:
        task = bar.add_task("Answering the cases", total=len(published))
        evaluation = run(kb, published, progress=lambda _: bar.advance(task))
    made_with = stamp(kb.knowledge, kb.rules.hash)
    if picture is not None:
        from calcinosis_kb.report.plots.evaluation import draw_evaluation

        draw_evaluation(evaluation, picture, stamp_words(made_with))
    show(format_, EvaluationReport(evaluation, published, made_with))
    if evaluation.all[OURS].unsafe_offers:
        raise typer.Exit(1)
