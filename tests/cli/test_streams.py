"""Output that is not UTF-8, a full disk, a reader that leaves, arguments that are no text: none ends in a fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from commandline import start
from strategies import SEED

COMMAND = [sys.executable, "-m", "calcinosis_kb"]
POSIX = pytest.mark.skipif(os.name != "posix", reason="pipes, /dev/full and undecodable arguments are of POSIX")
PATIENT = "diseases: [crest]\nhistory: [{therapy: 'Étwäs → x', outcome: ineffective}]\n"


def run(*arguments: str | bytes, encoding: str = "utf-8", **options: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run([*COMMAND, *arguments], env=environment, check=False, timeout=60, **given)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
@pytest.mark.parametrize(
    "arguments", [["suggest", "{}"], ["suggest", "{}", "-f", "md"], ["therapies"], ["graph", "paths"]]
)
def test_an_output_of_another_encoding_is_given_marks(arguments: list[str], encoding: str, tmp_path: Path) -> None:
    patient = tmp_path / "p.yaml"
    patient.write_text(PATIENT, encoding="utf-8")
    done = start(*(argument.format(patient) for argument in arguments), encoding=encoding, COLUMNS="80")
    assert b"CKB099" not in done.stderr
    shown = done.stdout.decode(encoding)
    if "suggest" in arguments:
        assert done.returncode == 0
        assert ("Etwas -> x" if encoding == "ascii" else "Étwäs -> x") in " ".join(shown.split())


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii"])
def test_the_first_screen_fits_in_every_encoding(encoding: str) -> None:
    done = start("suggest", str(SEED), encoding=encoding, COLUMNS="80")
    lines = done.stdout.decode(encoding).splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 80
    marks = {"utf-8": {"●", "◐"}}.get(encoding, {"#", "="})
    assert {line[3] for line in lines if line[:2].strip().isdigit()} >= marks


def test_json_of_another_encoding_holds_the_same(tmp_path: Path) -> None:
    patient = tmp_path / "p.yaml"
    patient.write_text(PATIENT, encoding="utf-8")
    answers = [
        run("suggest", str(patient), "-f", "json", encoding=name).stdout for name in ("utf-8", "ascii", "cp1252")
    ]
    assert len({json.dumps(json.loads(answer)) for answer in answers}) == 1


@POSIX
@pytest.mark.parametrize(
    "arguments",
    [
        ["suggest", str(SEED)],
        ["suggest", str(SEED), "-f", "json"],
        ["new", "patient", "-"],
        ["explain"],
        ["--version"],
        ["-h"],
    ],
)
def test_a_full_disk_is_told(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(*arguments, stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith(b"CKB057\n")
    assert b"Exception ignored" not in done.stderr


@POSIX
@pytest.mark.parametrize(
    "arguments",
    [
        ["suggest", str(SEED)],
        ["suggest", str(SEED), "-f", "json"],
        ["new", "patient", "-"],
        ["explain"],
        ["--version"],
        ["-h"],
    ],
)
def test_a_reader_that_leaves_is_left_in_silence(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = run(*arguments, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@POSIX
@pytest.mark.parametrize("arguments", [[b"therapy", b"\xff"], [b"suggest", b"--disease", b"cr\xffst"], [b"\xff"]])
def test_an_argument_that_is_no_text_is_told(arguments: list[bytes]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith(b"CKB004\n")
    assert rb"\udcff" in done.stderr


@POSIX
@pytest.mark.skipif(sys.platform == "darwin", reason="file names are UTF-8 there")
def test_a_file_whose_name_is_no_text_is_read(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/p\xff.yaml"
    Path(os.fsdecode(path)).write_text("diseases: [crst]\n")
    done = run(b"suggest", path)
    assert done.returncode == 2
    assert done.stderr.startswith(b"CKB013 ")
    assert rb"p\udcff.yaml:1:12" in done.stderr


def test_what_a_patient_file_holds_steers_no_terminal(tmp_path: Path) -> None:
    patient = tmp_path / "p.yaml"
    patient.write_text('diseases: [crest]\nmedications: ["\\e[31mred\\u202E<img src=x>"]\n')
    for format_ in ("table", "json", "md", "csv"):
        done = run("suggest", str(patient), "-f", format_)
        assert done.returncode == 0
        assert b"\x1b" not in done.stdout + done.stderr
        assert "\u202e" not in done.stdout.decode()
        assert (b"<img" in done.stdout) is (format_ != "md")
    patient.write_text('diseases: ["\\e[31mred\\u202E"]\n')
    done = run("suggest", str(patient))
    assert rb"\x1b[31mred\u202e" in done.stderr
