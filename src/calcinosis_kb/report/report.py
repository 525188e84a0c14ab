"""The interface of a report: its data for JSON, its blocks for a reader, and its table for CSV."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from calcinosis_kb.advice.columns import Line
from calcinosis_kb.report.blocks import Alert, Block, Table

__all__ = ["Report"]


class Report(ABC):
    """A result that can be printed in every format."""

    @abstractmethod
    def data(self) -> Any:
        """The JSON document, as plain data."""

    @abstractmethod
    def blocks(self) -> Iterable[Block]:
        """The blocks for a terminal or Markdown, from top to bottom."""

    def table(self) -> Table | None:
        """The table for CSV: the first one of the blocks unless a subclass has a fuller one; None if there is none."""
        return next((block for block in self.blocks() if isinstance(block, Table)), None)

    def alerts(self) -> Iterable[str]:
        """What stands above the table of a CSV: the alerts among the blocks."""
        return (block.text for block in self.blocks() if isinstance(block, Alert))

    def lines(self) -> list[Line] | None:
        """The lines for a terminal if the report has a layout of its own; None if it shows its blocks."""
        return None
