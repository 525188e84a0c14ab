"""The state of the knowledge base: findings by file, drafts, old searches, second-hand sources, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePosixPath

from calcinosis_kb.checks.searches import months_behind
from calcinosis_kb.codes import CODES
from calcinosis_kb.editing.kinds import SCHEMAS
from calcinosis_kb.editing.schema import write_schemas as write_files
from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.models import STUDIES, Therapy
from calcinosis_kb.report.coverage import CoverageReport, lacking, unreached
from calcinosis_kb.report.documents import every_schema
from calcinosis_kb.web.maintain.watch import Found
from calcinosis_kb.web.service import Service

__all__ = ["code_page", "health_page", "write_schemas"]


@dataclass(frozen=True)
class File:
    """A file with findings; ``study`` is its id where the form can mend it."""

    name: str
    problems: tuple[Problem, ...]
    study: str | None


@dataclass(frozen=True)
class Search:
    """The treatments whose literature was last searched on a day, ``months`` before the latest search of any."""

    day: str
    months: int | None
    therapies: list[Therapy]


@dataclass(frozen=True)
class Identified:
    """How many sources a list of retractions can be asked about, and how many have no number of a publication."""

    yes: int
    no: int


def health_page(service: Service, found: Found) -> str:
    """Return the maintainer's first page."""
    knowledge = service.kb.knowledge
    coverage = CoverageReport(knowledge, service.kb.rules, service.kb.graph).data()
    return service.render(
        "maintain/health.html",
        "/maintain",
        found=found,
        files=list(_files(found)),
        searches=_searches(knowledge),
        second_hand=list(_second_hand(knowledge)),
        identified=_identified(knowledge),
        lacking=lacking(coverage),
        unreached=unreached(coverage),
        study_of=_study_of,
        stale_schemas=found.phase == "sound" and any(problem.code == "CKB073" for problem in found.problems),
    )


def write_schemas(service: Service) -> None:
    """Write the schemas of the knowledge and rules that answer. Raises `InputError` (CKB057)."""
    made = every_schema(service.kb.knowledge, service.kb.rules)
    write_files(service.settings.checkout.root / SCHEMAS, made)


def code_page(service: Service, code: str) -> str:
    """Return the page on the code of a finding, which must be one."""
    return service.render("maintain/code.html", f"/maintain/code/{code}", code=code, known=CODES[code])


def _files(found: Found) -> Iterator[File]:
    def name(problem: Problem) -> str:
        return problem.place.file if problem.place is not None else ""

    for file, problems in groupby(sorted(found.problems, key=name), name):
        yield File(file, tuple(problems), _study_of(file))


def _study_of(file: str) -> str | None:
    return PurePosixPath(file).stem if file.startswith("knowledge/") and STUDIES.fits(file) else None


def _searches(knowledge: Knowledge) -> list[Search]:
    """The last searches of the literature by day, the oldest first; before them what was never searched."""
    days: dict[str, list[Therapy]] = {}
    for option in sorted(knowledge.options, key=lambda one: (str(one.last_searched or ""), one.name)):
        days.setdefault(option.last_searched.isoformat() if option.last_searched else "never", []).append(option)
    return [Search(day, months_behind(knowledge, found[0].id), found) for day, found in days.items()]


def _second_hand(knowledge: Knowledge) -> Iterator[tuple[str, str, str]]:
    """Studies that are known only through another source: id, citation, and that source."""
    for id_, study in sorted(knowledge.studies.items()):
        if all(result.reported_by or result.confidence == "seen_secondary" for result in study.results):
            through = dict.fromkeys(result.reported_by or "not said" for result in study.results)
            yield id_, knowledge.cite(id_), "; ".join(through)


def _identified(knowledge: Knowledge) -> Identified:
    citations = [study.citation for study in knowledge.studies.values()]
    citations += [guideline.citation for guideline in knowledge.guidelines.values()]
    numbers = [bool(citation.doi or citation.pmid) for citation in citations]
    numbers += [bool(reference.doi or reference.pmid) for reference in knowledge.references.values()]
    return Identified(sum(numbers), len(numbers) - sum(numbers))
