"""The open questions of the knowledge base, as blocks and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.report.blocks import Block, Heading, Marked

__all__ = ["about", "questions_blocks", "questions_data"]


def about(knowledge: Knowledge, node: str) -> list[str]:
    """Return the ids of the questions about a node, sorted."""
    return sorted(question.id for question in knowledge.questions.values() if node in question.nodes)


def questions_data(knowledge: Knowledge, ids: Iterable[str]) -> dict[str, Any]:
    """Return the questions by id as plain data."""
    return {id_: knowledge.questions[id_].model_dump(mode="json", exclude={"id"}) for id_ in sorted(set(ids))}


def questions_blocks(knowledge: Knowledge, ids: Iterable[str]) -> Iterator[Block]:
    """The open questions with the arguments for and against each."""
    questions = [knowledge.questions[id_] for id_ in sorted(set(ids))]
    if questions:
        yield Heading("Open questions")
    for question in questions:
        yield Heading(question.question, level=2)
        sides = [("+", question.in_favour), ("!", question.against), ("-", f"About: {', '.join(question.nodes)}.")]
        yield Marked([(mark, text) for mark, text in sides if text])
