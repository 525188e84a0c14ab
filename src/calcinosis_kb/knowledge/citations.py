"""Write a publication as a short citation or a CURIE, and bring its identifiers into one form."""

from __future__ import annotations

import re
from textwrap import shorten
from urllib.parse import unquote

from calcinosis_kb.knowledge.models import Citation, Reference

__all__ = [
    "bare_doi", "curie", "findable", "full_citation", "label", "normal_doi", "normal_identifier", "normal_pmid", "short_citation",
]  # fmt: skip

_DOI = re.compile(r"(?i)(?:https?://(?:dx\.)?doi\.org/|doi:)?\s*(10\.[0-9]{4,9}/\S+)\Z")
_PMID = re.compile(r"(?i)(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|pmid:?)?\s*0*([1-9][0-9]{0,7})/?\Z", re.ASCII)


def short_citation(publication: Citation | Reference, title: str) -> str:
    """Author or publisher, year, title and identifier on one line; ``title`` stands in for a missing title.

    >>> short_citation(Citation(first_author="Traineau", year=2020, doi="10.1016/j.jaad.2019.07.006"), "traineau-2020")
    'Traineau, 2020, traineau-2020, doi:10.1016/j.jaad.2019.07.006'
    """
    issuer = publication.publisher if isinstance(publication, Reference) else publication.journal
    identifiers = (
        publication.pmid and f"PMID {publication.pmid}",
        publication.doi and f"doi:{publication.doi}",
        publication.pmcid,
    )
    year = str(publication.year) if publication.year else None
    parts = (
        publication.first_author or issuer,
        year,
        publication.title or title,
        next(filter(None, identifiers), None),
    )
    return ", ".join(part for part in parts if part)


def label(publication: Citation | Reference) -> str:
    """Author and year, or publisher and year, or the title; empty if none of them is known.

    >>> label(Citation(first_author="Traineau", year=2020)), label(Citation(title="A report"))
    ('Traineau 2020', 'A report')
    """
    issuer = publication.publisher if isinstance(publication, Reference) else publication.journal
    who = publication.first_author or issuer or publication.title or ("report of" if publication.year else None)
    return " ".join(str(part) for part in (who, publication.year) if part)


def findable(publication: Citation | Reference, most: int = 60) -> str:
    """Author, year and journal; without an author the identifier, or else the title, cut to ``most`` characters: enough to find it.

    >>> findable(Citation(first_author="Schanz", year=2008, journal="Arch Dermatol", doi="10.1001/x"))
    'Schanz 2008, Arch Dermatol'
    >>> findable(Citation(year=2022, doi="10.1186/x")), findable(Citation(title="Two cases", journal="Wounds", year=2018))
    ('report of 2022, doi:10.1186/x', 'Two cases, Wounds 2018')
    """
    name = label(publication)
    issuer = publication.publisher if isinstance(publication, Reference) else publication.journal
    if publication.first_author:
        return ", ".join(part for part in (name, issuer) if part)
    identifier = _identifier(publication)
    if identifier or not publication.title or name.startswith(publication.title):
        return ", ".join(part for part in (shorten(name, most, placeholder=" …"), identifier) if part)
    return f"{shorten(publication.title, most, placeholder=' …')}, {name}"


def full_citation(publication: Citation | Reference, most: int | None = None) -> str:
    """Author and year, where it was published, and the identifier; empty if nothing is known.

    Of a citation longer than ``most`` characters, what stands before the identifier is cut.

    >>> full_citation(Citation(first_author="Robertson", year=2003, journal="Ann Rheum Dis", doi="10.1136/ard.62.3.267"))
    'Robertson 2003, Ann Rheum Dis, doi:10.1136/ard.62.3.267'
    >>> full_citation(Citation(title="A report", pmid="12345"))
    'A report, PMID 12345'
    >>> full_citation(Citation(title="A very long title of a report", pmid="12345"), most=30)
    'A very long …, PMID 12345'
    """
    name = label(publication)
    issuer = publication.publisher if isinstance(publication, Reference) else publication.journal
    place = issuer or publication.title
    identifier = _identifier(publication)
    known = ", ".join(part for part in (name, None if place and name.startswith(place) else place) if part)
    if most is not None:
        known = shorten(known, most - len(identifier or "") - 2, placeholder=" …")
    return ", ".join(part for part in (known, identifier) if part)


def _identifier(publication: Citation | Reference) -> str | None:
    if publication.doi:
        return f"doi:{publication.doi}"
    return publication.pmcid or (f"PMID {publication.pmid}" if publication.pmid else None)


def curie(publication: Citation | Reference) -> str | None:
    """The PMID, PMCID or DOI as a CURIE, or None for a publication without any of them.

    >>> curie(Citation(pmcid="PMC123", doi="10.1234/x")), curie(Citation())
    ('PMC:123', None)
    """
    if publication.pmid:
        return f"PMID:{publication.pmid}"
    if publication.pmcid:
        return f"PMC:{publication.pmcid.removeprefix('PMC')}"
    return f"doi:{publication.doi}" if publication.doi else None


def bare_doi(text: str) -> str | None:
    """A DOI as printed, without a resolver's address, prefix or percent signs, or None for anything else.

    >>> bare_doi("https://doi.org/10.1530/boneabs.4.P104"), bare_doi("unavailable")
    ('10.1530/boneabs.4.P104', None)
    """
    match = _DOI.match(text.strip())
    return unquote(match[1]) if match else None


def normal_doi(text: str) -> str | None:
    """A bare DOI in lower case, because DOIs ignore case, or None for anything else.

    >>> normal_doi("https://doi.org/10.1002/(SICI)1-2%3C201::X%3E3.0"), normal_doi("unavailable")
    ('10.1002/(sici)1-2<201::x>3.0', None)
    """
    doi = bare_doi(text)
    return doi.lower() if doi else None


def normal_pmid(text: str) -> str | None:
    """A PubMed number of up to eight digits, without address, prefix and leading zeros, or None for anything else.

    >>> normal_pmid(" 22801787 "), normal_pmid("PMID: 22801787"), normal_pmid("0"), normal_pmid("unavailable")
    ('22801787', '22801787', None, None)
    """
    match = _PMID.match(text.strip())
    return match[1] if match else None


def normal_identifier(kind: str, text: str) -> str:
    """A ``doi``, ``pmid`` or ``pmcid`` in a form that can be compared with another.

    >>> normal_identifier("doi", "doi:10.1016/J.JAAD.2019.07.006"), normal_identifier("pmcid", "PMC123")
    ('10.1016/j.jaad.2019.07.006', 'pmc123')
    """
    found = normal_doi(text) if kind == "doi" else normal_pmid(text) if kind == "pmid" else None
    return found or text.strip().casefold()
