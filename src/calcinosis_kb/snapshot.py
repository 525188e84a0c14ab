"""A compiled copy of knowledge and rules, so that an answer need not parse hundreds of YAML files.

The YAML is always the truth: a snapshot is used only while the hashes of its files are the same, is validated like any input,
and is rebuilt where it is missing, stale or damaged. It holds no patient data. It lies in the user's cache folder
(``$XDG_CACHE_HOME/calcinosis-kb``, or ``~/.cache/calcinosis-kb``).
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from calcinosis_kb.errors import KnowledgeError, Problem
from calcinosis_kb.graph.paths import Path as GraphPath
from calcinosis_kb.knowledge.library import Knowledge
from calcinosis_kb.knowledge.loader import content_hash, load_knowledge
from calcinosis_kb.rules.loader import LoadedRules, RuleBook, load_rules
from calcinosis_kb.rules.scopes import scopes

__all__ = ["Snapshot", "lint_rules", "take", "therapy_paths"]


class Snapshot(BaseModel):
    """Knowledge, rules and every therapy's paths to calcinosis."""

    model_config = ConfigDict(frozen=True)

    knowledge: Knowledge
    rules: RuleBook
    paths: dict[str, tuple[GraphPath, ...]]


def take(knowledge_directory: Path, rules_directory: Path, version: str) -> Snapshot:
    """The snapshot of two folders, from the cache where it is current.

    Raises `KnowledgeError` where the YAML cannot be loaded. A cache that cannot be read or written costs only time.
    """
    key = f"{version}-{content_hash(knowledge_directory)}-{content_hash(rules_directory)}"
    # Path.home() raises RuntimeError for a user without a home; then there is no cache.
    with suppress(OSError, ValidationError, RuntimeError):
        return Snapshot.model_validate_json((_cache_folder() / f"{key}.json").read_bytes())
    snapshot = build(knowledge_directory, rules_directory, version)
    with suppress(OSError, RuntimeError):
        _write(_cache_folder() / f"{key}.json", snapshot)
    return snapshot


def build(knowledge_directory: Path, rules_directory: Path, version: str) -> Snapshot:
    """The snapshot, from the YAML. Raises `KnowledgeError`."""
    from calcinosis_kb.knowledge.crosscheck import crosscheck

    loaded = load_knowledge(knowledge_directory, version)
    rules = load_rules(rules_directory)
    # What does not hold together must never judge a patient.
    problems = crosscheck(loaded) or lint_rules(rules, loaded.knowledge)
    if problems:
        raise KnowledgeError(tuple(problems))
    return Snapshot(knowledge=loaded.knowledge, rules=rules.book, paths=therapy_paths(loaded.knowledge))


def therapy_paths(knowledge: Knowledge) -> dict[str, tuple[GraphPath, ...]]:
    """Every option's paths to calcinosis, best first."""
    from calcinosis_kb.graph.model import build_graph
    from calcinosis_kb.graph.paths import paths

    graph = build_graph(knowledge)
    return {option.id: tuple(paths(graph, option.id)) for option in knowledge.options}


def lint_rules(rules: LoadedRules, knowledge: Knowledge) -> list[Problem]:
    """Everything that is wrong with the rules, read against the knowledge."""
    from calcinosis_kb.rules.lint import lint

    families = [id_ for id_, therapy in knowledge.therapies.items() if therapy.kind == "family"]
    return lint(rules, scopes(knowledge), knowledge.vocabularies, knowledge.authorities, families)


def _cache_folder() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or ""
    # The XDG specification has relative paths ignored.
    base = Path(root) if Path(root).is_absolute() else Path.home() / ".cache"
    return base / "calcinosis-kb"


def _write(path: Path, snapshot: Snapshot) -> None:
    """Writes beside and renames, so that another process never reads half a file; older snapshots go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(snapshot.model_dump_json(exclude_defaults=True))
    Path(name).replace(path)
    for other in path.parent.glob("*.json"):
        if other != path:
            with suppress(OSError):
                other.unlink()
