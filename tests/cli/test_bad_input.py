"""Bad input ends in a clear error with its code and exit 2, never in a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from commandline import call

BAD = {
    "empty": ("", "CKB003"),
    "broken-yaml": ("diseases: [crest\nhistory: []\n", "CKB006"),
    "two-documents": ("diseases: [crest]\n---\nhistory: []\n", "CKB006"),
    "duplicate-key": ("diseases: [crest]\ndiseases: [sle]\n", "CKB007"),
    "norway": ("history_complete: NO\n", "CKB008"),
    "octal": ("patient: {age: 012}\n", "CKB008"),
    "sexagesimal": ("patient: {age: 1:30}\n", "CKB008"),
    "tag": ("diseases: !!python/object/apply:os.system [ls]\n", "CKB009"),
    "unknown-key": ("diseeases: [crest]\n", "CKB010"),
    "wrong-type": ("patient: {age: old}\n", "CKB011"),
    "age-over-120": ("patient: {age: 163}\n", "CKB011"),
    "a-list": ("- diltiazem\n", "CKB011"),
    "no-therapy": ("history: [{outcome: ineffective}]\n", "CKB012"),
    "negative-months": ("history: [{therapy: diltiazem, months: -3}]\n", "CKB011"),
    "unknown-disease": ("diseases: [crst]\n", "CKB013"),
    "unknown-purpose": ("history: [{therapy: diltiazem, for: fun}]\n", "CKB013"),
    "unknown-pattern": ("calcinosis: {pattern: spotty}\n", "CKB013"),
    "lab-without-unit": ("labs: {calcium: {value: 8.3}}\n", "CKB022"),
    "bare-number-lab": ("labs: {egfr: 28}\n", "CKB022"),
    "wrong-unit": ("labs: {calcium: {value: 2.1, unit: furlong}}\n", "CKB023"),
    "impossible-value": ("labs: {calcium: {value: 83, unit: mg/dL}}\n", "CKB024"),
    "impossible-finding": ("labs: {hbsag: maybe}\n", "CKB024"),
    "contradiction": (
        "history: [{therapy: diltiazem, outcome: ineffective}, {therapy: Cardizem, outcome: effective}]\n",
        "CKB025",
    ),
    "deep-nesting": ("- " * 5000 + "x\n", "CKB017"),
    "deep-flow": ("[" * 5000, "CKB017"),
    "billion-laughs": (
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)),
        "CKB009",
    ),
    "alias-to-itself": ("a: &a [*a]\n", "CKB009"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_explained(name: str, tmp_path: Path) -> None:
    text, code = BAD[name]
    file = tmp_path / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    done = call("suggest", str(file))
    assert done.returncode == 2, done.stderr
    assert code in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_files_that_are_no_text(tmp_path: Path) -> None:
    binary = tmp_path / "scan.yaml"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe")
    large = tmp_path / "large.yaml"
    large.write_bytes(b"history: [" + b"x, " * 17_000_000 + b"]")
    for path, code in ((tmp_path / "none.yaml", "CKB001"), (tmp_path, "CKB106"), (binary, "CKB004"), (large, "CKB005")):
        done = call("suggest", str(path))
        assert (done.returncode, done.stdout) == (2, "")
        assert code in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["suggest", "import"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\x00\x00", "unpack it"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "this is a PDF"),
        (b'<?xml version="1.0"?><Bundle/>', "this is XML"),
        (b"PAR1\x15\x00", "give the folder of all tables"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "this is no text"),
    ],
)
def test_a_file_of_another_kind_is_told_what_it_is(command: str, content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "record"
    file.write_bytes(content)
    done = call(command, str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert "CKB106" in done.stderr and said in done.stderr and "fix: " in done.stderr


@pytest.mark.parametrize("command", ["suggest", "import"])
@pytest.mark.parametrize(
    ("address", "code", "said"),
    [
        ("", "CKB001", "no file or folder is named"),
        ("https://example.org/record.json", "CKB001", "download it"),
        ("mysql://reader:secret@example.org/cdm", "CKB112", "not installed here"),
    ],
)
def test_an_address_that_is_not_read_is_explained(command: str, address: str, code: str, said: str) -> None:
    done = call(command, address)
    assert (done.returncode, done.stdout) == (2, "")
    assert code in done.stderr and said in done.stderr and "secret" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["suggest"], "CKB028"),
        (["suggest", "x.yaml", "--disease", "crest"], "CKB028"),
        (["suggest", "--disease", "crst"], "CKB013"),
        (["suggest", "--strict", "--tried", "diltiazem:fine"], "CKB048"),
        (["suggest", "--lab", "egfr"], "CKB022"),
        (["suggest", "--lab", "calcium=8.3"], "CKB022"),
        (["therapy", "unobtainium"], "CKB029"),
        (["therapy", "metoprolol"], "CKB029"),
        (["graph", "path", "rituximab", "nowhere"], "CKB085"),
        (["explain", "CKB999"], "CKB053"),
    ],
)
def test_bad_arguments_are_explained(arguments: list[str], code: str) -> None:
    done = call(*arguments)
    assert done.returncode == 2
    assert code in done.stderr
    assert "Traceback" not in done.stderr


def test_an_error_names_line_column_and_nearest_word(tmp_path: Path) -> None:
    file = tmp_path / "patient.yaml"
    file.write_text("patient: {age: 60}\ndiseases:\n  - crst\n")
    done = call("suggest", str(file))
    assert "patient.yaml:3:5" in done.stderr
    assert "limited_ssc_crest" in done.stderr


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "patient.yaml"
    file.write_text("diseases: [crst]\nlabs: {calcium: {value: 83, unit: mg/dL}}\n")
    done = call("suggest", str(file))
    assert "CKB013" in done.stderr
    assert "CKB024" in done.stderr


def test_a_wrong_option_is_a_usage_error() -> None:
    assert call("suggest", "--nonsense").returncode == 2
