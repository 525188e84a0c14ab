"""Serve a page that a worker renders: HTML, current by the hash of the knowledge."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from fastapi import Request, Response
from starlette.responses import HTMLResponse

from calcinosis_kb.web.service import Service
from calcinosis_kb.web.workers import Workers

__all__ = ["MissingPage", "html_page", "workers"]

P = ParamSpec("P")


class MissingPage(Exception):
    """There is no such page; its text is the page that says so (404)."""


def workers(request: Request) -> Workers:
    """The workers of the server that a request came to."""
    found: Workers = request.app.state.workers
    return found


async def html_page(
    request: Request, work: Callable[Concatenate[Service, P], str], *args: P.args, **named: P.kwargs
) -> Response:
    """Return the HTML that a worker renders by ``work``; a browser that has it is told so (304).

    Where ``work`` raises `MissingPage` that page is returned (404).
    """
    try:
        tag, text = await workers(request).run(_rendered, work, args, named, request.headers.get("if-none-match"))
    except MissingPage as missing:
        return HTMLResponse(str(missing), HTTPStatus.NOT_FOUND)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    return Response(status_code=304, headers=headers) if text is None else HTMLResponse(text, headers=headers)


def _rendered(
    service: Service, work: Callable[..., str], args: tuple[object, ...], named: dict[str, object], known: str | None
) -> tuple[str, str | None]:
    tag = f'W/"{service.version}{f"-{sha256(service.warning.encode()).hexdigest()[:8]}" if service.warning else ""}"'
    return tag, None if tag == known else work(service, *args, **named)
