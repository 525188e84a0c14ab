"""The reports of ``explain``: error codes with their meaning and fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from calcinosis_kb.codes import CODES
from calcinosis_kb.report.blocks import Block, Heading, Table, Text
from calcinosis_kb.report.report import Report

__all__ = ["CodeReport", "CodesReport"]


class CodesReport(Report):
    """Every error code, printed by ``explain``."""

    def data(self) -> dict[str, Any]:
        """The codes with title, meaning and fix."""
        return {code: asdict(known) for code, known in CODES.items()}

    def blocks(self) -> Iterator[Block]:
        """The codes in a table."""
        rows = [(code, known.title, known.fix) for code, known in CODES.items()]
        yield Table(("Code", "What", "How to fix it"), rows, ratios=(6, 26, 44))


@dataclass(frozen=True)
class CodeReport(Report):
    """One error code, printed by ``explain CODE``."""

    code: str

    def data(self) -> dict[str, Any]:
        """The code with title, meaning and fix."""
        return {"code": self.code, **asdict(CODES[self.code])}

    def blocks(self) -> Iterator[Block]:
        """The meaning, then the fix."""
        known = CODES[self.code]
        yield Heading(f"{self.code}: {known.title}")
        yield Text(known.meaning)
        yield Text(f"How to fix it: {known.fix}")
