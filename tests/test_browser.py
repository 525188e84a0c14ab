"""Find or install the browser of the tests, and report its absence in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import browser
from strategies import ROOT


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH, empty: a machine without a browser, on which nothing can be downloaded."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    monkeypatch.setattr(browser, "APPLICATIONS", ())
    return folder


def program(path: Path, code: int = 0) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {code}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("name", browser.NAMES)
def test_a_browser_on_the_path_is_found(bare: Path, name: str) -> None:
    assert program(bare / name) == browser.find()


def test_a_browser_that_does_not_start_is_passed_over(bare: Path) -> None:
    program(bare / "chromium", code=127)
    assert browser.find() is None
    assert program(bare / "google-chrome") == browser.find()


@pytest.mark.usefixtures("bare")
def test_the_browser_of_playwright_is_found() -> None:
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    assert browser.find() is None
    assert program(Path(own)) == browser.find()


def test_root_takes_the_package_of_the_system_first(bare: Path) -> None:
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    assert browser.installers(root=True) == browser.installers(root=False) == [playwright]
    apt = program(bare / "apt-get")
    assert browser.installers(root=False) == [playwright]
    system, with_libraries = browser.installers(root=True)
    assert f"{apt} install -y -q chromium" in system[-1]
    assert with_libraries == [*playwright, "--with-deps"]


def test_a_browser_is_installed_once(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first process installs; its outcome, success or failure, holds for all."""
    wanted = str(bare / "chromium")
    install = f'[ ! -e "{wanted}" ] || exit 1; printf "#!/bin/sh\\n" > "{wanted}"; /bin/chmod +x "{wanted}"'
    monkeypatch.setattr(browser, "installers", lambda **_: [["/bin/false"], ["/bin/sh", "-c", install]])
    assert [browser.find_or_install(tmp_path) for _ in range(2)] == [wanted] * 2
    monkeypatch.setattr(browser, "installers", lambda **_: [["/nowhere/apt-get"]])
    Path(wanted).unlink()
    other = tmp_path / "other"
    other.mkdir()
    assert browser.find_or_install(other) is None
    program(Path(wanted))
    assert browser.find_or_install(other) is None


@pytest.mark.slow
@pytest.mark.usefixtures("bare")
def test_without_a_browser_one_line_says_so() -> None:
    """Not one failure per test: all but the first that needs it are left out."""
    script = (
        "import sys, browser, pytest\n"
        "browser.APPLICATIONS, browser.installers = (), lambda **_: []\n"
        "sys.exit(pytest.main(sys.argv[1:]))\n"
    )
    arguments = [
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "tests/map/test_page.py",
        "-m",
        "",
        "-k",
        "axe or phone or policy or bytes_twice",
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"\n{browser.MISSING}\n" in done.stdout
    assert done.stdout.count("ERROR tests/map/test_page.py") == 1, done.stdout
    assert "Traceback" not in done.stdout
    assert "1 error" in done.stdout
