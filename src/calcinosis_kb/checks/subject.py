"""The subject of the checks: the parsed files, and everything that can be built from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.checks.retractions import Consulted, check_retractions
from calcinosis_kb.contents import Contents
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.drafts import Draft
from calcinosis_kb.documents.overlay import Overlay
from calcinosis_kb.errors import KnowledgeError, Problem
from calcinosis_kb.evaluation.golden import GoldenCase, Outcome, ask, known_names, read_case, unknown_names
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.loading import Folder, Reading, read, therapy_paths

__all__ = ["Subject"]


@dataclass(frozen=True)
class Subject:
    """The parsed folders with the options of a check. Everything else is built on demand.

    The age of literature searches is measured at ``as_of``, by default at the latest of them. Sources are looked up in
    ``retraction_watch``, a copy of the Retraction Watch CSV. ``progress`` is called with the name of each slow step.
    """

    knowledge: Folder
    rules: Folder
    cases: Folder
    overlay: Overlay | None = None
    as_of: date | None = None
    retraction_watch: Path | None = None
    progress: Callable[[str], None] = lambda _: None

    @classmethod
    def read(
        cls,
        knowledge: Path | None = None,
        rules: Path | None = None,
        cases: Path | None = None,
        *,
        overlay: Overlay | None = None,
        as_of: date | None = None,
        retraction_watch: Path | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Subject:
        """Parse three folders, by default those of the package; a folder without cases has none."""
        progress("Reading knowledge and rules")
        package = Checkout.of_package()
        return cls(
            Folder.read(knowledge or package.knowledge),
            Folder.read(rules or package.rules),
            Folder.read(cases or package.cases, "tests/cases"),
            overlay,
            as_of,
            retraction_watch,
            progress,
        )

    @property
    def root(self) -> Path:
        """The folder that holds the knowledge."""
        return self.knowledge.directory.parent

    @property
    def drafts(self) -> tuple[Draft, ...]:
        """The unfinished records and cases, which are left out."""
        return (*self.reading.drafts, *self.cases.drafts)

    @cached_property
    def reading(self) -> Reading:
        """The knowledge and rules that could be read, and their problems."""
        return read(self.knowledge, self.rules, self.overlay)

    @property
    def loaded(self) -> Loaded:
        """The knowledge; only for checks that need it to be readable."""
        assert self.reading.knowledge is not None
        return self.reading.knowledge

    @cached_property
    def paths(self) -> dict[str, tuple[MechanismPath, ...]]:
        """The paths of every therapy to calcinosis; only for checks that need knowledge without errors."""
        return therapy_paths(self.loaded.knowledge)

    @cached_property
    def kb(self) -> KnowledgeBase:
        """The knowledge base of these files with the reference engine; only for checks that need it to be free of errors."""
        contents = Contents(
            knowledge=self.loaded.knowledge, rules=self.reading.rules.book, paths=self.paths, experience=()
        )
        return KnowledgeBase(contents, ("reference",), self.knowledge.directory / "words")

    @cached_property
    def golden(self) -> tuple[list[tuple[Document, GoldenCase]], list[Problem]]:
        """The golden cases that can be read, and the problems of the others."""
        cases: list[tuple[Document, GoldenCase]] = []
        problems: list[Problem] = []
        for document in self.cases.documents.values():
            try:
                cases.append((document, read_case(document)))
            except KnowledgeError as error:
                problems.extend(error.problems)
        return cases, problems

    @cached_property
    def unknown_names(self) -> dict[str, list[Problem]]:
        """The names in each golden case that do not exist, by the name of its document."""
        known = known_names(self.loaded.knowledge, self.reading.rules.book, self.reading.broken)
        return {document.name: unknown_names(known, document, case) for document, case in self.golden[0]}

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """The answers to the golden cases without unknown names; only for checks that need a base without errors."""
        self.progress("Asking the golden cases")
        return [
            ask(self.kb, document, case) for document, case in self.golden[0] if not self.unknown_names[document.name]
        ]

    @property
    def published(self) -> list[Document]:
        """The published cases."""
        prefix = f"{self.knowledge.directory.name}/cases/"
        return [document for name, document in self.knowledge.documents.items() if name.startswith(prefix)]

    @property
    def consulted(self) -> Consulted | None:
        """The copy of the Retraction Watch CSV that was read, if any."""
        return self.retractions[0] if self.retraction_watch is not None and self.reading.knowledge else None

    @cached_property
    def retractions(self) -> tuple[Consulted, list[Problem]]:
        """The sources looked up in the Retraction Watch CSV; only for a check that names one."""
        assert self.retraction_watch is not None
        return check_retractions(self.loaded, self.retraction_watch, self.progress)
