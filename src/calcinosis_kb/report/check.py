"""The findings of a check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calcinosis_kb.errors import Problem
from calcinosis_kb.report import sarif
from calcinosis_kb.report.blocks import Block, Table, Text
from calcinosis_kb.report.report import Report

if TYPE_CHECKING:
    from calcinosis_kb.checks.retractions import Consulted
    from calcinosis_kb.checks.run import Section

__all__ = ["CheckReport"]


@dataclass(frozen=True)
class CheckReport(Report):
    """What ``check`` prints."""

    sections: Sequence[Section]
    consulted: Consulted | None = None
    """The copy of the Retraction Watch CSV that was read."""

    @property
    def problems(self) -> list[Problem]:
        """The problems of every section."""
        return [problem for section in self.sections for problem in section.problems]

    def data(self) -> dict[str, Any]:
        """The sections with their counts, and every problem with its place."""
        return {
            **({"retractions": self.consulted.to_dict()} if self.consulted else {}),
            "sections": [
                dict(zip(("name", "checked", "passed", "failed", "skipped"), _row(section), strict=True))
                for section in self.sections
            ],
            "problems": [_problem(problem) for problem in self.problems],
        }

    def blocks(self) -> Iterator[Block]:
        """Every problem, then what was checked."""
        for problem in self.problems:
            yield Text(str(problem))
        if self.consulted:
            for note in self.consulted.notes:
                yield Text(f"note: {note}")
            yield Text(str(self.consulted))
        rows = [_row(section) for section in self.sections]
        yield Table(("What", "Checked", "Passed", "Failed", "Skipped"), rows, ratios=(30, 8, 8, 8, 26))

    def sarif(self, version: str) -> dict[str, Any]:
        """The problems as SARIF 2.1.0, with the copy of the retractions among the properties of the run."""
        log = sarif.as_sarif(self.problems, version)
        if self.consulted:
            log["runs"][0]["properties"] = {"retractions": self.consulted.to_dict()}
        return log

    def github(self) -> str:
        """The problems as workflow commands of GitHub, one line each."""
        notices = [sarif.as_notice("Retractions", str(self.consulted))] if self.consulted else []
        return "".join(f"{line}\n" for line in (*notices, sarif.as_github(self.problems)) if line)


def _row(section: Section) -> tuple[str, ...]:
    return (section.name, str(section.checked), str(section.passed), str(section.failed), section.skipped or "")


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": problem.place.file if problem.place else None,
        "line": problem.place.line if problem.place else None,
        "column": problem.place.column if problem.place else None,
        "message": problem.message,
        "valid": list(problem.valid),
        "nearest": list(problem.nearest),
        "fix": problem.fix,
    }
