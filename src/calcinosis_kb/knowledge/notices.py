"""Notices about publications: retractions, expressions of concern, corrections, and what each means for a source of the base.

There is one definition, whatever register the notice comes from: the Retraction Watch file, or a service that the literature watch asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.knowledge.citations import normal_doi, normal_pmid
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Citation, Reference

__all__ = ["CitedSource", "Notice", "cited_sources", "judged", "unclear"]

_CORRECTIONS = frozenset({"correction", "corrigendum", "erratum"})


@dataclass(frozen=True)
class CitedSource:
    """A source of the base with the place of one of its identifiers; ``key`` is the kind of that identifier."""

    id: str
    place: Place
    key: str


@dataclass(frozen=True)
class Notice:
    """A notice in a register; ``record`` is its number there, ``about`` the DOI of the publication as written there."""

    record: str
    nature: str
    date: date | None
    doi: str
    reason: str
    about: str
    register: str = "the Retraction Watch file"

    @property
    def kind(self) -> str:
        """The nature in small letters, with one word for every correction."""
        nature = " ".join(self.nature.lower().replace("_", " ").split())
        return "correction" if nature in _CORRECTIONS else nature

    def __str__(self) -> str:
        doi = f", doi:{self.doi}" if normal_doi(self.doi) else ""
        reasons = "; ".join(reason for part in self.reason.split(";") if (reason := part.strip(" +")))
        reason = f", {reasons}" if reasons else ""
        return f"{self.nature} of {self.date or 'an unknown day'} (record {self.record}{doi}){reason}"


def cited_sources(loaded: Loaded) -> tuple[dict[str, list[CitedSource]], int]:
    """Return the sources by normal DOI and PMID, and the number of sources with neither."""
    known = loaded.knowledge
    cited: list[tuple[str, str, Citation | Reference, tuple[str, ...]]] = [
        *(("studies", id_, study.citation, ("citation",)) for id_, study in known.studies.items()),
        *(("guidelines", id_, guideline.citation, ("citation",)) for id_, guideline in known.guidelines.items()),
        *(("sources", id_, reference, (id_,)) for id_, reference in known.references.items()),
    ]
    identified: dict[str, list[CitedSource]] = {}
    unidentified = 0
    for section, id_, citation, path in cited:
        document = loaded.documents[(section, id_)]
        keys = {"doi": normal_doi(citation.doi or ""), "pmid": normal_pmid(citation.pmid or "")}
        unidentified += not any(keys.values())
        for name, key in keys.items():
            if key:
                identified.setdefault(key, []).append(CitedSource(id_, document.place((*path, name)), name))
    return identified, unidentified


def judged(notices: Mapping[Notice, CitedSource], notes: list[str]) -> Iterator[Problem]:
    """Find the problems from the notices on one source; notices that need no action are added to the notes.

    Problems: CKB065 retracted (error); CKB066 expression of concern, CKB067 a notice of an unknown nature (warnings).
    """
    lifted = max((notice.date for notice in notices if notice.kind == "reinstatement" and notice.date), default=None)
    for notice in sorted(notices, key=lambda notice: (notice.date or date.min, notice.record)):
        source = notices[notice]
        nature = notice.kind
        over = nature == "retraction" and lifted is not None and notice.date is not None and notice.date <= lifted
        there = f", with the DOI there '{notice.about}'" if notice.about else ""
        by = "by its DOI" if source.key == "doi" else f"by its PMID{there}"
        if over or nature in ("correction", "reinstatement"):
            notes.append(f"{source.id}: {notice}{' (lifted since)' if over else ''}")
        elif nature == "retraction":
            message = f"'{source.id}' was retracted ({by}): {notice}"
            yield Problem("CKB065", message, source.place, fix="remove what depends on it")
        elif nature == "expression of concern":
            message = f"there is an expression of concern about '{source.id}' ({by}): {notice}"
            fix = "read the notice, and explain under 'note' what it means"
            yield Problem("CKB066", message, source.place, fix=fix, severity="warning")
        else:
            what = f"a notice of an unknown nature, '{notice.nature}' (record {notice.record})"
            yield unclear(source, what, notice.register)


def unclear(source: CitedSource, what: str, register: str = Notice.register) -> Problem:
    """The problem (CKB067) of a source that a register names in a way that says nothing clear."""
    message = f"{register} names '{source.id}' in {what}"
    fix = "look it up at http://retractiondatabase.org"
    return Problem("CKB067", message, source.place, fix=fix, severity="warning")
