"""Reads the files of ``rules/``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from calcinosis_kb.errors import KnowledgeError, Place, Problem
from calcinosis_kb.knowledge.loader import content_hash, read_documents
from calcinosis_kb.rules.models import FactKind, Rule
from calcinosis_kb.schema import validate
from calcinosis_kb.source import Document

__all__ = ["LoadedRules", "RuleBook", "build_rules", "load_rules"]


class RuleBook(BaseModel):
    """The content of ``rules/``: the vocabulary of facts, and the rules in the order of their files."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    hash: str
    vocabulary: dict[str, FactKind]
    standing: tuple[Rule, ...]
    judging: tuple[Rule, ...]

    def rule(self, id_: str) -> Rule:
        """A rule by its id. Raises `KeyError` where there is none."""
        for rule in (*self.standing, *self.judging):
            if rule.id == id_:
                return rule
        raise KeyError(id_)


@dataclass
class LoadedRules:
    """The rules with the place of each part: ``place("colchicine-crcl-30", "when", 0)``."""

    book: RuleBook
    origins: dict[str, tuple[Document, int]] = field(default_factory=dict)
    facts: Document | None = None
    """The file of the vocabulary."""

    def place(self, rule: str, *path: str | int) -> Place:
        document, index = self.origins[rule]
        return document.place((index, *path))


def load_rules(directory: Path) -> LoadedRules:
    """All of ``rules/``. Raises `KnowledgeError` with every problem of reading and of schema."""
    documents, problems = read_documents(directory)
    return build_rules(directory.name, documents, problems, hash_=content_hash(directory))


def build_rules(root: str, documents: dict[str, Document], problems: list[Problem], *, hash_: str) -> LoadedRules:
    """The rules of documents that are parsed already. Raises `KnowledgeError` like `load_rules`."""
    vocabulary: dict[str, FactKind] = {}
    rules: dict[str, list[Rule]] = {"standing": [], "judging": []}
    origins: dict[str, tuple[Document, int]] = {}
    for name, document in documents.items():
        if name == f"{root}/facts.yaml":
            value, found = validate(document, dict[str, FactKind])
            problems.extend(found)
            vocabulary = value or {}
            continue
        read: tuple[Rule, ...] | None
        read, found = validate(document, tuple[Rule, ...])
        problems.extend(found)
        for index, rule in enumerate(read or ()):
            place = document.place((index, "id"))
            if rule.id in origins:
                message = f"the rule '{rule.id}' also stands in {origins[rule.id][0].name}"
                problems.append(Problem("CKB015", message, place, mend="give it another id"))
            origins[rule.id] = (document, index)
            stratum = "standing" if rule.standing else "judging"
            if (stratum == "standing") != (name == f"{root}/standing.yaml"):
                message = f"'{rule.id}' gives {'a standing' if rule.standing else 'an effect'} in {name}"
                mend = "standings are given in standing.yaml, effects in the other files"
                problems.append(Problem("CKB036", message, place, mend=mend))
            rules[stratum].append(rule.model_copy(update={"at": f"{place.file}:{place.line}"}))
    if problems:
        raise KnowledgeError(tuple(problems))
    book = RuleBook(
        hash=hash_,
        vocabulary=vocabulary,
        standing=tuple(rules["standing"]),
        judging=tuple(rules["judging"]),
    )
    return LoadedRules(book, origins, documents.get(f"{root}/facts.yaml"))
