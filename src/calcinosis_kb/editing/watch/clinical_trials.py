"""Search ClinicalTrials.gov by version 2 of its API: pages by ``pageToken``.

Parameters: https://clinicaltrials.gov/data-api/api, as a page that was checked against the service repeats them
(https://dev.to/odeeb/clinicaltrialsgov-api-v2-query-parameters-full-reference-4g57), and the shape of an answer (``studies`` with
``protocolSection``, ``nextPageToken``, ``totalCount``) as BioMCP describes it (docs/backend-services-reference/04-clinicaltrials-gov.md in
its repository), which also gives the rate: about 50 requests a minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from calcinosis_kb.editing.citation import fitting
from calcinosis_kb.editing.client import Client, as_mapping
from calcinosis_kb.editing.watch.found import Found, Page, counted
from calcinosis_kb.knowledge.searches import Service
from calcinosis_kb.knowledge.searchstring import Term

__all__ = ["ClinicalTrials"]

PAGE = 100
_NUMBER = re.compile(r"NCT[0-9]{8}")
_STATUS = re.compile(r"[A-Z]+(?:_[A-Z]+)*")


@dataclass(frozen=True)
class ClinicalTrials:
    """ClinicalTrials.gov, as a source of registered trials."""

    client: Client
    service: Service = "clinicaltrials"

    def string(self, term: Term) -> str:
        """The string as the register is asked: in all its texts."""
        return term.tagged("")

    def pages(self, string: str, since: date | None, on: date) -> Iterator[Page]:
        """The trials that were first posted from a day to another. Raises `ServiceError`."""
        days = {"filter.advanced": f"AREA[StudyFirstPostDate]RANGE[{since},{on}]"} if since else {}
        parameters = {
            "query.term": string, "fields": "NCTId,BriefTitle,OverallStatus", "pageSize": str(PAGE), "countTotal": "true", **days,
        }  # fmt: skip
        hits, page, token = self.client.ask("/studies", parameters, _first, lambda page: None not in page[1])
        yield hits, page
        while token and page:  # an empty page that names another would lead nowhere
            page, token = self.client.ask(
                "/studies", {**parameters, "pageToken": token}, _page, lambda page: None not in page[0]
            )
            yield hits, page


def _first(answer: Mapping[str, Any]) -> tuple[int, list[Found | None], str]:
    return counted(answer.get("totalCount")), *_page(answer)


def _page(answer: Mapping[str, Any]) -> tuple[list[Found | None], str]:
    studies, token = answer.get("studies"), answer.get("nextPageToken", "")
    if not isinstance(studies, list) or not isinstance(token, str):
        raise ValueError("its answer holds no list of studies")
    return [_found(study) for study in studies], token


def _found(study: Any) -> Found | None:
    section = as_mapping(as_mapping(study).get("protocolSection"))
    named = as_mapping(section.get("identificationModule"))
    number, title = named.get("nctId"), named.get("briefTitle")
    if not isinstance(number, str) or not _NUMBER.fullmatch(number) or not isinstance(title, str):
        return None
    status = as_mapping(section.get("statusModule")).get("overallStatus")
    words = status.lower().replace("_", " ") if isinstance(status, str) and _STATUS.fullmatch(status) else None
    return Found(fitting(title=title), ("clinicaltrials",), trial=number, status=words)
