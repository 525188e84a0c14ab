"""The static twin: every link leads to a file, nothing is absolute, the bytes are the same, and foreign folders are left alone."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest
from typer.testing import CliRunner

from calcinosis_kb.cli import app
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.site import Site
from page_links import Links


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(Service(Settings()))


_ELSEWHERE = ("map.html", "quiz.html", "stories.html", "story/", "node/")
"""Pages that are still to come."""


def _dead(pages: dict[str, Links], known: dict[str, object]) -> list[str]:
    """The links that lead to no file, or to no part of a page that was read."""
    dead = []
    for name, page in pages.items():
        for address in page.internal:
            path, _, part = address.partition("#")
            target = normpath(join(dirname(name), path.partition("?")[0])) if path else name
            is_dead = address.startswith("/") or (target not in known and not target.startswith(_ELSEWHERE))
            if is_dead or (part and "=" not in part and target in pages and part not in pages[target].ids):
                dead.append(f"{name}: {address}")
    return dead


def test_no_link_of_a_page_of_each_kind_is_dead(site: Site) -> None:
    made = site.files()
    first: dict[str, list[str]] = {}
    for name in made:
        first.setdefault(dirname(name), []).append(name)
    some = [name for names in first.values() for name in islice(names, 3) if name.endswith(".html")]
    pages = {name: Links(made[name]().decode()) for name in some}
    assert len(pages) > 10
    assert _dead(pages, dict(made)) == []


def test_no_page_is_about_a_patient_of_the_reader(site: Site) -> None:
    made = site.files()
    assert not [name for name in made if name.startswith(("patient", "maintain"))]
    assert 'action="/patient"' not in made["case/nunes-2019-1.html"]().decode()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    result = CliRunner().invoke(app, ["site", "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert "CKB103" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.slow
def test_the_whole_site_holds_together_and_is_the_same_each_time(site: Site, tmp_path: Path) -> None:
    (tmp_path / "files.txt").write_text("gone.html\n../outside.html\n")
    (tmp_path / "gone.html").write_text("of an earlier site")
    site.write(tmp_path)
    assert not (tmp_path / "gone.html").exists()
    made = site.files()
    pages = {name: Links((tmp_path / name).read_text("utf-8")) for name in made if name.endswith(".html")}
    assert _dead(pages, dict(made)) == []
    assert [name for name, page in pages.items() if len(page.ids) != len(set(page.ids))] == []
    again = Site(Service(Settings())).files()
    assert {name for name in made if made[name]() != again[name]()} == set()
