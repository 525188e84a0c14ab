"""Everything that is wrong with knowledge and rules, and how much was looked at.

An error is something wrong; a warning something that may be, or that is missing. Both are findings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.checks.duplicate_rules import check_duplicate_rules
from calcinosis_kb.checks.duplicates import check_edge_duplicates, check_publications, check_term_duplicates
from calcinosis_kb.checks.edges import check_edges, check_nodes
from calcinosis_kb.checks.figures import check_figures
from calcinosis_kb.checks.files import check_cases_folder, check_knowledge_folder, check_rules_folder
from calcinosis_kb.checks.identifiers import check_codes, check_ontology
from calcinosis_kb.checks.polarity import check_polarity
from calcinosis_kb.checks.published import check_published
from calcinosis_kb.checks.retractions import Consulted, check_retractions
from calcinosis_kb.checks.searches import check_searches
from calcinosis_kb.checks.units import check_fact_units, check_units
from calcinosis_kb.documents.attribution import attributed
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.overlay import Overlay
from calcinosis_kb.documents.strict_yaml import Document
from calcinosis_kb.editing.kinds import KINDS, SCHEMAS
from calcinosis_kb.editing.schema import stale
from calcinosis_kb.errors import KnowledgeError, Place, Problem
from calcinosis_kb.evaluation.golden import as_case, failures
from calcinosis_kb.graph.paths import MechanismPath
from calcinosis_kb.knowledge.integrity import crosscheck
from calcinosis_kb.knowledge.loader import Loaded, build_knowledge, content_hash, read_documents
from calcinosis_kb.rules.loader import LoadedRules, build_rules
from calcinosis_kb.snapshot import Snapshot, lint_rules, therapy_paths

__all__ = ["Section", "Sources", "check", "examine"]


RETRACTIONS = "sources not retracted"

Outcome = tuple[set[str], list[Problem]]
"""The rules that a golden case makes fire, and what is wrong with it."""
AskAll = Callable[[Callable[[Document], Outcome], Sequence[Document]], list[Outcome]]


def one_by_one(ask: Callable[[Document], Outcome], documents: Sequence[Document]) -> list[Outcome]:
    """Asks the golden cases in this process."""
    return [ask(document) for document in documents]


@dataclass
class Section:
    """One kind of thing that was checked; ``skipped`` says why it could not be, ``consulted`` which file from elsewhere was read."""

    name: str
    checked: int = 0
    problems: list[Problem] = field(default_factory=list)
    skipped: str | None = None
    consulted: Consulted | None = None

    @property
    def failed(self) -> int:
        """How many of them have a problem, counted by place."""
        return min(self.checked, len({str(problem.place) for problem in self.problems})) if self.problems else 0

    def add(self, problems: Iterable[Problem]) -> None:
        """Keeps problems in the order of files and lines."""
        self.problems.extend(problems)
        self.problems.sort(key=lambda problem: (problem.place or Place(""), problem.code, problem.message))

    @property
    def broken(self) -> bool:
        """Whether an error (not a warning) was found."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass
class Part:
    """A folder with its parsed files by name, and what is wrong with the files themselves."""

    directory: Path
    documents: dict[str, Document]
    problems: list[Problem]


@dataclass
class Sources:
    """All that a check looks at, parsed."""

    knowledge: Part
    rules: Part
    cases: Part

    @classmethod
    def read(cls, knowledge: Path | None = None, rules: Path | None = None, cases: Path | None = None) -> Sources:
        """What lies in three folders, by default those of the package; a folder without cases has none."""
        package = Checkout.of_package()
        return cls(
            _part(knowledge or package.knowledge, check_knowledge_folder),
            _part(rules or package.rules, check_rules_folder),
            _part(cases or package.cases, check_cases_folder, "tests/cases"),
        )


def _part(directory: Path, stray: Callable[[Path], Iterable[Problem]], root: str | None = None) -> Part:
    documents, problems = read_documents(directory, root)
    return Part(directory, documents, [*problems, *stray(directory)])


