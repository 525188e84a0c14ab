"""Export the problems of a check as SARIF for code scanning and as workflow commands for GitHub."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from calcinosis_kb.characters import visible
from calcinosis_kb.codes import CODES
from calcinosis_kb.errors import Problem

__all__ = ["as_github", "as_notice", "as_sarif"]

SARIF = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_github(problems: Iterable[Problem]) -> str:
    """Return one workflow command per problem, which GitHub shows at its line.

    >>> from calcinosis_kb.errors import Place
    >>> print(as_github([Problem("CKB014", "there is no study 'x'", Place("rules/a.yaml", 3, 5), fix="correct it")]))
    ::error file=rules/a.yaml,line=3,col=5,title=CKB014::there is no study 'x'%0Afix: correct it
    """
    return "\n".join(_command(problem) for problem in problems)


def as_notice(title: str, text: str) -> str:
    """Return a workflow command that GitHub shows as a notice.

    >>> print(as_notice("Retractions", "none found"))
    ::notice title=Retractions::none found
    """
    return f"::notice title={title}::{_escaped(text)}"


def _command(problem: Problem) -> str:
    place = problem.place
    properties = {"title": problem.code}
    if place is not None:
        line = {"line": str(place.line), "col": str(place.column)} if place.line else {}
        properties = {"file": place.file, **line, **properties}
    # In a property two more characters are escaped than in a message.
    shown = ",".join(
        f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items()
    )
    level = "warning" if problem.severity == "warning" else "error"
    return f"::{level} {shown}::{_escaped(_message(problem))}"


def _escaped(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_sarif(problems: Iterable[Problem], version: str) -> dict[str, Any]:
    """Return the problems as one run of SARIF 2.1.0, with an explanation of every code that occurs."""
    found = list(problems)
    codes = sorted({problem.code for problem in found})
    rules = [
        {
            "id": code,
            "shortDescription": {"text": CODES[code].title},
            "fullDescription": {"text": CODES[code].meaning},
            "help": {"text": CODES[code].fix},
        }
        for code in codes
    ]
    driver = {"name": "calcinosis-kb", "version": version, "rules": rules}
    results = [_result(problem, codes.index(problem.code)) for problem in found]
    return {"$schema": SARIF, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _result(problem: Problem, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": "warning" if problem.severity == "warning" else "error",
        "message": {"text": _message(problem)},
    }
    if problem.place is not None:
        place: dict[str, Any] = {"artifactLocation": {"uri": problem.place.file}}
        if problem.place.line:
            place["region"] = {"startLine": problem.place.line, "startColumn": max(1, problem.place.column)}
        result["locations"] = [{"physicalLocation": place}]
    return result


def _message(problem: Problem) -> str:
    near = f"\nnearest: {', '.join(problem.nearest)}" if problem.nearest else ""
    fix = f"\nfix: {problem.fix}" if problem.fix else ""
    return f"{problem.message}{near}{fix}"
