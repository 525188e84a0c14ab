"""How a command starts: nothing happens on import, names of commands, help, version."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from calcinosis_kb import __version__
from calcinosis_kb.cli import app
from calcinosis_kb.cli.group import COMMANDS
from strategies import ROOT


def test_an_import_changes_nothing_of_the_process() -> None:
    script = (
        "import codecs, gc, os, sys, locale, signal, warnings\n"
        "def handler():\n"
        "    try: return codecs.lookup_error('calcinosis-kb.ascii')\n"
        "    except LookupError: return None\n"
        "def state(): return (gc.isenabled(), gc.get_threshold(), dict(os.environ), os.getcwd(), sys.stdout, sys.stderr,\n"
        "                     sys.excepthook, sys.getrecursionlimit(), list(sys.path), locale.setlocale(locale.LC_ALL),\n"
        "                     signal.getsignal(signal.SIGPIPE), list(warnings.filters), handler())\n"
        "import typer.testing, rich.progress, pydantic, networkx, numpy  # what others do is not ours\n"
        "before = state()\n"
        "import pkgutil, calcinosis_kb\n"
        "for module in pkgutil.walk_packages(calcinosis_kb.__path__, 'calcinosis_kb.'):\n"
        "    if not module.name.endswith('__main__'): __import__(module.name)\n"
        "names = ('gc', 'threshold', 'environment', 'folder', 'stdout', 'stderr', 'hook', 'recursion', 'path', 'locale', 'signal',\n"
        "         'warnings', 'codecs')\n"
        "print([name for name, one, other in zip(names, before, state()) if one != other])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_only_the_command_that_is_called_is_imported() -> None:
    script = (
        "import sys; sys.argv = ['calcinosis-kb', 'explain', 'CKB001']\n"
        "from calcinosis_kb.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {sorted(COMMANDS)!r} if f'calcinosis_kb.cli.{{name}}' in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "['explain']"


def test_the_help_groups_the_commands_by_who_needs_them() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "100"}).stdout
    starts = [shown.index(f"─ {panel} ─") for panel in ("Patients", "Learning", "Maintaining")]
    assert starts == sorted(starts)
    for command in COMMANDS:
        assert f"│ {command} " in shown


@pytest.mark.parametrize(
    ("arguments", "same"),
    [
        (["help"], ["--help"]),
        (["help", "suggest"], ["suggest", "--help"]),
        (["help", "graph", "path"], ["graph", "path", "--help"]),
        (["-V"], ["--version"]),
        (["version"], ["--version"]),
    ],
    ids=str,
)
def test_what_other_tools_call_it_is_understood(arguments: list[str], same: list[str]) -> None:
    one, other = (CliRunner().invoke(app, words) for words in (arguments, same))
    assert (one.exit_code, one.stdout) == (0, other.stdout)
    assert one.stdout
    if same == ["--version"]:
        assert one.stdout.startswith(f"calcinosis-kb {__version__}\n")


@pytest.mark.parametrize(
    ("typed", "told"), [("path", "graph path"), ("sugest", "suggest"), ("evidense", "evidence"), ("therapi", "therapy")]
)
def test_a_command_that_is_not_there_is_answered_with_the_one_meant(typed: str, told: str) -> None:
    done = CliRunner().invoke(app, [typed, "x"], env={"COLUMNS": "100"})
    assert done.exit_code == 2
    assert told in done.stderr


def test_no_message_points_to_a_page_that_an_installed_package_lacks() -> None:
    """Only docs/literature.md is named, where a maintainer writes down a search. Schemas are for an editor in a checkout."""
    named = {
        (path.name, text)
        for path in (ROOT / "src").rglob("*.py")
        if path.parent.name != "editing"
        for text in _shown(ast.parse(path.read_text(encoding="utf-8")))
        if re.search(r"docs/(?!literature)[a-z-]+\.md", text)
    }
    assert named == set()


def _shown(tree: ast.Module) -> Iterator[str]:
    """The texts of a module that are not docstrings."""
    said = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value
