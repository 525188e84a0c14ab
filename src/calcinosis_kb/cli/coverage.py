"""``calcinosis-kb coverage``: what the knowledge covers, and what is missing."""

from __future__ import annotations

from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, show

__all__ = ["coverage"]


def coverage(format_: FormatOption = OutputFormat.table, overlay: OverlayOption = None) -> None:
    """Count studies and patients per therapy and disease, and rules per therapy; list what is missing."""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.coverage import CoverageReport

    kb = load(overlay=overlay)
    show(format_, CoverageReport(kb.knowledge, kb.rules, kb.graph))
