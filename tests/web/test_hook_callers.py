"""Where keys are configured, only a fresh token for the very address called, signed by a known key, is let in."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from calcinosis_kb.errors import InputError
from calcinosis_kb.web.hooks.caller import Callers
from calcinosis_kb.web.hooks.discovery import ID
from calcinosis_kb.web.hooks.outcome import HookError
from calcinosis_kb.web.settings import Settings
from cds_hooks_rules import broken
from commandline import call
from web_server import Running, running

KEYS: dict[str, Any] = {
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "RS384": rsa.generate_private_key(65537, 2048),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
}
STRANGER = ec.generate_private_key(ec.SECP384R1())


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("keys") / "keys.json"
    known = []
    for algorithm, key in KEYS.items():
        made = jwt.get_algorithm_by_name(algorithm)
        known.append({**made.to_jwk(key.public_key(), as_dict=True), "kid": algorithm, "use": "sig"})
    path.write_text(json.dumps({"keys": known}), "utf-8")
    return path


@pytest.fixture(scope="module")
def guarded(keys: Path) -> Iterator[Running]:
    with running(keys=keys) as server:
        yield server


def token(address: str, algorithm: str = "ES384", key: Any = None, **change: Any) -> str:
    """A token for an address, with its claims and header changed; a change to None leaves a claim out."""
    now = int(time.time())
    claims: dict[str, Any] = {"iss": "https://ehr.example", "aud": address, "exp": now + 300, "iat": now}
    header = {"kid": change.pop("kid", algorithm), "typ": change.pop("typ", "JWT"), **change.pop("header", {})}
    claims |= {"jti": str(time.perf_counter_ns()), **change}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key or KEYS[algorithm], algorithm, header)


def _part(data: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def status(server: Running, sent: str | None) -> int:
    headers = {"Authorization": f"Bearer {sent}"} if sent is not None else {}
    answer = httpx.get(f"{server.address}/cds-services", headers=headers)
    if answer.status_code != 200:
        assert not broken("outcome", answer.json())
        assert answer.json()["issue"][0]["details"] == {"text": "The call is not authorised."}
    return answer.status_code


@pytest.mark.parametrize("algorithm", ["ES384", "ES256", "RS384"])
def test_a_signed_call_is_let_in_once(guarded: Running, algorithm: str) -> None:
    sent = token(f"{guarded.address}/cds-services", algorithm)
    assert status(guarded, sent) == 200
    assert status(guarded, sent) == 401


def test_the_address_may_be_one_of_several(guarded: Running) -> None:
    address = f"{guarded.address}/cds-services"
    assert status(guarded, token(address, aud=["https://other.example", address])) == 200


BAD: dict[str, Callable[[str], str]] = {
    "signed by a stranger": lambda address: token(address, key=STRANGER),
    "another algorithm": lambda address: token(address, "ES512"),
    "a shared secret": lambda address: token(address, "HS256", key="ES384" * 20, kid="ES384"),
    "unsigned": lambda address: (
        f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': 'ES384'})}.{token(address).split('.')[1]}."
    ),
    "for another address": lambda address: token(f"{address}/{ID}"),
    "expired": lambda address: token(address, exp=int(time.time()) - 100),
    "valid for too long": lambda address: token(address, exp=int(time.time()) + 86_400),
    "from the future": lambda address: token(address, iat=int(time.time()) + 600),
    "of an unknown key": lambda address: token(address, kid="other"),
    "keys elsewhere": lambda address: token(
        address, key=STRANGER, kid="x", header={"jku": "http://127.0.0.1:9/jwks.json"}
    ),
    "another type": lambda address: token(address, typ="at+jwt"),
    "a jti that is no text": lambda address: token(address, jti=5),
    "endless": lambda address: token(address, jti="x" * 20_000),
    "nonsense": lambda _: "a.b.c",
    "empty": lambda _: "..",
}


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "jti"])
def test_a_token_without_a_claim_is_refused(guarded: Running, claim: str) -> None:
    change: dict[str, Any] = {claim: None}
    assert status(guarded, token(f"{guarded.address}/cds-services", **change)) == 401


@pytest.mark.parametrize("fault", BAD)
def test_any_other_token_is_refused_without_a_word(guarded: Running, fault: str) -> None:
    assert status(guarded, BAD[fault](f"{guarded.address}/cds-services")) == 401


def test_every_address_asks_for_a_token(guarded: Running) -> None:
    assert status(guarded, None) == 401
    for address in (f"/cds-services/{ID}", f"/cds-services/{ID}/feedback"):
        answer = httpx.post(f"{guarded.address}{address}", json={"feedback": []})
        assert answer.status_code == 401
    address = f"{guarded.address}/cds-services/{ID}/feedback"
    sent = {"Authorization": f"Bearer {token(address)}"}
    assert httpx.post(address, json={"feedback": []}, headers=sent).status_code == 200


def test_behind_a_proxy_the_public_address_counts(keys: Path) -> None:
    public = "https://kb.hospital.example"
    callers = Callers(Settings(port=8000, public_url=public), keys)
    callers.admit(f"Bearer {token(f'{public}/cds-services')}", "kb.hospital.example", "/cds-services")
    local = token("http://127.0.0.1:8000/cds-services")
    with pytest.raises(HookError):
        callers.admit(f"Bearer {local}", "127.0.0.1:8000", "/cds-services")


@pytest.mark.parametrize("option", ["--public-url", "--allow-origin"])
@pytest.mark.parametrize("given", ["kb.example", "https://kb.example/pages", "https://KB.example", "*"])
def test_an_address_that_no_browser_sends_is_refused(option: str, given: str) -> None:
    shown = call("serve", "--no-open", option, given)
    assert shown.returncode == 2
    assert "https://kb.hospital.example" in shown.stderr


@pytest.mark.parametrize("content", ["{", "[]", '{"keys": []}', '{"keys": [{"kty": "EC"}]}'])
def test_keys_that_cannot_be_read_are_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as raised:
        Callers(Settings(), path)
    assert raised.value.problems[0].code == "CKB101"


def test_the_command_tells_of_keys_and_files_that_cannot_be_used(tmp_path: Path) -> None:
    for option, code in (("--keys", "CKB101"), ("--feedback", "CKB102")):
        shown = call("serve", "--no-open", option, str(tmp_path / "no" / "such"))
        assert shown.returncode == 2
        assert code in shown.stderr
