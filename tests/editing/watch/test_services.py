"""Whatever a service answers is read, or refused in words, and what is read can be written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.editing.amend import amended
from calcinosis_kb.editing.client import Client, is_allowed
from calcinosis_kb.editing.watch.found import MOST, Answer, gathered
from calcinosis_kb.editing.watch.notices import find_notices
from calcinosis_kb.editing.watch.services import ADDRESSES, Services, Source, services
from calcinosis_kb.errors import Place
from calcinosis_kb.knowledge.notices import CitedSource
from calcinosis_kb.knowledge.searches import SearchLog, SearchRecord
from calcinosis_kb.knowledge.searchstring import read_search

DAY = date(2026, 12, 1)
NAMES = (
    "esearchresult", "count", "idlist", "ERROR", "result", "1", "title", "pubtype", "authors", "articleids", "sortfirstauthor", "pubdate",
    "hitCount", "resultList", "nextCursorMark", "authorString", "pubYear", "doi", "pmid", "pmcid", "pubType", "studies", "totalCount",
    "nextPageToken", "protocolSection", "identificationModule", "nctId", "briefTitle", "statusModule", "overallStatus",
)  # fmt: skip
TEXTS = st.text(max_size=12) | st.sampled_from(["1", "2", "NCT00000001", "10.1234/a", "2026", "PMC1", "RECRUITING"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.just(10**30) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
ENTRY = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)


class Fixed(Client):
    """A client of which each answer is the same body."""

    body: bytes

    def _body(self, *_: Any) -> bytes:
        return self.body


def searched(data: Any) -> list[Answer]:
    asked: Services = services(DAY, {}, sleep=lambda _: None)
    found = []
    for source in asked.sources:
        client = Fixed(source.service, "https://example.org", tries=1)
        client.body = json.dumps(data).encode()
        one: Source = type(source)(client)  # type: ignore[call-arg]
        string = one.string(read_search("colchicine AND calcinosis"))
        found.append(gathered(one.service, string, one.pages(string, None, DAY)))
    return found


@settings(max_examples=40)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "esearchresult": st.fixed_dictionaries({"count": VALUES, "idlist": VALUES | st.just(["1"])}) | VALUES,
            "result": st.fixed_dictionaries({"1": ENTRY}) | VALUES,
            "hitCount": VALUES,
            "resultList": st.fixed_dictionaries({"result": st.lists(ENTRY, max_size=3)}) | VALUES,
            "studies": st.lists(ENTRY, max_size=3) | VALUES,
            "totalCount": VALUES,
            "nextCursorMark": VALUES,
        },
    )
)
def test_no_answer_is_too_odd(data: Any) -> None:
    for answer in searched(data):
        assert answer.incomplete is not None or len(answer.found) == answer.hits
        assert len(answer.found) + answer.unread <= answer.hits
        for found in answer.found:
            assert found.citation.title is None or found.citation.title.isprintable()


@settings(max_examples=25)
@given(st.text(), st.text())
def test_any_title_can_be_written_and_read_again(title: str, author: str) -> None:
    entry = {"title": title, "sortfirstauthor": author, "pubtype": [title]}
    data = {"esearchresult": {"count": "1", "idlist": ["1"]}, "result": {"1": entry}}
    (found,) = searched(data)[0].found
    record = SearchRecord(citation=found.citation, services=found.services, found=DAY, decision="drafted", source="x")
    log = SearchLog(therapy="colchicine", records=(record,))
    text = amended(
        "", "x.yaml", SearchLog, log.model_dump(mode="json", exclude_none=True), only=frozenset(SearchLog.model_fields)
    )
    assert parse(text, "x.yaml").data["records"][0]["citation"] == found.citation.model_dump(exclude_none=True)
    assert yaml.safe_load(text)["records"][0]["citation"] == found.citation.model_dump(exclude_none=True)


@pytest.mark.parametrize("page", [[], [None] * 500], ids=["empty pages", "full pages"])
def test_pages_without_end_are_left(page: list[None]) -> None:
    """Each page names a next one."""
    data = {
        "studies": page, "totalCount": 10**8, "nextPageToken": "x",
        "resultList": {"result": page}, "hitCount": 10**8, "nextCursorMark": "x",
    }  # fmt: skip
    for answer in searched(data)[1:]:
        assert answer.incomplete is not None
        assert answer.unread <= MOST + len(page)


@pytest.mark.parametrize("year", [2026, 10**30])
def test_notices_of_any_words_and_days_can_be_shown(year: int) -> None:
    asked = services(DAY, {}, sleep=lambda _: None)
    crossref = Fixed("Crossref", "https://example.org", tries=1)
    update = {"DOI": "10.1234/a", "type": "\x1b[31mretr\ud800action", "updated": {"date-parts": [[year, 1, 1]]}}
    crossref.body = json.dumps({"message": {"items": [{"DOI": "10.1234/\ud800", "update-to": [update]}]}}).encode()
    source = CitedSource("doe-2020", Place("knowledge/studies/doe-2020.yaml", 3, 1), "doi")
    (problem,), notes = find_notices({"10.1234/a": [source]}, replace(asked, crossref=crossref))
    assert problem.place == source.place and problem.message.isprintable() and not notes


def test_only_https_is_asked() -> None:
    assert all(is_allowed(address) and address.startswith("https://") for address in ADDRESSES.values())


@pytest.mark.parametrize("key", ["", "secret"])
def test_the_key_sets_the_rate_and_is_in_no_message_and_no_copy(key: str) -> None:
    asked = services(DAY, {"NCBI_API_KEY": key})
    client = asked.pubmed.client
    assert client.per_second == (10.0 if key else 3.0)
    assert client.identity.get("api_key", "") == key
    assert "secret" not in repr(asked)
    assert str(client._copy("/esearch.fcgi", {})) == str(services(DAY, {}).pubmed.client._copy("/esearch.fcgi", {}))
    assert "api_key" not in asked.europe_pmc.client.identity
