"""Ask for retractions and other notices about what the base cites: Crossref by DOI, PubMed by number.

Crossref's works that update another one are found with the filter ``updates``
(https://www.crossref.org/documentation/retrieve-metadata/rest-api/rest-api-filters/); each lists under ``update-to`` the DOI that it
updates, the ``type`` and the day. Retraction Watch's notices are among them. PubMed gives a retracted publication the type *Retracted
Publication*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from calcinosis_kb.editing.client import Client, ServiceError, as_list, as_mapping
from calcinosis_kb.editing.watch.pubmed import PAGE, PubMed
from calcinosis_kb.editing.watch.ranking import RETRACTED
from calcinosis_kb.editing.watch.services import Services
from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.citations import normal_doi
from calcinosis_kb.knowledge.notices import CitedSource, Notice, judged

__all__ = ["find_notices"]


def find_notices(
    sources: Mapping[str, list[CitedSource]], services: Services, told: Callable[[str], None] = lambda _: None
) -> tuple[list[Problem], list[str]]:
    """Return the problems of sources by DOI or PMID (CKB065 to CKB067), with CKB120 for what could not be asked, and the notes."""
    notices: dict[str, dict[Notice, CitedSource]] = {}
    problems: list[Problem] = []
    kinds = {"doi": _by_doi(services.crossref), "pmid": _by_number(services.pubmed)}
    for kind, ask in kinds.items():
        wanted = sorted(key for key, cited in sources.items() if cited[0].key == kind)
        try:
            for key, notice in ask(wanted, told):
                for source in sources[key]:
                    notices.setdefault(source.id, {}).setdefault(notice, source)
        except ServiceError as error:
            what = "DOI" if kind == "doi" else "PubMed number"
            message = f"retractions by {what} were not all looked up: {error}"
            fix = "run the watch again; 'calcinosis-kb check --retractions FILE' needs no network"
            problems.append(Problem("CKB120", message, fix=fix, severity="warning"))
    notes: list[str] = []
    found = [problem for id_ in sorted(notices) for problem in judged(notices[id_], notes)]
    return [*found, *problems], notes


Ask = Callable[[list[str], Callable[[str], None]], Iterator[tuple[str, Notice]]]


def _by_doi(crossref: Client) -> Ask:
    def ask(dois: list[str], told: Callable[[str], None]) -> Iterator[tuple[str, Notice]]:
        for place, doi in enumerate(dois, start=1):
            told(f"retractions: DOI {place} of {len(dois)}")
            parameters = {"filter": f"updates:{doi}", "rows": "100"}
            for notice in crossref.ask("/works", parameters, lambda answer, doi=doi: _updates(answer, doi)):  # type: ignore[misc]
                yield doi, notice

    return ask


def _by_number(pubmed: PubMed) -> Ask:
    def ask(numbers: list[str], told: Callable[[str], None]) -> Iterator[tuple[str, Notice]]:
        for start in range(0, len(numbers), PAGE):
            told("retractions: PubMed")
            batch = numbers[start : start + PAGE]
            records = pubmed.summaries(batch)
            for number, record in zip(batch, records, strict=True):
                if record is not None and RETRACTED in (one.casefold() for one in record.types):
                    doi = record.citation.doi or ""
                    yield number, Notice(f"PMID {number}", "Retraction", None, "", "", doi, "PubMed")
            if None in records:
                raise ServiceError(f"PubMed gave no readable record of {records.count(None)} numbers")

    return ask


def _updates(answer: Mapping[str, Any], doi: str) -> list[Notice]:
    items = as_mapping(answer.get("message")).get("items")
    if not isinstance(items, list):
        raise ValueError("its answer holds no list of works")
    return [
        Notice(own, _said(update.get("type")).replace("_", " ").capitalize(), _day(update), own, "", doi, "Crossref")
        for item in items
        if isinstance(item, Mapping)
        for own in [_said(item.get("DOI"))]
        for update in as_list(item.get("update-to"))
        if isinstance(update, Mapping) and normal_doi(str(update.get("DOI") or "")) == doi
    ]


def _said(value: Any) -> str:
    """A text of the service, without what cannot be printed or written; empty if it is none."""
    return "".join(filter(str.isprintable, value))[:200] if isinstance(value, str) else ""


def _day(update: Mapping[str, Any]) -> date | None:
    parts = next(iter(as_list(as_mapping(update.get("updated")).get("date-parts"))), None)
    try:
        return date(*parts) if isinstance(parts, list) else None
    except (TypeError, ValueError, OverflowError):  # a year of any number of digits
        return None
