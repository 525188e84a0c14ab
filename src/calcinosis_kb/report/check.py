"""The report of ``check``: its problems as text, JSON, SARIF or GitHub workflow commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NotRequired

from typing_extensions import TypedDict

from calcinosis_kb.errors import Problem
from calcinosis_kb.report import sarif
from calcinosis_kb.report.blocks import Block, Table, Text
from calcinosis_kb.report.report import Report

if TYPE_CHECKING:
    from calcinosis_kb.checks.retractions import Consulted
    from calcinosis_kb.checks.run import Section

__all__ = ["CheckDocument", "CheckReport", "ProblemDocument"]


class SectionDocument(TypedDict):
    """One section of the check; the counts are strings of digits."""

    name: str
    checked: str
    passed: str
    failed: str
    skipped: str
    """Why the section was skipped; empty if it was checked."""


class ProblemDocument(TypedDict):
    """One problem."""

    code: str
    """``calcinosis-kb explain CODE`` explains it."""
    severity: Literal["error", "warning"]
    file: str | None
    line: int | None
    """Counts from 1; 0 for the whole file."""
    column: int | None
    message: str
    valid: list[str]
    nearest: list[str]
    fix: str | None


class RetractionsDocument(TypedDict):
    """The copy of the Retraction Watch data in which the sources were looked up."""

    file: str
    rows: int
    unreadable: int
    newest: str | None
    sources: int
    unidentified: int
    sha256: str
    notes: list[str]


class CheckDocument(TypedDict):
    """The result of a check."""

    retractions: NotRequired[RetractionsDocument]
    sections: list[SectionDocument]
    problems: list[ProblemDocument]
    elsewhere: NotRequired[int]
    """If only some files were checked: the number of problems in the others, which are not listed."""


@dataclass(frozen=True)
class CheckReport(Report):
    """The result of a check, printed by ``check``."""

    sections: Sequence[Section]
    consulted: Consulted | None = None
    """The copy of the Retraction Watch CSV that was read."""
    elsewhere: int | None = None
    """If only some files were checked: the number of problems in the others, which are not listed."""

    @property
    def problems(self) -> list[Problem]:
        """The problems of every section."""
        return [problem for section in self.sections for problem in section.problems]

    def data(self) -> CheckDocument:
        """The sections with their counts, and every problem with its place."""
        found: CheckDocument = {
            "sections": [_section(section) for section in self.sections],
            "problems": [_problem(problem) for problem in self.problems],
        }
        if self.elsewhere is not None:
            found["elsewhere"] = self.elsewhere
        return {"retractions": _retractions(self.consulted), **found} if self.consulted else found

    def blocks(self) -> Iterator[Block]:
        """Every problem, then a table of the sections."""
        for problem in self.problems:
            yield Text(str(problem))
        if self.consulted:
            for note in self.consulted.notes:
                yield Text(f"note: {note}")
            yield Text(str(self.consulted))
        if self.elsewhere is not None:
            number = len(self.problems)
            others = f"; {self.elsewhere} in other files" if self.elsewhere else ""
            yield Text(f"{number or 'No'} finding{'' if number == 1 else 's'} in the files named{others}.")
            return
        sections = [_section(section) for section in self.sections]
        rows = [(one["name"], one["checked"], one["passed"], one["failed"], one["skipped"]) for one in sections]
        yield Table(("What", "Checked", "Passed", "Failed", "Skipped"), rows, ratios=(30, 8, 8, 8, 26))

    def table(self) -> Table | None:
        """The findings if files are named, else the counts per section."""
        if self.elsewhere is None:
            return super().table()
        rows = [
            (
                one.code,
                one.severity,
                one.place.file,
                str(one.place.line),
                str(one.place.column),
                one.message,
                one.fix or "",
            )
            for one in self.problems
            if one.place is not None
        ]
        return Table(("Code", "Severity", "File", "Line", "Column", "Message", "Fix"), rows)

    def sarif(self, version: str) -> dict[str, Any]:
        """The problems as SARIF 2.1.0, with the copy of the retractions among the properties of the run."""
        log = sarif.as_sarif(self.problems, version)
        if self.consulted:
            log["runs"][0]["properties"] = {"retractions": _retractions(self.consulted)}
        return log

    def github(self) -> str:
        """The problems as workflow commands of GitHub, one line each."""
        notices = [sarif.as_notice("Retractions", str(self.consulted))] if self.consulted else []
        return "".join(f"{line}\n" for line in (*notices, sarif.as_github(self.problems)) if line)


def _section(section: Section) -> SectionDocument:
    return {
        "name": section.name,
        "checked": str(section.checked),
        "passed": str(section.passed),
        "failed": str(section.failed),
        "skipped": section.skipped or "",
    }


def _retractions(consulted: Consulted) -> RetractionsDocument:
    return {
        "file": consulted.file,
        "sources": consulted.sources,
        "unidentified": consulted.unidentified,
        "rows": consulted.rows,
        "unreadable": consulted.unreadable,
        "newest": consulted.newest.isoformat() if consulted.newest else None,
        "sha256": consulted.sha256,
        "notes": list(consulted.notes),
    }


def _problem(problem: Problem) -> ProblemDocument:
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
