"""Whatever is sent, the JSON interface answers with its own words: never a fault, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from strategies import SEED, examples
from web_server import TOKEN, Running

SENT = json.dumps(yaml.safe_load(SEED.read_text(encoding="utf-8"))).encode()
KEYS = ["patient", "diseases", "calcinosis", "history", "medications", "conditions", "allergies", "labs", "history_complete"]  # fmt: skip
WRONG: st.SearchStrategy[Any] = st.one_of(
    st.integers(), st.text(min_size=1, max_size=9), st.just([{}]), st.just([[]]), st.just({"a": [[]]}), st.just([None])
)
"""What no key of a patient file may hold."""

NOT_PATIENTS = st.one_of(
    st.just(b""),
    st.binary(max_size=200).map(lambda rest: b"\xff" + rest),
    st.integers(1, len(SENT) - 1).map(lambda end: SENT[:end]),
    st.integers(33, 400_000).map(lambda depth: b"[" * depth),
    st.sampled_from([b"{}}", b"null", b"[]", b'"a"', b"1", b"\xff\xfe{}", b"&a [*a, *a]", b"!!python/object:x {}", b"a: 1\na: 2"]),
    st.builds(lambda key, value: json.dumps({key: value}).encode(), st.sampled_from(KEYS), WRONG),
    st.builds(lambda key: json.dumps({key: 1}).encode(), st.text(min_size=1, max_size=20).filter(lambda key: key not in KEYS)),
)  # fmt: skip


@pytest.fixture(scope="module")
def asker(server: Running) -> Iterator[httpx.Client]:
    """One client for all examples."""
    with httpx.Client(base_url=server.address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client:
        yield client


@pytest.mark.slow
@examples(1000)
@given(body=NOT_PATIENTS)
def test_what_is_no_patient_is_refused(asker: httpx.Client, body: bytes) -> None:
    for address in ("/advice", "/advice/rituximab", "/words"):
        answer = asker.post(f"/api/v1{address}", content=body)
        assert 400 <= answer.status_code < 500, (address, body)
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.slow
def test_no_request_ends_in_a_fault(server: Running) -> None:
    import schemathesis
    from schemathesis.core.result import Ok

    described = schemathesis.openapi.from_url(f"{server.address}/api/v1/openapi.json")
    found = list(described.get_all_operations())
    operations = [one.ok() for one in found if isinstance(one, Ok)]
    assert len(operations) == len(found) >= 13
    for operation in operations:

        @examples(160)
        @given(case=operation.as_strategy())
        def is_answered(case: schemathesis.Case[Any]) -> None:
            answer = case.call(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
            assert answer.status_code < 500, case.as_curl_command()

        is_answered()
