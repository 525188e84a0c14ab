"""One test per file of the base, so that a bad file is named by the test that fails."""

from __future__ import annotations

from collections import defaultdict

import pytest

from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
from strategies import ROOT

FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("knowledge", "rules", "tests/cases")
    for path in (ROOT / folder).rglob("*.yaml")
)


@pytest.fixture(scope="module")
def problems() -> dict[str, list[str]]:
    """What a check finds, by file."""
    found: dict[str, list[str]] = defaultdict(list)
    for section in check(Subject.read()):
        for problem in section.problems:
            found[problem.place.file if problem.place else ""].append(str(problem))
    return found


@pytest.mark.parametrize("file", FILES)
def test_a_file_has_no_problem(problems: dict[str, list[str]], file: str) -> None:
    assert problems.get(file, []) == []


def test_nothing_else_has_a_problem(problems: dict[str, list[str]]) -> None:
    assert {file: found for file, found in problems.items() if file not in FILES} == {}
