"""Run every check of knowledge, rules and cases, as ``calcinosis-kb check`` prints it.

A check is a function that takes a `Subject` and yields problems; `CHECKS` lists them all. To add one, write the function and
give it a row. An error is something wrong; a warning is something that may be wrong or is missing. Both are findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from calcinosis_kb.checks.drafts import check_drafts
from calcinosis_kb.checks.duplicate_rules import check_duplicate_rules
from calcinosis_kb.checks.duplicates import check_edge_duplicates, check_publications, check_term_duplicates
from calcinosis_kb.checks.edges import check_edges, check_nodes
from calcinosis_kb.checks.figures import check_figures
from calcinosis_kb.checks.files import check_cases_folder, check_knowledge_folder, check_rules_folder
from calcinosis_kb.checks.golden import check_answers, check_case_names, check_cases, check_expected
from calcinosis_kb.checks.identifiers import check_codes, check_ontology
from calcinosis_kb.checks.overlaps import check_overlaps
from calcinosis_kb.checks.polarity import check_polarity
from calcinosis_kb.checks.published import check_published, check_published_names
from calcinosis_kb.checks.searches import check_searches, check_searches_folder
from calcinosis_kb.checks.shares import check_shares
from calcinosis_kb.checks.subject import Subject
from calcinosis_kb.checks.texts import check_texts
from calcinosis_kb.checks.units import check_fact_units, check_units
from calcinosis_kb.documents.attribution import attributed
from calcinosis_kb.documents.drafts import name_drafts
from calcinosis_kb.documents.overlay import Overlay
from calcinosis_kb.editing.kinds import KINDS, SCHEMAS
from calcinosis_kb.editing.schema import stale
from calcinosis_kb.errors import Place, Problem

__all__ = ["CHECKS", "SECTIONS", "Check", "Section", "check"]

Needs = Literal["files", "readable knowledge", "readable base", "sound knowledge", "sound base"]
"""What a check needs: only the files; knowledge, or knowledge and the vocabulary of rules, perhaps without broken records;
knowledge, or knowledge and rules, without an error."""


@dataclass(frozen=True)
class Check:
    """One row of the table: the section that it reports in, the function, and what the function needs."""

    section: str
    find: Callable[[Subject], Iterable[Problem]]
    needs: Needs = "files"


def _schemas(on: Subject) -> Iterator[Problem]:
    return stale(on.root, on.loaded.knowledge, on.reading.rules.book, on.reading.broken)


def _texts(on: Subject, layer: Literal["knowledge", "rules", "cases"]) -> Iterator[Problem]:
    local = on.overlay.documents(layer)[0] if on.overlay else {}
    return check_texts([*getattr(on, layer).documents.values(), *local.values()])


CHECKS: tuple[Check, ...] = (
    Check("knowledge", lambda on: on.reading.knowledge_problems),
    Check("knowledge", lambda on: check_knowledge_folder(on.knowledge.directory)),
    Check("knowledge", lambda on: on.overlay.notes if on.overlay else ()),
    Check("knowledge", lambda on: _texts(on, "knowledge")),
    Check("knowledge", lambda on: check_ontology(on.loaded), "readable knowledge"),
    Check("knowledge", lambda on: check_codes(on.loaded), "readable knowledge"),
    Check("knowledge", lambda on: check_units(on.loaded), "readable knowledge"),
    Check("knowledge", lambda on: check_publications(on.loaded), "readable knowledge"),
    Check("knowledge", lambda on: check_term_duplicates(on.loaded), "readable knowledge"),
    Check("knowledge", lambda on: check_edge_duplicates(on.loaded), "readable knowledge"),
    Check("knowledge", lambda on: check_edges(on.loaded), "readable knowledge"),
    Check("knowledge", lambda on: check_nodes(on.loaded), "sound knowledge"),
    Check("knowledge", lambda on: check_polarity(on.loaded, on.paths), "sound knowledge"),
    Check("knowledge", lambda on: check_figures(on.loaded), "sound knowledge"),
    Check("knowledge", lambda on: check_shares(on.loaded), "sound knowledge"),
    Check("knowledge", lambda on: check_overlaps(on.loaded), "sound knowledge"),
    Check("knowledge", lambda on: check_searches(on.loaded, on.as_of), "sound knowledge"),
    Check("knowledge", check_searches_folder, "readable knowledge"),
    Check("rules", lambda on: on.reading.rule_problems),
    Check("rules", lambda on: check_rules_folder(on.rules.directory)),
    Check("rules", lambda on: _texts(on, "rules")),
    Check("rules", lambda on: check_fact_units(on.reading.rules)),
    Check("rules", lambda on: check_duplicate_rules(on.reading.rules, on.kb.advisor), "sound base"),
    Check("golden cases", lambda on: check_cases_folder(on.cases.directory)),
    Check("golden cases", lambda on: _texts(on, "cases")),
    Check("golden cases", check_cases),
    Check("golden cases", check_case_names, "readable knowledge"),
    Check("golden cases", check_answers, "sound base"),
    Check("rules shown by a golden case", check_expected, "sound base"),
    Check("published cases", check_published),
    Check("published cases", check_published_names, "sound base"),
    Check("schemas for an editor", _schemas, "readable base"),
    Check("drafts", check_drafts),
    Check("sources not retracted", lambda on: on.retractions[1], "readable knowledge"),
)


def _about_the_base(on: Subject) -> str | None:
    return "it is about the base, which an overlay is expected to change" if on.overlay is not None else None


def _no_cases(on: Subject) -> str | None:
    here = on.cases.directory.is_dir()
    return _about_the_base(on) or (
        None if here else "the golden cases are in the source tree, not in the installed package"
    )


def _no_schemas(on: Subject) -> str | None:
    here = (on.root / SCHEMAS).is_dir()
    return _about_the_base(on) or (None if here else "the schemas are in the source tree, not in the installed package")


def _records(on: Subject) -> int:
    if on.reading.knowledge is None:
        return 0
    known = on.reading.knowledge.knowledge
    therapies, sources = len(known.therapies), len(known.studies) + len(known.references) + len(known.guidelines)
    return therapies + sources + len(known.nodes) + len(known.edges)


@dataclass(frozen=True)
class _About:
    """What a section counts, and when it is skipped completely."""

    count: Callable[[Subject], int]
    absent: Callable[[Subject], str | None] = lambda _: None


SECTIONS = {
    "knowledge": _About(_records),
    "rules": _About(lambda on: len(on.reading.rules.origins)),
    "golden cases": _About(lambda on: len(on.cases.documents), _no_cases),
    "rules shown by a golden case": _About(lambda on: len(on.reading.rules.origins), _no_cases),
    "published cases": _About(lambda on: len(on.published)),
    "schemas for an editor": _About(lambda _: len(KINDS) + 1, _no_schemas),
    "drafts": _About(lambda on: len(on.drafts)),
    "sources not retracted": _About(lambda on: on.retractions[0].sources if on.reading.knowledge else 0),
}
"""The sections in the order of printing; the last two appear only with drafts, or with a CSV."""


@dataclass
class Section:
    """The findings of one section; ``skipped`` is the reason why some or all of its checks did not run."""

    name: str
    checked: int = 0
    problems: list[Problem] = field(default_factory=list)
    skipped: str | None = None

    @property
    def failed(self) -> int:
        """The number of places with a problem, at most the number of records."""
        return min(self.checked, len({str(problem.place) for problem in self.problems})) if self.problems else 0

    @property
    def passed(self) -> int:
        """The number of fully checked records without a problem."""
        return 0 if self.skipped else self.checked - self.failed


def check(subject: Subject) -> list[Section]:
    """Run all checks. A check that needs a broken part is skipped, and its section says so.

    With an overlay the combined knowledge is checked, and the problems that the overlay causes are placed in its files.
    """
    wanted = {"drafts": bool(subject.drafts), "sources not retracted": subject.retraction_watch is not None}
    names = [name for name in SECTIONS if wanted.get(name, True)]
    return [_section(subject, name) for name in names]


def _section(subject: Subject, name: str) -> Section:
    subject.progress(f"Checking {name}")
    absent = SECTIONS[name].absent(subject)
    if absent is not None:
        return Section(name, skipped=absent)
    unmet = [reason for row in CHECKS if row.section == name and (reason := _unmet(row, subject))]
    problems = _found(subject, name)
    if subject.overlay is not None:

        def find(part: Overlay | None) -> list[Problem]:
            return _found(replace(subject, overlay=part), name)

        problems = attributed(problems, subject.overlay, find)
    problems.sort(key=lambda problem: (problem.place or Place(""), problem.code, problem.message))
    return Section(name, SECTIONS[name].count(subject), problems, unmet[0] if unmet else None)


def _found(subject: Subject, name: str) -> list[Problem]:
    rows = [row for row in CHECKS if row.section == name and not _unmet(row, subject)]
    return name_drafts([problem for row in rows for problem in row.find(subject)], subject.drafts)


def _unmet(row: Check, subject: Subject) -> str | None:
    """What must be fixed before a check can run, or None if it can run."""
    reading = subject.reading
    if row.needs == "files":
        return None
    sound = row.needs.startswith("sound")
    if reading.knowledge is None or (sound and reading.knowledge_problems):
        return "fix the knowledge first"
    broken = reading.rule_problems if sound else not reading.rules.book.vocabulary
    return "fix the rules first" if row.needs.endswith("base") and broken else None
