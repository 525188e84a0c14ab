"""The interface of a report: one answer as plain data, as blocks for a reader, and as a table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from calcinosis_kb.report.blocks import Block, Table

__all__ = ["Report"]


class Report(ABC):
    """One answer that can be printed in any format."""

    @abstractmethod
    def data(self) -> Any:
        """The JSON document, as plain data."""

    @abstractmethod
    def blocks(self) -> Iterable[Block]:
        """What a terminal or Markdown shows, from top to bottom."""

    def table(self) -> Table | None:
        """What CSV holds: the first table of the blocks, unless a report has a fuller one; None if it has no table."""
        return next((block for block in self.blocks() if isinstance(block, Table)), None)
