"""Ask one service for JSON over HTTP, politely: rate, tries, Retry-After, size, time, a cache, and no other host.

The standard library does it, and no package: an installation without extras must fetch a citation, and what is written here (rate, waiting
as asked, copies that are checked, no other host) would have to be written around any client.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.client import HTTPException
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from calcinosis_kb._version import __version__
from calcinosis_kb.documents.cache import cached, keep

__all__ = ["Client", "ServiceError", "as_list", "as_mapping", "is_allowed"]

T = TypeVar("T")

MAX_BYTES = 20_000_000
"""More than any page that is asked for: of 200 records, each has a few thousand characters."""
LONGEST_WAIT = 120.0
"""Seconds. A service that wants to be left alone for longer is asked another time."""
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses after which it makes sense to ask again."""


class ServiceError(Exception):
    """A service gave no usable answer. ``kind`` says whether it was not reached at all, does not know what was asked for, or failed."""

    def __init__(self, why: str, kind: Literal["unreachable", "unknown", "failed"] = "failed") -> None:
        super().__init__(why)
        self.kind = kind


class _Passing(ServiceError):
    """A fault that may have passed after ``wait`` seconds, or after a usual time if the service names none."""

    def __init__(self, why: str, wait: float | None = None, kind: Literal["unreachable", "failed"] = "failed") -> None:
        super().__init__(why, kind)
        self.wait = wait


class _Here(HTTPRedirectHandler):
    """Refuse redirects, so that no other host is contacted."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass
class Client:
    """A service at an address.

    ``identity`` are parameters that say who asks; they belong to no copy and to no message, because one may be a key. Copies of answers are
    kept in ``copies``, if given. ``clock`` and ``sleep`` count seconds.
    """

    name: str
    base: str
    per_second: float = 3.0
    tries: int = 1
    seconds: float = 8.0
    most_bytes: int = MAX_BYTES
    identity: Mapping[str, str] = field(default_factory=dict, repr=False)
    contact: str = ""
    copies: Path | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    asked: int = 0
    answered: bool = False
    _free: float = 0.0

    def ask(
        self,
        path: str,
        parameters: Mapping[str, str],
        read: Callable[[Mapping[str, Any]], T],
        is_whole: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """Return what ``read`` makes of the JSON object at a path. Raises `ServiceError`.

        ``read`` raises `ValueError` for an answer of another shape. Only an answer that it can read and that ``is_whole`` is kept, so that
        the others are asked for again.
        """
        kept = self._copy(path, parameters)
        body = cached(kept) if kept is not None else None
        if body is not None:
            with suppress(ValueError):
                return read(_object(body))
        for number in range(1, self.tries + 1):
            try:
                body = self._body(path, parameters)
                found = self._read(body, read)
            except _Passing as error:
                wait = 2.0 ** (number - 1) if error.wait is None else error.wait
                never = error.kind == "unreachable" and not self.answered
                if number == self.tries or never or wait > LONGEST_WAIT:
                    raise
                self.sleep(wait)
            else:
                if kept is not None and is_whole(found):
                    keep(kept, body)
                return found
        raise AssertionError("at least one try")

    def _read(self, body: bytes, read: Callable[[Mapping[str, Any]], T]) -> T:
        try:
            return read(_object(body))
        except ValueError as error:
            raise _Passing(str(error)) from None

    def _body(self, path: str, parameters: Mapping[str, str]) -> bytes:
        self._wait_for_turn()
        query = urlencode({**parameters, **self.identity})
        who = f"calcinosis-kb/{__version__}" + (f" (mailto:{self.contact})" if self.contact else "")
        headers = {"User-Agent": who, "Accept": "application/json"}
        request = Request(f"{self.base}{path}{'?' if query else ''}{query}", headers=headers)
        end = self.clock() + self.seconds
        body = b""
        try:
            with build_opener(_Here).open(request, timeout=self.seconds) as response:
                self.answered = True
                while chunk := response.read1(65536):
                    body += chunk
                    if self.clock() > end or len(body) > self.most_bytes:
                        raise ServiceError("its answer takes too long or is too large")
                if response.length:  # what it had announced and did not send
                    raise _Passing("the connection was cut before its answer ended")
        except HTTPError as error:
            self.answered = True
            error.close()
            if error.code == 404:
                raise ServiceError("it does not know what was asked for", "unknown") from None
            why = f"it answers with status {error.code}"
            raise (
                _Passing(why, _retry_after(error.headers.get("Retry-After")))
                if error.code in _PASSING
                else ServiceError(why)
            ) from None
        except (OSError, ValueError, HTTPException) as error:
            why = f"it cannot be reached ({getattr(error, 'reason', error) or type(error).__name__})"
            raise _Passing(why, kind="unreachable" if isinstance(error, URLError) else "failed") from None
        return body

    def _wait_for_turn(self) -> None:
        now = self.clock()
        if self._free > now:
            self.sleep(self._free - now)
        self._free = max(now, self._free) + 1 / self.per_second
        self.asked += 1

    def _copy(self, path: str, parameters: Mapping[str, str]) -> Path | None:
        if self.copies is None:
            return None
        key = sha256(f"{self.base}{path}?{urlencode(sorted(parameters.items()))}".encode()).hexdigest()
        return self.copies / f"{key}.json"


def is_allowed(address: str) -> bool:
    """Whether an address may be asked: one with https, or this machine itself.

    >>> is_allowed("https://api.crossref.org"), is_allowed("http://127.0.0.1:80"), is_allowed("http://example.org")
    (True, True, False)
    """
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    try:
        is_here = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        is_here = False
    return parts.scheme == "http" and is_here


def as_list(value: Any) -> list[Any]:
    """A value that is a list, or an empty one."""
    return value if isinstance(value, list) else []


def as_mapping(value: Any) -> Mapping[str, Any]:
    """A value that is a mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, Mapping):
        raise ValueError("its answer is not the JSON that was expected")
    return answer


def _retry_after(text: str | None) -> float | None:
    """The seconds that a service asks to wait (RFC 9110, 10.2.3): a number, or a date, which counts from the date of now."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, OverflowError):  # a year or a zone of any number of digits
        return None
