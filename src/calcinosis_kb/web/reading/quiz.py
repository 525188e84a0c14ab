"""The quiz: numbered sets of ten questions, one question a page, with a score at the end and a sheet to print.

What was answered stands in the address (one digit a question, 0 for none), so that a page needs no script and can be sent to others.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.responses import RedirectResponse

from calcinosis_kb.quiz import SETS, Question, question_set
from calcinosis_kb.quiz.question import KINDS
from calcinosis_kb.web.pages import html_page
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["quiz_addresses", "quiz_end", "quiz_page", "quiz_question", "quiz_sheet", "router"]

LARGEST_SET = 999_999

router = APIRouter(include_in_schema=False)


@router.get("/quiz")
async def get_quiz(request: Request) -> Response:
    return await html_page(request, quiz_page)


@router.get("/quiz/{number}")
async def get_set(number: str) -> Response:
    return RedirectResponse(f"/quiz/{_set_number(number)}/1", HTTPStatus.SEE_OTHER)


@router.get("/quiz/{number}/{place}")
async def get_question(request: Request, number: str, place: str, answers: str = "") -> Response:
    set_ = _set_number(number)
    if place == "print":
        return await html_page(request, quiz_sheet, set_)
    if place == "end":
        return await html_page(request, quiz_end, set_, answers)
    if not re.fullmatch(r"[1-9]|10", place):
        raise HTTPException(
            HTTPStatus.NOT_FOUND, f"set {set_} has questions 1 to 10, 'end' and 'print', but no '{place}'"
        )
    return await html_page(request, quiz_question, set_, int(place), answers)


def _set_number(text: str) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,5}", text):
        return int(text)
    raise HTTPException(HTTPStatus.NOT_FOUND, f"sets have the numbers 1 to {LARGEST_SET}; there is no set '{text}'")


def quiz_page(service: Service, links: Links | None = None) -> str:
    """Return the page that lists the sets."""
    return service.render("teaching/quiz.html", "/quiz", links, sets=range(1, SETS + 1), kinds=KINDS)


def quiz_question(service: Service, number: int, place: int, answers: str = "", links: Links | None = None) -> str:
    """Return a question of a set; with its answer among the ``answers``, also why."""
    questions = question_set(service.kb, number)
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


def quiz_end(service: Service, number: int, answers: str = "", links: Links | None = None) -> str:
    """Return the score of a set, and its questions with a mark each."""
    questions = question_set(service.kb, number)
    given = _given(answers, questions).ljust(len(questions), "0")
    return service.render(
        "teaching/score.html",
        f"/quiz/{number}/end",
        links,
        number=number,
        following=number % SETS + 1 if links is not None and links.static else number + 1,
        questions=questions,
        given=given,
        right=_right(given, questions),
        answered=_answered(given),
    )


def quiz_sheet(service: Service, number: int, links: Links | None = None) -> str:
    """Return a set as a sheet to print: the questions, and on a new page the answers."""
    return service.render(
        "teaching/sheet.html", f"/quiz/{number}/print", links, number=number, questions=question_set(service.kb, number)
    )


def quiz_addresses(service: Service) -> list[str]:
    """Return the addresses of the listed sets, for files."""
    return [
        f"/quiz/{number}/{place}"
        for number in range(1, SETS + 1)
        for place in (*range(1, len(question_set(service.kb, number)) + 1), "end", "print")
    ]


def _given(answers: str, questions: tuple[Question, ...]) -> str:
    """What was answered, one digit a question; what is no answer counts as none."""
    digits = (digit if digit in "1234" else "0" for digit in answers[: len(questions)])
    return "".join(digits)


def _right(given: str, questions: tuple[Question, ...]) -> int:
    return sum(digit == str(question.right) for digit, question in zip(given, questions, strict=False))


def _answered(given: str) -> int:
    return len(given) - given.count("0")
