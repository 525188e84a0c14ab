"""No file of the base has a problem."""

from __future__ import annotations

from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject


def test_no_file_has_a_problem() -> None:
    assert [str(problem) for section in check(Subject.read()) for problem in section.problems] == []
