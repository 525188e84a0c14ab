"""``calcinosis-kb therapies`` and ``therapy``: what is known about each therapy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, TherapyArgument, show
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.base import KnowledgeBase

__all__ = ["resolve", "therapies", "therapy"]


def resolve(kb: KnowledgeBase, named: str) -> str:
    """Return the id of a therapy or family. Raises `InputError` (CKB029) with the nearest names if there is none."""
    match = kb.names.drug(named)
    if match is not None and match.kind != "medication":
        return match.id
    meant = tuple(id_ for reading in kb.names.treatments(named) for id_ in (*reading.ids, *reading.may_be))
    if len(meant) > 1:
        message = f"'{named}' may mean more than one"
        raise InputError((Problem("CKB029", message, valid=meant, fix="name one of them"),))
    if match is not None:
        message = f"'{named}' is known as a drug that patients take, not as a treatment of calcinosis"
        raise InputError((Problem("CKB029", message, fix="'calcinosis-kb therapies' lists the treatments"),))
    near = tuple(found.id for found in kb.names.nearest_drugs(named) if found.kind != "medication")
    message = f"no therapy is called '{named}'"
    raise InputError((Problem("CKB029", message, nearest=near, fix="'calcinosis-kb therapies' lists them"),))


def therapies(format_: FormatOption = OutputFormat.table, overlay: OverlayOption = None) -> None:
    """List all therapies by family: expected effect, level, direction and pooled response in all diseases."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.knowledge.mechanism_paths import polarity
    from calcinosis_kb.report.therapies import TherapiesReport

    kb = load(overlay=overlay)
    polarities = {option.id: polarity(kb.paths(option.id)) for option in kb.knowledge.options}
    show(format_, TherapiesReport(kb.knowledge, polarities))


def therapy(
    named: TherapyArgument,
    format_: FormatOption = OutputFormat.table,
    overlay: OverlayOption = None,
) -> None:
    """Describe a therapy, or a family with its members: studies with figures, advice, mechanisms, claims of sources, rules."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.therapy import TherapyReport

    kb = load(overlay=overlay)
    id_ = resolve(kb, named)
    paths = {one: kb.paths(one) for one in (id_, *kb.knowledge.members(id_))}
    show(format_, TherapyReport(kb.knowledge, kb.rules, id_, paths))
