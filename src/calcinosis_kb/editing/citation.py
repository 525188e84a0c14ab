"""Fetch the citation of a publication from Crossref or PubMed, and propose an id. Missing fields stay absent.

The formats are those of the Crossref REST API (``/works/{doi}``: ``message`` with ``title``, ``author``, ``issued``,
``container-title``) and of E-utilities' ESummary (``retmode=json``: ``result`` with an entry by PMID, or its ``error``).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Mapping
from itertools import count
from string import ascii_lowercase
from typing import Any, NoReturn
from urllib.parse import quote

from calcinosis_kb.editing.client import Client, ServiceError, as_list, as_mapping
from calcinosis_kb.errors import InputError, Problem
from calcinosis_kb.knowledge.citations import bare_doi, normal_pmid
from calcinosis_kb.knowledge.models import Citation

__all__ = [
    "CROSSREF", "PUBMED", "family_name", "fetch_doi", "fetch_pmid", "fitting", "folded", "of_summary", "printed_title", "proposed_id",
    "read_doi", "read_pmid", "study_id",
]  # fmt: skip

CROSSREF = "https://api.crossref.org"
PUBMED = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
SECONDS = 8.0
MAX_BYTES = 2_000_000

_UNFOLDED = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)


def read_doi(text: str) -> str:
    """A DOI as printed, with or without an address or prefix in ``text``. Raises `InputError` (CKB076)."""
    doi = bare_doi(text)
    if doi is None:
        fix = "a DOI is 10., a number of at least four digits, a slash and a name: 10.1530/boneabs.4.P104"
        raise InputError((Problem("CKB076", f"'{text}' is not a DOI", fix=fix),))
    return doi


def read_pmid(text: str) -> str:
    """A PubMed number, with or without an address or prefix in ``text``. Raises `InputError` (CKB076)."""
    pmid = normal_pmid(text)
    if pmid is None:
        fix = "a PMID is a number of up to eight digits: 22221908 (PMC numbers are others)"
        raise InputError((Problem("CKB076", f"'{text}' is not a PMID", fix=fix),))
    return pmid


def proposed_id(citation: Citation, taken: Collection[str]) -> str | None:
    """Return ``author-year``, with -b, -c, … if it is taken, or None without author or year, or if all are taken.

    >>> proposed_id(Citation(first_author="Liñán Barroso", year=2022), {"linan-barroso-2022"})
    'linan-barroso-2022-b'
    """
    if not citation.first_author or not citation.year:
        return None
    name = re.sub(r"[^a-z0-9]+", "-", folded(citation.first_author)).strip("-")
    if not name:
        return None
    stem = f"{name[:100]}-{citation.year}"
    return next(
        (id_ for id_ in (stem, *(f"{stem}-{letter}" for letter in ascii_lowercase[1:])) if id_ not in taken), None
    )


def folded(name: str) -> str:
    """A name in small letters of ASCII; letters of other scripts are left out.

    >>> folded("Møller-Łuczak")
    'moller-luczak'
    """
    plain = unicodedata.normalize("NFKD", name.lower().translate(_UNFOLDED))
    return plain.encode("ascii", "ignore").decode()


def study_id(citation: Citation, taken: Collection[str]) -> str:
    """Return the `proposed_id`, else one made of an identifier or of the title; the number of the first free one is added.

    >>> study_id(Citation(doi="10.1234/a.b"), ()), study_id(Citation(title="Two Cases"), {"two-cases"})
    ('doi-10-1234-a-b', 'two-cases-2')
    """
    proposed = proposed_id(citation, taken)
    if proposed:
        return proposed
    kind = next((kind for kind in ("doi", "pmid", "pmcid") if getattr(citation, kind)), None)
    text = f"{kind} {getattr(citation, kind)}" if kind else citation.title or "untitled"
    stem = re.sub("[^a-z0-9]+", "-", text.lower()).strip("-")[:100] or "untitled"
    return next(id_ for number in count(1) if (id_ := stem if number == 1 else f"{stem}-{number}") not in taken)


def fetch_doi(doi: str, *, base: str = CROSSREF, seconds: float = SECONDS) -> Citation:
    """Fetch the citation of a DOI from Crossref. Raises `InputError` (CKB077) if there is no usable answer."""
    answer = _ask(_client("Crossref", base, seconds), f"/works/{quote(doi, safe='')}", {}, f"the DOI {doi}")
    message = answer.get("message")
    if not isinstance(message, Mapping) or str(message.get("DOI", doi)).casefold() != doi.casefold():
        _unusable("Crossref", f"it did not answer with the work {doi}")
    authors = [author for author in as_list(message.get("author")) if isinstance(author, Mapping)]
    first = next((author for author in authors if author.get("sequence") == "first"), authors[0] if authors else {})
    parts = as_mapping(message.get("issued")).get("date-parts")
    year = next(iter(as_list(next(iter(as_list(parts)), None))), None)
    return fitting(
        title=next(iter(as_list(message.get("title"))), None),
        first_author=first.get("family") or first.get("name"),
        year=year,
        journal=next(
            iter([*as_list(message.get("short-container-title")), *as_list(message.get("container-title"))]), None
        ),
        doi=doi,
    )


def fetch_pmid(pmid: str, *, base: str = PUBMED, seconds: float = SECONDS) -> Citation:
    """Fetch the citation of a PMID from PubMed. Raises `InputError` (CKB077) if there is no usable answer."""
    parameters = {"db": "pubmed", "id": pmid, "retmode": "json"}
    answer = _ask(_client("PubMed", base, seconds), "/esummary.fcgi", parameters, f"the PMID {pmid}")
    entry = as_mapping(answer.get("result")).get(pmid)
    if not isinstance(entry, Mapping) or "error" in entry:
        # PubMed answers an unknown number with status 200 and an error in its entry.
        why = str(as_mapping(entry).get("error", "it did not answer with this number"))
        _unusable("PubMed", f"of the PMID {pmid} it says: {why}")
    return of_summary(pmid, entry)


def of_summary(pmid: str, entry: Mapping[str, Any]) -> Citation:
    """Return the citation in an entry of ESummary; what has another type than a text is left out."""
    identifiers = {
        str(item.get("idtype")): item.get("value")
        for item in as_list(entry.get("articleids"))
        if isinstance(item, Mapping)
    }
    collective = next((a.get("name") for a in as_list(entry.get("authors")) if isinstance(a, Mapping)), None)
    author = next((name for name in (entry.get("sortfirstauthor"), collective) if name and isinstance(name, str)), "")
    year = re.search(r"\b(1[89]|20)[0-9]{2}\b", str(entry.get("pubdate") or ""))
    return fitting(
        title=printed_title(entry.get("title")),
        first_author=family_name(author),
        year=int(year.group()) if year else None,
        journal=entry.get("source"),
        pmid=pmid,
        doi=identifiers.get("doi"),
        pmcid=identifiers.get("pmc"),
    )


def printed_title(value: Any) -> str | None:
    """A title without the full stop that PubMed ends it with, or None if it is no text."""
    return value.strip().removesuffix(".") if isinstance(value, str) else None


def family_name(author: str) -> str:
    """The name of an author without the initials, which come last.

    >>> family_name("van Toorn R"), family_name("Ålund ÅÖ"), family_name("Cher")
    ('van Toorn', 'Ålund', 'Cher')
    """
    name, _, initials = author.strip().rpartition(" ")
    return name.rstrip() if name and initials.isupper() and len(initials) <= 4 else author


def fitting(**found: Any) -> Citation:
    """A citation of the values that fit the model; empty, malformed and mistyped values are left out."""
    kept: dict[str, Any] = {}
    for name, value in found.items():
        if isinstance(value, str) and name in (
            "title",
            "first_author",
            "journal",
        ):  # an old DOI may have <…> of its own
            value = _plain(value)
        if not value or isinstance(value, bool) or (name == "year") != isinstance(value, int):
            continue
        if isinstance(value, str) and not value.isprintable():
            continue
        try:
            Citation.model_validate({name: value})
        except ValueError:
            continue
        kept[name] = value
    return Citation(**kept)


def _plain(text: str) -> str:
    """Return a text without markup, entities and characters that cannot be printed, on one line.

    >>> _plain("Effect of <i>N</i>-acetylcysteine &amp; zinc:\\n p &lt; 0.05")
    'Effect of N-acetylcysteine & zinc: p < 0.05'
    """
    line = " ".join(html.unescape(re.sub(r"</?[A-Za-z][^<>]*>", "", text)).split())
    return "".join(character for character in line if character.isprintable())


def _client(name: str, base: str, seconds: float) -> Client:
    return Client(name, base, seconds=seconds, most_bytes=MAX_BYTES)


def _ask(client: Client, path: str, parameters: Mapping[str, str], what: str) -> Mapping[str, Any]:
    try:
        return client.ask(path, parameters, lambda answer: answer)
    except ServiceError as error:
        _unusable(client.name, f"it does not know {what}" if error.kind == "unknown" else str(error))


def _unusable(who: str, why: str) -> NoReturn:
    fix = "fill in the citation by hand, or try again later"
    raise InputError((Problem("CKB077", f"{who} gave no citation: {why}", fix=fix),))
