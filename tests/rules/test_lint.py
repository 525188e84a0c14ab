"""Report deliberate mistakes in rules at their place."""

from __future__ import annotations

import shutil
from bisect import bisect
from dataclasses import replace
from pathlib import Path
from textwrap import indent

import pytest
import yaml

from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.errors import KnowledgeError
from calcinosis_kb.loading import Folder, read
from strategies import ROOT

GOOD = "- id: added\n  title: t\n  therapies: [diltiazem]\n  when:\n    - {when}\n  effect: avoid\n  because: b.\n  sources: [nunes-2019]\n"

MISTAKES: dict[str, dict[str, str]] = yaml.safe_load(
    Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def told() -> list[str]:
    """What is said of each mistake; all of them are read as one file."""
    rules, starts = "", []
    for number, mistake in enumerate(MISTAKES.values()):
        starts.append(rules.count("\n"))
        decides = {"effect:", "standing:"} & set(mistake["rule"].split())
        rules += f"- id: rule-{number}\n  title: t\n  therapies: [diltiazem]\n{indent(mistake['rule'], '  ')}"
        rules += "  because: b\n" if decides else "  effect: note\n  because: b\n"
    ours = Folder.read(ROOT / "rules")
    added = {"rules/added.yaml": parse(rules, "rules/added.yaml", error=KnowledgeError)}
    reading = read(Folder.read(ROOT / "knowledge"), replace(ours, documents={**ours.documents, **added}))
    found = [""] * len(starts)
    for problem in reading.problems:
        assert problem.place and problem.place.file == "rules/added.yaml"
        number = bisect(starts, problem.place.line - 1) - 1
        here = f"{problem.place.line - starts[number]}:{problem.place.column}"
        found[number] += f"{str(problem).replace(str(problem.place), here).replace(f'rule-{number}', 'RULE')}\n"
    return found


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_line(told: list[str], name: str) -> None:
    assert told[list(MISTAKES).index(name)] == MISTAKES[name].get("told", "")


@pytest.mark.slow
def test_a_rule_that_no_case_expects_is_named(tmp_path: Path) -> None:
    """It fires in more than one case; that is not to say that anybody looked at it there."""
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    (rules / "added.yaml").write_text(GOOD.replace("{when}", "feature: {name: pain}").replace("avoid", "note"))
    problems = [problem for section in check(Subject.read(rules=rules)) for problem in section.problems]
    assert [(problem.code, str(problem.place)) for problem in problems] == [
        ("CKB035", "rules/added.yaml:1:7"),
        ("CKB073", "docs/schemas/golden-case.schema.json"),  # which lists the rules that a case may name
    ]
