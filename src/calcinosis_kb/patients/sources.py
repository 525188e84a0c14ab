"""Open whatever holds health records: which form it has is seen from the place itself."""

from __future__ import annotations

import sys
from pathlib import Path

from calcinosis_kb.errors import InputError, Place, Problem
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.patients.fhir.files import SUFFIXES, File
from calcinosis_kb.patients.fhir.source import FhirSource
from calcinosis_kb.patients.record_reading import RecordSource

__all__ = ["is_record", "is_record_text", "open_source"]

_HEAD = 65_536
"""As many bytes of a file as are looked at to see what it is."""


def open_source(address: str, names: Names) -> RecordSource:
    """Open the records at an address: a file of FHIR, a folder of such files, or "-" for standard input.

    Raises `InputError` if there is nothing (CKB001), or nothing that holds records (CKB106).
    """
    if address == "-":
        return FhirSource([File("<standard input>", sys.stdin.buffer.read())], names)
    path = Path(address)
    if path.is_dir():
        files = [File(one.name, one) for one in sorted(path.iterdir()) if one.name.endswith(SUFFIXES)]
        if not files:
            fix = f"files of FHIR end in {', '.join(SUFFIXES)}"
            raise InputError((Problem("CKB106", "this folder holds no health records", Place(address), fix=fix),))
        return FhirSource(files, names)
    if not path.exists():
        fix = "check the path; '-' reads standard input"
        raise InputError((Problem("CKB001", "there is no such file or folder", Place(address), fix=fix),))
    return FhirSource([File(address, path)], names)


def is_record(address: str) -> bool:
    """Whether an address is one of health records, rather than of a patient file. Standard input is not looked at."""
    path = Path(address)
    if path.is_dir():
        return True
    if not path.is_file():
        return False
    if address.endswith((".gz", ".ndjson", ".jsonl")):
        return True
    with path.open("rb") as stream:
        return is_record_text(stream.read(_HEAD))


def is_record_text(head: bytes) -> bool:
    """Whether a text, of which the first bytes are enough, is FHIR.

    >>> is_record_text(b'{"resourceType": "Bundle"}'), is_record_text(b"patient: {age: 63}")
    (True, False)
    """
    return head.lstrip(b"\\xef\\xbb\\xbf \\t\\r\\n").startswith((b"{", b"[")) and b'"resourceType"' in head
