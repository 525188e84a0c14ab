"""Test results as they are written, read in the unit of each test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.patients.file import Quantity
from calcinosis_kb.patients.models import LabResult, Unresolved
from calcinosis_kb.patients.units import UnitError, convert
from calcinosis_kb.source import Document

__all__ = ["Labs", "read_labs"]

Given = Quantity | str | float | None


@dataclass
class Labs:
    """What was read: ``results`` by test, what is wrong, and the names that were not understood."""

    results: dict[str, LabResult] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)


def read_labs(names: Names, document: Document, given: Mapping[str, Given] | None) -> Labs:
    """The ``labs`` of a patient file, as the file has them and without what follows from them."""
    reading = _Reading(names, document, Labs())
    for named, result in (given or {}).items():
        reading.read(named, result)
    return reading.labs


@dataclass
class _Reading:
    names: Names
    document: Document
    labs: Labs

    def read(self, named: str, given: Given) -> None:
        if given is None:
            return
        id_ = self.names.term("labs", named)
        if id_ is None:
            self.labs.unresolved.append(Unresolved(named, "labs", self.names.nearest_terms("labs", named)))
            return
        result = self._lab(named, id_, given)
        if result is not None:
            self.labs.results[id_] = result
            self.labs.results.update(self._multiple(id_, given, result))

    def _lab(self, named: str, id_: str, given: Quantity | str | float) -> LabResult | None:
        lab = self.names.knowledge.terms.labs[id_]
        place = self.document.place(("labs", named))
        if lab.values:
            if isinstance(given, str) and normalise(given) in lab.values:
                return LabResult(id_, finding=normalise(given))
            near = f"write {named}: {lab.values[0]}"
            shown = given if isinstance(given, str) else "a number"
            message = f"'{named}' cannot be {shown!r}"
            self.labs.problems.append(Problem("CKB024", message, place, valid=lab.values, mend=near))
            return None
        example = f"write {named}: {{value: …, unit: {lab.unit}}}"
        if not isinstance(given, Quantity) or given.unit is None:
            if isinstance(given, Quantity) and given.value is None:
                return None
            message = f"'{named}' has no unit" if not isinstance(given, str) else f"'{named}' is not a quantity"
            self.labs.problems.append(Problem("CKB022", message, place, valid=(lab.unit or "",), mend=example))
            return None
        if given.value is None:
            return None
        try:
            value = convert(given.value, given.unit, lab)
        except UnitError as error:
            message = f"'{named}' cannot be read in {given.unit}: {error}"
            self.labs.problems.append(Problem("CKB023", message, place, valid=(lab.unit or "",), mend=example))
            return None
        if lab.possible and not lab.possible[0] <= value <= lab.possible[1]:
            low, high = lab.possible
            message = f"{named} {value:g} {lab.unit} is not possible (between {low:g} and {high:g})"
            mend = "check the value and its unit"
            self.labs.problems.append(Problem("CKB024", message, place, mend=mend))
            return None
        if value == given.value:
            return LabResult(id_, value=value, unit=lab.unit)
        return LabResult(id_, value=round(value, 4), unit=lab.unit, note=f"from {given.value:g} {given.unit}")

    def _multiple(self, id_: str, given: Quantity | str | float, result: LabResult) -> dict[str, LabResult]:
        """The result as a multiple of its upper limit, where the laboratory's limit is given and a rule reads it so."""
        name = f"{id_}_times_upper_limit"
        limit = given.upper_limit if isinstance(given, Quantity) else None
        if limit is None or result.value is None or name not in self.names.knowledge.terms.labs:
            return {}
        assert isinstance(given, Quantity) and given.value is not None
        note = f"{given.value:g} of an upper limit of {limit:g}"
        return {name: LabResult(name, value=round(given.value / limit, 2), unit="1", note=note)}
