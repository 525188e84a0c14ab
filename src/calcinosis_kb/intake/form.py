"""The fields of a form for a patient file: each value by the name of its option, and back.

The file so far travels beside the fields as JSON (``patient``). A field that says what the file says changes nothing, so that
whatever an opened file holds, shown or not, stays as it was written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import msgspec

from calcinosis_kb.documents.document import Document, Path_, every_path
from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.intake.options import LISTS, VALUES

__all__ = [
    "NONE",
    "SHOWN",
    "WORD_LISTS",
    "Form",
    "as_field",
    "as_yaml",
    "fields_of",
    "form_of",
    "read_form",
    "treatments",
]

Fields = Sequence[tuple[str, str]]

NONE = "none"
"""The value by which a list says that it is recorded as empty."""

SHOWN = ""
"""The value that says that a list or tick stands in the form, so that nothing checked means something."""

WORD_LISTS = {option: path for path, option in LISTS.items() if option not in ("tried", "lab")}
"""The lists of words of a patient file by the name of their fields."""

FLAGS = {"tried": "history", "medication": "medications", "condition": "conditions", "allergy": "allergies"}
"""The lists that can be marked as complete, by option; the field is that of the file: ``history_complete``."""

TREATMENT = ("therapy", "for", "outcome", "route", "dose", "duration", "months", "ended", "adverse_event")
"""The parts of a treatment, in the order of a patient file."""

_DEFAULTS = {"for": "calcinosis", "outcome": "unknown"}
_NUMBERS = frozenset({"age", "largest", "months"})
_YES, _NO = "yes", "no"


@dataclass
class Form(Document):
    """A patient file that was read from a form; a problem of a value is placed at its field."""

    paths: dict[str, Path_] = field(default_factory=dict)
    """The values that were placed, by field."""

    def place(self, path: Path_, *, key: bool = False) -> Place:  # noqa: ARG002
        """Return the field of a value."""
        path = tuple(path)
        name = _field(path)
        self.paths[name] = path
        return Place(name)

    def without(self, problems: Iterable[Problem]) -> dict[str, Any]:
        """Return the patient file without the values that have problems, the last entry of a list first."""
        data: dict[str, Any] = deepcopy(self.data)
        paths = {
            self.paths[problem.place.file]
            for problem in problems
            if problem.place and self.paths.get(problem.place.file)
        }
        for path in sorted(paths, key=_order, reverse=True):
            _remove(data, path)
        return data


def as_field(data: dict[str, Any]) -> str:
    """Return a patient file as the JSON of its hidden field."""
    return msgspec.json.encode(data).decode()


def as_yaml(data: dict[str, Any]) -> str:
    """Return a patient file as text."""
    import yaml

    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def fields_of(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every field of the form for a patient file with its value.

    >>> list(fields_of({"patient": {"age": 63}, "allergies": []}))[0], dict(fields_of({"allergies": []}))["allergy"]
    (('age', '63'), 'none')
    """
    for path, option in VALUES.items():
        yield option, _text(_get(data, path))
    for option, start in WORD_LISTS.items():
        yield option, SHOWN
        words = _get(data, start)
        if isinstance(words, list):
            # An empty list that may not be whole says nothing.
            nothing = [] if data.get(f"{start[-1]}_complete", True) is False else [NONE]
            yield from ((option, _text(word)) for word in words or nothing)
    for section in FLAGS.values():
        yield f"{section}_complete", SHOWN
        if isinstance(data.get(section), list) and data.get(f"{section}_complete", True) is True:
            yield f"{section}_complete", _YES
    for index, entry in treatments(data):
        for part in TREATMENT:
            yield f"history.{index}.{part}", _text(entry.get(part, _DEFAULTS.get(part)))
    for test, result in _results(data):
        value, unit = _parted(result)
        yield f"labs.{test}", value
        yield f"unit.{test}", unit


