"""The words of the knowledge base for the type-ahead of the page, so that no word of a patient is sent to look it up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.intake.entry import KINDS, Kind
from calcinosis_kb.knowledge.names import Entry

__all__ = ["words_address", "words_json"]

_VOCABULARIES: dict[str, Kind] = {
    "therapies": "tried",
    "medications": "medication",
    "diseases": "disease",
    "conditions": "condition",
    "labs": "lab",
    "features": "feature",
    "sites": "site",
    "patterns": "pattern",
}
_SAID = {
    **KINDS,
    "tried": "treatment",
    "medication": "drug",
    "disease": "disease",
    "condition": "condition",
    "lab": "test",
}


def words_address(kb: KnowledgeBase) -> str:
    """The address of the words; another one where the words are others."""
    parts = (kb.knowledge.version, kb.knowledge.hash, kb.knowledge.overlay or "")
    return f"/words/{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}.json"


def words_json(kb: KnowledgeBase) -> str:
    """Every word that describes a patient: ``words`` are rows of kind, name and other names, and ``kinds`` says the kinds."""
    rows = [
        [kind, *_names(entry)] for vocabulary, kind in _VOCABULARIES.items() for entry in kb.names.entries(vocabulary)
    ]
    return json.dumps({"kinds": _SAID, "words": rows}, ensure_ascii=False, separators=(",", ":"))


def _names(entry: Entry) -> Iterator[str]:
    yield from dict.fromkeys((entry.name, *entry.aliases))
