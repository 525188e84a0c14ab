"""Sources as related artifacts, with the address by which a reader finds them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from calcinosis_kb.knowledge.bibliography import READ, Bibliography
from calcinosis_kb.knowledge.models import Citation, Reference
from calcinosis_kb.report.fhir.resources import Json

__all__ = ["address", "citations"]


def citations(cited: Bibliography) -> Iterator[Json]:
    """Yield each source under its number: its citation, how much of it was read, and its address."""
    knowledge = cited.knowledge
    for number, source in enumerate(cited, 1):
        publication = knowledge.publication(source)
        url = address(publication) if publication else None
        yield {
            "type": "citation",
            "label": str(number),
            "display": READ[knowledge.read(source) or knowledge.authorities.get(source, "literature")],
            "citation": knowledge.cite(source),
            **({"url": url} if url else {}),
        }


def address(publication: Citation | Reference) -> str | None:
    """Return the address that the DOI, PMID or PMCID of a publication has, or None without any of them.

    >>> address(Citation(doi="10.1002/(SICI)1<201::x>3.0", pmid="1")), address(Citation(pmid="12345")), address(Citation())
    ('https://doi.org/10.1002/(SICI)1%3C201::x%3E3.0', 'https://pubmed.ncbi.nlm.nih.gov/12345/', None)
    """
    if publication.doi:
        return f"https://doi.org/{quote(publication.doi, safe='/:;()')}"
    if publication.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{publication.pmid}/"
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{publication.pmcid}/" if publication.pmcid else None
