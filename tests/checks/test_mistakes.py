"""Report each deliberate mistake at its file, line and column, with a fix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from calcinosis_kb.checks.files import check_cases_folder, check_knowledge_folder, check_rules_folder
from calcinosis_kb.checks.run import check
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.errors import KnowledgeError, Problem
from calcinosis_kb.loading import Folder
from strategies import ROOT

NEAR = 400
"""Characters behind the start of an edit in which ``at`` is looked for, before it is looked for ahead of the edit."""


@dataclass(frozen=True)
class Mistake:
    """In ``file`` the first ``right`` becomes ``wrong``; the finding stands where ``at`` begins in it, and its fix says ``fix``."""

    file: str
    right: str
    wrong: str
    at: str
    code: str
    fix: str

    @property
    def before(self) -> str:
        """The text of the file. Fails if what the mistake edits is gone."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        assert self.right in text, f"{GONE}: {self.file} no longer says {self.right!r}"
        return text

    @property
    def text(self) -> str:
        """The text with the mistake in it."""
        return self.before.replace(self.right, self.wrong, 1)

    @property
    def place(self) -> str:
        """File, line and column of the finding. Fails if what the finding points to is gone."""
        start, text = self.before.index(self.right), self.text
        offset = text.find(self.at, start, start + NEAR + len(self.at))
        if offset < 0:
            offset = text.rfind(self.at, 0, start + len(self.wrong) + 1)
        assert offset >= 0, f"{GONE}: around the edit, {self.file} does not say {self.at!r}"
        line, column = text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
        return f"{self.file}:{line}:{column}"


GONE = "an edit of the data took away the text of a mistake in tests/checks/mistakes.yaml"
TABLE: dict[str, dict[str, str]] = yaml.load(
    Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
MISTAKES = {name: Mistake(**row) for name, row in TABLE.items()}


@pytest.fixture(scope="module")
def subject() -> Subject:
    """Everything, parsed once."""
    return Subject.read()


def edited(subject: Subject, mistake: Mistake) -> tuple[Subject, list[Problem]]:
    """Return the files with one document replaced. Only edited golden cases are asked."""
    part = next(name for name in ("knowledge", "rules", "cases") if mistake.file in getattr(subject, name).documents)
    try:
        document = parse(mistake.text, mistake.file, error=KnowledgeError)
    except KnowledgeError as error:
        return subject, list(error.problems)
    cases = replace(subject.cases, documents={})

    def now(folder: Folder, name: str) -> Folder:
        return replace(folder, documents={**folder.documents, mistake.file: document}) if name == part else folder

    return Subject(now(subject.knowledge, "knowledge"), now(subject.rules, "rules"), now(cases, "cases")), []


def findings(subject: Subject, mistake: Mistake) -> Iterator[Problem]:
    changed, unreadable = edited(subject, mistake)
    if unreadable:
        yield from unreadable
        return
    for section in check(changed):
        # One case alone does not make every rule fire.
        yield from (problem for problem in section.problems if problem.code != "CKB035")


@pytest.mark.slow
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_where_it_stands(name: str, subject: Subject) -> None:
    mistake = MISTAKES[name]
    found = [problem for problem in findings(subject, mistake) if problem.code == mistake.code]
    assert [str(problem.place) for problem in found] == [mistake.place]
    assert mistake.fix in (found[0].fix or "")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_still_finds_the_text_that_it_edits(name: str) -> None:
    assert MISTAKES[name].place


def test_a_mistake_whose_text_is_gone_says_so() -> None:
    mistake = next(iter(MISTAKES.values()))
    with pytest.raises(AssertionError, match=rf"{GONE}: {mistake.file} no longer says 'gone'"):
        _ = replace(mistake, right="gone").place
    with pytest.raises(AssertionError, match=f"{GONE}: around the edit, {mistake.file} does not say 'gone'"):
        _ = replace(mistake, at="gone").place


def test_files_that_nobody_reads_are_named(tmp_path: Path) -> None:
    for file in (
        "knowledge/terms.yaml", "knowledge/therapies/a.yaml", "knowledge/therapies/b.yml", "knowledge/stduies/c.yaml",
        "knowledge/d.yaml", "knowledge/README.md", "knowledge/.hidden", "knowledge/cases/deep/e.yaml",
        "rules/safety/f.yml", "rules/g.yaml", "cases/h.case.yaml", "cases/i.yaml",
    ):  # fmt: skip
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("a: b\n")
    problems = [
        *check_knowledge_folder(tmp_path / "knowledge"),
        *check_rules_folder(tmp_path / "rules"),
        *check_cases_folder(tmp_path / "cases"),
    ]
    told = {str(problem.place): problem.fix or "" for problem in problems}
    assert set(told) == {
        "knowledge/d.yaml", "knowledge/stduies/c.yaml", "knowledge/therapies/b.yml", "rules/safety/f.yml", "tests/cases/i.yaml"
    }  # fmt: skip
    assert "knowledge/studies/c.yaml" in told["knowledge/stduies/c.yaml"]
    assert "b.yaml" in told["knowledge/therapies/b.yml"]
    assert "tests/cases/i.case.yaml" in told["tests/cases/i.yaml"]
