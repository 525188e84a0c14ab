"""Addresses of the patient pages."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.strict_yaml import parse, read_text
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.intake.form import as_field
from calcinosis_kb.patients.published import EXAMPLE
from calcinosis_kb.web.pages import html_page, workers
from calcinosis_kb.web.patient.answer import answer
from calcinosis_kb.web.patient.compare import compare_page
from calcinosis_kb.web.patient.letter import letter_page
from calcinosis_kb.web.patient.map import patient_map_page
from calcinosis_kb.web.patient.state import Fields, patient_state
from calcinosis_kb.web.service import Service

__all__ = ["first_answer", "router"]

router = APIRouter(include_in_schema=False)

_MOST = 5000
"""The most fields of a form; that of a patient with all lists full has fewer."""


@router.get("/patient")
async def get_patient(request: Request) -> Response:
    return await html_page(request, patient_page, [])


@router.get("/patient/example")
async def get_example(request: Request) -> Response:
    return await html_page(request, example_page)


@router.post("/patient")
async def post_patient(request: Request) -> Response:
    return HTMLResponse(await workers(request).run(patient_page, await sent_fields(request)))


@router.post("/patient/why")
async def post_why(request: Request) -> Response:
    return HTMLResponse(await workers(request).run(why_page, await sent_fields(request)))


@router.post("/patient/compare")
async def post_compare(request: Request) -> Response:
    return HTMLResponse(await workers(request).run(compare_page, await sent_fields(request)))


@router.post("/patient/map")
async def post_map(request: Request) -> Response:
    return HTMLResponse(await workers(request).run(patient_map_page, await sent_fields(request)))


@router.post("/patient/letter")
async def post_letter(request: Request) -> Response:
    today = date.today().isoformat()
    return HTMLResponse(await workers(request).run(letter_page, await sent_fields(request), today))


async def sent_fields(request: Request) -> Fields:
    """Return the fields of a form that was sent as a browser sends it without files. Raises `InputError` (CKB105) for too many."""
    text = (await request.body()).decode("utf-8", "replace")
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST)
    except ValueError:
        fix = "open the page again"
        raise InputError((Problem("CKB105", f"a form has at most {_MOST:,} fields", fix=fix),)) from None


def first_answer(service: Service) -> str:
    """Return the page for a patient of whom nothing is recorded but an age."""
    return patient_page(service, [("patient", '{"patient": {"age": 60}}')])


def patient_page(service: Service, fields: Fields) -> str:
    """Return the page for a patient: the form, the answer, and the reasoning on one therapy."""
    state = patient_state(service, fields)
    return service.render("patient/page.html", "/patient", state=state, answer=answer(service, state, fields))


def example_page(service: Service) -> str:
    """Return the page for the published patient for whom the question was first asked."""
    folder = service.settings.knowledge or Checkout.of_package().knowledge
    data = parse(read_text(folder / EXAMPLE), EXAMPLE).data
    patient = {key: value for key, value in data.items() if key != "case"}
    return patient_page(service, [("patient", as_field(patient))])


def why_page(service: Service, fields: Fields) -> str:
    """Return the reasoning on one therapy as a page of its own, from which a button leads back to the patient."""
    state = patient_state(service, fields)
    return service.render("patient/why_page.html", "/patient/why", state=state, answer=answer(service, state, fields))
