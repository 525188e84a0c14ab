"""Addresses of the patient pages."""

from __future__ import annotations

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from calcinosis_kb.web.pages import html_page, workers
from calcinosis_kb.web.patient.state import Fields, patient_state
from calcinosis_kb.web.service import Service

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/patient")
async def get_patient(request: Request) -> Response:
    return await html_page(request, patient_page, [])


@router.post("/patient")
async def post_patient(request: Request) -> Response:
    return HTMLResponse(await workers(request).run(patient_page, await sent_fields(request)))


async def sent_fields(request: Request) -> Fields:
    """Return the fields of a form that was sent as a browser sends it without files."""
    return parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)


def patient_page(service: Service, fields: Fields) -> str:
    """Return the page for a patient: the form, the answer, and the reasoning on one therapy."""
    return service.render("patient/page.html", "/patient", state=patient_state(service, fields))
