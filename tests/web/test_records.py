"""A health record on the patient page: opened like a patient file, with its account, and nothing of it is kept."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

WOMAN = {"resourceType": "Patient", "id": "p1", "birthDate": "1963-05-01", "gender": "female"}
DEAD = {"resourceType": "Patient", "id": "p2", "birthDate": "1950-01-01", "deceasedDateTime": "2019-03-01"}


def order(text: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest", "id": f"order-{text.split()[0]}", "status": "active", "intent": "order",
        "authoredOn": "2020-02-03", "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": text}, **more,
    }  # fmt: skip


def bundle(*resources: dict[str, Any]) -> str:
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
    )


RECORD = bundle(WOMAN, order("diltiazem"), order("Qwertamab 10 mg"))


def sent(client: httpx.Client, to: str = "/patient", **fields: str) -> str:
    answer = client.post(to, data=fields)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return answer.text


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


def carried(page: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in ("patient", "record")}


def told(page: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html.unescape(page)).split())


def test_a_record_is_opened_with_its_account(client: httpx.Client) -> None:
    page = sent(client, opened=RECORD)
    assert json.loads(hidden(page, "patient"))["history"][0]["therapy"] == "diltiazem"
    shown = told(page)
    assert "Read from a health record: FHIR R4, read as of 2020-02-03 (MedicationRequest authoredOn)" in shown
    assert shown.index("Not understood: until it is") < shown.index("Used: it is in the patient file")
    assert "3 entries" in shown and "'Qwertamab 10 mg' (MedicationRequest/order-Qwertamab, 2020-02-03)" in shown


def test_the_account_goes_with_the_patient_from_page_to_page(client: httpx.Client) -> None:
    page = sent(client, **carried(sent(client, opened=RECORD)), box="crest")
    assert "Read from a health record" in page and "limited" in told(page)
    page = sent(client, "/patient/ask", **carried(page))
    assert "Read from a health record" in sent(client, **carried(page))
    file = sent(client, opened="diseases: [sle]", record=hidden(page, "record"))
    assert "Read from a health record" not in file and hidden(file, "record") == ""


def test_of_several_patients_one_is_chosen(client: httpx.Client) -> None:
    both = bundle(WOMAN, DEAD, order("diltiazem"))
    page = sent(client, patient='{"diseases": ["sle"]}', opened=both)
    assert "records of 2 patients" in page and "born 1963-05-01, female" in told(page) and "has died" in page
    assert json.loads(hidden(page, "patient")) == {"diseases": ["sle"]}
    chosen = sent(client, opened=both, person="p1")
    assert json.loads(hidden(chosen, "patient"))["patient"]["sex"] == "female"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            bundle(DEAD, order("diltiazem", subject={"reference": "Patient/p2"})),
            "the record says that the patient has died",
        ),
        (bundle({"resourceType": "Patient", "id": "x"}), "give the day below, and open it again"),
        ('{"resourceType": "Bundle", "entry": [', "the file"),
    ],
)
def test_a_record_that_cannot_be_answered_is_kept_and_says_why(client: httpx.Client, text: str, said: str) -> None:
    page = sent(client, patient='{"diseases": ["sle"]}', opened=text)
    assert said in told(page) and json.loads(hidden(page, "patient")) == {"diseases": ["sle"]}
    assert text in html.unescape(page)


def test_the_day_of_reading_can_be_given(client: httpx.Client) -> None:
    page = sent(
        client, opened=bundle({"resourceType": "Patient", "id": "x", "birthDate": "2000-01-01"}), as_of="2026-03-01"
    )
    assert json.loads(hidden(page, "patient"))["patient"]["age"] == 26 and "read as of 2026-03-01 (the user)" in page
    assert "is no day" in told(sent(client, opened=RECORD, as_of="yesterday"))


@pytest.mark.parametrize("record", ["!", "AAAA", "eJw=", "eJyrVkpUslIyVKoFAAxpAnQ="])
def test_an_account_that_was_changed_is_refused(client: httpx.Client, record: str) -> None:
    answer = client.post("/patient", data={"patient": "{}", "record": record})
    assert answer.status_code < 500 and "carries no account of a record" in answer.text


@pytest.mark.slow
def test_a_dropped_record_is_opened_by_the_page(page: Page) -> None:
    page.goto("/patient")
    files = [{"name": "record.json", "mimeType": "application/json", "buffer": RECORD.encode()}]
    page.locator("#file-picker").set_input_files(files)  # type: ignore[arg-type]
    expect(page.locator("#record summary")).to_contain_text("FHIR R4, read as of 2020-02-03")
    expect(page.locator("#answer .row").first).to_be_visible()
    both = bundle(WOMAN, DEAD, order("colchicine"))
    files = [{"name": "both.json", "mimeType": "application/json", "buffer": both.encode()}]
    page.locator("#file-picker").set_input_files(files)  # type: ignore[arg-type]
    page.get_by_role("button", name="p1").click()
    expect(page.locator("#group-tried")).to_contain_text("Colchicine")
    expect(page.locator("#notes .asked")).to_have_count(0)


def test_a_record_may_be_sent_to_the_json_interface(client: httpx.Client) -> None:
    both = bundle(WOMAN, DEAD, order("diltiazem"))
    data = client.post("/api/v1/advice?patient=p1&as_of=2026-03-01", content=both).json()
    assert (data["patient"]["record"]["read_as_of"], data["patient"]["patient"]["age"]) == ("2026-03-01", 62)
    assert data["open_past"][0]["entries"][0]["id"] == "order-diltiazem"
    refused = client.post("/api/v1/advice", content=both)
    assert refused.status_code == 422 and refused.json()["problems"][0]["code"] == "CKB107"
    assert client.post("/api/v1/advice/diltiazem?patient=p2", content=both).json()["problems"][0]["code"] in (
        "CKB108",
        "CKB114",
    )