def read_form(fields: Fields) -> Form:
    """Read the fields of a form over the patient file that they were made for. Raises `InputError` if that is none."""
    given: dict[str, list[str]] = {}
    for name, value in fields:
        given.setdefault(name, []).append(value)
    data = _carried(given.get("patient", [""])[-1])
    shown: dict[str, list[str]] = {}
    for name, value in fields_of(data):
        shown.setdefault(name, []).append(value)
    changed = {name: values for name, values in given.items() if values != shown.get(name)}
    _Reading(data, given, changed).apply()
    return form_of(data)


def form_of(data: dict[str, Any]) -> Form:
    """Return a patient file as a document whose problems stand at the fields of the form."""
    return Form("", data, dict.fromkeys(every_path(data), (0, 0)))


class _Reading:
    """Applies the changed fields to a patient file."""

    def __init__(self, data: dict[str, Any], given: dict[str, list[str]], changed: dict[str, list[str]]) -> None:
        self.data = data
        self.given = given
        self.changed = changed

    def apply(self) -> None:
        for path, option in VALUES.items():
            if option in self.changed:
                _set(self.data, path, _value(option, self.changed[option][-1]))
        for option, start in WORD_LISTS.items():
            if option in self.changed:
                self._words(start, self.changed[option])
        for option, section in FLAGS.items():
            name = f"{section}_complete"
            if name in self.changed:
                self._complete(section, _YES in self.changed[name])
            elif option in self.changed and not self.data.get(section):
                self.data.pop(name, None)
        self._history()
        self._labs()

    def _words(self, path: Path_, values: list[str]) -> None:
        before = _get(self.data, path)
        before = before if isinstance(before, list) else []
        words = [value.strip() for value in values if value.strip() not in (SHOWN, NONE)]
        kept = [word for word in before if _text(word) in words]
        new = [word for word in dict.fromkeys(words) if word not in map(_text, before)]
        denied = NONE in values and not words
        _set(self.data, path, [*kept, *new] if words or denied else None)
        section = str(path[0])
        if new and section in FLAGS.values() and f"{section}_complete" not in self.changed:
            self.data[f"{section}_complete"] = False

    def _complete(self, section: str, complete: bool) -> None:
        """Record that a list is whole, or that it may not be; an empty one is then not recorded."""
        name, entries = f"{section}_complete", self.data.get(section)
        if complete:
            self.data[section] = entries if isinstance(entries, list) else []
            self.data[name] = True
        elif entries:
            self.data[name] = False
        else:
            self.data.pop(section, None)
            self.data.pop(name, None)

    def _history(self) -> None:
        gone = []
        for index, entry in treatments(self.data):
            for part in TREATMENT:
                typed = self.changed.get(f"history.{index}.{part}")
                if typed is not None:
                    _set(entry, (part,), _value(part, typed[-1]))
            untold = self.changed.get(f"history.{index}.outcome", [_DEFAULTS["outcome"]])[-1] == ""
            if untold or not entry.get("therapy"):
                gone.append(index)
        history = self.data.get("history") or []
        for index in reversed(gone):
            del history[index]
        new = list(self._tapped())
        if new:
            self.data["history"] = [*history, *new]
            if "history_complete" not in self.changed:
                self.data["history_complete"] = False
        elif gone and not history:
            self.data.pop("history")
            self.data.pop("history_complete", None)

    def _tapped(self) -> Iterator[dict[str, Any]]:
        """Treatments of the list of common ones whose outcome was given."""
        for name, values in self.changed.items():
            found = re.fullmatch(r"tried\.([a-z0-9_]+)\.outcome", name)
            if found and values[-1]:
                parts = ((part, self.given.get(f"tried.{found[1]}.{part}", [""])[-1]) for part in TREATMENT)
                told = {part: _value(part, typed) for part, typed in parts if typed.strip()}
                yield {"therapy": found[1], **told}

    def _labs(self) -> None:
        changed = dict.fromkeys(name.partition(".")[2] for name in self.changed if name.startswith(("labs.", "unit.")))
        for test in changed:
            if f"labs.{test}" not in self.given:
                continue
            before = _get(self.data, ("labs", test))
            value = self.given[f"labs.{test}"][-1].strip()
            unit = self.given.get(f"unit.{test}", [""])[-1].strip()
            _set(self.data, ("labs", test), _result(before, value, unit) if value else None)


