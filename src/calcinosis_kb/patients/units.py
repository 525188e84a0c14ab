"""Test results in one unit each. pint does the arithmetic; to import it takes a third of a second, so plain concentrations, which are
nearly all that laboratories report in another unit, do without it (a test holds them against it)."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import Any

from calcinosis_kb.knowledge.terms import Lab

__all__ = ["UnitError", "convert", "readable", "same_unit"]


LONGEST = 40
"""Characters that any unit needs."""
_POWERS = re.compile(r"(\^|\*\*)\s*[-+]?(\d{3}|.*(\^|\*\*))")
"""Powers of three digits, or of powers: nobody measures in them, and to evaluate them could take for ever."""

_CONCENTRATION = re.compile(r"(p|n|u|µ|μ|mc|m|)(mol|g)/(d|m|u|µ|μ|)[lL]")
_PREFIXES = {"": 1.0, "d": 1e-1, "m": 1e-3, "u": 1e-6, "µ": 1e-6, "μ": 1e-6, "mc": 1e-6, "n": 1e-9, "p": 1e-12}


class UnitError(ValueError):
    """A unit that cannot be converted; the message says why."""


def same_unit(unit: str) -> str:
    """A unit without the differences that do not matter.

    >>> same_unit("mL/min/1.73 m²") == same_unit("ml/min/1.73m2")
    True
    """
    return unit.casefold().replace("²", "2").replace("µ", "u").replace("μ", "u").replace("^", "").replace(" ", "")


def readable(unit: str) -> bool:
    """Whether pint knows a unit, so that values in it can be converted.

    >>> readable("umol/L"), readable("mg/dl per cup of tea")
    (True, False)
    """
    if len(unit) > LONGEST or _POWERS.search(unit):
        return False
    try:
        _registry().parse_expression(_written(unit))
    except Exception:  # pint also lets through whatever its tokenizer raises on malformed text
        return False
    return True


def convert(value: float, unit: str, lab: Lab) -> float:
    """The value in the canonical unit of the test.

    Between an amount of substance and a mass (mmol/L and mg/dL) it takes the ``molar_mass`` of the test, in g/mol;
    calcium and creatinine have one, a test without one cannot be converted so. Raises `UnitError`.

    >>> calcium = Lab(name="Calcium", unit="mg/dL", molar_mass=40.08)
    >>> round(convert(2.5, "mmol/L", calcium), 2)
    10.02
    """
    if same_unit(unit) in {same_unit(known) for known in (lab.unit or "", *lab.unit_aliases)}:
        return value
    if len(unit) > LONGEST or _POWERS.search(unit):
        raise UnitError(f"'{unit}' is not a unit that can be read")
    plain = _between_concentrations(value, unit, lab)
    if plain is not None:
        return plain
    registry = _registry()
    try:
        # Counts carry a number in their unit (10^9/L), so both sides are read as quantities.
        quantity = registry.Quantity(value) * registry.parse_expression(_written(unit))
        wanted = registry.Quantity(1) * registry.parse_expression(_written(lab.unit or ""))
        if not quantity.is_compatible_with(wanted):
            quantity = _by_substance(registry, quantity, wanted, unit, lab)
        converted = float((quantity / wanted).to("").magnitude)
    except UnitError:
        raise
    except Exception as error:  # pint also lets through whatever its tokenizer raises on malformed text
        raise UnitError(f"'{unit}' is not a unit that can be read") from error
    if not math.isfinite(converted):
        raise UnitError(f"'{unit}' is not a unit that can be read")
    return converted


def _between_concentrations(value: float, unit: str, lab: Lab) -> float | None:
    """The value where both units are an amount or mass in a volume ("µmol/L", "mg/dL"), None where one is not."""
    given, wanted = _concentration(unit), _concentration(lab.unit or "")
    if given is None or wanted is None or (given[0] != wanted[0] and lab.molar_mass is None):
        return None
    converted = value * given[1] / wanted[1]
    if given[0] == wanted[0] or lab.molar_mass is None:
        return converted
    return converted * lab.molar_mass if given[0] == "mol" else converted / lab.molar_mass


def _concentration(unit: str) -> tuple[str, float] | None:
    """What is measured (mol or g), and how much of it a litre holds."""
    found = _CONCENTRATION.fullmatch(unit.strip())
    return None if found is None else (found[2], _PREFIXES[found[1]] / _PREFIXES[found[3]])


def _by_substance(registry: Any, quantity: Any, wanted: Any, unit: str, lab: Lab) -> Any:
    substance = quantity.is_compatible_with("mol/L")
    if not substance and not quantity.is_compatible_with("g/L"):
        raise UnitError(f"{unit} does not measure what {lab.unit} measures")
    if lab.molar_mass is None:
        raise UnitError(f"{unit} to {lab.unit} needs the molar mass of the substance, and none is known for {lab.name}")
    mass = registry.Quantity(lab.molar_mass, "g/mol")
    converted = quantity * mass if substance else quantity / mass
    if not converted.is_compatible_with(wanted):
        raise UnitError(f"{unit} does not measure what {lab.unit} measures")
    return converted


def _written(unit: str) -> str:
    """The unit in the words of pint: "x10^9/L" and "K/uL" are counts, "mcmol" is a micromole."""
    written = unit.strip().replace("²", "^2").replace("mcmol", "umol").replace("mcg", "ug")
    counts = {"x10^9/l": "1e9/L", "10^9/l": "1e9/L", "10*9/l": "1e9/L", "g/l (giga)": "1e9/L"}
    per_microlitre = {"x10^3/ul": "1e9/L", "10^3/ul": "1e9/L", "10*3/ul": "1e9/L", "k/ul": "1e9/L"}
    plain = written.casefold().replace("µ", "u").replace("μ", "u").replace(" ", "")
    if plain in ("/ul", "cells/ul", "/mm3", "cells/mm3"):
        return "1e6/L"
    return (counts | per_microlitre).get(plain, written)


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(cache_folder=None)
