"""Recognise entries that deny a condition or a treatment."""

from __future__ import annotations

import pytest

from calcinosis_kb.knowledge.denial import after_denial, denied, is_denial


@pytest.mark.parametrize(
    "text", ["none", "NKDA", "keine", "ninguna", "no diabetes", "denies asthma", "no known heart failure"]
)
def test_a_denial_is_recognised(text: str) -> None:
    assert is_denial(text)


@pytest.mark.parametrize(
    "text",
    ["", "nifedipine", "no response to nifedipine", "no contraception", "not tolerated", "no longer on methotrexate"],
)
def test_what_only_sounds_like_one_is_not(text: str) -> None:
    assert not is_denial(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("HIV: negative", "hiv"),
        ("tuberculosis excluded", "tuberculosis"),
        ("tuberculosis not excluded", None),
        ("tuberculosis cannot be ruled out", None),
        ("heart failure", None),
    ],
)
def test_a_denial_at_the_end_names_what_is_denied(text: str, what: str | None) -> None:
    assert denied(text) == what


def test_a_denial_reaches_no_further_than_its_clause() -> None:
    assert after_denial("no diabetes, asthma; on dialysis") == (
        ("no diabetes", True), ("asthma", True), ("on dialysis", False),
    )  # fmt: skip
    assert after_denial("no diabetes but asthma") == (("no diabetes", True), ("asthma", False))
