"""The stamp of a report: version and hash of the knowledge, and the hash of the rules, that it depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["KnowledgeDocument", "RulesDocument", "Stamp", "Stamped", "stamp", "stamp_words"]


class KnowledgeDocument(TypedDict):
    """Version and hash of the knowledge that gave the answer."""

    version: str
    hash: str
    overlay: NotRequired[str]
    """The hash of the overlay, if there is one."""


class RulesDocument(TypedDict):
    """Hash of the rules that gave the answer."""

    hash: str


class Stamp(TypedDict):
    """What a report depends on; without ``rules`` it depends on the knowledge alone."""

    knowledge: KnowledgeDocument
    rules: NotRequired[RulesDocument]


class Stamped(TypedDict):
    """A document that has its stamp where it stands for itself, and none inside another document."""

    knowledge: NotRequired[KnowledgeDocument]
    rules: NotRequired[RulesDocument]


def stamp(knowledge: Knowledge, rules_hash: str | None = None) -> Stamp:
    """Return the stamp of what depends on this knowledge, and on the rules with a hash."""
    known: KnowledgeDocument = {"version": knowledge.version, "hash": knowledge.hash}
    if knowledge.overlay:
        known["overlay"] = knowledge.overlay
    return {"knowledge": known, "rules": {"hash": rules_hash}} if rules_hash else {"knowledge": known}


def stamp_words(made: Stamp) -> str:
    """Return a stamp in words.

    >>> stamp_words({"knowledge": {"version": "1.0", "hash": "ab12", "overlay": "ef56"}, "rules": {"hash": "cd34"}})
    'Knowledge 1.0 (ab12), rules cd34, overlay ef56'
    """
    known = made["knowledge"]
    rules = f", rules {made['rules']['hash']}" if "rules" in made else ""
    overlay = f", overlay {known['overlay']}" if "overlay" in known else ""
    return f"Knowledge {known['version']} ({known['hash']}){rules}{overlay}"
