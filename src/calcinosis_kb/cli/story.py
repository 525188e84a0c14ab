"""``calcinosis-kb story``: short stories of the pathophysiology."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli import completion
from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, show
from calcinosis_kb.errors import InputError, Problem, nearest

__all__ = ["story"]


def story(
    id_: Annotated[
        str | None,
        typer.Argument(
            metavar="[STORY]", help="A story; all are listed if left out.", autocompletion=completion.stories
        ),
    ] = None,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """Tell a part of the pathophysiology in sentences, each with its edges and studies."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.story import StoriesReport, StoryReport

    knowledge = load(overlay=overlay).knowledge
    if id_ is None:
        show(format_, StoriesReport(knowledge))
        return
    found = knowledge.stories.get(id_)
    if found is None:
        ids = tuple(sorted(knowledge.stories))
        fix = "'calcinosis-kb story' lists them"
        raise InputError((Problem("CKB098", f"there is no story '{id_}'", None, ids, nearest(id_, ids), fix),))
    show(format_, StoryReport(knowledge, found))