def check(
    knowledge: Path | None = None,
    rules: Path | None = None,
    cases: Path | None = None,
    *,
    version: str,
    as_of: date | None = None,
    retractions: Path | None = None,
    overlay: Overlay | None = None,
    progress: Callable[[str], None] = lambda _: None,
    ask_all: AskAll = one_by_one,
) -> list[Section]:
    """Checks knowledge, rules and cases; a section that needs a broken one is skipped and says so.

    Searches of the literature are held against ``as_of``, by default against the latest; the sources are looked up in
    ``retractions``, a copy of the Retraction Watch CSV. With an overlay they are checked as they are with it, and what it
    breaks is placed in its files. ``progress`` is called with the name of what is looked at next; ``ask_all`` asks the golden
    cases (`calcinosis_kb.parallel.in_two_halves` takes two processes for it).
    """
    progress("Reading knowledge and rules")
    sources = Sources.read(knowledge, rules, cases)
    if overlay is None:
        return examine(
            sources, version=version, as_of=as_of, retractions=retractions, progress=progress, ask_all=ask_all
        )
    sections = examine(
        sources,
        version=version,
        as_of=as_of,
        retractions=retractions,
        overlay=overlay,
        whole=False,
        progress=progress,
    )
    for section in sections:
        csv = retractions if section.name == RETRACTIONS else None

        def find(part: Overlay | None, name: str = section.name, csv: Path | None = csv) -> list[Problem]:
            found = examine(sources, version=version, as_of=as_of, retractions=csv, overlay=part, whole=False)
            return next(other.problems for other in found if other.name == name)

        section.problems = attributed(section.problems, overlay, find)
    return sections


def examine(
    sources: Sources,
    *,
    version: str,
    as_of: date | None = None,
    retractions: Path | None = None,
    overlay: Overlay | None = None,
    whole: bool = True,
    progress: Callable[[str], None] = lambda _: None,
    ask_all: AskAll = one_by_one,
) -> list[Section]:
    """What `check` finds in sources that are parsed already; without ``whole``, what is about the base alone is skipped."""
    names = (
        "knowledge",
        "rules",
        "golden cases",
        "rules shown by a golden case",
        "published cases",
        "schemas for an editor",
    )
    sections = [Section(name) for name in names]
    known, ruled, golden, coverage, published, editors = sections
    loaded = _knowledge(sources.knowledge, version, known, overlay)
    read = _rules(sources.rules, loaded, ruled, overlay)
    if retractions is not None:
        sections.append(_retractions(loaded, retractions, progress))
    if loaded is None or read is None or known.broken or ruled.broken:
        for section in (golden, coverage, published, editors):
            section.skipped = "fix the above first"
        return sections
    paths = therapy_paths(loaded.knowledge)
    known.add(_inspected(loaded, paths, as_of))
    snapshot = Snapshot(knowledge=loaded.knowledge, rules=read.book, paths=paths)
    kb = KnowledgeBase(snapshot, ("reference",), sources.knowledge.directory / "words")
    ruled.add(check_fact_units(read))
    ruled.add(check_duplicate_rules(read, (*kb.advisor.standing_rules.compiled, *kb.advisor.verdict_rules.compiled)))
    if whole:
        progress("Asking the golden cases")
        _golden(kb, read, sources.cases, golden, coverage, ask_all)
    else:
        for section in (golden, coverage, editors):
            section.skipped = "it is about the base, which an overlay is meant to change"
    for document in _below(sources.knowledge, "cases"):
        published.checked += 1
        published.add(check_published(document, kb.reader))
    if whole:
        progress("Comparing the schemas")
        _schemas(sources.knowledge.directory.parent, kb, editors)
    return sections


