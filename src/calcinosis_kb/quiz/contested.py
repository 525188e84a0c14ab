"""Questions which of four statements is contested; the answer gives both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE, Knowledge
from calcinosis_kb.knowledge.pathophysiology import Edge
from calcinosis_kb.knowledge.pathophysiology import Question as OpenQuestion
from calcinosis_kb.knowledge.wording import agreeing, verb
from calcinosis_kb.quiz.credit import READ, has_credit, is_sound
from calcinosis_kb.quiz.draw import Draw
from calcinosis_kb.quiz.question import CHOICES, Choice, Question
from calcinosis_kb.quiz.words import gives_away, in_text

__all__ = ["contested_questions"]

_ASKED = frozenset(
    {"associated_with", "causes", "contributes_to", "negatively_regulates", "positively_regulates", "predisposes_to"}
)
"""The predicates of statements that are asked; what a therapy treats is asked of studies."""


CALCINOSIS = "calcinosis cutis"


def contested_questions(kb: KnowledgeBase, draw: Draw) -> Iterator[Question]:
    """Yield a question for each contested edge whose two sides are known, in the order drawn."""
    knowledge = kb.knowledge
    pairs = [
        (edge, asked) for edge in knowledge.edges.values() if (asked := _open_question(knowledge, edge)) is not None
    ]
    settled = _settled(kb)
    for edge, asked in draw.order(pairs, lambda pair: pair[0].id, lot="contested"):
        wrong: dict[str, Edge] = {}
        for other in draw.order(
            settled, lambda other: other.id, lot=f"contested {edge.id}", first=partial(_unlike, kb, edge)
        ):
            wrong.setdefault(other.source, other)
        if len(wrong) >= CHOICES - 1:
            yield _question(kb, draw, edge, asked, list(wrong.values())[: CHOICES - 1])


def _open_question(knowledge: Knowledge, edge: Edge) -> OpenQuestion | None:
    """The open question that gives both sides of a contested edge: about both its ends, else the one that names it first."""
    if edge.strength != "contested" or edge.predicate not in _ASKED or edge.confidence not in READ:
        return None
    if not has_credit(knowledge, edge):
        return None
    about = edge.target if edge.source in knowledge.therapies else edge.source
    found = [question for question in knowledge.questions.values() if about in question.nodes]
    found = [question for question in found if question.in_favour and question.against]
    both = [question for question in found if {edge.source, edge.target} <= set(question.nodes)]
    return min(both or found, key=lambda question: (question.nodes.index(about), question.id), default=None)


def _settled(kb: KnowledgeBase) -> list[Edge]:
    """The edges that nobody contests: established and sound, about nothing that an open question begins with, and no truism.

    A sentence that several edges have as their claim says nothing of its own.
    """
    knowledge = kb.knowledge
    disputed = {
        frozenset((edge.source, edge.target)) for edge in knowledge.edges.values() if edge.strength == "contested"
    }
    asked = {node for question in knowledge.questions.values() for node in question.nodes}
    claims = Counter(edge.claim for edge in knowledge.edges.values())
    return [
        edge
        for edge in knowledge.edges.values()
        if edge.strength == "established"
        and edge.predicate in _ASKED
        and is_sound(knowledge, edge)
        and frozenset((edge.source, edge.target)) not in disputed
        and edge.source not in asked
        and claims[edge.claim] == 1
        and (edge.source not in knowledge.therapies or knowledge.therapies[edge.source].kind in ("drug", "family"))
        and not gives_away(kb.graph.nodes[edge.source]["name"], kb.graph.nodes[edge.target]["name"])
    ]


def _unlike(kb: KnowledgeBase, edge: Edge, other: Edge) -> int:
    """How little an edge is like another: in its predicate, and in the kinds of its ends."""
    ours, theirs = _kinds(kb, edge), _kinds(kb, other)
    return 2 * (edge.predicate != other.predicate) + sum(one != two for one, two in zip(ours, theirs, strict=True))


def _kinds(kb: KnowledgeBase, edge: Edge) -> tuple[str, str]:
    nodes = kb.graph.nodes
    return str(nodes[edge.source]["kind"]), str(nodes[edge.target]["kind"])


def _question(kb: KnowledgeBase, draw: Draw, edge: Edge, asked: OpenQuestion, wrong: list[Edge]) -> Question:
    choices = [Choice(_statement(kb, edge), right=True)]
    choices += [Choice(_statement(kb, other), False, f"Established: {other.claim}", other.sources) for other in wrong]
    return Question(
        "contested",
        asked.id,
        "Which of these is contested?",
        tuple(draw.order(choices, lambda choice: choice.text, lot=f"order {edge.id}")),
        edge.claim,
        edge.sources,
        sides=(
            ("Open question", asked.question),
            ("In favour", asked.in_favour or ""),
            ("Against", asked.against or ""),
        ),
        about=(edge.source, edge.target),
    )


def _statement(kb: KnowledgeBase, edge: Edge) -> str:
    """An edge as a sentence."""
    source, target = kb.graph.nodes[edge.source], kb.graph.nodes[edge.target]
    subject = in_text(source["name"], source["kind"])
    does = agreeing(verb(edge.predicate, edge.sign, target["kind"]), subject)
    object_ = CALCINOSIS if edge.target == OUTCOME_NODE else in_text(target["name"], target["kind"])
    return f"{subject[0].upper()}{subject[1:]} {does} {object_}."
