"""Derive test results: calcium corrected for albumin, and the estimated GFR."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from calcinosis_kb.patients.models import LabResult

__all__ = ["DECIMALS", "bedside_schwartz", "ckd_epi_2021", "corrected_calcium", "derive_labs"]

DECIMALS = 9
"""Decimals of a derived result. Rounding only removes errors of binary arithmetic: 29.97 stays below a limit of 30."""

ADULT = 18
"""Age in years from which CKD-EPI 2021 applies; below it, and from 1 year on, bedside Schwartz does."""


def corrected_calcium(calcium: Any, albumin: Any) -> Any:
    """Return total calcium in mg/dL, corrected to an albumin of 4 g/dL; ``albumin`` in g/dL.

    Source: Payne and others, Br Med J 1973;4:643-646, in the common form calcium + 0.8 × (4 − albumin), read at
    https://medcalctools.com/corrected-calcium-calculator. It is an approximation: ionised calcium decides.

    >>> round(corrected_calcium(8.0, 2.5), 2)
    9.2
    """
    return calcium + 0.8 * (4.0 - albumin)


def ckd_epi_2021(
    creatinine: Any, age: Any, sex: str, *, least: Callable[..., Any] = min, greatest: Callable[..., Any] = max
) -> Any:
    """Return the estimated GFR of an adult in mL/min/1.73 m²; creatinine in mg/dL, age in years, sex "female" or "male".

    Numbers give a number. Columns of a database give a column, with the functions that give the ``least`` and the ``greatest`` of two.

    Source: CKD-EPI creatinine equation 2021 (Inker and others, N Engl J Med 2021;385:1737-1749), read at
    https://kidney.org/ckd-epi-creatinine-equation-2021.

    >>> round(ckd_epi_2021(0.9, 55, "female"), 1)
    75.5
    """
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = creatinine / kappa
    return 142 * least(ratio, 1.0) ** alpha * greatest(ratio, 1.0) ** -1.2 * 0.9938**age * factor


def bedside_schwartz(creatinine: Any, height: Any) -> Any:
    """Return the estimated GFR of a child of 1 to 18 years in mL/min/1.73 m²; creatinine in mg/dL, height in cm.

    Source: creatinine-based "bedside Schwartz" equation (2009), 0.413 × height / creatinine, read at
    https://www.kidney.org/content/creatinine-based-%E2%80%9Cbedside-schwartz%E2%80%9D-equation-2009.

    >>> round(bedside_schwartz(0.5, 100), 1)
    82.6
    """
    return 0.413 * height / creatinine


def derive_labs(labs: dict[str, LabResult], age: float | None, sex: str | None) -> dict[str, LabResult]:
    """Return the results with derived results added. A measured GFR is kept; calcium is replaced by corrected calcium.

    ``note`` names the results that a value was derived from. Without sex (or, in a child, height) no GFR is estimated. Calcium without
    albumin is provisional; calcium corrected by the laboratory is kept. Values are not rounded, since they are compared with limits.
    """
    derived = dict(labs)
    corrected = derived.pop("corrected_calcium", None)
    calcium, albumin = _value(labs, "calcium"), _value(labs, "albumin")
    if corrected is not None:
        derived["calcium"] = replace(corrected, name="calcium", note="corrected for albumin by the laboratory")
    elif calcium is not None and albumin is not None:
        note = f"{calcium:g} mg/dL measured, corrected for albumin {albumin:g} g/dL"
        value = round(corrected_calcium(calcium, albumin), DECIMALS)
        derived["calcium"] = LabResult("calcium", value=value, unit="mg/dL", note=note)
    elif "calcium" in labs:
        derived["calcium"] = replace(labs["calcium"], provisional=True)
    creatinine = _value(labs, "creatinine")
    if "egfr" not in labs and creatinine and age is not None:
        estimate = _egfr(creatinine, age, sex, _value(labs, "height"))
        if estimate is not None:
            derived["egfr"] = estimate
    return derived


def _egfr(creatinine: float, age: float, sex: str | None, height: float | None) -> LabResult | None:
    if age >= ADULT and sex is not None:
        value, how = ckd_epi_2021(creatinine, age, sex), "CKD-EPI 2021"
    elif 1 <= age < ADULT and height is not None:
        value, how = bedside_schwartz(creatinine, height), f"bedside Schwartz, height {height:g} cm"
    else:
        return None
    note = f"from creatinine {creatinine:g} mg/dL by {how}"
    return LabResult("egfr", value=round(value, DECIMALS), unit="mL/min/1.73m2", note=note)


def _value(labs: dict[str, LabResult], name: str) -> float | None:
    """The measured value; a bound is none."""
    return labs[name].value if name in labs and labs[name].comparator is None else None
