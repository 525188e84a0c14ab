"""The interface of a report: its data for JSON, its blocks for a reader, and its table for CSV."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from calcinosis_kb.advice.columns import Line
from calcinosis_kb.advice.stamp import Stamp, stamp, stamp_words
from calcinosis_kb.report.blocks import Alert, Block, Table, Text

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["KnowledgeReport", "Report"]


class Report(ABC):
    """A result that can be printed in every format."""

    @abstractmethod
    def data(self) -> Any:
        """The JSON document, as plain data."""

    @abstractmethod
    def blocks(self) -> Iterable[Block]:
        """The blocks for a terminal or Markdown, from top to bottom."""

    def stamp(self) -> Stamp | None:
        """What it depends on, if its data and its blocks do not say so themselves."""
        return None

    def document(self) -> Any:
        """The JSON document with its stamp; a list has no place for one."""
        data, made = self.data(), self.stamp()
        return {**data, **made} if made and isinstance(data, dict) else data

    def page(self) -> Iterable[Block]:
        """The blocks of a text that is kept, with the stamp at its end."""
        yield from self.blocks()
        if made := self.stamp():
            yield Text(f"{stamp_words(made)}.", style="dim")

    def table(self) -> Table | None:
        """The table for CSV: the first one of the blocks unless a subclass has a fuller one; None if there is none."""
        return next((block for block in self.blocks() if isinstance(block, Table)), None)

    def alerts(self) -> Iterable[str]:
        """What stands above the table of a CSV: the alerts among the blocks."""
        return (block.text for block in self.blocks() if isinstance(block, Alert))

    def lines(self) -> list[Line] | None:
        """The lines for a terminal if the report has a layout of its own; None if it shows its blocks."""
        return None


class KnowledgeReport(Report):
    """A report on the knowledge alone."""

    knowledge: Knowledge

    def stamp(self) -> Stamp:
        """The knowledge that it is about."""
        return stamp(self.knowledge)
