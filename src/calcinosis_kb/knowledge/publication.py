"""Decide whether two descriptions are of the same publication."""

from __future__ import annotations

import re
from dataclasses import dataclass

from calcinosis_kb.knowledge.citations import normal_identifier
from calcinosis_kb.knowledge.models import Citation, Study
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["IDENTIFIERS", "Publication"]

IDENTIFIERS = ("pmid", "doi", "pmcid")


@dataclass(frozen=True)
class Publication:
    """What is known of a publication: its ids in the base or in a collection, its citation, the pages where it was read."""

    ids: frozenset[str]
    citation: Citation
    seen: tuple[str, ...] = ()

    @classmethod
    def of(cls, study: Study) -> Publication:
        return cls(frozenset({study.id}), study.citation, study.seen)

    def same(self, other: Publication) -> bool:
        """Whether both have an id, an identifier, the title or a page in common."""
        if self.ids & other.ids:
            return True
        for key in IDENTIFIERS:
            ours, theirs = getattr(self.citation, key), getattr(other.citation, key)
            if ours and theirs and normal_identifier(key, ours) == normal_identifier(key, theirs):
                return True
        ours, theirs = self.citation.title, other.citation.title
        if ours and theirs and normalise(ours) == normalise(theirs):
            return True
        return bool({_page(page) for page in self.seen} & {_page(page) for page in other.seen} - {""})

    def may_be(self, other: Publication) -> bool:
        """Whether both are the same, or by the same first author within a year."""
        ours, theirs = self.citation, other.citation
        if ours.first_author and theirs.first_author and _surname(ours.first_author) == _surname(theirs.first_author):
            return ours.year is None or theirs.year is None or abs(ours.year - theirs.year) <= 1
        return self.same(other)


def _page(page: str) -> str:
    """An address without protocol and trailing slash; empty for text that is not an address."""
    if not re.match(r"(https?://|PMID )", page):
        return ""
    return re.sub(r"^https?://(www\.)?", "", page).rstrip("/").casefold()


def _surname(author: str) -> str:
    return normalise(author).split(" ")[0]
