"""Numbered sets of ten questions, two of each kind, none about the same thing twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.quiz.contested import contested_questions
from calcinosis_kb.quiz.draw import Draw, in_turns
from calcinosis_kb.quiz.mechanism import mechanism_questions
from calcinosis_kb.quiz.patient import patient_questions
from calcinosis_kb.quiz.question import KINDS, Kind, Question
from calcinosis_kb.quiz.sign import sign_questions
from calcinosis_kb.quiz.study import study_questions
from calcinosis_kb.quiz.untried import untried_questions

__all__ = ["SETS", "SIZE", "question_set"]

SIZE = 10
SETS = 20
"""The sets that are listed; any higher number is a set too."""

_MAKERS: dict[Kind, Callable[[KnowledgeBase, Draw], Iterator[Question]]] = {
    "mechanism": mechanism_questions,
    "sign": sign_questions,
    "study": study_questions,
    "contested": contested_questions,
    "patient": lambda kb, draw: in_turns(patient_questions(kb, draw), untried_questions(kb, draw)),
}


def question_set(kb: KnowledgeBase, number: int) -> tuple[Question, ...]:
    """Return a set by its number: at most `SIZE` questions, fewer where the knowledge has no more to ask.

    The same number and knowledge give the same set. The kinds take turns.
    """
    draw = Draw(number)
    makers = [_MAKERS[kind](kb, draw) for kind in KINDS]
    chosen: list[Question] = []
    topics: set[str] = set()
    while makers and len(chosen) < SIZE:
        maker = makers.pop(0)
        question = next((question for question in maker if question.topic not in topics), None)
        if question is not None:
            chosen.append(question)
            topics.add(question.topic)
            makers.append(maker)
    return tuple(chosen)
