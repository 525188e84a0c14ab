"""A real Chromium for the tests of pages: the system's, Playwright's own, or one that is installed for this run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

__all__ = ["MISSING", "find", "find_or_install", "installers", "started"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = ("Chromium", "Google Chrome")
MISSING = (
    "No test of a page was run: they need Chromium, and it could not be installed."
    " Try 'apt-get install chromium' or '.venv/bin/playwright install --with-deps chromium'."
)
_PATIENCE = 600
"""Seconds for one installation."""

# Root in a container has no sandbox, and Chromium would call home for updates and accounts.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def started(program: str) -> Iterator[Browser]:
    """Chromium, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


def find() -> str | None:
    """The path of a Chromium that starts: on the PATH, an application of macOS, or where Playwright keeps its own."""
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    found = filter(None, map(shutil.which, NAMES))
    applications = (f"/Applications/{name}.app/Contents/MacOS/{name}" for name in APPLICATIONS)
    return next((program for program in (*found, *applications, own) if _starts(program)), None)


def _starts(program: str) -> bool:
    """Whether it is there with the libraries that it needs."""
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def installers(root: bool) -> list[list[str]]:
    """The commands that bring a Chromium, best first: the system's package brings the libraries that it needs."""
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    apt = shutil.which("apt-get")
    if not root or apt is None:
        return [playwright]
    return [["sh", "-c", f"{apt} update -q && {apt} install -y -q chromium"], [*playwright, "--with-deps"]]


def find_or_install(folder: Path) -> str | None:
    """The path of a Chromium, or None. The first process to ask looks and installs; the others read its outcome in the folder."""
    outcome = folder / "chromium"
    with FileLock(folder / "chromium.lock"):
        if not outcome.exists():
            outcome.write_text(find() or _install() or "", encoding="utf-8")
        return outcome.read_text(encoding="utf-8") or None


def _install() -> str | None:
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in installers(root=root):
        with suppress(OSError, subprocess.TimeoutExpired):
            subprocess.run(command, env=environment, capture_output=True, timeout=_PATIENCE, check=False)
        if found := find():
            return found
    return None
