"""A bad day of the machine ends in a clear line with a code, and loses nothing: no space, no home, no memory, no locale, a kill."""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from calcinosis_kb.documents.fingerprint import content_hash
from omop_records import people, write_cdm
from strategies import ROOT, SEED

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "calcinosis_kb")
GIBIBYTE = 2**30
SUMMARY = ROOT / "tests" / "patients" / "samples" / "IPS_IG-bundle-01.json.gz"
Done = subprocess.CompletedProcess[bytes]


def run(
    *arguments: str | Path, folder: Path | None = None, before: Callable[[], None] | None = None, **changed: str | None
) -> Done:
    """Run a command with a changed environment (None: without the variable); ``before`` is called in its process."""
    environment = {name: value for name, value in {**os.environ, **changed}.items() if value is not None}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=folder, env=environment, preexec_fn=before, stdin=subprocess.DEVNULL,
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip


def limit(what: int, most: int) -> Callable[[], None]:
    """Limit what a process may use."""
    return lambda: resource.setrlimit(what, (most, most))


def assert_told(done: Done, code: str) -> None:
    """One problem, with its code; exit 2, and no traceback."""
    told = done.stderr.decode()
    heads = [line.split()[0] for line in told.splitlines() if line.startswith("CKB")]
    assert (done.returncode, heads) == (2, [code]), told
    assert "Traceback" not in told and "Exception ignored" not in told


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A patient summary in FHIR."""
    path = tmp_path_factory.mktemp("record") / "summary.json"
    path.write_bytes(gzip.decompress(SUMMARY.read_bytes()))
    return path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of OMOP with one patient."""
    calcinosis = {"condition_occurrence": [{"condition_concept_id": 27, "condition_start_date": "2010-01-01"}]}
    return write_cdm(tmp_path_factory.mktemp("database"), people({"one": calcinosis})[0], "csv")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which a file is not in the order that 'fmt' gives it."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("knowledge", "rules", "docs/schemas"):
        shutil.copytree(ROOT / name, folder / name)
    unordered = folder / "knowledge" / "therapies" / "rituximab.yaml"
    schema, first, second, rest = unordered.read_text("utf-8").split("\n", 3)
    unordered.write_text("\n".join((schema, second, first, rest)), "utf-8")
    assert run("therapies", folder=folder).returncode == 0  # makes its cache, for which there is no room later
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


NEW: dict[str, tuple[str, ...]] = {
    "an answer": ("suggest", str(SEED), "-o", "{new}/answer.html"),
    "a record": ("import", "{record}", "-o", "{new}/patient.yaml"),
    "a graph": ("graph", "export", "-o", "{new}/graph.json"),
    "a graph in several files": ("graph", "export", "-o", "{new}/kgx/"),
    "a patient file": ("new", "patient", "{new}/patient.yaml"),
    "schemas": ("schema", "-o", "{new}"),
}
CHANGED: dict[str, tuple[str, ...]] = {
    "a draft": ("new", "therapy", "zyxomab"),
    "a rule at the end of a file": ("new", "rule", "zyxomab-rule"),
    "an ordered file": ("fmt", "knowledge/therapies/rituximab.yaml"),
}


@pytest.mark.parametrize("what", NEW)
@pytest.mark.usefixtures("usual")
def test_without_room_nothing_new_is_left(what: str, tmp_path: Path, record: Path) -> None:
    arguments = (argument.format(new=tmp_path, record=record) for argument in NEW[what])
    assert_told(run(*arguments, folder=ROOT, before=limit(resource.RLIMIT_FSIZE, 200)), "CKB057")
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("what", CHANGED)
def test_without_room_no_file_of_a_checkout_changes(what: str, checkout: Path) -> None:
    before = contents(checkout)
    assert_told(run(*CHANGED[what], folder=checkout, before=limit(resource.RLIMIT_FSIZE, 200)), "CKB057")
    assert contents(checkout) == before


def test_a_screen_goes_on_once_there_is_room(tmp_path: Path, database: str) -> None:
    rows = tmp_path / "rows.parquet"
    assert_told(run("screen", database, "-o", rows, before=limit(resource.RLIMIT_FSIZE, 3000)), "CKB057")
    assert not rows.exists()
    done = run("screen", database, "-o", rows)
    assert (done.returncode, [path.name for path in tmp_path.iterdir()]) == (0, [rows.name]), done.stderr


@pytest.fixture(scope="module")
def usual() -> bytes:
    """The answer on a good day."""
    return run("suggest", SEED).stdout


NOWHERE: dict[str, dict[str, Any]] = {
    "no home": {"HOME": None, "XDG_CACHE_HOME": None},
    "a home that is no folder": {"HOME": os.devnull, "XDG_CACHE_HOME": None},
    "a cache that cannot be made": {"XDG_CACHE_HOME": f"{os.devnull}/cache"},
}


@pytest.mark.parametrize("where", NOWHERE)
def test_an_answer_needs_no_folder_to_write_in(where: str, usual: bytes) -> None:
    done = run("suggest", SEED, **NOWHERE[where])
    assert (done.returncode, done.stdout, done.stderr) == (0, usual, b"")


