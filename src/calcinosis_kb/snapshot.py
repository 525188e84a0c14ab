"""A compiled copy of knowledge and rules, so that an answer need not parse hundreds of YAML files.

The YAML is always the truth: a snapshot is used only while the hashes of its files are the same, is validated like any input,
and is rebuilt where it is missing, stale or damaged. It holds no patient data. It lies in the user's cache folder
(``$XDG_CACHE_HOME/calcinosis-kb``, or ``~/.cache/calcinosis-kb``).
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from calcinosis_kb.documents.cache import cache_folder
from calcinosis_kb.errors import InputError, KnowledgeError, Problem
from calcinosis_kb.graph.paths import MechanismPath
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.loader import build_knowledge, content_hash, read_documents
from calcinosis_kb.rules.loader import LoadedRules, RuleBook, build_rules
from calcinosis_kb.rules.scopes import scopes

if TYPE_CHECKING:
    from calcinosis_kb.documents.overlay import Overlay

__all__ = ["Snapshot", "lint_rules", "take", "therapy_paths"]


class Snapshot(BaseModel):
    """Knowledge, rules and every therapy's paths to calcinosis."""

    model_config = ConfigDict(frozen=True)

    knowledge: Knowledge
    rules: RuleBook
    paths: dict[str, tuple[MechanismPath, ...]]


def take(knowledge_directory: Path, rules_directory: Path, version: str, overlay: Overlay | None = None) -> Snapshot:
    """The snapshot of two folders and an overlay, from the cache where it is current.

    Raises `KnowledgeError` where the YAML cannot be loaded. A cache that cannot be read or written costs only time.
    """
    base = f"{version}-{content_hash(knowledge_directory)}-{content_hash(rules_directory)}"
    # Places in the snapshot name the overlay's folder as it was given.
    key = f"{base}-{overlay.hash}-{sha256(overlay.name.encode()).hexdigest()[:8]}" if overlay is not None else base
    # Path.home() raises RuntimeError for a user without a home; then there is no cache.
    with suppress(OSError, ValidationError, RuntimeError):
        return Snapshot.model_validate_json((cache_folder() / f"{key}.json").read_bytes())
    snapshot = build(knowledge_directory, rules_directory, version, overlay)
    with suppress(InputError, RuntimeError):
        _write(cache_folder() / f"{key}.json", snapshot, base)
    return snapshot


def build(knowledge_directory: Path, rules_directory: Path, version: str, overlay: Overlay | None = None) -> Snapshot:
    """The snapshot, from the YAML. Raises `KnowledgeError`; what an overlay breaks is placed in its files."""
    folders = {
        folder: (read_documents(folder), content_hash(folder)) for folder in (knowledge_directory, rules_directory)
    }

    def sound(part: Overlay | None) -> tuple[Knowledge, RuleBook]:
        from calcinosis_kb.knowledge.integrity import crosscheck

        (documents, problems), hash_ = folders[knowledge_directory]
        loaded = build_knowledge(documents, list(problems), version=version, hash_=hash_, overlay=part)
        (documents, problems), hash_ = folders[rules_directory]
        rules = build_rules(rules_directory.name, documents, list(problems), hash_=hash_, overlay=part)
        # What does not hold together must never judge a patient.
        wrong = crosscheck(loaded) or lint_rules(rules, loaded.knowledge)
        if wrong:
            raise KnowledgeError(tuple(wrong))
        return loaded.knowledge, rules.book

    def find(part: Overlay | None) -> tuple[Problem, ...]:
        try:
            sound(part)
        except KnowledgeError as error:
            return tuple(error.problems)
        return ()

    try:
        knowledge, rules = sound(overlay)
    except KnowledgeError as error:
        if overlay is None:
            raise
        from calcinosis_kb.documents.attribution import attributed

        raise KnowledgeError(tuple(attributed(error.problems, overlay, find))) from None
    return Snapshot(knowledge=knowledge, rules=rules, paths=therapy_paths(knowledge))


def therapy_paths(knowledge: Knowledge) -> dict[str, tuple[MechanismPath, ...]]:
    """Every option's paths to calcinosis, best first."""
    from calcinosis_kb.graph.build import build_graph
    from calcinosis_kb.graph.paths import paths

    graph = build_graph(knowledge)
    return {option.id: tuple(paths(graph, option.id)) for option in knowledge.options}


def lint_rules(rules: LoadedRules, knowledge: Knowledge) -> list[Problem]:
    """Everything that is wrong with the rules, read against the knowledge."""
    from calcinosis_kb.rules.lint import lint

    families = [id_ for id_, therapy in knowledge.therapies.items() if therapy.kind == "family"]
    return lint(rules, scopes(knowledge), knowledge.vocabularies, knowledge.authorities, families)


def _write(path: Path, snapshot: Snapshot, base: str) -> None:
    """Writes it whole, so that another process never reads half a file. Raises `InputError` (CKB057).

    Older snapshots go; that of ``base`` stays beside one with an overlay, and the other way round.
    """
    from calcinosis_kb.documents.writing import make_folder, write_file

    make_folder(path.parent)
    write_file(path, snapshot.model_dump_json(exclude_defaults=True).encode())
    for other in path.parent.glob("*.json"):
        is_base, with_overlay = other.stem == base, other.stem.startswith(f"{base}-")
        if other != path and not (is_base or (path.stem == base and with_overlay)):
            with suppress(OSError):
                other.unlink()
