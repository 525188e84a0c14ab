"""A command uses the checkout that it is started in, as git does; elsewhere the data of the package."""

from __future__ import annotations

import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from calcinosis_kb.cli.checkout import checkout
from calcinosis_kb.documents.checkout import Checkout
from commandline import call
from strategies import ROOT, SEED

RENAMED = "Wardocycline"
"""Of a therapy that the seed patient has not had: what was tried is told in the words of the patient file. Inside a sentence it
begins with a small letter."""


def run(*arguments: str, cwd: Path) -> CompletedProcess[str]:
    return call(*arguments, folder=cwd, COLUMNS="400")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which one therapy has another name."""
    root = tmp_path_factory.mktemp("other")
    for folder in ("knowledge", "rules"):
        shutil.copytree(ROOT / folder, root / folder)
    file = root / "knowledge" / "therapies" / "minocycline.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("name: Minocycline", f"name: {RENAMED}"), encoding="utf-8")
    return root


@pytest.mark.parametrize("below", [".", "knowledge/therapies"])
def test_the_checkout_around_the_current_folder_is_used_and_named(other: Path, below: str) -> None:
    done = run("therapy", "minocycline", cwd=other / below)
    assert RENAMED in done.stdout
    assert done.stderr.count(str(other.resolve())) == done.stderr.count("\n") == 1


@pytest.mark.slow
def test_elsewhere_the_package_is_used_in_silence(other: Path, tmp_path: Path) -> None:
    done = run("therapy", "minocycline", cwd=tmp_path)
    assert RENAMED not in done.stdout
    assert done.stderr == ""
    assert run("therapy", "minocycline", cwd=ROOT / "docs").stderr == ""
    assert RENAMED in run("-C", str(other), "therapy", "minocycline", cwd=tmp_path).stdout
    assert RENAMED in run("--directory", str(other / "rules"), "therapy", "minocycline", cwd=tmp_path).stdout


def test_a_checkout_with_the_same_content_needs_no_word(tmp_path: Path) -> None:
    for folder in ("knowledge", "rules"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert run("therapies", cwd=tmp_path).stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("suggest", str(SEED)), ("why", "minocycline", str(SEED)), ("therapies",), ("words", "therapies"), ("coverage",),
        ("graph", "path", "minocycline"), ("graph", "compare", "minocycline", "warfarin"), ("graph", "polarity"),
        ("graph", "search", "minocycline"), ("graph", "patient", str(SEED)), ("evaluate",),
    ],
)  # fmt: skip
def test_every_command_follows(arguments: tuple[str, ...], other: Path) -> None:
    done = run(*arguments, cwd=other)
    assert str(other) in done.stderr
    assert done.stdout
    if arguments[0] != "evaluate":
        assert RENAMED.casefold() in done.stdout.casefold()


@pytest.mark.slow
def test_what_writes_writes_into_the_checkout(other: Path, tmp_path: Path) -> None:
    for file in ("knowledge/terms.yaml", "rules/facts.yaml", "rules/standing.yaml"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / file, tmp_path / file)
    written = run("new", "therapy", "ward_paste", cwd=tmp_path)
    assert (written.returncode, written.stdout) == (0, "knowledge/therapies/ward_paste.yaml\n"), written.stderr
    assert not (ROOT / "knowledge" / "therapies" / "ward_paste.yaml").exists()
    assert "knowledge/therapies/ward_paste.yaml" in run("check", "-f", "github", cwd=tmp_path).stdout
    (tmp_path / "knowledge" / "therapies" / "ward_paste.yaml").unlink()
    rule = tmp_path / "rules" / "standing.yaml"
    rule.write_text(rule.read_text(encoding="utf-8") + "\n\n", encoding="utf-8")
    assert run("fmt", cwd=tmp_path).stdout == "rules/standing.yaml\n"
    assert run("schema", cwd=other).returncode == 0
    assert (other / "docs" / "schemas" / "therapy.schema.json").is_file()


@pytest.mark.parametrize("folder", ["missing", "."])
def test_a_folder_that_is_no_checkout_is_refused(folder: str, tmp_path: Path) -> None:
    done = run("-C", folder, "therapies", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("CKB078\n")


def test_an_overlay_is_no_checkout(tmp_path: Path) -> None:
    (tmp_path / "knowledge" / "therapies").mkdir(parents=True)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "ward.yaml").touch()
    assert Checkout.around(tmp_path) is None


def test_in_a_deleted_folder_the_package_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def deleted(_: type[Path]) -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", classmethod(deleted))
    assert checkout() == Checkout.of_package()
