"""Read a citation that was copied from a reference manager or a journal's page: RIS, PubMed, BibTeX, CSL JSON, a DOI or a PMID."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from calcinosis_kb.editing.citation import family_name, fitting, printed_title
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.knowledge.citations import bare_doi, normal_pmid
from calcinosis_kb.knowledge.models import Citation

__all__ = ["read_citation"]

_TAGGED = re.compile(r"^([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*(?:\n {4,}.*)*)", re.MULTILINE)
"""A line of RIS ("TI  - …") or of PubMed ("PMID- …"), whose next lines are indented."""
_BIBTEX = re.compile(r"@\w+\s*\{")
_BIBTEX_FIELD = re.compile(r"^\s*,?\s*(\w+)\s*=\s*", re.MULTILINE)
_YEAR = re.compile(r"(?:1[89]|20)[0-9]{2}")

_TAGS = {
    "title": ("TI", "T1"),
    "first_author": ("AU", "A1", "FAU"),
    "year": ("PY", "Y1", "DP", "DA"),
    "journal": ("TA", "JA", "J2", "JO", "JF", "T2", "JT"),
    "doi": ("DO", "LID", "AID"),
    "pmid": ("PMID", "AN"),
    "pmcid": ("PMC", "C2"),
}
"""The tags of RIS and PubMed, the better one first."""


def read_citation(text: str) -> Citation:
    """Return the citation in a text, as far as it says. Raises `InputError` (CKB076) where none is found.

    >>> read_citation("TI  - Rituximab\\nAU  - Narváez, J\\nPY  - 2019///\\nDO  - 10.1016/x").first_author
    'Narváez'
    >>> read_citation("@article{a, title={The {JDM} Study}, author={van Toorn, R. and Lee, B.}, year=2008}").title
    'The JDM Study'
    >>> read_citation("https://doi.org/10.1016/x").doi
    '10.1016/x'
    """
    found = _found(text.strip())
    if found == Citation():
        fix = "paste RIS, PubMed, BibTeX or CSL JSON as a journal's page exports it, or a DOI or PMID"
        raise InputError((Problem("CKB076", "no citation is found in this text", fix=fix),))
    return found


def _found(text: str) -> Citation:
    if text[:1] in ("{", "["):
        return _csl(text)
    if _BIBTEX.match(text):
        return _bibtex(text)
    tagged: dict[str, list[str]] = {}
    for tag, value in _TAGGED.findall(text):
        tagged.setdefault(tag, []).append(" ".join(value.split()))
    if tagged:
        return _tagged(tagged)
    return Citation(doi=bare_doi(text), pmid=normal_pmid(text))


def _tagged(tagged: Mapping[str, list[str]]) -> Citation:
    values = {key: [value for tag in tags for value in tagged.get(tag, []) if value] for key, tags in _TAGS.items()}
    dois = [bare_doi(value.removesuffix("[doi]").strip()) for value in values.pop("doi")]
    first = {key: found[0] if found else None for key, found in values.items()}
    return _citation(**first, doi=next((doi for doi in dois if doi), None))


def _bibtex(text: str) -> Citation:
    inside = text[text.index("{") + 1 :].partition(",")[2]
    starts = list(_BIBTEX_FIELD.finditer(re.sub(r",\s*(?=\w+\s*=)", "\n", inside)))
    inside = starts[0].string if starts else ""
    fields: dict[str, str] = {}
    ends = [*(start.start() for start in starts[1:]), len(inside)]
    for at, end in zip(starts, ends, strict=False):
        value = inside[at.end() : end]
        fields[at.group(1).lower()] = re.sub(r"[{}\"]|\\[a-zA-Z]*", "", value).strip(" ,\n")
    author = fields.get("author", "").partition(" and ")[0]
    family = author.partition(",")[0] if "," in author else author.rpartition(" ")[2]
    return _citation(
        title=fields.get("title"),
        first_author=family,
        year=fields.get("year") or fields.get("date"),
        journal=fields.get("journal") or fields.get("journaltitle"),
        doi=bare_doi(fields.get("doi", "")),
        pmid=fields.get("pmid"),
        pmcid=fields.get("pmcid"),
    )


def _csl(text: str) -> Citation:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return Citation()
    entry = data[0] if isinstance(data, list) and data else data
    if not isinstance(entry, Mapping):
        return Citation()
    authors, issued = entry.get("author"), entry.get("issued")
    author = authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], Mapping) else {}
    return _citation(
        title=entry.get("title"),
        first_author=author.get("family") or author.get("literal"),
        year=str(issued.get("date-parts") or issued.get("raw") or "") if isinstance(issued, Mapping) else None,
        journal=entry.get("container-title-short") or entry.get("container-title"),
        doi=bare_doi(str(entry.get("DOI") or "")),
        pmid=entry.get("PMID"),
        pmcid=entry.get("PMCID"),
    )


def _citation(*, first_author: Any, year: Any, pmid: Any, title: Any, **others: Any) -> Citation:
    """The citation of values as they are written: a name with initials, a year with a day, a title with its full stop."""
    family = family_name(str(first_author or "").partition(",")[0])
    found = _YEAR.search(str(year or ""))
    return fitting(
        title=printed_title(title),
        first_author=family,
        year=int(found.group()) if found else None,
        pmid=normal_pmid(str(pmid)) if pmid else None,
        **others,
    )
