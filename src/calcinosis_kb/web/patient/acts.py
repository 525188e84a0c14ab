"""What was done in the form beside its fields: the box, the buttons of its chips, an opened file or case link."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, get_args

import msgspec
from msgspec.structs import replace

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.documents.strict_yaml import as_text, parse
from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.intake.case_link import START, read_case
from calcinosis_kb.intake.entry import TREATMENTS, Entry, Kind, as_kind, entries, file_entry, read_entry
from calcinosis_kb.intake.form import WORD_LISTS, Form, as_field, form_of, read_form, treatments
from calcinosis_kb.intake.unread import drop_word, replace_word
from calcinosis_kb.patients.file import LONGEST_LIST, LONGEST_TEXT, LONGEST_WORD
from calcinosis_kb.patients.record_reading import Person, RecordReading
from calcinosis_kb.patients.sources import is_record_text, open_text
from calcinosis_kb.web.patient.record import read_field

__all__ = ["Acts", "act"]

Fields = Sequence[tuple[str, str]]

_FILE = "the file"
"""The name of an opened file in messages: its own may name the patient."""


@dataclass
class Acts:
    """What the form is after them, what was ``filed``, and what is ``asked`` about.

    ``kept``: words of which somebody said that they stay as they are; ``not_done``: tests that were not done; ``units``: the units
    that were chosen. ``before`` is the patient file before something was filed. ``box`` could not be filed and ``opened`` could not
    be opened; ``problems`` say why. ``reading`` is the health record that the patient was opened from; of several ``people`` in
    ``opened`` one has to be chosen.
    """

    form: Form
    filed: list[Entry] = field(default_factory=list)
    asked: list[Entry] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)
    not_done: list[str] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    before: str | None = None
    box: str = ""
    opened: str = ""
    problems: tuple[Problem, ...] = ()
    reading: RecordReading | None = None
    people: tuple[Person, ...] = ()


def act(kb: KnowledgeBase, fields: Fields) -> Acts:
    """Read the fields of a form, and do what else was asked for."""
    return _Acting(kb, fields).acts()


class _Acting:
    def __init__(self, kb: KnowledgeBase, fields: Fields) -> None:
        self.kb = kb
        carried = next((value for name, value in fields if name == "record" and value), None)
        back = [value for name, value in fields if name == "back"]
        if back:
            fields = [("patient", back[-1]), *((name, value) for name, value in fields if name in ("kept", "not_done"))]
        form = read_form([(name, value) for name, value in fields if name not in _ACTS])
        self.fields = fields
        self.done = Acts(form, reading=read_field(carried) if carried else None)
        self.data: dict[str, Any] = deepcopy(form.data)

    def acts(self) -> Acts:
        done = self.done
        done.units = {name[5:]: value for name, value in self.fields if name.startswith("unit.") and value}
        done.not_done = list(dict.fromkeys(value for name, value in self.fields if name == "not_done" and value))
        done.kept = list(dict.fromkeys(self._told("kept", 2)))
        waiting = dict.fromkeys(
            value for name, value in self.fields if name == "asked" and 0 < len(value.strip()) <= LONGEST_WORD
        )
        for where, named in self._told("keep", 2):
            done.kept.append((where, named))
        for where, named in self._told("drop", 2):
            drop_word(self.data, where, named)
        for where, named, meant in self._told("choose", 3):
            replace_word(self.data, where, named, meant)
        for text, kind, word in self._told("file", 3):
            waiting.pop(text, None)
            self._file(as_kind(self.kb.names, word, _kind(kind)))
        for kind, key, text, to in self._told("move", 4):
            self._take_out(_kind(kind), key)
            self._file(as_kind(self.kb.names, text, _kind(to)))
        before = as_field(self.data)
        for name, text in self.fields:
            if name == "dismiss":
                waiting.pop(text, None)
            elif name == "box":
                for part in self._parts(text):
                    entry = read_entry(self.kb.names, part)
                    if entry.filed:
                        self._file(entry)
                    else:
                        waiting[part] = None
        done.asked = [read_entry(self.kb.names, text) for text in waiting]
        done.form = form_of(self.data)
        done.before = before if done.filed else None
        self._open()
        return self.done

    def _parts(self, text: str) -> list[str]:
        """The entries of the box; none where it holds more than somebody types, a letter say."""
        parts = entries(text)
        if len(parts) <= LONGEST_LIST and all(len(part) <= LONGEST_WORD for part in parts):
            return parts
        fix = f"add at most {LONGEST_LIST} at a time, of at most {LONGEST_WORD} characters"
        self.done.problems += (Problem("CKB011", "these entries are too many or too long", fix=fix),)
        self.done.box = text
        return []

    def _told(self, name: str, parts: int) -> Iterator[Any]:
        """The values of a button, each a list of words in JSON."""
        for field_, value in self.fields:
            if field_ != name or not value:
                continue
            try:
                told = msgspec.json.decode(value, type=list[str])
            except (msgspec.DecodeError, RecursionError):
                told = []
            if len(told) != parts or any(len(word) > LONGEST_TEXT for word in told):
                raise InputError(
                    (Problem("CKB105", f"the button '{name}' was sent with something else", fix="open the page again"),)
                )
            yield tuple(told)

    def _file(self, entry: Entry) -> None:
        try:
            file_entry(self.data, entry, self.kb.names)
        except InputError as error:
            self.done.problems += tuple(error.problems)
            self.done.box = entry.text
        else:
            self.done.filed.append(entry)

    def _take_out(self, kind: Kind, key: str) -> None:
        if kind in TREATMENTS:
            if key in [str(place) for place, _ in treatments(self.data)]:
                del self.data["history"][int(key)]
        elif kind in WORD_LISTS:
            drop_word(self.data, str(WORD_LISTS[kind][-1]), key)

    def _open(self) -> None:
        """Replace the patient by an opened file or case link, if it can be read."""
        for name, text in self.fields:
            if name not in ("opened", "case") or not text.strip():
                continue
            try:
                if name == "case" or START in text:
                    self.done = Acts(form_of(read_case(text.strip())))
                elif is_record_text(text.encode(errors="replace")):
                    self._open_record(text)
                else:
                    self.done = Acts(form_of(self._read(text)))
            except InputError as error:
                self.done.opened, self.done.problems = text, tuple(error.problems)
                return

    def _read(self, text: str) -> dict[str, Any]:
        document = parse(as_text(text.encode(errors="replace"), Place(_FILE)), _FILE)
        self.kb.reader.document(document)
        data: dict[str, Any] = document.data
        return data

    def _open_record(self, text: str) -> None:
        """Replace the patient by the one of a health record; of several, ask which."""
        given = dict(self.fields)
        source = open_text(text.encode(errors="replace"), self.kb.names, _FILE)
        people = source.people()
        if len(people) > 1 and not given.get("person"):
            self.done.opened, self.done.people = text, tuple(people)
            return
        try:
            reading = source.read(given.get("person"), as_of=_day(given.get("as_of", "")))
        except InputError as error:
            fix = "give the day below, and open it again"
            raise InputError(
                [replace(one, fix=fix) if one.code == "CKB108" else one for one in error.problems]
            ) from None
        self.kb.reader.record(reading)
        self.done = Acts(form_of(reading.data), reading=reading)


_ACTS = frozenset(
    {
        "box",
        "keep",
        "drop",
        "choose",
        "file",
        "move",
        "dismiss",
        "opened",
        "case",
        "asked",
        "kept",
        "not_done",
        "back",
        "record",
        "person",
        "as_of",
    }
)


def _day(text: str) -> date | None:
    """The day of reading, if one was given."""
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        fix = "write it as in 2026-03-01"
        raise InputError((Problem("CKB105", f"'{text}' is no day", fix=fix),)) from None


def _kind(word: str) -> Kind:
    kinds: tuple[Kind, ...] = get_args(Kind)
    found = next((kind for kind in kinds if kind == word), None)
    if found is None:
        raise InputError(
            (Problem("CKB105", f"there is no kind of entry '{word}'", valid=kinds, fix="open the page again"),)
        )
    return found
