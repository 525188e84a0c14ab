"""Find what was entered twice: a publication, an ontology term, an edge."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from typing import Literal

from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.citations import normal_identifier
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Citation, Reference

__all__ = ["check_edge_duplicates", "check_publications", "check_term_duplicates", "holders"]

ALIKE = 0.8
"""The share of common words from which two titles may be the same."""

Section = Literal["studies", "guidelines", "references"]


def check_publications(loaded: Loaded) -> Iterator[Problem]:
    """Find publications with two ids (CKB026): an error by DOI, PMID or PMCID, a warning by title.

    A review may be both a study (what it reports) and a guideline (what it advises). A reference is neither, so its
    identifiers must be unique.
    """
    yield from _by_identifier(loaded)
    sections: tuple[Section, ...] = ("studies", "guidelines")
    for section in sections:
        yield from _by_title(loaded, section)


def _citations(knowledge: Knowledge) -> Iterator[tuple[Section, str, Citation | Reference]]:
    for id_, study in knowledge.studies.items():
        yield "studies", id_, study.citation
    for id_, guideline in knowledge.guidelines.items():
        yield "guidelines", id_, guideline.citation
    for id_, reference in knowledge.references.items():
        yield "references", id_, reference


def holders(knowledge: Knowledge, citation: Citation) -> list[tuple[Section, str]]:
    """Return the records of a publication, by its DOI, PMID or PMCID."""

    def numbers(one: Citation | Reference) -> set[tuple[str, str]]:
        found = ((key, getattr(one, key)) for key in ("doi", "pmid", "pmcid"))
        return {(key, normal_identifier(key, value)) for key, value in found if value}

    own = numbers(citation)
    return [(section, id_) for section, id_, other in _citations(knowledge) if own & numbers(other)]


def _by_identifier(loaded: Loaded) -> Iterator[Problem]:
    for key in ("doi", "pmid", "pmcid"):
        holders: dict[str, list[tuple[Section, str]]] = defaultdict(list)
        for section, id_, citation in _citations(loaded.knowledge):
            value = getattr(citation, key)
            if value:
                holders[normal_identifier(key, value)].append((section, id_))
        for value, found in holders.items():
            first = found[0]
            for section, id_ in found[1:]:
                if {first[0], section} == {"studies", "guidelines"}:
                    continue
                inner = () if section == "references" else ("citation",)
                message = f"'{first[1]}' has the same {key} {value}: one publication with two ids"
                fix = f"keep '{first[1]}' and use it wherever '{id_}' is used"
                yield Problem("CKB026", message, loaded.place(section, id_, *inner, key), fix=fix)


def _by_title(loaded: Loaded, section: Section) -> Iterator[Problem]:
    titled = [
        (id_, citation, words)
        for own, id_, citation in _citations(loaded.knowledge)
        if own == section and (words := frozenset(re.findall(r"\w+", (citation.title or "").casefold())))
    ]
    for (first, one, words), (id_, other, others) in combinations(titled, 2):
        if len(words & others) < ALIKE * len(words | others) or _identified_as_different(one, other):
            continue
        message = f"the title is nearly that of '{first}': {one.title}"
        fix = f"if it is the same publication, move its results to '{first}'; if not, give each its DOI or PMID"
        place = loaded.place(section, id_, "citation", "title")
        yield Problem("CKB026", message, place, fix=fix, severity="warning")


def _identified_as_different(one: Citation | Reference, other: Citation | Reference) -> bool:
    """Whether both have an identifier of the same kind. If it were equal, that would already be reported."""
    return any(getattr(one, key) and getattr(other, key) for key in ("doi", "pmid", "pmcid"))


def check_term_duplicates(loaded: Loaded) -> Iterator[Problem]:
    """Find ontology terms that are the exact match of two records (CKB026). Members of a family may share one."""
    knowledge = loaded.knowledge
    holders: dict[str, list[str]] = {}
    for section, records in (("therapies", knowledge.therapies), ("nodes", knowledge.nodes)):
        for id_, record in records.items():
            for index, term in enumerate(record.ontology):
                if term.match != "exact":
                    continue
                others = [other for other in holders.setdefault(term.id, []) if not _one_thing(knowledge, id_, other)]
                holders[term.id].append(id_)
                if others:
                    message = f"{term.id} is also the exact match of '{others[0]}'"
                    fix = "one of the two is broader, narrower or related: write that as 'match'"
                    yield Problem("CKB026", message, loaded.place(section, id_, "ontology", index, "id"), fix=fix)


def _one_thing(knowledge: Knowledge, one: str, other: str) -> bool:
    if one == other:  # a therapy and the node of the same id
        return True
    families = [knowledge.therapies[id_].family for id_ in (one, other) if id_ in knowledge.therapies]
    return len(families) == 2 and families[0] is not None and families[0] == families[1]


def check_edge_duplicates(loaded: Loaded) -> Iterator[Problem]:
    """Find edges with the same predicate between the same nodes (CKB026)."""
    first: dict[tuple[str, str, str], str] = {}
    for id_, edge in loaded.knowledge.edges.items():
        known = first.setdefault((edge.source, edge.predicate, edge.target), id_)
        if known != id_:
            message = f"'{known}' also says {edge.source} {edge.predicate} {edge.target}"
            fix = f"keep one edge, with the sources of both, or write the difference under '{known}'"
            yield Problem("CKB026", message, loaded.place("edges", id_, "id"), fix=fix)