def _knowledge(part: Part, version: str, section: Section, overlay: Overlay | None) -> Loaded | None:
    problems, hash_ = list(part.problems), content_hash(part.directory)
    try:
        loaded = build_knowledge(part.documents, problems, version=version, hash_=hash_, overlay=overlay)
    except KnowledgeError as error:
        section.add(error.problems)
        section.checked = len(error.problems)
        return None
    section.add([*problems, *crosscheck(loaded)])
    known = loaded.knowledge
    parts: tuple[Sized, ...] = (
        known.therapies, known.studies, known.references, known.guidelines, known.nodes, known.edges,
    )  # fmt: skip
    section.checked = sum(len(part) for part in parts)
    return loaded


def _retractions(loaded: Loaded | None, path: Path, progress: Callable[[str], None]) -> Section:
    section = Section(RETRACTIONS)
    if loaded is None:
        section.skipped = "fix the knowledge first"
        return section
    section.consulted, problems = check_retractions(loaded, path, progress)
    section.add(problems)
    section.checked = section.consulted.sources
    return section


def _rules(part: Part, loaded: Loaded | None, section: Section, overlay: Overlay | None) -> LoadedRules | None:
    root, problems, hash_ = part.directory.name, list(part.problems), content_hash(part.directory)
    try:
        read = build_rules(root, part.documents, problems, hash_=hash_, overlay=overlay)
    except KnowledgeError as error:
        section.add(error.problems)
        section.checked = len(error.problems)
        return None
    section.checked = len(read.book.standing_rules) + len(read.book.verdict_rules)
    if loaded is None:
        section.skipped = "fix the knowledge first"
        return read
    section.add(lint_rules(read, loaded.knowledge))
    return read


def _inspected(loaded: Loaded, paths: dict[str, tuple[MechanismPath, ...]], as_of: date | None) -> Iterator[Problem]:
    yield from check_ontology(loaded)
    yield from check_codes(loaded)
    yield from check_units(loaded)
    yield from check_publications(loaded)
    yield from check_term_duplicates(loaded)
    yield from check_edge_duplicates(loaded)
    yield from check_edges(loaded)
    yield from check_nodes(loaded)
    yield from check_polarity(loaded, paths)
    yield from check_figures(loaded)
    yield from check_searches(loaded, as_of)


def _below(part: Part, folder: str) -> list[Document]:
    return [
        document for name, document in part.documents.items() if name.startswith(f"{part.directory.name}/{folder}/")
    ]


def _schemas(root: Path, kb: KnowledgeBase, section: Section) -> None:
    if not (root / SCHEMAS).is_dir():
        section.skipped = "the schemas are in the source, not in the installed package"
        return
    section.checked = len(KINDS) + 1
    section.add(stale(root, kb.knowledge, kb.rules))


def _golden(
    kb: KnowledgeBase,
    read: LoadedRules,
    part: Part,
    golden: Section,
    coverage: Section,
    ask_all: AskAll,
) -> None:
    if not part.directory.is_dir():
        golden.skipped = coverage.skipped = "the golden cases are in the source, not in the installed package"
        return
    golden.add(part.problems)
    golden.checked = len(part.documents)
    outcomes = ask_all(lambda document: _outcome(kb, document), list(part.documents.values()))
    golden.add(problem for _, problems in outcomes for problem in problems)
    fired = set[str]().union(*(held for held, _ in outcomes))
    rules: Sequence[str] = [rule.id for rule in (*read.book.standing_rules, *read.book.verdict_rules)]
    coverage.checked = len(rules)
    for id_ in rules:
        if id_ not in fired:
            fix = "add a patient for whom it fires to a case in tests/cases/"
            place = read.place(id_, "id")
            coverage.add([Problem("CKB035", f"no golden case makes '{id_}' fire", place, fix=fix)])


def _outcome(kb: KnowledgeBase, document: Document) -> Outcome:
    try:
        return failures(kb, document, as_case(document))
    except KnowledgeError as error:
        return set(), list(error.problems)
