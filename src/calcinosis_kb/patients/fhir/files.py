"""Read files of FHIR entry by entry: a bundle, a resource, or NDJSON with one in each line, compressed or not, of any size."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any

import msgspec

from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.patients.fhir.bundle import entries, more
from calcinosis_kb.patients.fhir.jsontext import Unreadable, parse
from calcinosis_kb.patients.fhir.plain import mapping, text
from calcinosis_kb.patients.fhir.record import LISTED, Resource, resource
from calcinosis_kb.patients.other_forms import other_form

__all__ = ["SUFFIXES", "File", "Found"]

SUFFIXES = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")
"""What the name of a file of FHIR ends with."""

LARGEST_DOCUMENT = 200_000_000
"""Bytes of a file that is one JSON value, which is held in memory as a whole."""
LONGEST_LINE = 32_000_000
"""Bytes of a line of NDJSON; a longer one is not read."""

_CAPITALS = re.compile(r"[A-Z][A-Za-z]+")
_PATIENT = re.compile(rb'"reference"\s*:\s*"(Patient/[A-Za-z0-9.-]{1,64})"')
_DAMAGES = (OSError, EOFError, zlib.error)
"""What reading a damaged file raises."""
_BROKEN = b"\0"
"""Stands for the line in which a file breaks off."""
_TYPE = re.compile(rb'"resourceType"\s*:\s*"([A-Za-z]{1,64})"')


class _Reference(msgspec.Struct):
    reference: str = ""


class _Head(msgspec.Struct):
    """What has to be known of every entry of a large file, while the rest of it is only skipped."""

    resourceType: str = ""  # noqa: N815
    id: str = ""
    subject: _Reference | None = None
    patient: _Reference | None = None


_HEADS = msgspec.json.Decoder(_Head)


class Found(msgspec.Struct, frozen=True, eq=False):
    """One entry of a file: its type and id, the patient to whom it refers (as written), and its JSON, not yet read.

    ``foreign``: it is JSON, and nothing of FHIR. ``head``: it is the Composition that a document begins with.
    """

    at: str
    type: str = ""
    id: str = ""
    of: str = ""
    url: str = ""
    raw: bytes = b""
    flaw: str = ""
    head: bool = False
    foreign: bool = False

    def resource(self) -> Resource:
        """The entry, read."""
        flaw = self.flaw
        try:
            if not flaw:
                return resource(parse(self.raw), self.url, head=self.head)
        except Unreadable as error:
            flaw = str(error)
        return Resource(self.type, self.id or self.at, {}, self.url, flaw)


class File:
    """A file of FHIR, or the bytes that came on standard input.

    ``partial``, told when the file was read, are the types of which a bundle in it says that there are more ("" for any type).
    """

    def __init__(self, name: str, content: Path | bytes) -> None:
        self.name = name
        self._content = content
        self.partial: set[str] = set()

    def read(self) -> Iterator[Found]:
        """Yield every entry in order. Raises `InputError` for a file that cannot be read at all."""
        with self._open() as stream:
            first = self._line(stream)
            if self._is_lines(first, stream):
                yield from self._lines(first, stream)
            else:
                yield from self._document(first, stream)

    @contextmanager
    def _open(self) -> Iterator[BufferedReader[Any]]:
        content = self._content
        try:
            raw: BufferedReader[Any] = (
                BufferedReader(BytesIO(content)) if isinstance(content, bytes) else content.open("rb")
            )
        except OSError as error:
            raise self._error("CKB001", f"the file cannot be read: {error.strerror}", "check its permissions") from None
        with raw:
            if raw.peek(2)[:2] == b"\x1f\x8b":
                with BufferedReader(gzip.GzipFile(fileobj=raw)) as unpacked:
                    yield unpacked
            else:
                yield raw

    def _line(self, stream: BufferedReader[Any]) -> bytes:
        """The next line, at most one byte longer than the longest; what follows of a longer one is skipped. None of a damaged file."""
        try:
            line = rest = stream.readline(LONGEST_LINE + 1)
            while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
                rest = stream.readline(LONGEST_LINE + 1)
        except _DAMAGES:
            return _BROKEN
        return line

    def _is_lines(self, first: bytes, stream: BufferedReader[Any]) -> bool:
        """Whether each line is a value of its own: the name says so, or the first line is one and another follows."""
        if ".ndjson" in self.name or ".jsonl" in self.name:
            return True
        try:
            msgspec.json.decode(first)
            return bool(stream.peek(1))
        except (msgspec.MsgspecError, UnicodeError, RecursionError, *_DAMAGES):
            return False

    def _document(self, first: bytes, stream: BufferedReader[Any]) -> Iterator[Found]:
        try:
            raw = first + stream.read(LARGEST_DOCUMENT + 1)
            broken = first is _BROKEN
        except _DAMAGES:
            broken = True
        if broken:
            raise self._error(
                "CKB001", "the file breaks off, or is not compressed as its first bytes say", "get it again"
            ) from None
        if len(raw) > LARGEST_DOCUMENT:
            message = f"the file is one JSON value of more than {LARGEST_DOCUMENT // 10**6} MB"
            raise self._error(
                "CKB005", message, "export the record as NDJSON, one resource in each line, which may be of any size"
            )
        if not raw.strip():
            raise self._error("CKB003", "the file is empty", "give a FHIR Bundle, a resource, or NDJSON")
        if (other := other_form(raw)) is not None:
            raise self._error("CKB106", *other)
        try:
            value = parse(raw)
        except Unreadable as error:
            fix = "FHIR is read as JSON: a Bundle, a resource, or NDJSON with one resource in each line"
            if self.name.endswith((".yaml", ".yml")):
                fix = "a patient file is not imported: 'suggest', 'why' and the others take it as it is"
            raise self._error("CKB106", str(error), fix, error.line, error.column) from None
        if not any(text(mapping(one).get("resourceType")) for one in (value if isinstance(value, list) else [value])):
            fix = "give a Bundle, a resource, or NDJSON"
            raise self._error("CKB106", "this is JSON, and no FHIR: it has no 'resourceType'", fix)
        yield from self._found(value, self.name)

    def _found(self, value: object, at: str) -> Iterator[Found]:
        """Yield what a value is: one resource, several in a list, or the entries of a bundle."""
        for n, one in enumerate(value if isinstance(value, list) else ()):
            yield from self._found(one, f"{at}[{n}]")
        if isinstance(value, list):
            return
        body = mapping(value)
        if text(body.get("resourceType")) != "Bundle":
            yield _found(value, at)
            return
        types = set()
        for n, (one, url, head) in enumerate(entries(body)):
            found = _found(one, f"{at}#{n + 1}", url, head=head)
            types.add(found.type)
            yield found
        if more(body):
            self.partial |= types or {""}

    def _lines(self, first: bytes, stream: BufferedReader[Any]) -> Iterator[Found]:
        named = next((word for word in _CAPITALS.findall(Path(self.name).name) if word in LISTED), "")
        n, line, fhir = 1, first, bool(named)
        while line:
            at = f"{self.name}:{n}"
            for found in self._in_line(line, at, named) if line.strip() else ():
                fhir = fhir or bool(found.type)
                yield Found(at, foreign=True) if found.raw and not (fhir or found.type) else found
            if line is _BROKEN:
                return
            line, n = self._line(stream), n + 1

    def _in_line(self, line: bytes, at: str, named: str) -> Iterator[Found]:
        if line is _BROKEN:
            yield Found(at, named, flaw="the file breaks off here")
        elif len(line) > LONGEST_LINE:
            told = _TYPE.search(line[:100_000])
            kind = told[1].decode() if told else named
            yield Found(
                at, kind, of=_patient_in(line[:100_000]), flaw=f"a line of more than {LONGEST_LINE // 10**6} MB"
            )
        else:
            try:
                head = _HEADS.decode(line)
                if head.resourceType and head.resourceType != "Bundle":
                    subject = head.subject or head.patient
                    yield Found(at, head.resourceType, head.id, subject.reference if subject else "", raw=line)
                    return
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                pass
            try:
                yield from self._found(parse(line), at)
            except Unreadable as error:
                told = _TYPE.search(line)
                yield Found(at, told[1].decode() if told else named, of=_patient_in(line), flaw=str(error))

    def _error(self, code: str, message: str, fix: str, line: int = 0, column: int = 0) -> InputError:
        return InputError((Problem(code, message, Place(self.name, line, column), fix=fix),))


def _found(value: object, at: str, url: str = "", *, head: bool = False) -> Found:
    """An entry as it was found in a bundle."""
    body = mapping(value)
    one = resource(value, url)
    subject = next((mapping(body.get(field)) for field in ("subject", "patient") if mapping(body.get(field))), {})
    return Found(at, one.type, one.id, text(subject.get("reference")), url, msgspec.json.encode(body), one.flaw, head)


def _patient_in(line: bytes) -> str:
    """The patient whom a damaged line names; empty if it names none, or several."""
    named = set(_PATIENT.findall(line))
    return named.pop().decode() if len(named) == 1 else ""
