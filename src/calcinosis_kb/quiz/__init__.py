"""Ask questions for teaching, made from the knowledge: five kinds, in numbered sets of ten.

>>> from calcinosis_kb import load
>>> len(question_set(load(), 1))
10
"""

from __future__ import annotations

from calcinosis_kb.quiz.question import Choice, Question
from calcinosis_kb.quiz.sets import SETS, SIZE, question_set

__all__ = ["SETS", "SIZE", "Choice", "Question", "question_set"]
