"""What the base holds, drafts included: publications by DOI, PMID, PMCID or near title, and trials by number.

Two titles are near from a likeness of 90 (rapidfuzz's ``ratio``, in lower case without punctuation). Among the titles of the base, two
different publications of neighbouring years reach 84 (one pair) or stay below 80; another punctuation, spelling or ending of one title
stays above 91 (tests/editing/watch/test_held.py measures both).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal

from calcinosis_kb.documents.document import Document
from calcinosis_kb.editing.citation import fitting, folded
from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.knowledge.searches import identifiers

__all__ = ["LEAST_LIKENESS", "Held", "Match", "held", "is_near", "likeness"]

LEAST_LIKENESS = 90.0
LEAST_LETTERS = 25
"""A shorter title ("Calcinosis cutis") is shared by many publications, and tells nothing without the author."""

_TRIAL = re.compile(r"NCT[0-9]{8}")
_FOLDERS = ("studies", "guidelines", "references")


@dataclass(frozen=True)
class Match:
    """A record of the base that is the one found, and how it was recognised; ``near`` has only its title, and another identifier."""

    source: str
    by: Literal["doi", "pmid", "pmcid", "title", "trial", "near"]


@dataclass(frozen=True)
class Held:
    """The publications of the base by id, and the trials that its references name."""

    publications: Mapping[str, Citation]
    trials: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], str]:
        found = {("trial", number): source for number, source in self.trials.items()}
        for source, citation in self.publications.items():
            for key in identifiers(citation):
                found.setdefault(key, source)
        return found

    def match(self, citation: Citation, trial: str | None = None) -> Match | None:
        """The record that the base holds of a publication or trial, by the surest sign."""
        for kind, number in identifiers(citation, trial):
            if source := self._by_key.get((kind, number)):
                return Match(source, kind)  # type: ignore[arg-type] # the kinds of `identifiers`
        if trial is not None:
            return None
        near = [source for source, held in self.publications.items() if is_near(citation, held)]
        same = next((source for source in near if not _differ(citation, self.publications[source])), None)
        if same is not None:
            return Match(same, "title")
        return Match(near[0], "near") if near else None

    def with_drafts(self, drafts: Mapping[str, Citation]) -> Held:
        """What is held when drafts have been opened."""
        return Held({**self.publications, **drafts}, self.trials)


def held(documents: Mapping[str, Document]) -> Held:
    """Return what the files of a base hold, drafts and files with mistakes included."""
    publications: dict[str, Citation] = {}
    trials: dict[str, str] = {}
    for folder in _FOLDERS:
        for name, document in documents.items():
            if f"knowledge/{folder}/" in name and isinstance(document.data, Mapping):
                for source, entry in _entries(document.data):
                    publications[source] = _citation(entry)
                    trials.update(dict.fromkeys(_TRIAL.findall(str(entry)), source) if "trial" in entry else {})
    return Held(publications, trials)


def is_near(one: Citation, other: Citation) -> bool:
    """Whether two publications may be the same by title, year and author; what is not known contradicts nothing.

    >>> is_near(Citation(title="Colchicine in calcinosis cutis", year=2020), Citation(title="Colchicine in calcinosis cutis.", year=2021))
    True
    """
    if one.year and other.year and abs(one.year - other.year) > 1:
        return False
    if not one.title or not other.title:
        return False
    ours, theirs = (set(re.findall(r"\w+", folded(citation.first_author or ""))) for citation in (one, other))
    if ours and theirs and ours.isdisjoint(theirs):
        return False
    if min(len(one.title), len(other.title)) < LEAST_LETTERS and not (one.first_author and other.first_author):
        return False
    return likeness(one.title, other.title) >= LEAST_LIKENESS


def likeness(one: str, other: str) -> float:
    """How much two titles are alike, from 0 to 100, whatever their case and punctuation."""
    from rapidfuzz import fuzz

    return fuzz.ratio(_plain(one), _plain(other))


@lru_cache(maxsize=10_000)
def _plain(title: str) -> str:
    from rapidfuzz import utils

    return utils.default_process(title)


def _differ(one: Citation, other: Citation) -> bool:
    """Whether two publications have different identifiers of one kind, so that they are two."""
    ours, theirs = dict(identifiers(one)), dict(identifiers(other))
    return any(ours[kind] != theirs[kind] for kind in ours.keys() & theirs.keys())


def _entries(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The record of a file, or the records of one that has many, each with its id and its citation on top."""
    entries: Iterable[tuple[Any, Any]] = (
        [(data.get("id"), data.get("citation"))] if "citation" in data else data.items()
    )
    yield from ((str(source), entry) for source, entry in entries if isinstance(entry, Mapping))


def _citation(entry: Mapping[str, Any]) -> Citation:
    """The parts of a citation that are readable. A title in brackets is a remark, and none."""
    parts = {name: entry.get(name) for name in Citation.model_fields}
    title = parts["title"]
    if isinstance(title, str) and title.startswith("["):
        parts["title"] = None
    return fitting(**parts)
