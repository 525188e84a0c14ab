"""Search Europe PMC by its REST service: pages by ``cursorMark``, in the short form ``lite``.

Parameters: https://europepmc.org/RestfulWebService, as the manual of fulltext repeats them (https://rdrr.io/cran/fulltext/man/eupmc.html).
Its search goes through full texts unless a field is named; ``TITLE_ABS`` is title and abstract, ``FIRST_IDATE`` the day on which a
record was taken in, ``SRC`` where it comes from (MED, PMC and PPR: articles and preprints, and no patents).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from calcinosis_kb.editing.citation import family_name, fitting, printed_title
from calcinosis_kb.editing.client import Client, as_mapping
from calcinosis_kb.editing.watch.found import Found, Page, counted
from calcinosis_kb.knowledge.citations import bare_doi, normal_pmid
from calcinosis_kb.knowledge.searches import Service
from calcinosis_kb.knowledge.searchstring import Term

__all__ = ["EuropePMC"]

PAGE = 100


@dataclass(frozen=True)
class EuropePMC:
    """Europe PMC, as a source of publications."""

    client: Client
    service: Service = "europe_pmc"

    def string(self, term: Term) -> str:
        """The string as Europe PMC is asked: in titles and abstracts of articles and preprints."""
        return f"TITLE_ABS:({term.tagged('')}) AND (SRC:MED OR SRC:PMC OR SRC:PPR)"

    def pages(self, string: str, since: date | None, on: date) -> Iterator[Page]:
        """The records that Europe PMC took in from a day to another. Raises `ServiceError`."""
        query = f"({string}) AND FIRST_IDATE:[{since} TO {on}]" if since else string
        cursor, seen = "*", 0
        while True:
            parameters = {
                "query": query, "format": "json", "resultType": "lite", "pageSize": str(PAGE), "cursorMark": cursor,
            }  # fmt: skip
            hits, page, after = self.client.ask("/search", parameters, _page, lambda page: None not in page[1])
            yield hits, page
            seen += len(page)
            if not page or seen >= hits or after in ("", cursor):
                return
            cursor = after


def _page(answer: Mapping[str, Any]) -> tuple[int, list[Found | None], str]:
    hits, records = counted(answer.get("hitCount")), as_mapping(answer.get("resultList")).get("result")
    if not isinstance(records, list):
        raise ValueError("its answer holds no list of records")
    after = answer.get("nextCursorMark")
    return hits, [_found(record) for record in records], after if isinstance(after, str) else ""


def _found(record: Any) -> Found | None:
    if not isinstance(record, Mapping) or not isinstance(record.get("title"), str):
        return None
    given = {key: value for key, value in record.items() if isinstance(value, str)}
    year = given.get("pubYear", "")
    citation = fitting(
        title=printed_title(given["title"]),
        first_author=family_name(given.get("authorString", "").partition(",")[0].rstrip(".")),
        year=int(year) if year.isascii() and year.isdecimal() and len(year) == 4 else None,
        journal=given.get("journalTitle"),
        pmid=normal_pmid(given.get("pmid", "")),
        doi=bare_doi(given.get("doi", "")),
        pmcid=given.get("pmcid"),
    )
    types = tuple(one.strip() for one in given.get("pubType", "").split(";") if one.strip())
    return Found(citation, ("europe_pmc",), types)
