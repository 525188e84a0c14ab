"""Read test results, and convert them to the unit of each test."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from calcinosis_kb.documents.document import Document
from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.spelling import normalise
from calcinosis_kb.knowledge.terms import Lab
from calcinosis_kb.patients.bound import COMPARATORS, Comparator
from calcinosis_kb.patients.derived import DECIMALS
from calcinosis_kb.patients.file import Quantity
from calcinosis_kb.patients.models import LabResult, Unresolved
from calcinosis_kb.patients.units import UnitError, convert, units_of

__all__ = ["Labs", "read_labs"]

Given = Quantity | str | float | bool | None

_QUANTITY = re.compile(r"([<>]=?|[≤≥])? ?([-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?)(?![0-9.,]) ?(\S.*)?")
_FINDINGS = {
    "positive": ("pos", "reactive", "detected", "present", "positiv", "positif", "positivo", "positiva", "positief"),
    "negative": (
        "neg",
        "nonreactive",
        "non reactive",
        "not reactive",
        "not detected",
        "none detected",
        "undetected",
        "absent",
        "negativ",
        "negatif",
        "negativo",
        "negativa",
        "negatief",
    ),
    "normal": ("wnl", "within normal limits", "within normal range", "within the normal range"),
    "abnormal": ("low", "reduced", "decreased", "deficient", "not normal"),
}
"""Synonyms of findings, and the findings in German, French, Spanish, Italian, Portuguese and Dutch.
If an abnormal result means a deficiency, only low results are abnormal."""
_RAISED = ("high", "raised", "elevated", "increased")
_SIGNS = {"+": "positive", "++": "positive", "+++": "positive", "-": "negative", "−": "negative"}
_WORD_OF = {word: finding for finding, words in _FINDINGS.items() for word in words}


class Labs(msgspec.Struct):
    """The results by test, the problems, and the names that were not understood."""

    results: dict[str, LabResult] = msgspec.field(default_factory=dict)
    problems: list[Problem] = msgspec.field(default_factory=list)
    unresolved: list[Unresolved] = msgspec.field(default_factory=list)


def read_labs(names: Names, document: Document, given: Mapping[str, Given] | None) -> Labs:
    """Read the ``labs`` of a patient file, without derived results.

    Problems: CKB022 no unit, CKB023 a unit that cannot be read, CKB024 an impossible result, CKB047 one test under two names.
    """
    reading = _Reading(names, document)
    for named, result in (given or {}).items():
        if result is not None:
            reading.read(named, result)
    return reading.labs


class _Reading:
    def __init__(self, names: Names, document: Document) -> None:
        self.names = names
        self.document = document
        self.labs = Labs()
        self.named: dict[str, str] = {}

    def read(self, named: str, given: Quantity | str | float | bool) -> None:
        id_ = self.names.term("labs", named)
        if id_ is None:
            self.labs.unresolved.append(Unresolved(named, "labs", self.names.nearest_terms("labs", named)))
        elif id_ in self.named:
            self._twice(named, self.named[id_])
        else:
            self.named[id_] = named
            lab = self.names.knowledge.terms.labs[id_]
            result = self._finding(named, id_, lab, given) if lab.values else self._value(named, id_, lab, given)
            if result is not None:
                self.labs.results[id_] = result

    def _place(self, named: str) -> Place:
        return self.document.place(("labs", named))

    def _wrong(self, code: str, named: str, message: str, valid: tuple[str, ...], fix: str) -> None:
        self.labs.problems.append(Problem(code, message, self._place(named), valid=valid, fix=fix))

    def _twice(self, named: str, before: str) -> None:
        message = f"'{named}' is the same test as '{before}' ({self._place(before)})"
        self._wrong("CKB047", named, message, (), "keep the result that is meant")

    def _finding(self, named: str, id_: str, lab: Lab, given: Quantity | str | float | bool) -> LabResult | None:
        finding = _finding(given, lab) if isinstance(given, str) else None
        if finding is not None:
            return LabResult(id_, finding=finding)
        shown = "not a number"
        if _quantity(given) is None:
            shown = f"not {given!r}" if isinstance(given, str) else "not true or false"
        self._wrong("CKB024", named, f"'{named}' takes a word, {shown}", lab.values, f"write {named}: {lab.values[0]}")
        return None

    def _value(self, named: str, id_: str, lab: Lab, given: Quantity | str | float | bool) -> LabResult | None:
        quantity = _quantity(given)
        if quantity is None:
            fix = f"write a number and its unit, as in {named}: 12 {lab.unit}"
            self._wrong("CKB022", named, f"'{named}' is not a quantity", units_of(lab), fix)
            return None
        value, unit = quantity.value, (quantity.unit or "").strip()
        if value is None:
            return None
        if not unit:
            fix = f"write the unit behind it, as in {named}: {value:g} {lab.unit}"
            self._wrong("CKB022", named, f"'{named}' has no unit", units_of(lab), fix)
            return None
        try:
            converted = round(convert(value, unit, lab), DECIMALS)
        except UnitError as error:
            message = f"'{named}' cannot be read in {unit}: {error}"
            self._wrong("CKB023", named, message, units_of(lab), "give it in one of these units")
            return None
        if lab.possible and not _possible(quantity.comparator, converted, *lab.possible):
            low, high = lab.possible
            shown = f"{quantity.comparator or ''}{converted:g}"
            message = f"{named} {shown} {lab.unit} is not possible (between {low:g} and {high:g})"
            self._wrong("CKB024", named, message, (), "check the value and its unit")
            return None
        if quantity.upper_limit is not None and quantity.comparator is None:
            self._multiple(id_, value, quantity.upper_limit)
        note = None if converted == round(value, DECIMALS) else f"from {quantity.comparator or ''}{value:g} {unit}"
        return LabResult(id_, value=converted, unit=lab.unit, note=note, comparator=quantity.comparator)

    def _multiple(self, id_: str, value: float, limit: float) -> None:
        """Add the result as a multiple of its upper limit, if a rule reads that. A multiple that was given itself takes precedence."""
        name = f"{id_}_times_upper_limit"
        if name in self.names.knowledge.terms.labs:
            note = f"{value:g} of an upper limit of {limit:g}"
            multiple = LabResult(name, value=round(value / limit, DECIMALS), unit="1", note=note)
            self.labs.results.setdefault(name, multiple)


def _possible(comparator: Comparator | None, value: float, low: float, high: float) -> bool:
    """Whether a value, or some value within a bound, is possible."""
    return (value >= low or comparator in (">", ">=")) and (value <= high or comparator in ("<", "<="))


def _quantity(given: Quantity | str | float | bool) -> Quantity | None:
    """Split a text into value and unit; None if it is not a number."""
    if isinstance(given, Quantity):
        return given
    if isinstance(given, bool):
        return None
    if not isinstance(given, str):
        return Quantity(value=given)
    found = _QUANTITY.fullmatch(" ".join(given.split()))
    if found is None:
        return None
    return Quantity(comparator=COMPARATORS.get(found[1] or ""), value=float(found[2]), unit=found[3])


def _finding(text: str, lab: Lab) -> str | None:
    """The finding that a text means, if its meaning is certain."""
    word = normalise(text) or _SIGNS.get(text.strip(), "")
    if word in _RAISED and not lab.implies:
        word = "abnormal"
    finding = _WORD_OF.get(word, word)
    return finding if finding in lab.values else None
