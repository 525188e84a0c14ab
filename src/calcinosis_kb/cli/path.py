"""``calcinosis-kb path``: how a therapy would act, in words."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, TherapyArgument, app, show
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE

__all__ = ["path"]


@app.command()
def path(
    therapy: TherapyArgument,
    target: Annotated[
        str, typer.Argument(help="A node of the graph: id or name.", autocompletion=completion.nodes)
    ] = OUTCOME_NODE,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """How would this therapy act on the target? Every path of the graph, its sign and its weakest link."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.cli.therapies import resolve
    from calcinosis_kb.graph.node_names import NodeNames
    from calcinosis_kb.report.graph.paths import TherapyPathsReport

    kb = load(overlay=overlay)
    id_, goal = resolve(kb, therapy), NodeNames(kb.knowledge, kb.names).node(target)
    show(format_, TherapyPathsReport(kb.knowledge, kb.graph, id_, goal, kb.paths(id_, goal)))
