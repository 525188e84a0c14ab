"""Everything that is wrong with knowledge and rules, and how much was looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.errors import KnowledgeError, Problem
from calcinosis_kb.golden import cases_directory, failures, read_cases
from calcinosis_kb.knowledge.crosscheck import crosscheck
from calcinosis_kb.knowledge.library import Knowledge
from calcinosis_kb.knowledge.loader import Loaded, data_directory, load_knowledge
from calcinosis_kb.rules.loader import LoadedRules, load_rules
from calcinosis_kb.snapshot import Snapshot, lint_rules, therapy_paths

__all__ = ["Section", "check"]


@dataclass
class Section:
    """One kind of thing that was checked; ``skipped`` says why it could not be."""

    name: str
    checked: int = 0
    problems: list[Problem] = field(default_factory=list)
    skipped: str | None = None

    @property
    def failed(self) -> int:
        """How many of them have a problem, counted by place."""
        return min(self.checked, len({str(problem.place) for problem in self.problems})) if self.problems else 0


def check(
    knowledge: Path | None = None,
    rules: Path | None = None,
    cases: Path | None = None,
    *,
    version: str,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Section]:
    """Checks knowledge, rules and golden cases; a section that needs a broken one is skipped and says so.

    ``progress`` is called with the name of what is looked at next.
    """
    sections: list[Section] = []
    progress("Reading knowledge and rules")
    loaded = _knowledge(knowledge or data_directory("knowledge"), version, sections)
    read = _rules(rules or data_directory("rules"), loaded, sections)
    healthy = not any(section.problems for section in sections)
    golden = Section("golden cases")
    coverage = Section("rules shown by a golden case")
    sections += [golden, coverage]
    if loaded is None or read is None or not healthy:
        golden.skipped = coverage.skipped = "mend the knowledge and the rules first"
    else:
        _golden(loaded.knowledge, read, cases or cases_directory(), golden, coverage, progress)
    return sections


def _knowledge(directory: Path, version: str, sections: list[Section]) -> Loaded | None:
    section = Section("knowledge")
    sections.append(section)
    try:
        loaded = load_knowledge(directory, version)
    except KnowledgeError as error:
        section.problems.extend(error.problems)
        section.checked = len(error.problems)
        return None
    section.problems.extend(crosscheck(loaded))
    known = loaded.knowledge
    parts: tuple[Sized, ...] = (
        known.therapies, known.studies, known.references, known.guidelines, known.nodes, known.edges,
    )  # fmt: skip
    section.checked = sum(len(part) for part in parts)
    return loaded


def _rules(directory: Path, loaded: Loaded | None, sections: list[Section]) -> LoadedRules | None:
    section = Section("rules")
    sections.append(section)
    try:
        read = load_rules(directory)
    except KnowledgeError as error:
        section.problems.extend(error.problems)
        section.checked = len(error.problems)
        return None
    section.checked = len(read.book.standing) + len(read.book.judging)
    if loaded is None:
        section.skipped = "mend the knowledge first"
        return read
    section.problems.extend(lint_rules(read, loaded.knowledge))
    return read


def _golden(
    knowledge: Knowledge,
    read: LoadedRules,
    directory: Path,
    golden: Section,
    coverage: Section,
    progress: Callable[[str], None],
) -> None:
    if not directory.is_dir():
        golden.skipped = coverage.skipped = "the golden cases are in the source, not in the installed package"
        return
    kb = KnowledgeBase(Snapshot(knowledge=knowledge, rules=read.book, paths=therapy_paths(knowledge)), ("reference",))
    fired: set[str] = set()
    for document, case in read_cases(directory):
        golden.checked += 1
        progress(document.name)
        held, problems = failures(kb, document, case)
        golden.problems.extend(problems)
        fired.update(held)
    rules: Sequence[str] = [rule.id for rule in (*read.book.standing, *read.book.judging)]
    coverage.checked = len(rules)
    for id_ in rules:
        if id_ not in fired:
            mend = "add a patient for whom it fires to a case in tests/cases/"
            place = read.place(id_, "id")
            coverage.problems.append(Problem("CKB035", f"no golden case makes '{id_}' fire", place, mend=mend))
