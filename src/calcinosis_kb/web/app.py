"""The server as an ASGI application: its routes, its guard and its workers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import BrokenExecutor
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from calcinosis_kb._version import __version__
from calcinosis_kb.errors import CalcinosisError
from calcinosis_kb.web import api, home
from calcinosis_kb.web.guard import FAULT, Guard, is_hook
from calcinosis_kb.web.hooks import routes as hooks
from calcinosis_kb.web.hooks.caller import Callers
from calcinosis_kb.web.hooks.cors import Cors
from calcinosis_kb.web.hooks.outcome import HookError, OutcomeResponse
from calcinosis_kb.web.hooks.store import FeedbackStore
from calcinosis_kb.web.maintain import routes as maintain
from calcinosis_kb.web.maintain.jobs import Jobs
from calcinosis_kb.web.maintain.watch import Watch
from calcinosis_kb.web.patient import intake
from calcinosis_kb.web.patient import routes as patient
from calcinosis_kb.web.problem import ProblemResponse, problem_response
from calcinosis_kb.web.reading import quiz
from calcinosis_kb.web.reading import routes as reading
from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.workers import Workers

__all__ = ["create_app"]

_ROUTERS = (
    api.router,
    hooks.router,
    home.router,
    intake.router,
    patient.router,
    quiz.router,
    reading.router,
)
"""The routes of each part, one a line."""


def create_app(settings: Settings) -> FastAPI:
    """Return the application; its workers start with it and end with it.

    Raises `InputError` where keys (CKB101) or the file for feedback (CKB102) cannot be used.
    """
    callers = Callers(settings, settings.keys) if settings.keys else None
    store = FeedbackStore(settings.feedback) if settings.feedback else None

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.settings, app.state.workers = settings, Workers(settings, patient.first_answer)
        app.state.callers, app.state.feedback = callers, store
        app.state.watch, app.state.jobs = Watch(settings, app.state.workers), Jobs(settings)
        try:
            await app.state.workers.start()
            if settings.edit:
                app.state.watch.start()
            yield
        finally:
            app.state.watch.close()
            app.state.jobs.close()
            app.state.workers.close()
            if store is not None:
                store.close()

    app = FastAPI(
        title="calcinosis-kb",
        version=__version__,
        lifespan=lifespan,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # its pages would fetch their scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.openapi = partial(_openapi, app)  # type: ignore[method-assign]
    for router in (*_ROUTERS, *([maintain.router] if settings.edit else [])):
        app.include_router(router)
    app.mount("/assets", StaticFiles(packages=[("calcinosis_kb.web", "assets")]))
    app.add_exception_handler(CalcinosisError, _package_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(BrokenExecutor, _no_worker)
    app.add_exception_handler(HookError, _hook_error)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(Cors, settings=settings)
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description of the JSON interface, with the schemas of the bodies that workers read themselves."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        made["components"]["schemas"].update(api.components())
        app.openapi_schema = made
    return app.openapi_schema


async def _package_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, CalcinosisError)
    if is_hook(request.url.path):
        return OutcomeResponse(HTTPStatus.INTERNAL_SERVER_ERROR, FAULT)
    return problem_response(error)


async def _hook_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HookError)
    return OutcomeResponse(error.status, error.text, error.diagnostics)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND and "text/html" in request.headers.get("accept", ""):
        page = await request.app.state.workers.run(home.missing_page, request.url.path)
        return HTMLResponse(page, HTTPStatus.NOT_FOUND)
    answer = OutcomeResponse if is_hook(request.url.path) else ProblemResponse
    return answer(HTTPStatus(error.status_code), str(error.detail), headers=error.headers)


async def _bad_request(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    wrong = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()]
    return ProblemResponse(HTTPStatus.BAD_REQUEST, "; ".join(wrong))


async def _no_worker(request: Request, _: Exception) -> Response:
    """The workers have died twice while they answered one request."""
    answer = OutcomeResponse if is_hook(request.url.path) else ProblemResponse
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, "the processes that answer were ended; ask again")
