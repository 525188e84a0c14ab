"""Every command line that a page shows is one that the program takes."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from calcinosis_kb.cli import app
from strategies import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^ *```(?:sh|console)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


def command_lines(page: Path) -> Iterator[str]:
    """All that follows ``calcinosis-kb`` in blocks and between code marks; a form that only hints at the rest ("…") is left out."""
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if found := re.match(r"\s*(?:\$ )?(?:[^#]*?(?:&& |\| ))?(?:\.venv/bin/)?calcinosis-kb (.+)", line):
                yield found[1]
    for line in re.findall(r"`(?:[^`\n]*\| )?calcinosis-kb ([^`]+)`", BLOCK.sub("", text)):
        if "…" not in line:
            yield line.replace("\n", " ")


def words(line: str) -> list[str]:
    """The words of a line up to a pipe, redirection or second command; of "a|b" the first, of "[a]" the word."""
    typed = shlex.split(re.split(r" (?:\||&&|>) ", line)[0], comments=True)
    return [re.sub(r"^([\w-]+)\|.*", r"\1", word.strip("[]")) for word in typed]


LINES = [pytest.param(line, id=f"{page.name}: {line}") for page in PAGES for line in dict.fromkeys(command_lines(page))]


@pytest.mark.parametrize("line", LINES)
def test_the_program_takes_what_a_page_shows(line: str) -> None:
    command: Any = typer.main.get_command(app)
    rest = words(line)
    while hasattr(command, "get_command") and rest and not rest[0].startswith("-"):
        name, *rest = rest
        command = command.get_command(typer.Context(command), name)
        assert command, f"there is no command '{name}'"
    if rest and not hasattr(command, "get_command"):
        command.make_context("calcinosis-kb", rest)


def test_lines_are_found_in_blocks_and_in_sentences() -> None:
    found = [" ".join(words(line)) for line in command_lines(ROOT / "README.md")]
    assert "graph path warfarin" in found
    assert len(LINES) > 100
