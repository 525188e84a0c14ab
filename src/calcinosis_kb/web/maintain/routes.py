"""Addresses of the maintainer's desk. They exist only on a server that was started with ``--edit``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse

from calcinosis_kb.codes import CODES
from calcinosis_kb.web.maintain.health import code_page, health_page
from calcinosis_kb.web.maintain.watch import Watch
from calcinosis_kb.web.pages import workers
from calcinosis_kb.web.service import Service

__all__ = ["router"]

P = ParamSpec("P")

router = APIRouter(prefix="/maintain", include_in_schema=False)


@router.get("")
async def get_health(request: Request) -> HTMLResponse:
    return await page(request, health_page, watch(request).found)


@router.get("/state")
async def get_state(request: Request) -> JSONResponse:
    found = watch(request).found
    return JSONResponse({"number": found.number, "phase": found.phase, "says": str(found)}, headers=NOT_KEPT)


@router.get("/code/{code}")
async def get_code(request: Request, code: str) -> HTMLResponse:
    if code not in CODES:
        raise HTTPException(404, "there is no such code")
    return await page(request, code_page, code)


NOT_KEPT = {"Cache-Control": "no-store"}
"""The desk shows files as they are now."""


def watch(request: Request) -> Watch:
    """What watches the files of this server."""
    found: Watch = request.app.state.watch
    return found


async def page(
    request: Request, work: Callable[Concatenate[Service, P], str], *args: P.args, **named: P.kwargs
) -> HTMLResponse:
    """Return the page that a worker renders."""
    return HTMLResponse(await workers(request).run(work, *args, **named), headers=NOT_KEPT)
