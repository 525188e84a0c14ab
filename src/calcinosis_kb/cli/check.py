"""``calcinosis-kb check``: everything that is wrong with knowledge and rules."""

from __future__ import annotations

import typer

from calcinosis_kb.cli.app import FormatOption, OutputFormat, app, show

__all__ = ["check"]


@app.command()
def check(format_: FormatOption = OutputFormat.table) -> None:
    """Is everything in knowledge and rules right? Each mistake with its file, line and column; exit code 1 if any."""
    from calcinosis_kb import __version__
    from calcinosis_kb.checking import Section
    from calcinosis_kb.checking import check as run
    from calcinosis_kb.report.blocks import Block, Table, Text

    sections = run(version=__version__)
    problems = [problem for section in sections for problem in section.problems]

    def row(section: Section) -> tuple[str, ...]:
        passed = 0 if section.skipped else section.checked - section.failed
        return (section.name, str(section.checked), str(passed), str(section.failed), section.skipped or "")

    def blocks() -> list[Block]:
        rows = [row(section) for section in sections]
        told: list[Block] = [Text(str(problem)) for problem in problems]
        return [
            *told,
            Table(("What", "Checked", "Passed", "Failed", "Skipped"), rows, ratios=(30, 8, 8, 8, 26)),
        ]

    def data() -> dict[str, object]:
        return {
            "sections": [
                dict(zip(("name", "checked", "passed", "failed", "skipped"), row(section), strict=True))
                for section in sections
            ],
            "problems": [
                {
                    "code": problem.code,
                    "severity": problem.severity,
                    "file": problem.place.file if problem.place else None,
                    "line": problem.place.line if problem.place else None,
                    "column": problem.place.column if problem.place else None,
                    "message": problem.message,
                    "valid": list(problem.valid),
                    "nearest": list(problem.nearest),
                    "mend": problem.mend,
                }
                for problem in problems
            ],
        }

    show(format_, data, blocks)
    if problems:
        raise typer.Exit(1)
