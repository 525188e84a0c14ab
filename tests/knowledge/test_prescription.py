"""Split a treatment as written into name, route, dose, duration and purpose."""

from __future__ import annotations

import pytest

from calcinosis_kb.knowledge.prescription import separate, several_routes, take_apart


@pytest.mark.parametrize(
    ("text", "name", "route", "dose", "duration", "purpose"),
    [
        ("diltiazem", "diltiazem", None, None, None, None),
        ("diltiazem SR 120 mg BD for 4 months", "diltiazem", None, "120 mg BD", "for 4 months", None),
        ("IV pamidronate 90 mg", "pamidronate", "intravenous", "90 mg", None, None),
        ("topical STS 25%", "sts", "topical", "25%", None, None),
        ("MTX 15 mg/wk for arthritis", "mtx", None, "15 mg/wk", None, "other"),
        ("warfarin 1 mg daily for calcinosis", "warfarin", None, "1 mg daily", None, "calcinosis"),
        ("s/p rituximab (2019-2020)", "rituximab", None, None, None, None),
        ("minocycline stopped because of hyperpigmentation", "minocycline", None, None, None, None),
        ("vitamin K 2", "vitamin k 2", None, None, None, None),
        ("prednisone 0.5 mg/kg/day", "prednisone", None, "0.5 mg/kg/day", None, None),
    ],
)
def test_a_treatment_is_taken_apart(
    text: str, name: str, route: str | None, dose: str | None, duration: str | None, purpose: str | None
) -> None:
    found = take_apart(text)
    assert name in found.names
    assert (found.route, found.dose, found.duration, found.purpose) == (route, dose, duration, purpose)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("MTX 15 mg/wk + HCQ", ("MTX 15 mg/wk", "HCQ")),
        ("colchicine, then diltiazem", ("colchicine", "diltiazem")),
        ("prednisone and azathioprine", ("prednisone", "azathioprine")),
        ("STS IV + topical", ("STS IV", "sts topical")),
        ("diltiazem 60 mg/day", ("diltiazem 60 mg/day",)),
        ("", ()),
    ],
)
def test_several_treatments_are_separated(text: str, parts: tuple[str, ...]) -> None:
    assert separate(text) == parts


@pytest.mark.parametrize(("text", "several"), [("STS IV + topical", True), ("intralesional injection of STS", False)])
def test_several_routes_are_noticed(text: str, several: bool) -> None:
    assert several_routes(text) is several
