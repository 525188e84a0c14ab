"""Addresses of the CDS Hooks service."""

from __future__ import annotations

import asyncio
from datetime import date
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from calcinosis_kb.web.hooks.answer import answer
from calcinosis_kb.web.hooks.body import json_object
from calcinosis_kb.web.hooks.caller import Callers
from calcinosis_kb.web.hooks.discovery import ID, discovery
from calcinosis_kb.web.hooks.feedback import feedback
from calcinosis_kb.web.hooks.outcome import HookError
from calcinosis_kb.web.hooks.store import FeedbackStore
from calcinosis_kb.web.pages import workers

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/cds-services")
async def get_discovery(request: Request) -> Response:
    _admit(request)
    return JSONResponse(discovery())


@router.post("/cds-services/{service}")
async def post_service(request: Request, service: str) -> Response:
    _admit(request)
    _known(request, service)
    status, made = await workers(request).run(answer, await request.body(), date.today())
    return Response(made, status, media_type="application/json")


@router.post("/cds-services/{service}/feedback")
async def post_feedback(request: Request, service: str) -> Response:
    _admit(request)
    _known(request, service)
    items = feedback(json_object(await request.body()))
    store: FeedbackStore | None = request.app.state.feedback
    if store is not None:
        await asyncio.to_thread(store.add, service, items)
    return Response(status_code=HTTPStatus.OK)


def _admit(request: Request) -> None:
    """Refuse a caller that does not prove who it is, where keys are configured (401)."""
    callers: Callers | None = request.app.state.callers
    if callers is not None:
        callers.admit(request.headers.get("authorization", ""), request.headers.get("host", ""), request.url.path)


def _known(request: Request, service: str) -> None:
    if service != ID:
        raise HookError(HTTPStatus.NOT_FOUND, f"There is no service '{service[:60]}'. There is '{ID}'.")
    if request.headers.get("content-type", "").partition(";")[0].strip().casefold() != "application/json":
        raise HookError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The content type is not application/json.")
