"""The Sphinx site: ``sphinx-build -W -n docs build/site``. The references of commands, errors and Python are made from the code.

After ``calcinosis-kb site -o build/reading/pages`` it holds those pages too, and its first page links to them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from typer.cli import get_docs_for_click

import calcinosis_kb
from calcinosis_kb.cli import app as commands
from calcinosis_kb.codes import CODES

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "calcinosis-kb"
author = "The calcinosis-kb developers"
project_copyright = author
release = calcinosis_kb.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["schemas", "words", "studies"]
# Addresses that are examples. Whoever is busy or asks for patience is asked again.
linkcheck_ignore = [r"https?://(127\.0\.0\.1|localhost)\b", r"https://kb\.hospital\.example\b"]
linkcheck_retries = 3
linkcheck_timeout = 30
html_theme = "furo"
READING = Path(__file__).resolve().parents[1] / "build" / "reading"
html_extra_path = [str(READING)] if READING.is_dir() else []
myst_heading_anchors = 3
# console blocks hold tables and arrows that no lexer knows; a highlighter that gives up is no fault of the page
suppress_warnings = ["misc.highlighting_failure"]
autodoc_typehints = "description"
autodoc_member_order = "bysource"
# No network while building: what belongs to Python, to other packages or to the inside of ours is not linked.
nitpick_ignore_regex = [("py:.*", r"(?!calcinosis_kb\.\w+$).*")]


def command_reference() -> str:
    """Every command with its arguments and options, from the help texts."""
    command = typer.main.get_command(commands)
    text = get_docs_for_click(obj=command, ctx=typer.Context(command), name=command.name or "")
    # The whole is a page of its own, so its headings go down by one; its list of commands repeats the headings.
    return re.sub(r"^(#+) ", r"#\1 ", text, flags=re.MULTILINE)


def contents(index: str) -> str:
    """The index with its lists of links once more as tables of contents, from which the sidebar is made."""
    for caption, links in re.findall(r"^## (.+)\n\n((?:- .+\n(?:  .+\n)*)+)", index, re.MULTILINE):
        pages = "\n".join(re.findall(r"^- \[.*?\]\((.+?)\.md\)", links, re.MULTILINE))
        index += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n"
    return index


def code_reference() -> str:
    """Every error code with its meaning and how to fix it."""
    return "".join(f"\n## {id_}: {code.title}\n\n{code.meaning}\n\nFix: {code.fix}\n" for id_, code in CODES.items())


def python_reference() -> str:
    """Every public name with its docstring. autodoc finds none by itself, because the package imports them on demand."""
    entries = ""
    for name in calcinosis_kb.__all__:
        if isinstance(getattr(calcinosis_kb, name), type):
            entries += f".. autoclass:: calcinosis_kb.{name}\n   :members:\n\n"
        elif callable(getattr(calcinosis_kb, name)):
            entries += f".. autofunction:: calcinosis_kb.{name}\n\n"
    return f"\n```{{eval-rst}}\n{entries}```\n"


def complete(_: Sphinx, page: str, source: list[str]) -> None:
    """Adds to a page what is made from the code."""
    if page == "index":
        source[0] = contents(source[0])
        if html_extra_path:
            source[0] = source[0].replace("`calcinosis-kb site`", '<a href="pages/index.html">open them here</a>')
    elif page == "commands":
        source[0] += command_reference()
    elif page == "errors":
        source[0] += code_reference()
    elif page == "python":
        source[0] += python_reference()


def setup(app: Sphinx) -> None:
    app.connect("source-read", complete)
