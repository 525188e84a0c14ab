"""``fmt`` as a maintainer types it."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

from commandline import call
from strategies import ROOT


def fmt(*arguments: str | Path, cwd: Path | None = None) -> CompletedProcess[str]:
    return call("fmt", *map(str, arguments), folder=cwd)


def base(folder: Path) -> Path:
    """A small base: a study out of order, one in order, one that is not YAML."""
    studies = folder / "knowledge" / "studies"
    studies.mkdir(parents=True)
    (studies / "astray.yaml").write_text("design: cohort # sic\nid: astray\n")
    (studies / "fine.yaml").write_text("id: fine\ndesign: cohort\n")
    return studies


def test_check_lists_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    studies = base(tmp_path)
    done = fmt("--check", studies)
    assert (done.returncode, done.stdout) == (1, f"{studies / 'astray.yaml'}\n")
    assert done.stderr == "1 of 2 files would change.\n"
    assert (studies / "astray.yaml").read_text().startswith("design")


def test_a_folder_is_put_in_order_and_then_stays(tmp_path: Path) -> None:
    studies = base(tmp_path)
    assert fmt(tmp_path).returncode == 0
    assert (studies / "astray.yaml").read_text() == "id: astray\ndesign: cohort # sic\n"
    done = fmt("--check", studies / "astray.yaml")
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_not_yaml_is_reported_and_the_others_are_done(tmp_path: Path) -> None:
    studies = base(tmp_path)
    (studies / "broken.yaml").write_text("design: [cohort\nid: x\n")
    done = fmt(studies)
    assert done.returncode == 2
    assert "broken.yaml:2:3" in done.stderr
    assert (studies / "broken.yaml").read_text() == "design: [cohort\nid: x\n"
    assert (studies / "astray.yaml").read_text().startswith("id")


def test_what_is_no_file_of_the_base_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("b: 1\na: 2\n")
    done = fmt(tmp_path / "other.yaml")
    assert (done.returncode, "CKB072" in done.stderr, "knowledge/studies/*.yaml" in done.stderr) == (2, True, True)
    assert fmt(tmp_path / "missing").returncode == 2


def test_a_file_of_the_base_names_its_schema() -> None:
    assert fmt("--check", ROOT / "rules" / "fit.yaml").returncode == 0
