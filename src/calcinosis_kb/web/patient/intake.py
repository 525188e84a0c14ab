"""Addresses by which a patient comes in and goes out: the words of the type-ahead, files, case links, one question at a time."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from calcinosis_kb.intake.form import as_yaml
from calcinosis_kb.web.pages import workers
from calcinosis_kb.web.patient.acts import act
from calcinosis_kb.web.patient.ask import ask_page
from calcinosis_kb.web.patient.link import link_page
from calcinosis_kb.web.patient.routes import patient_page, sent_fields
from calcinosis_kb.web.patient.state import Fields
from calcinosis_kb.web.patient.words import words_address, words_json
from calcinosis_kb.web.service import Service

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/words/{name}.json")
async def get_words(request: Request, name: str) -> Response:
    current, text = await workers(request).run(_words)
    lasting = current == f"/words/{name}.json"
    caching = "public, max-age=31536000, immutable" if lasting else "no-cache"
    return Response(text, media_type="application/json", headers={"Cache-Control": caching})


@router.post("/patient/file")
async def post_file(request: Request) -> Response:
    text = await workers(request).run(patient_file, await sent_fields(request))
    headers = {"Content-Disposition": 'attachment; filename="patient.yaml"'}
    return Response(text, media_type="application/yaml; charset=utf-8", headers=headers)


@router.post("/patient/link")
async def post_link(request: Request) -> Response:
    return HTMLResponse(await workers(request).run(link_page, await sent_fields(request)))


@router.post("/patient/ask")
async def post_ask(request: Request) -> Response:
    return HTMLResponse(await workers(request).run(_asked, await sent_fields(request)))


def _asked(service: Service, fields: Fields) -> str:
    return ask_page(service, fields) or patient_page(service, fields)


def patient_file(service: Service, fields: Fields) -> str:
    """Return the patient file of a form, as ``calcinosis-kb ask`` writes it."""
    return as_yaml(act(service.kb, fields).form.data)


def _words(service: Service) -> tuple[str, str]:
    return words_address(service.kb), words_json(service.kb)
