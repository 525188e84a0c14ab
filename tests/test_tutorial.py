"""Run the examples of the documentation as printed: write every file, type every command, compare every answer."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from strategies import ROOT

PAGE = ROOT / "docs" / "maintaining.md"
BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[^\n]*) -->\n)?```(?P<kind>[a-z]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
WRITE = re.compile(r'write (?P<path>\S+?)(?: from "(?P<start>[^"]+)")?')
EXIT = re.compile(r"exit code (\d)")


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Each line behind a prompt with the output below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected


def differences(page: str, clone: Path, environment: dict[str, str]) -> Iterator[str]:
    """What a reader who follows the page would see otherwise than it says; the files and commands stay in ``clone``."""
    checker, options = doctest.OutputChecker(), doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    for block in BLOCK.finditer(page):
        mark, kind, text = block["mark"] or "", block["kind"], block["text"]
        if written := WRITE.fullmatch(mark):
            path = clone / written["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            start = written["start"]
            if start is None:
                path.write_text(text, encoding="utf-8")
                continue
            before, found, _ = path.read_text(encoding="utf-8").partition(start)
            if not found:
                yield f"{path.name} has no '{start}'"
            path.write_text(before + text, encoding="utf-8")
        elif kind == "console":
            code = int(found_code[1]) if (found_code := EXIT.fullmatch(mark)) else 0
            typed = list(commands(text))
            for number, (command, expected) in enumerate(typed, 1):
                done = subprocess.run(
                    ["bash", "-c", command],
                    cwd=clone,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
                wanted = code if number == len(typed) else 0
                if done.returncode != wanted:
                    yield f"$ {command}\nexit code {done.returncode}, not {wanted}:\n{done.stdout}"
                example = doctest.Example(command, expected)
                if not checker.check_output(
                    expected.replace("…\n", "...\n"), done.stdout.replace("…\n", "...\n"), options
                ):
                    yield f"$ {command}\n{checker.output_difference(example, done.stdout, options)}"
        elif mark:
            yield f"the mark '{mark}' is none of this test's"


@pytest.fixture
def workplace(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """The working tree as a fresh checkout with one commit, and a shell in which ``calcinosis-kb`` is that checkout's."""
    clone, programs = tmp_path / "calcinosis-kb", tmp_path / "bin"
    ignore = shutil.ignore_patterns("__pycache__")
    for folder in ("knowledge", "rules", "src", "docs", "tests/cases"):
        shutil.copytree(ROOT / folder, clone / folder, ignore=ignore)
    shutil.copy(ROOT / ".gitignore", clone)
    programs.mkdir()
    shim = programs / "calcinosis-kb"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m calcinosis_kb "$@"\n')
    shim.chmod(0o755)
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(clone / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        # Nobody listens there: what would ask the network fails.
        "https_proxy": "http://127.0.0.1:9",
        **{
            f"GIT_{who}_{what}": "maintainer@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "As it is"]):
        subprocess.run(["git", *arguments], cwd=clone, env=environment, check=True)
    return clone, environment


@pytest.mark.slow
def test_the_tutorial_runs_as_it_is_printed(workplace: tuple[Path, dict[str, str]]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    typed = [
        command
        for block in BLOCK.finditer(page)
        if block["kind"] == "console"
        for command, _ in commands(block["text"])
    ]
    for step in (
        "new study",
        "new rule",
        "new case",
        "check",
        "fmt",
        "schema",
        "evidence forest",
        "diff HEAD",
        "quotes",
    ):
        assert any(command.startswith(f"calcinosis-kb {step}") for command in typed), step
    assert list(differences(page, *workplace)) == []


OTHERS = ("README.md", "docs/evidence-exports.md", "docs/graph-exports.md")
"""Pages whose examples need no file written first; tests/cli/test_graph.py has those of docs/graph.md."""


@pytest.mark.parametrize("page", OTHERS)
def test_the_examples_of_other_pages_run_as_they_are_printed(page: str, workplace: tuple[Path, dict[str, str]]) -> None:
    clone, environment = workplace
    examples = [
        block[0] for block in BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")) if block["kind"] == "console"
    ]
    assert examples
    assert list(differences("\n".join(examples), clone, environment)) == []


def test_every_page_with_examples_is_run() -> None:
    """But for docs/graph-scale.md and docs/engine.md, whose examples only say how their figures are measured."""
    pages = ["README.md", *(str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md"))]
    shown = {page for page in pages if "```console" in (ROOT / page).read_text(encoding="utf-8")}
    assert shown == {*OTHERS, "docs/maintaining.md", "docs/graph.md", "docs/graph-scale.md", "docs/engine.md"}


SMALL = """<!-- write knowledge/studies/notes.txt -->
```text
one
two
```

```console
$ cat knowledge/studies/notes.txt
one
...
```

<!-- exit code 1 -->
```console
$ grep three knowledge/studies/notes.txt
```
"""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("one\ntwo\n", "ten\ntwo\n"),
        ("$ cat knowledge/studies/notes.txt", "$ tail -n 1 knowledge/studies/notes.txt"),
        ("one\n...", "ten\n..."),
        ("<!-- exit code 1 -->\n", ""),
        ("$ grep three", "$ grep two"),
        ("<!-- write knowledge/studies/notes.txt -->", "<!-- wriet knowledge/studies/notes.txt -->"),
        ("notes.txt -->", 'notes.txt from "three" -->'),
    ],
)
def test_a_page_with_a_wrong_output_is_reported(right: str, wrong: str, tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"]}
    (tmp_path / "right").mkdir()
    assert list(differences(SMALL, tmp_path / "right", environment)) == []
    changed = SMALL.replace(right, wrong, 1)
    assert changed != SMALL
    notes = tmp_path / "wrong" / "knowledge" / "studies" / "notes.txt"
    notes.parent.mkdir(parents=True)
    notes.write_text("before\n")
    assert list(differences(changed, tmp_path / "wrong", environment))
