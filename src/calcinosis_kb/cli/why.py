"""``calcinosis-kb why``: the full reasoning on one therapy, or on each member of a family."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from calcinosis_kb.cli import completion
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
from calcinosis_kb.cli.therapies import resolve
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice
    from calcinosis_kb.base import KnowledgeBase

__all__ = ["why"]


@takes_patient
def why(
    therapy: Annotated[
        str,
        typer.Argument(
            help="A therapy or family: id, name, brand or code; or its number in the answer.",
            autocompletion=completion.therapies,
        ),
    ],
    given: Given,
    file: FileArgument = None,
    format_: FormatOption = OutputFormat.table,
    engine: EngineOption = WantedEngine.both,
    overlay: OverlayOption = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is known, not only a screen.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="The rules by id, with file and line.")] = False,
) -> None:
    """Explain why a therapy is offered or not: what decided, what was seen, for and against, and what would change it.

    For a family, or a number that several therapies share, each is explained.
    """
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.why import FamilyReport, WhyReport

    if file is not None and _is_file(therapy) and not _is_file(file):
        therapy, file = file, therapy
    kb = load(engines=engines(engine), overlay=overlay)
    advice = kb.advise(given.patient(kb, file))
    name, members = _meant(kb, advice, therapy)
    explained = [kb.advisor.explain(advice, member) for member in members]
    if name is None:
        show(format_, WhyReport(advice, explained[0], everything, rules))
    else:
        show(format_, FamilyReport(advice, name, explained, everything, rules))


def _meant(kb: KnowledgeBase, advice: Advice, named: str) -> tuple[str | None, tuple[str, ...]]:
    """Return the family or decision that a name or number means, if any, with its therapies. Raises `InputError` (CKB029)."""
    if named.isdecimal():
        ranked = tuple(item.therapy.id for item in advice.options if item.rank == int(named))
        if not ranked:
            last = max((item.rank or 0 for item in advice.options), default=0)
            fix = f"the answer has numbers up to {last}; a therapy can also be named" if last else "name a therapy"
            raise InputError((Problem("CKB029", f"the answer has no number {named}", fix=fix),))
        return (named, ranked) if len(ranked) > 1 else (None, ranked)
    id_ = resolve(kb, named)
    members = kb.knowledge.members(id_)
    if members:
        return id_, members
    if id_ not in {option.id for option in kb.knowledge.options}:
        fix = "'calcinosis-kb therapy' shows what is known about it"
        raise InputError((Problem("CKB029", f"'{id_}' is only compared with, and not judged", fix=fix),))
    return None, (id_,)


def _is_file(named: str) -> bool:
    return named == "-" or Path(named).is_file()
