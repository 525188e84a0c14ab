"""The findings of a check for other programs."""

from __future__ import annotations

import json
import re

from calcinosis_kb.codes import CODES
from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.report.sarif import as_github, as_sarif

PROBLEMS = [
    Problem(
        "CKB014",
        "there is no study 'balin-2013'",
        Place("rules/fit.yaml", 12, 5),
        nearest=("balin-2012",),
        fix="correct it",
    ),
    Problem("CKB016", "100 % of 3, then\nmore", Place("knowledge/studies/a,b:c.yaml"), severity="warning"),
    Problem("CKB014", "there is no study 'x'", Place("rules/fit.yaml", 20, 5)),
]


def test_sarif_tells_every_finding_at_its_place() -> None:
    log = as_sarif(PROBLEMS, "1.2.3")
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == ["CKB014", "CKB016"]
    assert driver["rules"][0]["help"]["text"] == CODES["CKB014"].fix
    assert [(result["ruleId"], result["ruleIndex"], result["level"]) for result in run["results"]] == [
        ("CKB014", 0, "error"), ("CKB016", 1, "warning"), ("CKB014", 0, "error"),
    ]  # fmt: skip
    first, whole_file, _ = (result["locations"][0]["physicalLocation"] for result in run["results"])
    assert first["artifactLocation"]["uri"] == "rules/fit.yaml"
    assert first["region"] == {"startLine": 12, "startColumn": 5}
    assert "region" not in whole_file
    assert "nearest: balin-2012" in run["results"][0]["message"]["text"]
    assert as_sarif([], "1")["runs"][0]["results"] == []
    json.dumps(log, allow_nan=False)


def test_a_workflow_command_is_one_line_and_escaped() -> None:
    lines = as_github(PROBLEMS).split("\n")
    assert len(lines) == 3
    assert lines[0].startswith(
        "::error file=rules/fit.yaml,line=12,col=5,title=CKB014::there is no study 'balin-2013'%0A"
    )
    assert lines[1] == "::warning file=knowledge/studies/a%2Cb%3Ac.yaml,title=CKB016::100 %25 of 3, then%0Amore"
    assert all(re.fullmatch(r"::(error|warning) [^:]*::[^\r\n]*", line) for line in lines)
    assert as_github([]) == ""
