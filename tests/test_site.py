"""The site builds without a warning, and leaves no page, command, option, error code or public name out."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import calcinosis_kb
from calcinosis_kb.cli import app
from calcinosis_kb.codes import CODES
from strategies import ROOT

DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site, once."""
    pytest.importorskip("furo", reason="the site needs the extra 'docs'")
    folder = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "--keep-going", "-n", "-d", str(folder / "doctrees")]
    command = [sys.executable, "-m", "sphinx", *options, str(DOCS), str(folder / "html")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def text(page: Path) -> str:
    """The words of a page, without its sidebars."""
    article = re.search(r"<article.*?</article>", page.read_text(encoding="utf-8"), re.DOTALL)
    assert article
    return html.unescape(re.sub(r"<[^>]+>", "", article[0]))


def commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Each command that does something, with all that is typed to call it; Typer has click's classes inside."""
    if not hasattr(command, "list_commands"):
        yield name, command
        return
    context = typer.Context(command)
    for part in command.list_commands(context):
        yield from commands(command.get_command(context, part), f"{name} {part}")


def every_command() -> list[tuple[str, Any]]:
    return list(commands(typer.main.get_command(app), "calcinosis-kb"))


def test_every_page_is_in_the_sidebar(site: Path) -> None:
    sidebar = (site / "index.html").read_text(encoding="utf-8").partition('<div class="sidebar-tree">')[2]
    for page in (*DOCS.glob("*.md"), *DOCS.glob("releases/*.md")):
        name = page.relative_to(DOCS).with_suffix(".html").as_posix()
        assert f'href="{name}"' in sidebar or page.stem == "index", name
    captions = re.findall(r'<p class="caption"[^>]*><span class="caption-text">(.*?)</span>', sidebar)
    assert captions == re.findall(r"^## (.+)", (DOCS / "index.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    ("name", "command"), every_command(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_is_explained(name: str, command: Any) -> None:
    assert command.help, f"{name} has no help"
    for parameter in command.params:
        assert getattr(parameter, "help", None), f"'{parameter.name}' of '{name}' has no help"


def test_the_reference_holds_every_command_and_option(site: Path) -> None:
    page = text(site / "commands.html")
    for name, command in every_command():
        section = page.partition(f"\n{name}¶")[2].partition("¶")[0]
        for parameter in command.params:
            option = parameter.opts[0].startswith("-")
            shown = parameter.opts[0] if option else parameter.metavar or parameter.name
            assert shown in section, f"{name} {shown}"


def test_the_reference_holds_every_public_name(site: Path) -> None:
    page = text(site / "python.html")
    for name in calcinosis_kb.__all__:
        assert name.startswith("__") or f"calcinosis_kb.{name}(" in page, name


def test_the_reference_holds_every_error_code(site: Path) -> None:
    headings = re.findall(r"^(CKB\d+): (.+)¶$", text(site / "errors.html"), re.MULTILINE)
    assert [id_ for id_, _ in headings] == list(CODES)


def test_every_schema_is_linked() -> None:
    """Those of files from the page on files, those of answers from the page on JSON."""
    pages = "".join((DOCS / page).read_text(encoding="utf-8") for page in ("files.md", "json.md"))
    schemas = {f"schemas/{path.name}" for path in (DOCS / "schemas").glob("*.json")}
    assert set(re.findall(r"\((schemas/[^)]+)\)", pages)) == schemas