def _result(before: Any, value: str, unit: str) -> Any:
    """A result as the patient file writes it; one that is not a number stays as it was typed, for the message about it."""
    number = _number(value)
    if isinstance(number, str):
        return f"{value} {unit}".strip()
    kept = {key: known for key, known in before.items() if key != "comparator"} if isinstance(before, dict) else {}
    return {**kept, "value": number, **({"unit": unit} if unit else {})} if unit or kept else number


def _carried(text: str) -> dict[str, Any]:
    try:
        data = msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        data = None
    if not isinstance(data, dict):
        fix = "open the page again, and the patient file in it"
        raise InputError((Problem("CKB105", "the form carries no patient file", Place("patient"), fix=fix),))
    return data


def treatments(data: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Return the entries of the history that are any, each with its place."""
    history = data.get("history")
    return [
        (index, entry)
        for index, entry in enumerate(history if isinstance(history, list) else ())
        if isinstance(entry, dict)
    ]


def _results(data: dict[str, Any]) -> list[tuple[str, Any]]:
    labs = data.get("labs")
    return [(test, result) for test, result in (labs if isinstance(labs, dict) else {}).items() if result is not None]


def _parted(result: Any) -> tuple[str, str]:
    """The value and the unit of a result."""
    if isinstance(result, dict):
        return f"{result.get('comparator') or ''}{_text(result.get('value'))}", _text(result.get("unit"))
    text = _text(result)
    found = re.fullmatch(r"\s*((?:[<>]=?|[≤≥])?\s*[-+]?[0-9.]+)\s*([^\s0-9.,].*?)\s*", text)
    return (found[1], found[2]) if found else (text, "")


def _field(path: Path_) -> str:
    """The field of a value; empty for what is no single field."""
    for known, option in VALUES.items():
        if path[: len(known)] == known:
            return option
    for option, start in WORD_LISTS.items():
        if path[: len(start)] == start:
            return ".".join((option, *map(str, path[len(start) :])))
    return ".".join(map(str, path[:3] if path[:1] == ("history",) else path[:2]))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def _value(name: str, typed: str) -> Any:
    typed = typed.strip()
    if not typed:
        return None
    if name == "pregnant":
        return {_YES: True, _NO: False}.get(typed, typed)
    return _number(typed) if name in _NUMBERS else typed


def _number(typed: str) -> Any:
    """A number as one, any other text as it is."""
    if re.fullmatch(r"[-+]?[0-9]{1,15}", typed):
        return int(typed)
    try:
        number = float(typed) if re.fullmatch(r"[-+]?[0-9.]+(?:e[-+]?[0-9]+)?", typed) else math.nan
    except ValueError:
        return typed
    return number if math.isfinite(number) else typed


def _get(data: Any, path: Path_) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, dict) else None
    return data


def _set(data: dict[str, Any], path: Path_, value: Any) -> None:
    """Write a value at its place; None takes it out, and a section that is then empty."""
    *above, last = map(str, path)
    sections = [data]
    for part in above:
        section = sections[-1].get(part)
        if not isinstance(section, dict):
            if value is None:
                return
            section = sections[-1][part] = {}
        sections.append(section)
    if value is not None:
        sections[-1][last] = value
        return
    sections[-1].pop(last, None)
    for part, section in zip(reversed(above), reversed(sections[:-1]), strict=True):
        if not section[part]:
            del section[part]


def _order(path: Path_) -> list[tuple[str, int]]:
    return [("", part) if isinstance(part, int) else (part, 0) for part in path]


def _remove(data: Any, path: Path_) -> None:
    for part in path[:-1]:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return
    try:
        del data[path[-1]]
    except (KeyError, IndexError, TypeError):
        return
