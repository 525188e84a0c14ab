"""Files that people take for a health record and that are none: what they are by their first bytes, and what to do instead."""

from __future__ import annotations

__all__ = ["other_form"]

_AS_FHIR = "ask for the record as FHIR R4 in JSON"

_FORMS = (
    (b"PK\x03\x04", "this is a zip archive", "unpack it, and give the file or folder that was in it"),
    (b"%PDF", "this is a PDF", _AS_FHIR),
    (b"<", "this is XML or a web page, and FHIR is read as JSON", _AS_FHIR),
    (b"PAR1", "this is one table", "give the folder of all tables, called after those of OMOP: person.parquet"),
    (b"SQLite format 3", "this is a database of SQLite", "give its address: sqlite:///FILE"),
)


def other_form(head: bytes) -> tuple[str, str] | None:
    """Return what a file is that cannot be a health record nor a patient file, and what to do; None if it can be one.

    >>> other_form(b"%PDF-1.7")
    ('this is a PDF', 'ask for the record as FHIR R4 in JSON')
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    for first, what, fix in _FORMS:
        if start.startswith(first):
            return what, fix
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b")):  # text of 16 bits, or compressed
        return "this is no text", "give FHIR as JSON; a picture or a document of words is not read"
    return None
