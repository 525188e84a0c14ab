"""Convert test results to the canonical unit of each test.

First, spellings of laboratories (UCUM, capitals, powers of ten) are normalised. Concentrations and counts, which are nearly all
cases, are converted here by powers of ten; pint, whose import takes a third of a second, converts the rest (a test compares the two).
Anything outside the narrow grammar below is refused: pint alone would read "0.4 10e9/L" as a product and "K/uL" in kelvins.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from calcinosis_kb.knowledge.terms import Lab

__all__ = ["UnitError", "convert", "readable", "same_unit", "units_of"]

LONGEST = 40
"""The most characters of a unit."""

_RAISED = re.compile("([⁺⁻]?)([⁰¹²³⁴-⁹]+)")
_SIGNS = str.maketrans({"μ": "u", "×": "x", "·": ".", "⋅": ".", "−": "-", "–": "-"})
_ANNOTATION = re.compile(r"\{([^{}]*)\}")
_BRACKETED = {"[hg]": "Hg", "[iu]": "IU", "[in_i]": "inch", "[in_us]": "inch", "[ft_i]": "foot"}
_BODY = "1.73m2"
_AREA = re.compile(r"1\.73[ ._*]?(?:m(?:\^|\*{1,2})?2|sq\.? ?m|square met(?:er|re)s?)(?![A-Za-z0-9])", re.IGNORECASE)
_INVERSE = re.compile(r"[ .*]([A-Za-z]+)\^?-1(?![0-9])")
# In laboratory reports, "10E9/L" means 10*9/L (https://forum.loinc.org/t/translating-units/1020), not 10 × 10⁹/L.
_GRAM = re.compile(r"\bgms?\b", re.IGNORECASE)
_POWER = re.compile(r"10\(([0-9]{1,2})\)")
_TEN = re.compile(r"[x*]?(?:10(?:\^|\*{1,2}|\.?e)|1e)\+?([0-9]{1,2})(?![0-9])|x?1000(?![0-9.])", re.IGNORECASE)

_PREFIXES = {"": 0, "d": -1, "c": -2, "m": -3, "u": -6, "mc": -6, "n": -9, "p": -12}
_CONCENTRATION = re.compile(r"(p|n|u|mc|m|)(mol|g|eq)/(d|c|m|u|n|)l", re.IGNORECASE)
"""Case-insensitive: laboratories do not use megagrams or petamoles, and many print "MG/DL"."""
_COUNT = re.compile(
    r"(?:10\^([0-9]{1,2})|(k|thou|thousand|million|bill|billion|g(?=/l))|)[.*]?(?:cells?|#)?"
    r"/((?:d|c|mc|m|u|n|)l|c?mm\^?\*?3|cmm|cumm|cm\^?\*?3|cc)",
    re.IGNORECASE,
)
_THOUSANDS = {"k": 3, "thou": 3, "thousand": 3, "million": 6, "bill": 9, "billion": 9, "g": 9}
_CUBES = {"mm3": -6, "cmm3": -6, "cmm": -6, "cumm": -6, "cm3": -3, "cc": -3}

# The only valid numbers in a unit: the 1 of "1/min", the body surface of 1.73 m², and small powers.
_FACTOR = re.compile(r"([/.*]|^/?)(1\.73m2|1(?![0-9])|10\^-?[0-9]{1,2}|[A-Za-z%]+(?:\^?-?[1-3])?(?![0-9]))")
_NAME = re.compile(r"([A-Za-z%]+)\^?(-?[1-3])?")
_NAMES = {"iu": "U", "ui": "U", "unit": "U", "units": "U", "beat": "count", "beats": "count", "%": "percent"}
_MISREAD = re.compile(r"[KGMT]")
"""Names that pint reads as kelvins, gauss, mega-, giga- or tera-units, which laboratories do not use."""

_COMMON = (
    "mg/dL", "mg/L", "g/dL", "g/L", "mmol/L", "µmol/L", "mEq/L", "10^9/L", "K/µL", "/µL", "U/L", "µkat/L", "mL/min",
    "mL/s", "mmHg", "kPa", "cm", "m", "inch", "percent",
)  # fmt: skip
"""Common units, suggested for a result without a unit if the test can be converted from them."""


class UnitError(ValueError):
    """A unit that cannot be converted; the message says why."""


def same_unit(unit: str) -> str:
    """Normalise a unit for comparison.

    >>> same_unit("mL/min/1.73 m²") == same_unit("ml/min/1.73m2") == same_unit("mL/min/{1.73_m2}")
    True
    >>> same_unit("mm[Hg]"), same_unit("{beats}/min"), same_unit("{INR}"), same_unit("x10E9/L")
    ('mmhg', '/min', '1', '10^9/l')
    >>> same_unit("gm/dL"), same_unit("x10(3)/mcL")
    ('g/dl', '10^3/mcl')
    """
    return _written(unit).casefold()


def readable(unit: str) -> bool:
    """Whether values in a unit can be converted.

    >>> readable("umol/L"), readable("mg/dl per cup of tea")
    (True, False)
    """
    written = _written(unit)
    if _per_litre(written) is not None:
        return True
    try:
        _quantity(written)
    except UnitError:
        return False
    return True


def convert(value: float, unit: str, lab: Lab) -> float:
    """Return a value in the canonical unit of the test.

    Conversion between amount and mass (mmol/L and mg/dL) needs the ``molar_mass`` of the test; between equivalents and amount, its
    ``valence``. Raises `UnitError` if the unit cannot be converted.

    >>> calcium = Lab(name="Calcium", unit="mg/dL", molar_mass=40.08, valence=2)
    >>> round(convert(2.5, "mmol/L", calcium), 2), round(convert(5, "mEq/L", calcium), 2)
    (10.02, 10.02)
    """
    wanted = lab.unit or ""
    if same_unit(unit) in {same_unit(known) for known in (wanted, *lab.unit_aliases)}:
        return value
    given, aim = _per_litre(_written(unit)), _per_litre(_written(wanted))
    if given is not None and aim is not None:
        converted = _between(value, unit, given, aim, lab)
    else:
        quantity, canonical = _quantity(_written(unit)), _quantity(_written(wanted))
        # Ratios have no unit to distinguish them: Quick's per cent is not INR. "mL/min/m2" is mostly an error.
        slip = wanted == "1" or (_BODY in wanted and _BODY not in _written(unit))
        if slip or not quantity.is_compatible_with(canonical):
            raise UnitError(f"{unit} does not measure what {wanted} measures")
        converted = value * float((quantity / canonical).to("").magnitude)
    if not math.isfinite(converted):
        raise UnitError(f"'{unit}' is not a unit that can be read")
    return converted


def units_of(lab: Lab) -> tuple[str, ...]:
    """Return the units that a test can be read in: its own first, then common ones.

    >>> units_of(Lab(name="Creatinine", unit="mg/dL", molar_mass=113.12, possible=(0.05, 40)))
    ('mg/dL', 'mg/L', 'mmol/L', 'µmol/L')
    """
    return _units_of(lab.unit or "", lab.unit_aliases, lab.possible, lab.molar_mass, lab.valence)


@cache
def _units_of(
    unit: str,
    aliases: tuple[str, ...],
    possible: tuple[float, float] | None,
    molar_mass: float | None,
    valence: int | None,
) -> tuple[str, ...]:
    """Trying every unit takes milliseconds, and a form asks for every test each time."""
    lab = Lab(name=unit, unit=unit, unit_aliases=aliases, possible=possible, molar_mass=molar_mass, valence=valence)
    known = [unit, *aliases]
    written = {same_unit(unit) for unit in known}
    return (*known, *(unit for unit in _COMMON if same_unit(unit) not in written and _usual(unit, lab)))


def _usual(unit: str, lab: Lab) -> bool:
    """Whether a test can be converted from a unit, in which its values have a usual size."""
    try:
        one = convert(1.0, unit, lab)
    except UnitError:
        return False
    return lab.possible is None or (lab.possible[0] / one < 100 and lab.possible[1] / one >= 1)


Scale = tuple[str, int]
"""The content per litre ("mol", "g", "eq", or "1" for a count), and its power of ten."""


def _per_litre(unit: str) -> Scale | None:
    found = _CONCENTRATION.fullmatch(unit)
    if found is not None:
        prefix, kind, volume = found[1].lower(), found[2].lower(), found[3].lower()
        return kind, _PREFIXES[prefix] - _PREFIXES[volume]
    found = _COUNT.fullmatch(unit)
    if found is None:
        return None
    volume = found[3].lower().replace("^", "").replace("*", "")
    litres = _CUBES[volume] if volume in _CUBES else _PREFIXES[volume.removesuffix("l")]
    return "1", int(found[1] or _THOUSANDS.get((found[2] or "").lower(), 0)) - litres


def _between(value: float, unit: str, given: Scale, wanted: Scale, lab: Lab) -> float:
    power = given[1] - wanted[1]
    scaled = value * 10.0**power if power >= 0 else value / 10.0**-power
    if given[0] == wanted[0]:
        return scaled
    if "1" in (given[0], wanted[0]):
        raise UnitError(f"{unit} does not measure what {lab.unit} measures")
    return scaled * _moles(given[0], unit, lab) / _moles(wanted[0], unit, lab)


def _moles(kind: str, unit: str, lab: Lab) -> float:
    """Return the moles per gram or per equivalent."""
    if kind == "mol":
        return 1.0
    what, known = ("molar mass", lab.molar_mass) if kind == "g" else ("valence", lab.valence)
    if known is None:
        raise UnitError(f"{unit} to {lab.unit} needs the {what} of the substance, and none is known for {lab.name}")
    return 1.0 / known


def _written(unit: str) -> str:
    """Return a unit in one spelling; text that is too long for a unit is unchanged.

    Braces of UCUM are comments, except for the body surface, which makes a clearance a different quantity.
    """
    if len(unit) > LONGEST:
        return unit
    text = _RAISED.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]).replace("−", "-"), unit.strip())
    text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    text = _ANNOTATION.sub(lambda found: found[1] if _AREA.fullmatch(found[1]) else "", text)
    for bracketed, plain in _BRACKETED.items():
        text = re.sub(re.escape(bracketed), plain, text, flags=re.IGNORECASE)
    text = re.sub(r"\bper\b", "/", _AREA.sub(_BODY, text).replace(f"({_BODY})", _BODY))
    text = _POWER.sub(r"10^\1", _GRAM.sub("g", _INVERSE.sub(r"/\1", text).replace(" ", "")))
    ten = _TEN.match(text)
    if ten is not None:
        text = f"10^{int(ten[1] or 3)}{text[ten.end() :]}"
    if text in ("mM", "uM", "nM"):
        text = f"{text[0]}mol/L"
    return text or "1"


def _quantity(written: str) -> Any:
    """Return a unit as a pint quantity. Raises `UnitError` if it is not a product of plain names."""
    if len(written) > LONGEST:
        raise UnitError("it is too long for a unit")
    expression = "1"
    end = 0
    for found in _factors(written):
        expression += f" {'/' if found[1] == '/' else '*'} ({_factor(found[2])})"
        end = found.end()
    if end != len(written):
        raise UnitError(f"'{written}' is not a unit that can be read")
    registry = _registry()
    try:
        return registry.Quantity(1) * registry.parse_expression(expression)
    except Exception as error:  # pint passes on any exception of its tokenizer for an unknown name
        raise UnitError(f"'{written}' is not a unit that can be read") from error


def _factors(written: str) -> Iterator[re.Match[str]]:
    end = 0
    while found := _FACTOR.match(written, end):
        yield found
        end = found.end()


def _factor(text: str) -> str:
    named = _NAME.fullmatch(text)
    if named is None:
        return text.replace(_BODY, "1.73 * m**2").replace("^", "**")
    name = _NAMES.get(named[1].casefold(), named[1])
    if _MISREAD.match(name):
        raise UnitError(f"'{name}' may stand for several units")
    return f"{name}**{named[2] or 1}"


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(cache_folder=None)
