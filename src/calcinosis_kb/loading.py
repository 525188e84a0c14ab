"""Load knowledge and rules: two folders and an overlay become sound contents, or the full list of problems.

`calcinosis_kb.load` and ``calcinosis-kb check`` share these steps. Loading raises where anything is wrong (`contents`); a check
goes on with what could be read (`read`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from calcinosis_kb.contents import Contents, divides
from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.drafts import Draft, finished, found_drafts, name_drafts
from calcinosis_kb.documents.fields import models
from calcinosis_kb.documents.fingerprint import content_hash
from calcinosis_kb.documents.kinds import kind_of
from calcinosis_kb.errors import KnowledgeError, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.loader import KINDS as KNOWLEDGE
from calcinosis_kb.knowledge.loader import Loaded, build_knowledge, read_documents
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.patients.published import PUBLISHED
from calcinosis_kb.patients.published_experience import experiences
from calcinosis_kb.patients.reader import PatientReader
from calcinosis_kb.rules.compiler import Scope, scopes
from calcinosis_kb.rules.loader import LoadedRules, build_rules
from calcinosis_kb.rules.models import FACTS, RULES

if TYPE_CHECKING:
    from calcinosis_kb.documents.overlay import Overlay

__all__ = ["Folder", "Reading", "contents", "read", "therapy_paths"]

_IDS = re.compile(r"\bid: *[\"']?([a-z0-9][a-z0-9_-]*)|^[\"']?([a-z0-9][a-z0-9_-]*)[\"']?:", re.MULTILINE)


@dataclass(frozen=True)
class Folder:
    """A folder of YAML files: the finished documents by name, the drafts, and the problems of files that cannot be parsed."""

    directory: Path
    documents: dict[str, Document]
    problems: tuple[Problem, ...]
    drafts: tuple[Draft, ...] = ()

    @classmethod
    def read(cls, directory: Path, root: str | None = None) -> Folder:
        """Parse every YAML file below a directory. Names begin with ``root``, by default the directory's own name."""
        documents, problems = read_documents(directory, root)
        return cls(directory, finished(documents), tuple(problems), tuple(found_drafts(documents)))

    @cached_property
    def hash(self) -> str:
        """The `content_hash` of the files."""
        return content_hash(self.directory)


@dataclass(frozen=True)
class Reading:
    """What could be read of knowledge and rules, and everything that is wrong with each.

    Records of broken files are missing: ``broken`` are the ids that these files seem to hold. ``knowledge`` is None where
    nothing can be understood at all. ``drafts`` are left out on purpose.
    """

    knowledge: Loaded | None
    rules: LoadedRules
    broken: frozenset[str]
    knowledge_problems: tuple[Problem, ...]
    rule_problems: tuple[Problem, ...]
    drafts: tuple[Draft, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Those of the knowledge, then those of the rules."""
        return (*self.knowledge_problems, *self.rule_problems)


def read(knowledge: Folder, rules: Folder, overlay: Overlay | None = None) -> Reading:
    """Read two folders with an overlay: every file by itself first, then what the readable ones say of each other.

    A reference to a record of a broken file is not reported, since it follows from what is wrong with the file.
    """
    from calcinosis_kb.knowledge.integrity import crosscheck  # an answer from the snapshot needs none

    loaded, known_problems = build_knowledge(
        knowledge.documents, knowledge.problems, hash_=knowledge.hash, overlay=overlay
    )
    ruled, rule_problems = build_rules(
        rules.directory.name, rules.documents, rules.problems, hash_=rules.hash, overlay=overlay
    )
    drafts = (*knowledge.drafts, *rules.drafts, *(overlay.drafts if overlay is not None else ()))
    known_problems += _misplaced(drafts)
    broken = frozenset(_ids((*known_problems, *rule_problems), (knowledge, rules), overlay))
    if loaded is not None:
        if drafts:
            unfinished = {draft.id: draft.document.name for draft in drafts}
            loaded.knowledge = loaded.knowledge.model_copy(update={"drafts": unfinished})
        known_problems += name_drafts(crosscheck(loaded, broken), drafts)
        if ruled.book.vocabulary:
            rule_problems += name_drafts(_lint(ruled, loaded.knowledge, broken), drafts)
    return Reading(loaded, ruled, broken, tuple(known_problems), tuple(rule_problems), drafts)


def contents(knowledge: Path, rules: Path, overlay: Overlay | None = None) -> Contents:
    """Load two folders with an overlay from their YAML.

    Raises `KnowledgeError` with everything that is wrong: what does not hold together must never judge a patient. What an
    overlay breaks is placed in its files.
    """
    folders = Folder.read(knowledge), Folder.read(rules)
    reading = read(*folders, overlay)
    if reading.problems or reading.knowledge is None:
        problems = reading.problems
        if overlay is not None:
            from calcinosis_kb.documents.attribution import attributed

            problems = tuple(attributed(problems, overlay, lambda part: read(*folders, part).problems))
        raise KnowledgeError(problems)
    known = reading.knowledge.knowledge
    cases = [document for name, document in folders[0].documents.items() if PUBLISHED.fits(name)]
    return Contents(
        knowledge=known,
        rules=reading.rules.book,
        paths=therapy_paths(known),
        experience=experiences(
            known, cases, PatientReader(known, divides(known, reading.rules.book), knowledge / "words")
        ),
    )


def therapy_paths(knowledge: Knowledge) -> dict[str, tuple[MechanismPath, ...]]:
    """Every therapy's paths to calcinosis, best first."""
    from calcinosis_kb.graph.build import build_graph
    from calcinosis_kb.graph.paths import paths

    graph = build_graph(knowledge)
    return {option.id: tuple(paths(graph, option.id)) for option in knowledge.options}


def _misplaced(drafts: Iterable[Draft]) -> Iterator[Problem]:
    """Report files of a kind that has no drafts (CKB010), because leaving one out would change every answer."""
    for draft in drafts:
        kind = kind_of(draft.path, (*KNOWLEDGE, FACTS, RULES))
        if kind is not None and not any("draft" in model.model_fields for model in models(kind.content)):
            fix = f"remove 'draft: true': {kind.pattern} is always read"
            yield Problem("CKB010", "unknown key 'draft'", draft.place, fix=fix)


def _lint(rules: LoadedRules, knowledge: Knowledge, broken: frozenset[str]) -> list[Problem]:
    from calcinosis_kb.knowledge.references import spaces
    from calcinosis_kb.rules.lint import lint

    authorities = {**dict.fromkeys(broken, "unknown"), **knowledge.authorities}
    unread = tuple(Scope(id_, id_, "") for id_ in sorted(broken - knowledge.therapies.keys()))
    return lint(rules, (*scopes(knowledge), *unread), spaces(knowledge, broken), authorities)


def _ids(problems: Iterable[Problem], folders: Iterable[Folder], overlay: Overlay | None) -> Iterator[str]:
    """The ids that the files with problems seem to hold, read from their text, since some are not even YAML."""
    parents = {folder.directory.name: folder.directory.parent for folder in folders}
    for file in sorted({problem.place.file for problem in problems if problem.place is not None}):
        yield PurePosixPath(file).stem
        if overlay is not None and file in overlay.files:
            text = overlay.texts[overlay.files[file]]
        else:
            path = parents[file.partition("/")[0]] / file
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        yield from (key or id_ for id_, key in _IDS.findall(text))
