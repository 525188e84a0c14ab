"""What stands before every page: who may ask, how much may be sent, and the headers that protect the answer.

A plain ASGI middleware, so that a body is counted while it arrives and is refused before it is read to its end.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response

from calcinosis_kb.web.hooks.outcome import OutcomeResponse
from calcinosis_kb.web.problem import ProblemResponse
from calcinosis_kb.web.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["FAULT", "LARGEST_BODY", "Guard", "is_hook"]

LARGEST_BODY = 10_000_000
"""Bytes of a request; a FHIR bundle of a long life is smaller."""

HOOKS = "/cds-services"
"""Where record systems ask; they have no token of a browser, and prove by a signature who they are (CDS Hooks)."""

_ALWAYS_GUARDED = ("/maintain",)
"""Pages that show files of this computer, so that reading them takes the token too, and no browser keeps them."""

_TOO_LARGE = HTTPStatus(413)  # its name differs between versions of Python

_LARGEST = f"a request may have {LARGEST_BODY} bytes"

FAULT = "a fault inside calcinosis-kb; please report it"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # 'no-referrer' would turn the Origin of our own forms into "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Refuses foreign hosts and origins, missing tokens and large bodies; adds the headers of every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.cookie = f"calcinosis-kb-{settings.port}"
        """Cookies are shared by the ports of a host, so that each server has its own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = self._entrance(scope) or self._refusal(scope)
        if answer is not None and answer.status_code == _TOO_LARGE:
            await _drop(receive)
        app = answer or self.app
        counted = _Counted(receive)
        sent = _Sent(send, no_store=scope["method"] not in _SAFE or scope["path"].startswith(_ALWAYS_GUARDED))
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # the server leaves the body out
        try:
            await app(scope, counted, sent)
        except _TooLarge:
            if not sent.started:
                await _drop(receive)
                await _refuse(scope["path"], _TOO_LARGE, _LARGEST)(scope, receive, sent)
        except Exception:
            if not sent.started:
                await _refuse(scope["path"], HTTPStatus.INTERNAL_SERVER_ERROR, FAULT)(scope, receive, sent)
            raise  # the log tells of it

    def _entrance(self, scope: Scope) -> Any:
        """Where the address carries the token, keep it in a cookie and go on without it."""
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("token")
        if given is None or scope["method"] != "GET" or self._foreign_host(scope):
            return None
        rest = urlencode([(name, value) for name, value in query if name != "token"])
        path = f"/{scope['path'].lstrip('/')}"  # two slashes would be the start of another host's address
        answer = RedirectResponse(f"{path}{f'?{rest}' if rest else ''}", HTTPStatus.SEE_OTHER)
        if self._is_token(given):
            secure = bool(self.settings.public_url and self.settings.public_url.startswith("https"))
            answer.set_cookie(self.cookie, given, httponly=True, samesite="strict", secure=secure)
        return answer

    def _refusal(self, scope: Scope) -> Any:
        headers, path = Headers(scope=scope), scope["path"]
        if self._foreign_host(scope):
            return _refuse(path, HTTPStatus.MISDIRECTED_REQUEST, "this server does not answer under that name")
        length = headers.get("content-length", "0")
        if length.isascii() and length.isdigit() and int(length) > LARGEST_BODY:
            return _refuse(path, _TOO_LARGE, _LARGEST)
        if is_hook(path):
            return None
        changes = scope["method"] not in _SAFE
        origin = headers.get("origin")
        if changes and origin is not None and origin not in self.settings.origins:
            return _refuse(path, HTTPStatus.FORBIDDEN, "another site may not send anything here")
        if (changes or path.startswith(_ALWAYS_GUARDED)) and not self._has_token(headers):
            missing = "the token is missing: open the address that 'calcinosis-kb serve' printed"
            return _refuse(path, HTTPStatus.UNAUTHORIZED, missing)
        return None

    def _foreign_host(self, scope: Scope) -> bool:
        return Headers(scope=scope).get("host", "") not in self.settings.hosts

    def _has_token(self, headers: Headers) -> bool:
        kind, _, given = headers.get("authorization", "").partition(" ")
        if kind.casefold() == "bearer":
            return self._is_token(given.strip())
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self.cookie)
        except CookieError:
            return False
        return cookie is not None and self._is_token(cookie.value)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self.settings.token.encode())


def is_hook(path: str) -> bool:
    """Whether record systems ask under a path."""
    return path == HOOKS or path.startswith(f"{HOOKS}/")


class _TooLarge(Exception):
    """More bytes came than a request may have."""


class _Counted:
    """Counts the bytes of a body while they arrive."""

    def __init__(self, receive: Receive) -> None:
        self.receive = receive
        self.bytes = 0

    async def __call__(self) -> Message:
        message = await self.receive()
        self.bytes += len(message.get("body", b""))
        if self.bytes > LARGEST_BODY:
            raise _TooLarge
        return message


class _Sent:
    """Adds the headers to an answer when it starts."""

    def __init__(self, send: Send, *, no_store: bool) -> None:
        self.send = send
        self.no_store = no_store
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if self.no_store:
                headers["Cache-Control"] = "no-store"
        await self.send(message)


async def _drop(receive: Receive) -> None:
    """Read some more of a body that is too large: a sender that is cut off while it sends may never see the answer."""
    left = LARGEST_BODY
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if not message.get("more_body"):
            return


def _refuse(path: str, status: HTTPStatus, detail: str) -> Response:
    """An answer to what is not let in; the connection ends with it."""
    answer = OutcomeResponse if is_hook(path) else ProblemResponse
    return answer(status, detail, headers={"Connection": "close"})
