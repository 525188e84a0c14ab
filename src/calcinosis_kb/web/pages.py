"""Serve what a worker makes of the knowledge alone: current by its hash, so that a browser need not fetch it twice."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from fastapi import Request, Response

from calcinosis_kb.web.service import Service
from calcinosis_kb.web.workers import Workers

__all__ = ["MissingPage", "current", "html_page", "workers"]

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
    """Return the HTML that a worker renders by ``work``. Where that raises `MissingPage`, its page is returned (404)."""
    return await current(request, "text/html; charset=utf-8", work, *args, **named)


async def current(
    request: Request,
    media_type: str,
    work: Callable[Concatenate[Service, P], str | bytes],
    *args: P.args,
    **named: P.kwargs,
) -> Response:
    """Return what a worker makes by ``work``, with the hash of the knowledge as ETag; whoever has it already is told so (304)."""
    status, tag, made = await workers(request).run(_made, work, args, named, request.headers.get("if-none-match"))
    return Response(made, status, {"ETag": tag, "Cache-Control": "no-cache"}, media_type if made else None)


def _made(
    service: Service,
    work: Callable[..., str | bytes],
    args: tuple[object, ...],
    named: dict[str, object],
    known: str | None,
) -> tuple[int, str, str | bytes]:
    """The status, the ETag and the body."""
    tag = f'W/"{service.version}{f"-{sha256(service.warning.encode()).hexdigest()[:8]}" if service.warning else ""}"'
    if tag == known:
        return HTTPStatus.NOT_MODIFIED, tag, ""
    try:
        return HTTPStatus.OK, tag, work(service, *args, **named)
    except MissingPage as missing:
        return HTTPStatus.NOT_FOUND, tag, str(missing)
