"""The version of the program with everything that its answers depend on: knowledge, rules, engines, Python."""

from __future__ import annotations

import platform

from typing_extensions import TypedDict

from calcinosis_kb._version import __version__
from calcinosis_kb.advice.stamp import KnowledgeDocument, RulesDocument, stamp
from calcinosis_kb.base import KnowledgeBase

__all__ = ["VersionDocument", "version_document"]


class KnowledgeVersion(KnowledgeDocument):
    """The knowledge of a version, and how much there is of it."""

    therapies: int
    studies: int


class RulesVersion(RulesDocument):
    """The rules of a version, and how many there are."""

    rules: int


class VersionDocument(TypedDict):
    """What an answer depends on, besides the patient."""

    version: str
    knowledge: KnowledgeVersion
    rules: RulesVersion
    engines: list[str]
    python: str


def version_document(kb: KnowledgeBase) -> VersionDocument:
    """Return the version of the program with hashes and counts of its knowledge and rules, its engines and its Python."""
    known, book = kb.knowledge, kb.rules
    return {
        "version": __version__,
        "knowledge": {
            **stamp(known)["knowledge"],
            "therapies": sum(1 for _ in known.options),
            "studies": len(known.studies),
        },
        "rules": {"hash": book.hash, "rules": len(book.standing_rules) + len(book.verdict_rules)},
        "engines": list(kb.advisor.verdict_rules.engines),
        "python": platform.python_version(),
    }
