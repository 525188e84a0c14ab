"""Deliberate mistakes in rules are told at their place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
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


def checked(rules: Path) -> list[tuple[str, str]]:
    sections = check(Subject.read(rules=rules))
    return [(p.code, str(p.place)) for s in sections for p in s.problems if p.code not in ("CKB035", "CKB073")]


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_line(name: str, tmp_path: Path) -> None:
    when, code = MISTAKES[name]
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    (rules / "added.yaml").write_text(GOOD.replace("{when}", when))
    found = checked(rules)
    assert [entry[0] for entry in found] == [code]
    line = 1 if code == "CKB033" else 5
    assert found[0][1].startswith(f"rules/added.yaml:{line}:")


def test_low_sources_do_not_exclude(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    text = GOOD.replace("{when}", "condition: {name: heart_failure}").replace("nunes-2019", "mrcpfacts-calcinosis")
    (rules / "added.yaml").write_text(text)
    assert checked(rules) == [("CKB038", "rules/added.yaml:6:11")]


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


def test_too_many_clauses_for_the_engine(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", rules)
    clauses = "\n".join(f"    - lab: {{name: egfr, value: {{below: {number}}}}}" for number in range(10, 27))
    (rules / "added.yaml").write_text(
        f"- id: added\n  title: t\n  therapies: [diltiazem]\n  when:\n{clauses}\n  effect: note\n  because: b.\n"
    )
    assert checked(rules) == [("CKB034", "rules/added.yaml:1:7")]


KNOWLEDGE_MISTAKES = {
    "therapies/alendronate.yaml": ("family: bisphosphonate", "family: bisphosphonat", "CKB014"),
    "studies/balin-2012.yaml": ("n: 17", "n: 7", "CKB016"),
    "studies/conde-2021.yaml": ("design: case_report", "design: case_reprt", "CKB014"),
    "therapies/warfarin.yaml": ("id: warfarin\n", "id: warfarine\n", "CKB015"),
    "therapies/rituximab.yaml": ("sign: '+'", "sign: plus", "CKB013"),
    "studies/daoussis-2012.yaml": ("    n: 1\n", "    n: 1\n    nn: 1\n", "CKB010"),
}


@pytest.mark.parametrize("name", KNOWLEDGE_MISTAKES)
def test_a_mistake_in_the_knowledge_is_told(name: str, tmp_path: Path) -> None:
    right, wrong, code = KNOWLEDGE_MISTAKES[name]
    knowledge = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    file = knowledge / name
    text = file.read_text(encoding="utf-8")
    assert right in text
    line = text[: text.index(right)].count("\n") + 1
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    problems = [problem for section in check(Subject.read(knowledge=knowledge)) for problem in section.problems]
    first = next(problem for problem in problems if problem.code == code)
    assert first.place is not None
    assert first.place.file == f"knowledge/{name}"
    assert abs(first.place.line - line) <= 3
    assert first.fix
