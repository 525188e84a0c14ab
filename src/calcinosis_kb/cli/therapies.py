"""``calcinosis-kb therapies`` and ``therapy``: what is known about each therapy."""

from __future__ import annotations

from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, TherapyArgument, show

__all__ = ["therapies", "therapy"]


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
    from calcinosis_kb.intake.rows import resolve
    from calcinosis_kb.report.therapy import TherapyReport

    kb = load(overlay=overlay)
    id_ = resolve(kb, named)
    paths = {one: kb.paths(one) for one in (id_, *kb.knowledge.members(id_))}
    show(format_, TherapyReport(kb.knowledge, kb.rules, id_, paths))