def test_a_cache_without_room_is_left_out_and_leaves_nothing(tmp_path: Path, usual: bytes) -> None:
    done = run("suggest", SEED, before=limit(resource.RLIMIT_FSIZE, 5000), XDG_CACHE_HOME=str(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, usual, b"")
    assert contents(tmp_path) == {}


def test_two_first_starts_at_once_make_one_cache(tmp_path: Path, usual: bytes) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [*COMMAND, "suggest", str(SEED)]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)
    ]
    assert [one.communicate(timeout=120) for one in both] == [(usual, b"")] * 2
    (kept,) = contents(tmp_path)
    assert kept.endswith(".snapshot")
    assert run("suggest", SEED, XDG_CACHE_HOME=str(tmp_path)).stdout == usual


def test_without_a_locale_every_word_is_read_and_printed(tmp_path: Path) -> None:
    patient = tmp_path / "Müller.yaml"
    patient.write_text("diseases: [crest]\nhistory: [{therapy: Zyxömab}]\n", "utf-8")
    names = [name for name in os.environ if name.startswith(("LC_", "LANG", "PYTHONIOENCODING"))]
    plain: dict[str, Any] = {**dict.fromkeys(names), "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}
    for mode in ("0", "1"):
        done = run("suggest", patient, **plain, PYTHONUTF8=mode)
        assert (done.returncode, done.stderr) == (0, b"")
        assert ("Zyxömab" if mode == "1" else "Zyxomab") in done.stdout.decode("utf-8" if mode == "1" else "ascii")


@pytest.mark.parametrize("arguments", [("suggest", str(SEED)), ("import", "{record}"), ("check",)])
def test_a_gibibyte_is_enough(arguments: tuple[str, ...], record: Path) -> None:
    done = run(
        *(one.format(record=record) for one in arguments), folder=ROOT, before=limit(resource.RLIMIT_AS, GIBIBYTE)
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_database_that_memory_is_too_small_for_is_told(database: str) -> None:
    assert_told(run("import", database, before=limit(resource.RLIMIT_AS, GIBIBYTE * 3 // 4)), "CKB126")


@pytest.mark.parametrize("arguments", [("suggest", "-"), ("import", "-"), ("why", "-", "rituximab")])
def test_a_closed_standard_input_is_an_empty_one(arguments: tuple[str, ...]) -> None:
    assert_told(run(*arguments, before=lambda: os.close(0)), "CKB003")


def test_an_answer_needs_no_standard_streams(usual: bytes) -> None:
    assert run("suggest", SEED, before=lambda: os.close(0)).stdout == usual
    assert run("suggest", SEED, before=lambda: os.close(1)).returncode == 0
    assert run("suggest", SEED, before=lambda: os.close(2)).stdout == usual


WRITER = """
import sys
from pathlib import Path
from calcinosis_kb.documents.writing import write_file
while True:
    write_file(Path(sys.argv[1]), b"new\\n" * 5_000_000)
"""


def test_a_kill_in_the_middle_of_writing_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    """What is left beside it is hidden, and no file of the knowledge base."""
    path = tmp_path / "knowledge" / "therapies" / "x.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("id: x\n")
    before, seen = content_hash(tmp_path / "knowledge"), set()
    for _ in range(8):
        path.write_text("id: x\n")
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)]) as writer:
            while not any(one.name.startswith(".x.yaml.") for one in path.parent.iterdir()):
                time.sleep(0.001)
            writer.kill()
        seen.add(path.read_bytes()[:4])
        assert path.read_bytes() in (b"id: x\n", b"new\n" * 5_000_000)
        stale = [one for one in path.parent.iterdir() if one != path]
        path.write_text("id: x\n")
        assert all(one.name.startswith(".x.yaml.") for one in stale)
        assert content_hash(tmp_path / "knowledge") == before
        for one in stale:
            one.unlink()
    assert b"id: " in seen


def started(*arguments: str) -> subprocess.Popen[bytes]:
    # Where the tests run in the background, the shell has had Ctrl-C ignored, which a process hands on.
    return subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


@pytest.fixture
def server() -> Iterator[Any]:
    with started("serve", "--no-open") as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith(b"Open http://127.0.0.1:")
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("sent", "codes"), [(signal.SIGINT, {130, -signal.SIGINT}), (signal.SIGTERM, {-signal.SIGTERM, 143})]
)
def test_a_server_ends_when_it_is_told_to(
    server: subprocess.Popen[bytes], sent: signal.Signals, codes: set[int]
) -> None:
    server.send_signal(sent)
    _, told = server.communicate(timeout=30)
    assert server.returncode in codes and b"Traceback" not in told, told


@pytest.mark.parametrize(("sent", "codes"), [(signal.SIGINT, {130}), (signal.SIGTERM, {-signal.SIGTERM})])
def test_a_check_ends_when_it_is_told_to(sent: signal.Signals, codes: set[int]) -> None:
    with started("check") as process:
        time.sleep(1.5)
        process.send_signal(sent)
        _, told = process.communicate(timeout=30)
    assert process.returncode in codes and b"Traceback" not in told, told
