"""One form for each way to write the identifiers of a publication, so that the same publication is recognised."""

from __future__ import annotations

import re
from urllib.parse import unquote

__all__ = ["normal_doi", "normal_identifier", "normal_pmid"]

_DOI = re.compile(r"(?i)(?:https?://(?:dx\.)?doi\.org/|doi:)?\s*(10\.[0-9]{4,9}/\S+)\Z")
_PMID = re.compile(r"(?i)(?:https?://pubmed\.ncbi\.nlm\.nih\.gov/|pmid:?)?\s*0*([1-9][0-9]*)/?\Z", re.ASCII)


def normal_doi(text: str) -> str | None:
    """A DOI in small letters without a resolver's address or percent signs, or None for what is not a DOI.

    >>> normal_doi("https://doi.org/10.1002/(SICI)1-2%3C201::X%3E3.0"), normal_doi("unavailable")
    ('10.1002/(sici)1-2<201::x>3.0', None)
    """
    match = _DOI.match(text.strip())
    return unquote(match[1]).lower() if match else None


def normal_pmid(text: str) -> str | None:
    """A PubMed number without address, prefix and leading zeros, or None for what is not one.

    >>> normal_pmid(" 22801787 "), normal_pmid("PMID: 22801787"), normal_pmid("0"), normal_pmid("unavailable")
    ('22801787', '22801787', None, None)
    """
    match = _PMID.match(text.strip())
    return match[1] if match else None


def normal_identifier(kind: str, text: str) -> str:
    """A ``doi``, ``pmid`` or ``pmcid`` in the form in which two of them can be compared.

    >>> normal_identifier("doi", "doi:10.1016/J.JAAD.2019.07.006"), normal_identifier("pmcid", "PMC123")
    ('10.1016/j.jaad.2019.07.006', 'pmc123')
    """
    found = normal_doi(text) if kind == "doi" else normal_pmid(text) if kind == "pmid" else None
    return found or text.strip().casefold()
