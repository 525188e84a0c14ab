"""Read the bytes of records: what is sound JSON, what can be had of what is not, and what is no record at all."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb import InputError, KnowledgeBase
from calcinosis_kb.patients.fhir.bundle import resources
from calcinosis_kb.patients.fhir.dates import age_on
from calcinosis_kb.patients.fhir.jsontext import TWICE, Unreadable, parse
from calcinosis_kb.patients.other_forms import other_form
from calcinosis_kb.patients.sources import is_record, open_source, open_stream

TEXTS: list[tuple[bytes, Any]] = [
    (b'{"a": 1, "b": [1.5, "x", null, true]}', {"a": 1, "b": [1.5, "x", None, True]}),
    (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    ('{"a": "é"}'.encode("utf-16"), {"a": "é"}),
    (b"\xfe\xff" + '{"a": "é"}'.encode("utf-16-be"), {"a": "é"}),
    (b'{"a": "\xe9"}', {"a": "\ufffd"}),
    (b'{"a": "line\nline"}', {"a": "line\nline"}),
    (b'{"a": "\\ud800"}', {"a": "?"}),
    (b'{"a": NaN, "b": Infinity, "c": -Infinity, "d": 1e999, "e": -1e999}', dict.fromkeys("abcde")),
    (b'{"a": NaN, "b": 123456789012345678}', {"a": None, "b": 123456789012345678}),
    (b'{"a": NaN, "b": 12345678901234567890}', {"a": None, "b": 12345678901234567890.0}),
    (b'{"a": NaN, "b": ' + b"1" * 5000 + b"}", {"a": None, "b": None}),
    (b'{"a": 1, "a": 1}', {"a": 1}),
    (b'{"a": 1, "a": 2, "b": 3}', {"a": 1, "b": 3, TWICE: "a"}),
    (b'{"a": [1], "a": [2], "a": [1]}', {"a": [1, 2, 1]}),
    (b'{"a": [1], "a": 2}', {"a": [1], TWICE: "a"}),
    (b'{"a": 2, "a": [1]}', {"a": 2, TWICE: "a"}),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "value"), TEXTS, ids=[str(raw[:40]) for raw, _ in TEXTS])
def test_what_a_text_holds_is_had_as_far_as_it_can_be(raw: bytes, value: Any) -> None:
    assert parse(raw) == value


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", ("this is not JSON: Expecting value", 1, 1)),
        (b'{"a": 1,\n "b" 2}', ("this is not JSON: Expecting ':' delimiter", 2, 6)),
        (b"[" * 100_000, ("it nests deeper than any real record", 1, 1)),
    ],
    ids=["empty", "no colon", "deep"],
)
def test_what_is_no_json_is_told_with_its_place(raw: bytes, told: tuple[str, int, int]) -> None:
    with pytest.raises(Unreadable) as wrong:
        parse(raw)
    assert (str(wrong.value), wrong.value.line, wrong.value.column) == told


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"PK\x03\x04", "this is a zip archive"),
        (b" \t\r\n%PDF-1.7", "this is a PDF"),
        (b"\xef\xbb\xbf<Bundle>", "this is XML or a web page, and FHIR is read as JSON"),
        (b"PAR1", "this is one table"),
        (b"SQLite format 3\0", "this is a database of SQLite"),
        (b"\x89PNG\0", "this is no text"),
        *((mark + b"\0", None) for mark in (b"\xff\xfe", b"\xfe\xff", b"\x1f\x8b")),
        (b'{"a": "<"}', None),
    ],
)
def test_another_form_is_known_by_its_first_bytes(head: bytes, what: str | None) -> None:
    told = other_form(head)
    assert (told and told[0]) == what
    assert told is None or told[1]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.yaml", '{"resourceType": "Patient"}', False), ("a.yml", '{"resourceType": "Patient"}', False),
        ("a.jsonl", "x", True), ("a.ndjson", "x", True), ("a.json.gz", "x", True), ("a.json", "x", False),
        ("a.json", ' [{"resourceType": "Patient"}]', True), ("a.txt", "%PDF", True),
    ],
)  # fmt: skip
def test_a_file_is_one_of_records_by_its_name_or_its_beginning(
    tmp_path: Path, name: str, text: str, expected: bool
) -> None:
    (tmp_path / name).write_text(text)
    assert is_record(str(tmp_path / name)) is expected
    assert is_record(str(tmp_path / f"none-{name}")) is False
    assert is_record(f"https://example.org/{name}") is True


FIX = "check the path; '-' reads standard input"
REFUSED = [
    (" ", "CKB001", "no file or folder is named", "'-' reads standard input", None),
    ("https://example.org/a", "CKB001", "nothing is fetched from the web", "download it, and give the file", "https://example.org/a"),
    ("{}/none", "CKB001", "there is no such file or folder", FIX, "{}/none"),
    ("{}", "CKB106", "this folder holds no health records",
     "files of FHIR end in {suffixes}; those of OMOP are called after tables: person.csv, person.parquet", "{}"),
    ("/dev/null", "CKB106", "this is no file", "name a file or a folder, or pipe the record into '-'", "/dev/null"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "code", "message", "fix", "place"), REFUSED)
def test_an_address_without_records_is_refused_with_a_way_out(
    kb: KnowledgeBase, tmp_path: Path, address: str, code: str, message: str, fix: str, place: str | None
) -> None:
    from calcinosis_kb.patients.fhir.files import SUFFIXES

    with pytest.raises(InputError) as wrong:
        open_source(address.replace("{}", str(tmp_path)), kb.names)
    (problem,) = wrong.value.problems
    assert (problem.code, problem.message) == (code, message)
    assert problem.fix == fix.replace("{suffixes}", ", ".join(SUFFIXES))
    assert (problem.place and problem.place.file) == (place and place.replace("{}", str(tmp_path)))


def test_a_file_that_is_no_fhir_says_where_it_ends_to_be_json(kb: KnowledgeBase, tmp_path: Path) -> None:
    broken = "CKB106 this is not JSON: Expecting value"
    own = "a patient file is not imported: 'suggest', 'why' and the others take it as it is"
    each = "FHIR is read as JSON: a Bundle, a resource, or NDJSON with one resource in each line"
    none = "CKB106 this is JSON, and no FHIR: it has no 'resourceType' | give a Bundle, a resource, or NDJSON"
    said = {
        "a.json": ('{"resourceType": x}', f"{broken} | {each}"),
        "b.yaml": ("patient: {age: 3}", f"{broken} | {own}"),
        "c.json": (json.dumps({"a": 1}), none),
        "d.json": (" ", "CKB003 the file is empty | give a FHIR Bundle, a resource, or NDJSON"),
    }
    for name, (text, told) in said.items():
        (tmp_path / name).write_text(text)
        with pytest.raises(InputError) as wrong:
            open_source(str(tmp_path / name), kb.names).people()
        assert [f"{one.code} {one.message} | {one.fix}" for one in wrong.value.problems] == [told]
        places = {"a.json": ":1:18", "b.yaml": ":1:1"}
        assert [str(one.place) for one in wrong.value.problems] == [f"{tmp_path / name}{places.get(name, '')}"]


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        ("2020-06-10", 0), ("2020-06-11", None), ("2020-06-09", 0), ("2020-05-10", 0.08), ("2018-06-11", 1.92), ("2018-06-10", 2),
        ("1971-06-10", 49), ("1971-06-11", 48), ("1971-06", 48), ("1971", 48), ("", None), (None, None),
    ],
)  # fmt: skip
def test_an_age_is_that_of_the_day(birth: object, age: float | None) -> None:
    assert age_on(date(2020, 6, 10), birth) == age


def test_what_is_piped_is_limited(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calcinosis_kb.patients.fhir.files.LARGEST_DOCUMENT", 3 * 10**6)
    whole = b'{"resourceType": "Patient", "id": "p1"}'
    assert [one.id for one in open_stream(io.BytesIO(whole.ljust(3 * 10**6)), kb.names, "-").people()] == ["p1"]
    with pytest.raises(InputError) as wrong:
        open_stream(io.BytesIO(whole.ljust(3 * 10**6)), kb.names, "-", head=b" ")
    (problem,) = wrong.value.problems
    assert (problem.code, problem.message) == ("CKB005", "what is piped is held in memory, and is more than 3 MB")
    assert problem.fix == "write it to a file, and name that"


def test_an_answer_of_a_server_may_hold_nothing() -> None:
    """A record is whole though what was asked, deleted or done with success came without a resource."""
    empty = [{"request": {"method": method}} for method in ("DELETE", "GET", "HEAD", "POST", "get")]
    done = [{"response": {"status": status}} for status in ("201 Created", "404", "")]
    found = resources([{"resourceType": "Bundle", "type": "batch-response", "entry": [*empty, *done]}])
    assert [not one.flaw for one in found] == [True, True, True, False, False, True, False, False]
