"""A check looks at everything that can be looked at, whatever else is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from calcinosis_kb.checks.run import CHECKS, SECTIONS, check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import KnowledgeError, Problem
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.loading import Folder
from strategies import ROOT

THERAPY = "knowledge/therapies/diltiazem.yaml"
RULES = "rules/safety/colchicine.yaml"
CASE = "tests/cases/egfr-25.case.yaml"


@pytest.fixture(scope="module")
def subject() -> Subject:
    return Subject.read()


def edited(folder: Folder, name: str, right: str, wrong: str) -> Folder:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert right in text
    documents = {**folder.documents}
    try:
        documents[name] = parse(text.replace(right, wrong, 1), name, error=KnowledgeError)
    except KnowledgeError as error:
        del documents[name]
        return replace(folder, documents=documents, problems=(*folder.problems, *error.problems))
    return replace(folder, documents=documents)


def findings(subject: Subject) -> dict[str, list[tuple[str, str]]]:
    def shown(problems: list[Problem]) -> list[tuple[str, str]]:
        return [(problem.code, problem.place.file if problem.place else "") for problem in problems]

    return {section.name: shown(section.problems) for section in check(subject) if section.problems}


def without_a_word(subject: Subject, right: str = "kind: drug\n", wrong: str = "knid: drug\n") -> Folder:
    return edited(subject.knowledge, THERAPY, right, wrong)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", ["knid: drug\n", "kind: [drug\n"], ids=["of the wrong form", "not even YAML"])
def test_a_broken_therapy_hides_nothing_and_brings_no_other_finding(subject: Subject, wrong: str) -> None:
    """Rules, golden cases, studies and schemas that name the therapy are not wrong for that."""
    broken = replace(subject, knowledge=without_a_word(subject, wrong=wrong))
    assert set(findings(broken)) == {"knowledge"}
    assert {file for _, file in findings(broken)["knowledge"]} == {THERAPY}
    others = replace(
        broken,
        rules=edited(subject.rules, RULES, "{condition: {name: ", "{condition: {name: no_such_"),
        cases=edited(subject.cases, CASE, "rules: [colchicine-egfr-30]", "rules: [colchicine-egfr-31]"),
    )
    found = findings(others)
    assert found["rules"] == [("CKB032", RULES)]
    assert found["golden cases"] == [("CKB014", CASE)]
    assert {file for _, file in found["knowledge"]} == {THERAPY}


def test_a_broken_therapy_does_not_hide_a_stale_schema(subject: Subject) -> None:
    knowledge = edited(without_a_word(subject), "knowledge/therapies/rituximab.yaml", "name: Rituximab", "name: Other")
    found = findings(replace(subject, knowledge=knowledge))
    assert {code for code, _ in found["schemas for an editor"]} == {"CKB073"}


@pytest.mark.parametrize(("part", "file", "key"), [("knowledge", "terms", "diseases"), ("rules", "facts", "lab")])
def test_what_all_rests_on_may_be_broken_too(subject: Subject, part: str, file: str, key: str) -> None:
    file = f"{part}/{file}.yaml"
    folder = edited(getattr(subject, part), file, f"\n{key}:", f"\n{key}: [")
    cases = edited(subject.cases, CASE, "expect:", "expectt:")
    changed = Subject(
        folder if part == "knowledge" else subject.knowledge, folder if part == "rules" else subject.rules, cases
    )
    found = findings(changed)
    assert {name for _, name in found[part]} == {file}
    assert ("CKB010", CASE) in found["golden cases"]
    assert all(section.skipped for section in check(changed) if section.name == "rules shown by a golden case")


def test_every_section_has_a_check_and_every_check_a_section() -> None:
    assert {row.section for row in CHECKS} == set(SECTIONS)


@pytest.mark.slow
def test_every_record_of_the_knowledge_can_be_lost_without_a_fault(subject: Subject) -> None:
    """A file that cannot be read never ends in a traceback, nor in findings of other files."""
    for name in _one_of_each_kind(subject):
        documents = {key: document for key, document in subject.knowledge.documents.items() if key != name}
        (problem, *_) = validate(parse("a: 1", name), Therapy)[1]
        knowledge = replace(subject.knowledge, documents=documents, problems=(problem,))
        assert {file for found in findings(replace(subject, knowledge=knowledge)).values() for _, file in found} == {
            name
        }, name


def _one_of_each_kind(subject: Subject) -> Iterator[str]:
    seen: set[str] = set()
    for name in subject.knowledge.documents:
        folder = name.split("/")[1]
        if folder not in seen and folder not in ("cases", "terms.yaml"):
            seen.add(folder)
            yield name
