"""Report deliberate mistakes in rules at their place."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.errors import KnowledgeError
from calcinosis_kb.loading import Folder, read
from strategies import ROOT

GOOD = "- id: added\n  title: t\n  therapies: [diltiazem]\n  when:\n    - {when}\n  effect: avoid\n  because: b.\n  sources: [nunes-2019]\n"

MISTAKES = {
    "unknown-kind": ("kondition: {name: heart_failure}", "CKB030"),
    "undeclared-attribute": ("lab: {name: egfr, valu: {below: 30}}", "CKB031"),
    "no-name": ("lab: {value: {below: 30}}", "CKB031"),
    "bound-on-a-word": ("trial: {therapy: {below: 3}}", "CKB032"),
    "word-for-a-number": ("patient: {age: old}", "CKB032"),
    "number-for-a-boolean": ("patient: {pregnant: 1}", "CKB032"),
    "word-outside-the-vocabulary": ("condition: {name: hart_failure}", "CKB032"),
    "unknown-comparison": ("lab: {name: egfr, value: {under: 30}}", "CKB032"),
    "unknown-join": ("trial: {therapy: $thrapy}", "CKB032"),
    "never-fires": ("patient: {age: {below: 10, above: 20}}", "CKB033"),
    "two-kinds": ("{condition: {name: heart_failure}, feature: {name: pain}}", "CKB011"),
}


@pytest.fixture(scope="module")
def folders() -> tuple[Folder, Folder]:
    """Knowledge and rules, parsed once."""
    return Folder.read(ROOT / "knowledge"), Folder.read(ROOT / "rules")


def findings(folders: tuple[Folder, Folder], text: str) -> list[tuple[str, str]]:
    """Return code and place of each problem once a file is added to the rules."""
    knowledge, rules = folders
    added = {"rules/added.yaml": parse(text, "rules/added.yaml", error=KnowledgeError)}
    reading = read(knowledge, replace(rules, documents={**rules.documents, **added}))
    return [(problem.code, str(problem.place)) for problem in reading.problems]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_line(folders: tuple[Folder, Folder], name: str) -> None:
    when, code = MISTAKES[name]
    ((found, place),) = findings(folders, GOOD.replace("{when}", when))
    assert found == code
    assert place.startswith(f"rules/added.yaml:{1 if code == 'CKB033' else 5}:")


def test_low_sources_do_not_exclude(folders: tuple[Folder, Folder]) -> None:
    text = GOOD.replace("{when}", "condition: {name: heart_failure}").replace("nunes-2019", "mrcpfacts-calcinosis")
    assert findings(folders, text) == [("CKB038", "rules/added.yaml:6:11")]


def test_too_many_clauses_for_the_engine(folders: tuple[Folder, Folder]) -> None:
    clauses = "\n".join(f"    - lab: {{name: egfr, value: {{below: {number}}}}}" for number in range(10, 27))
    text = f"- id: added\n  title: t\n  therapies: [diltiazem]\n  when:\n{clauses}\n  effect: note\n  because: b.\n"
    assert findings(folders, text) == [("CKB034", "rules/added.yaml:1:7")]


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
