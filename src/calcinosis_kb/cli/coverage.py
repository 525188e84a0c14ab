"""``calcinosis-kb coverage``: what the knowledge covers and where it is thin."""

from __future__ import annotations

from calcinosis_kb.cli.app import FormatOption, OutputFormat, OverlayOption, show

__all__ = ["coverage"]


def coverage(format_: FormatOption = OutputFormat.table, overlay: OverlayOption = None) -> None:
    """How many studies and patients by therapy and disease, how many rules by therapy, and what is missing?"""
    from calcinosis_kb.cli.checkout import load
    from calcinosis_kb.report.coverage import CoverageReport

    kb = load(overlay=overlay)
    show(format_, CoverageReport(kb.knowledge, kb.rules))
