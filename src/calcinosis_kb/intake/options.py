"""Turn the options that describe a patient into a patient file."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from calcinosis_kb.documents.document import Document, every_path
from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.knowledge.denial import is_denial
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.spelling import CODE_SYSTEMS

__all__ = ["BOUND", "LISTS", "VALUES", "Options", "add_options", "read_options"]

LISTS = {
    ("diseases",): "disease",
    ("history",): "tried",
    ("calcinosis", "features"): "feature",
    ("calcinosis", "sites"): "site",
    ("labs",): "lab",
    ("medications",): "medication",
    ("conditions",): "condition",
    ("allergies",): "allergy",
}
VALUES = {
    ("patient", "age"): "age",
    ("patient", "sex"): "sex",
    ("patient", "pregnant"): "pregnant",
    ("calcinosis", "pattern"): "pattern",
    ("calcinosis", "largest_mm"): "largest",
}
"""The place of each option in a patient file; options of the first kind may be repeated."""

_MAY_BE_INCOMPLETE = ("medications", "conditions", "allergies")
"""Lists that stay incomplete when their entries are given as options."""

_PURPOSE = re.compile(r"[\s(]+for\s+([^()]+?)\s*\)?\s*\Z", re.IGNORECASE)
_OUTCOME = re.compile(r"\s*([^,(]*?)\s*(?:[,(]\s*(.*?)\s*\)?)?\s*\Z", re.DOTALL)
_NUMBER = re.compile(r"[-+<>≤≥]?\s*[0-9]")
BOUND = re.compile(r"([^<>≤≥=]+?)\s*=?\s*((?:[<>]=?|[≤≥])\s*[-+]?[0-9.]+.*)")
"""A test and a result that is only a bound: "crp=<5mg/L", "egfr >= 60"."""

_UNITLESS = frozenset({"egfr", "inr", "heart_rate", "systolic_blood_pressure", "lvef"})
"""Tests with one unit everywhere, which may be left out on the command line."""


_SHOWN = 80
"""The longest part of a wrong value that a message shows."""


@dataclass
class Options(Document):
    """A patient file given as options; a problem of a value is placed at its option."""

    typed: dict[str, list[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    """Problems of the options themselves."""
    tests: list[str] = field(default_factory=list)
    """The names of the tests in ``labs``, in the order of their options."""

    def place(self, path: tuple[str | int, ...], *, key: bool = False) -> Place:  # noqa: ARG002
        """Return the option that gave a value of the patient file."""
        path = tuple(path)
        for start, option in (*LISTS.items(), *VALUES.items()):
            if path[: len(start)] == start:
                index = path[len(start)] if len(path) > len(start) and start in LISTS else None
                if start == ("labs",) and index in self.tests:
                    index = self.tests.index(str(index))
                typed = self.typed.get(option, [])
                return _place(option, typed[index] if isinstance(index, int) and index < len(typed) else None)
        return Place(self.name)

    def typed_again(self, problem: Problem) -> Problem:
        """Return a problem with the fix of a test written as an option instead of a line of a file."""
        for test in self.tests:
            found = re.search(rf"(?<!\w){re.escape(test)}: (.+)\Z", problem.fix or "")
            if found and problem.fix:
                fix = f"{problem.fix[: found.start()]}--lab {shlex.quote(f'{test}={found[1]}')}"
                return replace(problem, fix=fix)
        return problem


def read_options(given: Mapping[str, Any], names: Names) -> Options:
    """Return the values of options by name as a patient file. What is not named is not recorded.

    Its ``problems`` are the values that cannot be read (CKB013, CKB022, CKB047, CKB049).
    """
    return _Reading(given, names).options()


class _Reading:
    def __init__(self, given: Mapping[str, Any], names: Names) -> None:
        self.given = given
        self.names = names
        self.problems: list[Problem] = []

    def options(self) -> Options:
        typed = {name: list(value) for name, value in self.given.items() if isinstance(value, list)}
        read = Options("the options", {}, typed=typed)
        for path, option in LISTS.items():
            if option in self.given:
                _set(read.data, path, self._list(option, read))
        for path, option in VALUES.items():
            if option in self.given:
                value = self.given[option]
                if isinstance(value, str) and not value.strip():
                    self._wrong(option, value, "is empty", "give a value, or leave it out")
                _set(read.data, path, value)
        for name in _MAY_BE_INCOMPLETE:
            if read.data.get(name):
                read.data[f"{name}_complete"] = False
        read.problems.extend(self.problems)
        read.marks.update((path, (0, 0)) for path in every_path(read.data))
        return read

    def _list(self, option: str, read: Options) -> Any:
        words = read.typed[option]
        for word in words:
            if not word.strip():
                self._wrong(option, word, "is empty", f"give a value, or '--{option} none'")
        nothing = [word for word in words if is_denial(word) and len(word.split()) == 1]
        if nothing and len(nothing) == len(words):
            return {} if option == "lab" else []
        if nothing:
            self._wrong(
                option, nothing[0], "was given together with other values", "leave it out, or leave the others out"
            )
        if option == "tried":
            return [self._tried(text) for text in words]
        if option == "lab":
            return self._labs(words, read)
        return words

    def _wrong(self, option: str, typed: str, message: str, fix: str) -> None:
        self.problems.append(Problem("CKB049", f"'{typed}' {message}", _place(option, typed), fix=fix))

    def _tried(self, text: str) -> dict[str, Any]:
        """Read THERAPY, with dose and duration, [(for PURPOSE)][: OUTCOME[, adverse event]]."""
        name, colon, said = _parted(text)
        name, purpose = self._purpose(name)
        entry: dict[str, Any] = {"therapy": name, **({"for": purpose} if purpose else {})}
        if text.strip() and not name.strip():
            self._wrong("tried", text, "names no treatment", "write THERAPY: OUTCOME, as in 'diltiazem: ineffective'")
        if colon:
            outcome = _OUTCOME.fullmatch(said)
            word, event = (outcome[1], outcome[2]) if outcome else (said, None)
            entry["outcome"] = self._outcome(text, word)
            entry.update({"adverse_event": event} if event else {})
        return entry

    def _outcome(self, text: str, word: str) -> str:
        """Return the word after the colon. Whether it is an outcome is for the reader of the patient file to say."""
        if word:
            return word
        every = "".join(f"\n  {entry.id}: {entry.meaning or entry.name}" for entry in self.names.entries("outcomes"))
        fix = f"write THERAPY: OUTCOME with one of these, or THERAPY alone where the outcome is not known{every}"
        self.problems.append(Problem("CKB013", "no outcome follows the colon", _place("tried", text), fix=fix))
        return "unknown"

    def _purpose(self, name: str) -> tuple[str, str | None]:
        """Split a treatment from the purpose at its end, if that is a known purpose or disease."""
        found = _PURPOSE.search(name)
        said = found[1].strip() if found else ""
        disease = "underlying_disease" if self.names.term("diseases", said) is not None else None
        purpose = self.names.term("purposes", said) or disease
        return (name[: found.start()], purpose) if found and purpose else (name, None)

    def _labs(self, words: list[str], read: Options) -> dict[str, Any]:
        labs: dict[str, Any] = {}
        for text in words:
            name, value = self._lab(text)
            if name in labs:
                before = _place("lab", words[read.tests.index(name)])
                message = f"'{name}' is the same test as that of {before}"
                fix = "keep the result that is meant"
                self.problems.append(Problem("CKB047", message, _place("lab", text), fix=fix))
            if text.strip() and not (name and value):
                fix = "write --lab egfr=28 or --lab calcium=8.3mg/dL or --lab hbsag=negative"
                self.problems.append(Problem("CKB022", f"'{text}' is not a test result", _place("lab", text), fix=fix))
            if re.fullmatch(r"[0-9]+,[0-9]+(?:[^0-9,.].*)?", value):
                fix = "write a decimal with a point, 1.2, and a thousand without a comma, 1200"
                self.problems.append(
                    Problem("CKB022", f"'{value}' may be a decimal or a thousand", _place("lab", text), fix=fix)
                )
            read.tests.append(name)
            unit = self._unit(name) if re.fullmatch(r"(?:[<>]=?|[≤≥])?\s*[-+]?[0-9]+(?:\.[0-9]+)?", value) else None
            labs[name] = f"{value} {unit}" if unit else value
        return labs

    def _lab(self, text: str) -> tuple[str, str]:
        """Split a test from its result at the equals sign or the sign of a bound, or else after the longest known name."""
        bound = BOUND.fullmatch(text)
        if bound:
            return bound[1].strip(), bound[2]
        name, equals, value = (part.strip() for part in text.partition("="))
        if equals:
            return name, value
        words = text.split()
        for end in range(len(words) - 1, 0, -1):
            if self.names.term("labs", " ".join(words[:end])) is not None:
                return " ".join(words[:end]), " ".join(words[end:])
        end = next((index for index, word in enumerate(words) if index and _NUMBER.match(word)), max(len(words) - 1, 1))
        return " ".join(words[:end]), " ".join(words[end:])

    def _unit(self, name: str) -> str | None:
        id_ = self.names.term("labs", name)
        return self.names.knowledge.terms.labs[id_].unit if id_ in _UNITLESS else None


def add_options(data: dict[str, Any], given: Mapping[str, Any], names: Names) -> None:
    """Add the values of options to a patient file. Raises `InputError` if a value cannot be read; nothing is added then."""
    read = read_options(given, names)
    if read.problems:
        raise InputError(tuple(replace(problem, place=None) for problem in read.problems))
    data.update(_joined(data, read.data))


def _joined(before: Any, new: Any) -> Any:
    """What two parts of patient files say together: lists are joined, and the newer of two other values holds."""
    if isinstance(before, dict) and isinstance(new, dict):
        told = {key: value for key, value in new.items() if value is not None or key not in before}
        return {**before, **{key: _joined(before.get(key), value) for key, value in told.items()}}
    if isinstance(before, list) and isinstance(new, list):
        return [*before, *(entry for entry in new if entry not in before)]
    return new


def _parted(text: str) -> tuple[str, str, str]:
    """Split a treatment from its outcome at their colon, which is not the colon of a code (rxnorm:3443: ineffective)."""
    name, colon, said = text.partition(":")
    if colon and name.strip().casefold() in CODE_SYSTEMS:
        code, colon, said = said.partition(":")
        name = f"{name}:{code}"
    return name.strip(), colon, said.strip()


def _place(option: str, typed: str | None) -> Place:
    if typed is None:
        return Place(f"--{option}")
    return Place(f"--{option} {shlex.quote(typed if len(typed) <= _SHOWN else f'{typed[:_SHOWN]}…')}")


def _set(data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        data = data.setdefault(key, {})
    data[path[-1]] = value
