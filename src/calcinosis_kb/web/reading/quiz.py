"""The quiz: numbered sets of ten questions, one question a page, with a score at the end and a sheet to print.

What was answered stands in the address (one digit a question, 0 for none), so that a page needs no script and can be sent to others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from calcinosis_kb.quiz import SETS, Question, question_set
from calcinosis_kb.quiz.question import KINDS
from calcinosis_kb.web.pages import MissingPage, html_page
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["QUIZ", "router"]

_PAGE = re.compile(r"(?P<set>[1-9][0-9]{0,5})/(?P<place>[1-9][0-9]?|end|print)")

router = APIRouter(include_in_schema=False)


@router.get("/quiz")
async def get_quiz(request: Request) -> Response:
    return await html_page(request, quiz_page)


@router.get("/quiz/{number}")
async def get_set(number: str) -> Response:
    return RedirectResponse(f"/quiz/{number}/1", HTTPStatus.SEE_OTHER)


@router.get("/quiz/{number}/{place}")
async def get_page_of_set(request: Request, number: str, place: str, answers: str = "") -> Response:
    return await html_page(request, set_page, f"{number}/{place}", answers)


def quiz_page(service: Service, links: Links | None = None) -> str:
    """Return the page that lists the sets."""
    return service.render("teaching/quiz.html", "/quiz", links, sets=range(1, SETS + 1), kinds=KINDS)


def set_page(service: Service, id_: str, answers: str = "", links: Links | None = None) -> str:
    """Return a page of a set: "7/3" is its third question, "7/end" the score, "7/print" the sheet.

    Raises `MissingPage` if there is no such page.
    """
    found = _PAGE.fullmatch(id_)
    questions = question_set(service.kb, int(found["set"])) if found else ()
    place = found["place"] if found else ""
    if found and place == "end":
        return _score(service, int(found["set"]), questions, answers, links)
    if found and place == "print":
        return service.render(
            "teaching/sheet.html", f"/quiz/{id_}", links, number=int(found["set"]), questions=questions
        )
    if found and int(place) <= len(questions):
        return _question(service, int(found["set"]), int(place), questions, answers, links)
    near = [("/quiz", "All sets", "")]
    raise MissingPage(service.render("reading/missing.html", "/quiz", noun="page of the quiz", asked=id_, near=near))


def _question(
    service: Service, number: int, place: int, questions: tuple[Question, ...], answers: str, links: Links | None
) -> str:
    """A question; with its answer among the ``answers``, also why."""
    given = _given(answers, questions)
    before, own = given[: place - 1].ljust(place - 1, "0"), given[place - 1 : place]
    return service.render(
        "teaching/question.html",
        f"/quiz/{number}/{place}",
        links,
        number=number,
        place=place,
        questions=questions,
        question=questions[place - 1],
        kind=KINDS[questions[place - 1].kind],
        before=before,
        given=int(own or 0),
        right=_right(before + own, questions),
        answered=_answered(before + own),
    )


def _score(service: Service, number: int, questions: tuple[Question, ...], answers: str, links: Links | None) -> str:
    """The score of a set, and its questions with a mark each."""
    given = _given(answers, questions).ljust(len(questions), "0")
    return service.render(
        "teaching/score.html",
        f"/quiz/{number}/end",
        links,
        number=number,
        following=number % SETS + 1,
        questions=questions,
        given=given,
        right=_right(given, questions),
        answered=_answered(given),
    )


def _given(answers: str, questions: tuple[Question, ...]) -> str:
    """What was answered, one digit a question; what is no answer counts as none."""
    digits = (digit if digit in "1234" else "0" for digit in answers[: len(questions)])
    return "".join(digits)


def _right(given: str, questions: tuple[Question, ...]) -> int:
    return sum(digit == str(question.right) for digit, question in zip(given, questions, strict=False))


def _answered(given: str) -> int:
    return len(given) - given.count("0")


def _listed(service: Service) -> Mapping[str, Record]:
    """The pages of the listed sets."""
    return {
        f"{number}/{place}": Record(f"Set {number}, {place}")
        for number in range(1, SETS + 1)
        for place in (*range(1, len(question_set(service.kb, number)) + 1), "end", "print")
    }


QUIZ = (Section("/quiz", "overview", quiz_page), Section("/quiz/{id}", "page of the quiz", set_page, _listed))
"""The quiz as files; its server answers to every number of a set."""
