"""Prove who calls: a signed token (JWT) of a record system whose keys are known. No key is ever fetched."""

from __future__ import annotations

import heapq
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.web.hooks.outcome import HookError
from calcinosis_kb.web.settings import Settings

__all__ = ["ALGORITHMS", "Callers"]

ALGORITHMS = ("ES384", "RS384", "ES256", "RS256")
"""The signatures that are accepted; never "none", never a shared secret."""

_LONGEST_TOKEN, _LONGEST_ID = 10_000, 300
_LONGEST_LIFE = 3600
"""Seconds that a token may be valid, so that what is remembered of it stays small."""

_REMEMBERED = 100_000
"""Tokens that are remembered against a second use."""

_LEEWAY = 30
"""Seconds by which the clocks of two computers may differ."""


class Callers:
    """Admits calls with a token that one of the keys of a JWK Set has signed, for the very address called, once."""

    def __init__(self, settings: Settings, keys: Path) -> None:
        import jwt

        self._settings = settings
        self._used: set[tuple[str, str]] = set()
        self._ends: list[tuple[float, tuple[str, str]]] = []
        """The tokens that were used, the first to expire first."""
        try:
            found = jwt.PyJWKSet.from_json(keys.read_text("utf-8"))
        except (OSError, AttributeError, TypeError, ValueError, jwt.PyJWTError) as error:  # whatever the file holds
            message = f"the keys in {keys} cannot be read: {error}"
            fix = 'name a JWK Set: {"keys": [{"kty": "EC", "kid": "…", …}]}'
            raise InputError((Problem("CKB101", message, fix=fix),)) from None
        self._keys = {key.key_id: key for key in found.keys if key.key_id}

    def admit(self, authorization: str, host: str, path: str) -> None:
        """Let a call pass, or raise `HookError` (401) without a word why."""
        kind, _, token = authorization.partition(" ")
        if kind.casefold() != "bearer" or len(token) > _LONGEST_TOKEN or not self._is_good(token.strip(), host, path):
            raise HookError(HTTPStatus.UNAUTHORIZED, "The call is not authorised.")

    def _is_good(self, token: str, host: str, path: str) -> bool:
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(header.get("kid", ""))
            if key is None or header.get("typ") != "JWT" or header.get("alg") not in ALGORITHMS:
                return False
            claims = jwt.decode(
                token,
                key.key,
                algorithms=list(ALGORITHMS),
                audience=self._audience(host, path),
                options={"require": ["iss", "aud", "exp", "iat", "jti"]},
                leeway=_LEEWAY,
            )
        except (jwt.PyJWTError, TypeError, ValueError):
            return False
        return self._is_new(claims)

    def _audience(self, host: str, path: str) -> str:
        """The address that was called, as the caller knows it."""
        return f"{self._settings.public_url or f'http://{host}'}{path}"

    def _is_new(self, claims: dict[str, Any]) -> bool:
        """Whether a token is used for the first time; it is remembered until it expires."""
        now, ends, key = time.time(), claims["exp"], (str(claims["iss"]), claims["jti"])
        if not isinstance(key[1], str) or not key[1] or max(map(len, key)) > _LONGEST_ID:
            return False
        while self._ends and self._ends[0][0] + _LEEWAY < now:
            self._used.discard(heapq.heappop(self._ends)[1])
        if ends > now + _LONGEST_LIFE + _LEEWAY or key in self._used or len(self._used) >= _REMEMBERED:
            return False
        self._used.add(key)
        heapq.heappush(self._ends, (float(ends), key))
        return True
