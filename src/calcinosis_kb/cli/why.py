"""``calcinosis-kb why``: the full reasoning for one therapy."""

from __future__ import annotations

from typing import Annotated

import typer

from calcinosis_kb.cli.app import (
    EngineOption,
    FormatOption,
    OutputFormat,
    OverlayOption,
    WantedEngine,
    app,
    engines,
    show,
)
from calcinosis_kb.cli.therapies import resolve
from calcinosis_kb.errors import InputError, Problem

__all__ = ["why"]


@app.command()
def why(
    therapy: Annotated[str, typer.Argument(help="A therapy: id, name, brand or code.")],
    file: Annotated[str, typer.Argument(help="Patient file (YAML or JSON), or - for standard input.")],
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
) -> None:
    """Why is this therapy offered, or not? Every rule that held, every one that nearly did, and what would have to differ."""
    from calcinosis_kb.base import load
    from calcinosis_kb.report.why import why_blocks, why_data

    kb = load(engines=engines(engine), overlay=overlay)
    id_ = resolve(kb, therapy)
    members = kb.knowledge.members(id_)
    if members:
        mend = f"name one of them: {', '.join(members)}"
        raise InputError((Problem("CKB029", f"'{id_}' is a family; its members are judged", valid=members, mend=mend),))
    advice = kb.advise(kb.reader.file(file))
    show(
        format_,
        lambda: why_data(kb.advisor, advice, id_),
        lambda: why_blocks(kb.advisor, advice, id_),
    )
