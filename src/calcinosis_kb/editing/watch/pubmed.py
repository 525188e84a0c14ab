"""Search PubMed by E-utilities: ESearch for the numbers, then ESummary for what they stand for.

Parameters: *The E-utilities In-Depth* (https://www.ncbi.nlm.nih.gov/books/NBK25499/), as the manuals of RISmed
(https://rdrr.io/cran/RISmed/man/EUtilsQuery.html) and jentre (https://cidm-ph.github.io/jentre/reference/esearch.html) repeat them:
``edat`` is the day on which PubMed took an article in; ``mindate`` and ``maxdate`` go together; at most 10,000 numbers are given. The JSON
of ESearch (``esearchresult`` with ``count`` and ``idlist``) follows its DTD
(https://github.com/benben-miao/NCBI-Parser/blob/main/esearch.dtd).

The numbers are asked for outright, and no set is left on NCBI's history server: such a set is gone when an interrupted watch goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from calcinosis_kb.editing.citation import of_summary
from calcinosis_kb.editing.client import Client, as_list, as_mapping
from calcinosis_kb.editing.watch.found import MOST, Found, Page, counted
from calcinosis_kb.knowledge.citations import normal_pmid
from calcinosis_kb.knowledge.searches import Service
from calcinosis_kb.knowledge.searchstring import Term

__all__ = ["PubMed"]

PAGE = 200
"""Numbers that one address of ESummary can hold."""


@dataclass(frozen=True)
class PubMed:
    """PubMed, as a source of publications."""

    client: Client
    service: Service = "pubmed"

    def string(self, term: Term) -> str:
        """The string as PubMed is asked: in titles, abstracts and the authors' keywords, without terms of its own choice."""
        return term.tagged("[tiab]")

    def pages(self, string: str, since: date | None, on: date) -> Iterator[Page]:
        """The records that PubMed took in from a day to another. Raises `ServiceError`."""
        days = {"datetype": "edat", "mindate": f"{since:%Y/%m/%d}", "maxdate": f"{on:%Y/%m/%d}"} if since else {}
        parameters = {"db": "pubmed", "term": string, "retmode": "json", "retmax": str(MOST), **days}
        hits, numbers = self.client.ask("/esearch.fcgi", parameters, _numbers)
        yield hits, []
        for start in range(0, len(numbers), PAGE):
            yield hits, self.summaries(numbers[start : start + PAGE])

    def summaries(self, numbers: Sequence[str]) -> list[Found | None]:
        """What some numbers stand for, in their order; None for one that cannot be read. Raises `ServiceError`."""
        parameters = {"db": "pubmed", "id": ",".join(numbers), "retmode": "json"}
        return self.client.ask(
            "/esummary.fcgi",
            parameters,
            lambda answer: [_found(answer, one) for one in numbers],
            lambda page: None not in page,
        )


def _numbers(answer: Mapping[str, Any]) -> tuple[int, list[str]]:
    result = as_mapping(answer.get("esearchresult"))
    if "ERROR" in result:
        said = "".join(character for character in str(result["ERROR"]) if character.isprintable())
        raise ValueError(f"it says: {said[:200]}")
    hits, numbers = counted(result.get("count")), result.get("idlist")
    if not isinstance(numbers, list) or not all(
        normal_pmid(one) == one if isinstance(one, str) else False for one in numbers
    ):
        raise ValueError("its answer does not list the numbers of the records")
    return hits, numbers


def _found(answer: Mapping[str, Any], number: str) -> Found | None:
    result = answer.get("result")
    if not isinstance(result, Mapping):
        raise ValueError("its answer holds no records")
    entry = result.get(number)
    if not isinstance(entry, Mapping) or not isinstance(entry.get("title"), str):
        return None
    types = tuple(one for one in as_list(entry.get("pubtype")) if isinstance(one, str))
    return Found(of_summary(number, entry), ("pubmed",), types)
