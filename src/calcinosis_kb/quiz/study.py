"""Questions which study showed something: its design, its patients, its result."""

from __future__ import annotations

from collections.abc import Iterator

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.knowledge.evidence_words import cited_as
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import Result, Study
from calcinosis_kb.quiz.credit import READ
from calcinosis_kb.quiz.draw import Draw
from calcinosis_kb.quiz.question import CHOICES, Choice, Question
from calcinosis_kb.quiz.words import named

__all__ = ["study_questions"]

_FEWEST = 2
"""Patients of a result that is asked: single cases are too many and too alike."""

_COURSE = {"benefit": "better", "mixed": "mixed", "no_benefit": "no better", "harm": "worse"}


def study_questions(kb: KnowledgeBase, draw: Draw) -> Iterator[Question]:
    """Yield a question for each result that can be asked, in the order drawn."""
    knowledge = kb.knowledge
    known = [
        (study, result)
        for study in knowledge.studies.values()
        for result in study.results
        if _is_askable(knowledge, study, result)
    ]
    for study, result in draw.order(known, lambda pair: _key(*pair), lot="study"):
        wrong = _others(knowledge, draw, study, result, known)
        if len(wrong) == CHOICES - 1:
            yield _question(knowledge, draw, study, result, wrong)


def _key(study: Study, result: Result) -> str:
    return f"{study.id} {result.therapy} {result.finding}"


def _is_askable(knowledge: Knowledge, study: Study, result: Result) -> bool:
    """Whether a result on some patients of its own was read in the publication itself, which has an author and a year."""
    author = study.citation.first_author
    return (
        author is not None
        and author not in result.finding
        and study.citation.year is not None
        and knowledge.terms.designs[result.design or study.design].patients
        and result.confidence in READ
        and result.reported_by is None
        and result.endpoint == "calcinosis"
        and result.direction is not None
        and (result.n or 0) >= _FEWEST
    )


def _others(
    knowledge: Knowledge, draw: Draw, study: Study, result: Result, known: list[tuple[Study, Result]]
) -> list[tuple[Study, Result]]:
    """Other studies with other figures: first those on the same therapy, then on its family, then any."""
    family = knowledge.therapies[result.therapy].family

    def distance(pair: tuple[Study, Result]) -> int:
        therapy = pair[1].therapy
        related = family is not None and family in (therapy, knowledge.therapies[therapy].family)
        return 0 if therapy == result.therapy else 1 if related else 2

    own = cited_as(knowledge, study.id)
    found: dict[str, tuple[Study, Result]] = {}
    for other, reported in draw.order(
        known, lambda pair: _key(*pair), lot=f"study {_key(study, result)}", first=distance
    ):
        same_patients = other.id in study.overlaps or study.id in other.overlaps
        alike = (reported.therapy, reported.n) == (result.therapy, result.n)
        name = cited_as(knowledge, other.id)
        if name != own and not same_patients and not alike:
            found.setdefault(name, (other, reported))
    return list(found.values())[: CHOICES - 1]


def _question(
    knowledge: Knowledge, draw: Draw, study: Study, result: Result, wrong: list[tuple[Study, Result]]
) -> Question:
    choices = [Choice(_named(knowledge, study, result), right=True)]
    for other, reported in wrong:
        therapy = named(knowledge.therapies[reported.therapy].name)
        why = f"On {therapy}: {reported.finding}"
        choices.append(Choice(_named(knowledge, other, reported), False, why, (other.id,)))
    assert result.direction is not None
    why = f"{_named(knowledge, study, result)} of {result.n} patients; result: {_COURSE[result.direction]}."
    return Question(
        "study",
        study.id,
        f"Which study showed this of {named(knowledge.therapies[result.therapy].name)}?",
        tuple(draw.order(choices, lambda choice: choice.text, lot=f"order {_key(study, result)}")),
        why,
        (study.id,),
        quoted=result.finding,
        about=(result.therapy,),
    )


def _named(knowledge: Knowledge, study: Study, result: Result) -> str:
    """Author, year and design."""
    design = knowledge.terms.designs[result.design or study.design].name
    return f"{cited_as(knowledge, study.id)}, {named(design)}"
