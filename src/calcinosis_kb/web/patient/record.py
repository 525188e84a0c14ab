"""The health record that a patient was opened from, as a hidden field carries its account from page to page. Nothing is kept."""

from __future__ import annotations

import binascii
import zlib
from base64 import b64decode, b64encode

import msgspec

from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.patients.record_reading import RecordReading

__all__ = ["as_field", "read_field"]

_LARGEST = 5_000_000
"""Bytes of an account; one of ten thousand entries is smaller."""


def as_field(reading: RecordReading) -> str:
    """Return a reading without its patient file, which has a field of its own, as the text of a field."""
    packed = zlib.compress(msgspec.json.encode(msgspec.structs.replace(reading, data={})))
    return b64encode(packed).decode()


def read_field(field: str) -> RecordReading:
    """Return the reading of a field. Raises `InputError` (CKB105) where it cannot be read."""
    try:
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(b64decode(field), _LARGEST)
        reading = msgspec.json.decode(text, type=RecordReading) if unpacking.eof else None
    except (binascii.Error, ValueError, zlib.error, msgspec.MsgspecError, RecursionError):
        reading = None
    if reading is None:
        raise InputError((Problem("CKB105", "the form carries no account of a record", fix="open the page again"),))
    return reading
