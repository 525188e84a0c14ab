"""The pages for reading: what they show, and how a wrong address or a misspelt name is answered."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
import yaml

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.web.reading.routes import PAGES
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings
from calcinosis_kb.web.sources import sources
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


def test_every_source_has_a_name_to_click(kb: KnowledgeBase) -> None:
    known = kb.knowledge
    ids = (*known.studies, *known.guidelines, *known.references)
    named = {one.id: one.name for one in sources(known, ids)}
    assert {id_: name for id_, name in named.items() if sum(map(str.isalnum, name)) < 2 or len(name) > 100} == {}


STUDY = """
id: ward-2026
citation: {title: Audit of a ward, first_author: Ward, year: 2026}
design: case_series
results:
  - therapy: rituximab
    agent: rituximab
    populations: [systemic_sclerosis]
    n: 6
    responded: 4
    direction: benefit
    finding: Four of six patients improved.
    confidence: seen_full_text
seen: [notes of the ward]
"""


@pytest.mark.slow
def test_whatever_rests_on_a_local_study_says_so(tmp_path: Path) -> None:
    (tmp_path / "knowledge/studies").mkdir(parents=True)
    (tmp_path / "knowledge/studies/ward-2026.yaml").write_text(STUDY)
    service = Service(Settings(overlay=tmp_path))
    pages = {section.address: section.render for section in PAGES}
    local = 'class="tag local">'
    row = pages["/therapies"](service).partition('href="/therapy/rituximab#disease-systemic_sclerosis"')[2]
    assert local in row.partition("</td>")[0]
    therapy = pages["/therapy/{id}"](service, "rituximab")
    assert local in therapy.partition('href="/study/ward-2026"')[2].partition("</tr>")[0]
    assert local in therapy.partition("All that can be added up")[2].partition("</tr>")[0]
    row = (
        pages["/disease/{id}"](service, "systemic_sclerosis").partition('"/therapy/rituximab#')[2].partition("</tr>")[0]
    )
    assert row.count(local) == 2  # the number and the study
