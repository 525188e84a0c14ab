"""Open whatever holds health records: which form it has is seen from the place itself."""

from __future__ import annotations

import codecs
import re
import sys
from pathlib import Path
from typing import BinaryIO

from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.other_forms import other_form
from calcinosis_kb.patients.record_reading import RecordSource

__all__ = ["STANDARD_INPUT", "is_record", "is_record_text", "open_source", "open_stream", "open_text"]

STANDARD_INPUT = "<standard input>"

_HEAD = 65_536
"""As many bytes of a file as are looked at to see what it is."""

_IN_FOLDERS = (".json", ".ndjson", ".jsonl", ".gz", ".parquet", ".csv")
"""What the files in a folder of records end with."""

_ON_THE_WEB = re.compile(r"https?://", re.IGNORECASE)

_BLANK = codecs.BOM_UTF8 + b" \t\r\n"
"""What may stand before a JSON text."""

_PATIENT_FILES = (".yaml", ".yml")


def open_source(address: str, names: Names) -> RecordSource:
    """Open the records at an address: a file of FHIR, a folder of such files, "-" for standard input, or a database of OMOP.

    Raises `InputError` if there is nothing (CKB001), or nothing that holds records (CKB106); `OmopSource` tells what else.
    """
    if address == "-":
        return open_stream(sys.stdin.buffer, names, STANDARD_INPUT)
    if not address.strip():
        raise InputError((Problem("CKB001", "no file or folder is named", fix="'-' reads standard input"),))
    if _ON_THE_WEB.match(address):
        fix = "download it, and give the file"
        raise InputError((Problem("CKB001", "nothing is fetched from the web", Place(address), fix=fix),))
    from calcinosis_kb.patients.omop.connection import is_cdm

    if is_cdm(address):
        from calcinosis_kb.patients.omop.source import OmopSource  # its libraries are an extra

        return OmopSource(address, names)
    from calcinosis_kb.patients.fhir.files import SUFFIXES, File  # to see what a patient file is takes none of it
    from calcinosis_kb.patients.fhir.source import FhirSource

    path = Path(address)
    if path.is_dir():
        found = (one for one in sorted(path.iterdir()) if one.name.endswith(SUFFIXES) and one.is_file())
        files = [File(one.name, one) for one in found]
        if not files:
            fix = f"files of FHIR end in {', '.join(SUFFIXES)}; those of OMOP are called after tables: person.csv, person.parquet"
            raise InputError((Problem("CKB106", "this folder holds no health records", Place(address), fix=fix),))
        return FhirSource(files, names)
    if not path.exists():
        fix = "check the path; '-' reads standard input"
        raise InputError((Problem("CKB001", "there is no such file or folder", Place(address), fix=fix),))
    if path.is_fifo():
        with path.open("rb") as stream:
            return open_stream(stream, names, address)
    if not path.is_file():  # a device may never end
        fix = "name a file or a folder, or pipe the record into '-'"
        raise InputError((Problem("CKB106", "this is no file", Place(address), fix=fix),))
    return FhirSource([File(address, path)], names)


def open_stream(stream: BinaryIO, names: Names, name: str, head: bytes = b"") -> RecordSource:
    """Open the records of FHIR in a stream, of which the first bytes may have been read already. Raises `InputError` (CKB005, CKB106)."""
    from calcinosis_kb.patients.fhir.files import LARGEST_DOCUMENT

    raw = head + stream.read(LARGEST_DOCUMENT + 1)
    if len(raw) > LARGEST_DOCUMENT:
        message = f"what is piped is held in memory, and is more than {LARGEST_DOCUMENT // 10**6} MB"
        raise InputError((Problem("CKB005", message, Place(name), fix="write it to a file, and name that"),))
    return open_text(raw, names, name)


def open_text(raw: bytes, names: Names, name: str) -> RecordSource:
    """Open the records in a text of FHIR; ``name`` is what messages call it. Raises `InputError` (CKB106) if it is none."""
    from calcinosis_kb.patients.fhir.files import File
    from calcinosis_kb.patients.fhir.source import FhirSource

    return FhirSource([File(name, raw)], names)


def is_record(address: str) -> bool:
    """Whether an address is one of health records, rather than of a patient file. Standard input is not looked at.

    A file that cannot be a patient file is taken for one: whoever opens it says what it is.
    """
    path = Path(address)
    if path.suffix in _PATIENT_FILES and path.is_file():
        return False
    from calcinosis_kb.patients.omop.connection import is_cdm

    try:
        if is_cdm(address):
            return True
        if path.is_dir():
            return any(one.name.endswith(_IN_FOLDERS) for one in path.iterdir())
        if _ON_THE_WEB.match(address):
            return True
        if not path.is_file() or address.endswith((".gz", ".ndjson", ".jsonl")):
            return path.is_file()
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        return is_record_text(head) or bool(other_form(head))
    except OSError:  # whoever reads it tells why it cannot be read
        return False


def is_record_text(head: bytes) -> bool:
    """Whether a text, of which the first bytes are enough, is FHIR.

    >>> is_record_text(b'{"resourceType": "Bundle"}'), is_record_text(b"patient: {age: 63}")
    (True, False)
    """
    return head.lstrip(_BLANK).startswith((b"{", b"[")) and b'"resourceType"' in head
