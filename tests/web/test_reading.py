"""The pages for reading: what they show, and how a wrong address or a misspelt name is answered."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import yaml

from page_links import Links


def test_the_matrix_shows_patients_and_direction_by_disease(client: httpx.Client) -> None:
    page = client.get("/therapies").text
    row = page[page.index('href="/therapy/rituximab"') :].partition("</tr>")[0]
    assert 'href="/therapy/rituximab#disease-juvenile_dermatomyositis"' in row
    assert "no benefit" in row


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("/therapy/rituximap", "/therapy/rituximab"),
        ("/therapy/Cardizem", "/therapy/diltiazem"),
        ("/study/narvaez-2018", "/study/narvaez-2019"),
        ("/disease/crest", "/disease/limited_ssc_crest"),
    ],
)
def test_a_page_that_is_missing_names_the_nearest(client: httpx.Client, address: str, nearest: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert nearest in Links(answer.text).internal


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Cardizem", "/therapy/diltiazem"),
        ("narvaes", "/study/narvaez-2019"),
        ("rtiuximab", "/therapy/rituximab"),
        ("juvenile dermatomyositis", "/disease/juvenile_dermatomyositis"),
        ("SHARE 2017", "/guideline/share-jdm-2017"),
    ],
)
def test_the_search_finds_a_record_by_any_name_also_misspelt(client: httpx.Client, asked: str, found: str) -> None:
    assert found in Links(client.get("/search", params={"q": asked}).text).internal


def test_a_search_for_what_is_nowhere_keeps_the_words(client: httpx.Client) -> None:
    page = client.get("/search", params={"q": '<b>"xyzzy'}).text
    assert "0 found" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_patients_of_a_mixed_cohort_are_not_shown_as_patients_of_one_disease(client: httpx.Client) -> None:
    row = client.get("/disease/mixed_ctd").text.partition('href="/therapy/diltiazem#')[2].partition("</tr>")[0]
    assert "(17)" in row


def test_the_text_to_propose_a_change_has_the_fields_of_the_form(client: httpx.Client) -> None:
    page = client.get("/therapy/rituximab").text
    form = yaml.safe_load(Path(".github/ISSUE_TEMPLATE/3-correction.yml").read_text("utf-8"))
    labels = [field["attributes"]["label"] for field in form["body"]]
    proposal = page.partition("readonly>")[2].partition("</textarea>")[0]
    assert [line for line in proposal.splitlines() if line in labels] == labels
    assert "knowledge/therapies/rituximab.yaml" in proposal
