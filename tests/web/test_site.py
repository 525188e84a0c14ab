"""The static twin: every link leads to a file, none is absolute, the bytes are the same, and foreign folders are left alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Collection
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from playwright.sync_api import Browser, expect
from typer.testing import CliRunner

from calcinosis_kb.cli import app
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.site import Site
from page_links import Links

HEAVIEST = 500_000
"""Bytes of a page without the map."""


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(Service(Settings()))


def _dead(pages: dict[str, Links], known: Collection[str]) -> list[str]:
    """The links that lead to no file, or to no part of a page that was read; a part with "=" is the state of a script."""
    dead = []
    for name, page in pages.items():
        for address in page.internal:
            path, _, part = address.partition("#")
            target = normpath(join(dirname(name), path.partition("?")[0])) if path else name
            is_dead = address.startswith("/") or target not in known
            if is_dead or (part and "=" not in part and target in pages and part not in pages[target].ids):
                dead.append(f"{name}: {address}")
    return dead


def test_no_link_of_a_page_of_each_kind_is_dead(site: Site) -> None:
    made = site.pages()
    first: dict[str, list[str]] = {}
    for name in made:
        first.setdefault(dirname(name), []).append(name)
    some = [
        name for names in first.values() for name in islice(names, 1) if name.endswith(".html") and name != "map.html"
    ]
    pages = {name: Links(made[name]().decode()) for name in some}
    assert len(pages) > 8
    assets = [f"assets/{asset.name}" for asset in files("calcinosis_kb.web").joinpath("assets").iterdir()]
    assert _dead(pages, [*made, *assets]) == []


def test_no_page_shows_an_id_of_the_files_to_its_readers(site: Site) -> None:
    made = site.pages()
    read = [name for name in made if name in ("conflicts.html", "gaps.html") or name.startswith(("case/", "disease/"))]
    assert len(read) > 40
    for name in read:
        shown = re.sub(r"<(title|textarea|code|details)\b.*?</\1>|<[^>]*>", " ", made[name]().decode(), flags=re.DOTALL)
        assert re.findall(r"\b[a-z]+_[a-z_]+\b|\banon-", shown) == [], name


def test_no_page_is_about_a_patient_of_the_reader(site: Site) -> None:
    made = site.pages()
    assert not [name for name in made if name.startswith(("patient", "maintain"))]
    assert "<form" not in made["case/nunes-2019-1.html"]().decode().partition("</form>")[2]  # the first is the search


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    result = CliRunner().invoke(app, ["site", "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert "CKB103" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.slow
def test_the_whole_site_holds_together_and_opens_from_a_disk(site: Site, tmp_path: Path, browser: Browser) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    (folder / "files.txt").write_text("gone.html\n../kept.html\n")
    for name in ("gone.html", "../kept.html"):
        (folder / name).write_text("of an earlier site")
    site.write(folder)
    assert not (folder / "gone.html").exists()
    assert (tmp_path / "kept.html").exists()
    found = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
    pages = {name: Links(path.read_text("utf-8")) for name, path in found.items() if path.suffix == ".html"}
    assert _dead(pages, found) == []
    assert [name for name, page in pages.items() if len(page.ids) != len(set(page.ids))] == []
    assert [name for name, path in found.items() if path.stat().st_size > HEAVIEST and not name.startswith("map")] == []
    assert not [
        name for name in found if name.startswith("assets/") and name[7:].startswith(("answer", "maintain", "patient"))
    ]

    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((folder / "therapies.html").as_uri())
    page.get_by_role("searchbox", name="Search").press_sequentially("rtiuximab")
    page.locator(".hits").get_by_role("link", name="Rituximab", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Rituximab")).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("Narváez")
    page.keyboard.press("Enter")
    expect(page.locator("#found").get_by_role("link", name="Narváez 2019")).to_be_visible()
    for name in ("map.html", "node/fibroblast.html", "quiz/1/1.html", "story/warfarin-paradox.html"):
        page.goto((folder / name).as_uri())
    page.context.close()
    assert complaints == []


_DIGESTS = """
import hashlib, sys
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.site import Site
pages = Site(Service(Settings())).pages()
print(*(hashlib.sha256(pages[name]()).hexdigest() for name in sys.argv[1:]), sep="\\n")
"""


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(site: Site) -> None:
    made = site.pages()
    some = [name for name in made if name != "map.html"][::25]
    command = [sys.executable, "-c", _DIGESTS, *some]
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    assert run.stdout.split() == [sha256(made[name]()).hexdigest() for name in some]
