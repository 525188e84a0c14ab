"""The form of the patient page: the box, words that are asked about, impossible values, files and case links."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Page, expect

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.intake.case_link import link_end, read_case
from commandline import call
from strategies import SEED


def sent(client: httpx.Client, *fields: tuple[str, str], to: str = "/patient") -> str:
    answer = client.post(to, data=_joined(fields))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return answer.text


def _joined(fields: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    joined: dict[str, list[str]] = {}
    for name, value in fields:
        joined.setdefault(name, []).append(value)
    return joined


def patient_of(page: str) -> dict[str, Any]:
    """The patient file that a page carries."""
    found = re.search(r'name="patient" value="([^"]*)"', page)
    assert found
    data: dict[str, Any] = json.loads(html.unescape(found[1]))
    return data


def button(page: str, name: str, text: str) -> str:
    """The value of the button with a name and a text."""
    found = re.search(rf'<button[^>]*name="{name}" value="([^"]*)"[^>]*>{text}', page)
    assert found, text
    return html.unescape(found[1])


class Controls(HTMLParser):
    """The fields that a browser would send of the form of a page, each with its value."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._select: tuple[str, list[tuple[bool, str]]] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
        if tag == "input" and name and ticked:
            self.fields.append((name, value))
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append(("selected" in given, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            name, options = self._select
            self.fields.append((name, next((value for chosen, value in options if chosen), options[0][1])))
            self._select = None


WRITTEN: dict[str, dict[str, Any]] = {
    "nothing anywhere": {
        "diseases": [], "conditions": [], "allergies": [], "medications": [], "history": [],
        "calcinosis": {"sites": [], "features": []},
    },
    "lists that may not be whole": {
        "diseases": ["crest"], "conditions": ["gerd"], "conditions_complete": False,
        "medications": ["nifedipine"], "medications_complete": True,
        "history": [{"therapy": "diltiazam", "outcome": "a little"}], "history_complete": False,
    },
    "units and words": {"diseases": ["sle"], "labs": {"egfr": "28", "calcium": "8.3 mg/dl", "hbsag": "positive"}},
    "seed": {key: value for key, value in yaml.safe_load(SEED.read_text(encoding="utf-8")).items() if key != "case"},
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_sending_the_form_again_loses_nothing(client: httpx.Client, name: str) -> None:
    page = sent(client, ("patient", json.dumps(WRITTEN[name])))
    assert patient_of(sent(client, *Controls(page).fields)) == WRITTEN[name]


def test_what_is_asked_about_waits_until_it_is_answered(client: httpx.Client) -> None:
    page = sent(client, ("box", "crest; nifedipine; diltizaem; xyzzy"))
    assert patient_of(page) == {"diseases": ["crest"]}
    assert re.findall(r'name="asked" value="(\w+)"', page) == ["nifedipine", "diltizaem", "xyzzy"]
    page = sent(
        client,
        ("patient", json.dumps(patient_of(page))),
        *(("asked", word) for word in ("nifedipine", "diltizaem", "xyzzy")),
        ("file", button(page, "file", "given for the underlying disease")),
        ("dismiss", "xyzzy"),
    )
    assert patient_of(page)["history"] == [{"therapy": "nifedipine", "for": "underlying_disease", "outcome": "unknown"}]
    assert re.findall(r'name="asked" value="(\w+)"', page) == ["diltizaem"]


def test_a_misspelt_drug_is_asked_about_and_not_judged(client: httpx.Client) -> None:
    page = sent(client, ("box", "crest; diltizaem no effect"))
    assert "is not understood. Until it is, nothing is concluded" in page
    corrected = sent(client, ("patient", json.dumps(patient_of(page))), ("choose", button(page, "choose", "Diltiazem")))
    assert patient_of(corrected)["history"] == [{"therapy": "diltiazem", "outcome": "ineffective"}]
    kept = sent(client, ("patient", json.dumps(patient_of(page))), ("keep", button(page, "keep", "Keep as unknown")))
    assert patient_of(kept) == patient_of(page) and 'name="choose"' not in kept


def test_what_was_filed_can_be_moved_and_taken_back(client: httpx.Client) -> None:
    page = sent(client, ("box", "crest"))
    page = sent(client, ("patient", json.dumps(patient_of(page))), ("box", "diltiazem 240 mg no effect"))
    moved = sent(client, ("patient", json.dumps(patient_of(page))), ("move", button(page, "move", "drugs now")))
    assert patient_of(moved)["medications"] == ["diltiazem"] and not patient_of(moved).get("history")
    assert patient_of(sent(client, ("back", button(page, "back", "Take back")))) == {"diseases": ["crest"]}


def test_an_impossible_value_stands_at_its_field_beside_the_answer_without_it(client: httpx.Client) -> None:
    page = sent(
        client,
        ("patient", '{"diseases": ["crest"]}'),
        ("labs.creatinine", "300"),
        ("unit.creatinine", "mg/dL"),
        ("age", "old"),
    )
    assert patient_of(page)["labs"] == {"creatinine": {"value": 300, "unit": "mg/dL"}}
    assert patient_of(page)["patient"] == {"age": "old"}
    assert re.search(r'id="wrong-labs-creatinine" role="alert">creatinine 300 mg/dL is not possible', page)
    assert 'id="wrong-age"' in page and "without age, creatinine" in page


def test_a_file_is_opened_and_saved_as_the_command_line_reads_it(client: httpx.Client) -> None:
    text = SEED.read_text(encoding="utf-8")
    page = sent(client, ("opened", text))
    assert patient_of(page) == yaml.safe_load(text)
    saved = client.post("/patient/file", data={"patient": json.dumps(patient_of(page))})
    assert 'filename="patient.yaml"' in saved.headers["content-disposition"]
    assert yaml.safe_load(saved.text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("diseases: [crest]\ndiseasess: [dm]", "the file:2:1 unknown key 'diseasess'"),
        ("a: [", "the file:"),
        ('{"resourceType": "Bundle"}', "nothing in the record has a date"),
        ("http://127.0.0.1:1/patient#c=abc", "this case link is cut short"),
    ],
)
def test_a_file_that_cannot_be_opened_is_kept_and_says_why(client: httpx.Client, text: str, said: str) -> None:
    page = sent(client, ("patient", '{"diseases": ["sle"]}'), ("opened", text))
    shown = html.unescape(page)
    assert said in shown and text in shown
    assert patient_of(page) == {"diseases": ["sle"]}


def test_a_case_link_holds_coded_words_and_gives_the_same_case(client: httpx.Client, kb: KnowledgeBase) -> None:
    data = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    data["history"][4] |= {"adverse_event": "secret words", "ended": 2015, "dose": "about 240 mg/day I think"}
    page = sent(client, ("patient", json.dumps(data)), to="/patient/link")
    link = html.unescape(re.search(r">(http[^<]+)</textarea>", page)[1])  # type: ignore[index]
    case = read_case(link)
    assert case["patient"] == {"age": 65, "sex": "female"}
    assert "secret" not in json.dumps(case) and "2015" not in json.dumps(case)
    assert "what is told of side effects" in page and "60 to 69" in page
    exact = sent(client, ("patient", json.dumps(data)), ("banded", ""), to="/patient/link")
    case = read_case(html.unescape(re.search(r">(http[^<]+)</textarea>", exact)[1]))  # type: ignore[index]
    ranks = [[option.therapy.id for option in kb.advise(one).options] for one in (case, data)]
    assert ranks[0] == ranks[1]
    assert patient_of(sent(client, ("case", link_end(case)))) == case


def test_one_question_at_a_time(client: httpx.Client) -> None:
    page = sent(client, to="/patient/ask")
    assert "Which underlying disease does the patient have?" in page
    page = sent(client, ("patient", patient_text(page)), ("typed", "crst"), ("act", "answer"), to="/patient/ask")
    assert "nearest" in page or "is not one of" in page
    assert 'value="crst"' in page
    page = sent(client, ("patient", patient_text(page)), ("typed", "crest"), ("act", "answer"), to="/patient/ask")
    assert "What changed" in page and "What has been tried" in page
    stood = button(page, "back", "Back")
    page = sent(
        client,
        ("patient", patient_text(page)),
        ("settled", "diseases"),
        ("act", "unknown"),
        to="/patient/ask",
    )
    assert "How old is the patient?" in page
    assert "Which underlying disease" in sent(client, ("back", stood), to="/patient/ask")


def patient_text(page: str) -> str:
    return json.dumps(patient_of(page))


ENTERED = """
crest; 63 f
shoulders; elbows; thorax; abdomen; knees; feet
nifedipine for underlying disease; d_penicillamine for underlying disease; prednisone for underlying disease
azathioprine for underlying disease
"""
THEN = """
zoledronic_acid failed; warfarin failed; surgical_excision failed
oesophageal_dysmotility; anaemia; muscle atrophy; dyspnoea
calcium 8.3 mg/dL; phosphate 4.1 mg/dL; alkaline phosphatase 131 U/L; ck 47 U/L; esr 110 mm; anticentromere +; scl-70 -
"""


def test_a_pasted_letter_is_not_read_as_one_entry_and_stays_in_the_box(client: httpx.Client) -> None:
    page = sent(client, ("box", f"gerd; {'she was given diltiazem ' * 20}"))
    assert patient_of(page) == {}
    assert "too many or too long" in page
    assert re.search(r"<(input|textarea)[^>]*name=\"box\"[^<]*gerd; she was given", page)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_the_seed_patient_is_entered_by_clicks_and_keys_alone(page: Page, width: int, tmp_path: Path) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/patient")
    box = page.get_by_label("Type anything about the patient")

    def settled() -> None:
        page.locator("#patient:not([data-busy])").wait_for()

    def enter(lines: str) -> None:
        for line in lines.strip().splitlines():
            box.fill(line)
            box.press("Enter")
            settled()

    def at(title: str) -> None:
        """On a narrow page, go on to a group of questions."""
        while width < 720 and not page.locator(f"#groups > .current[data-title='{title}']").count():
            page.get_by_role("button", name="Next").click()

    def tap(group: str, name: str) -> None:
        page.locator(f"#group-{group}").get_by_label(name, exact=True).click()
        settled()

    page.keyboard.press("/")
    expect(box).to_be_focused()
    enter(ENTERED)
    at("Calcinosis")
    tap("calcinosis", "Universal")
    page.locator("[data-site=hip] path").first.click()
    settled()
    for complaint in ("Pain", "Infection", "Loss of function"):
        tap("calcinosis", complaint)
    at("Tried")
    if width < 720:
        page.go_back()
        expect(page.get_by_label("Universal")).to_be_checked()
        at("Tried")
    for drug in ("Diltiazem", "Colchicine", "Pamidronate"):
        page.get_by_role("group", name=drug).get_by_label("Ineffective", exact=True).click()
        settled()
    enter(THEN)
    tap("tried", "nothing else was tried")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    saved = tmp_path / "patient.yaml"
    download.value.save_as(saved)
    answers = [call("suggest", str(file), "-f", "json").stdout for file in (saved, SEED)]
    assert answers[0] == answers[1]

    before = page.locator("#answer .row").filter(has_text="Rituximab").count()
    at("Results")
    page.get_by_role("radiogroup", name="Hepatitis B surface antigen").get_by_label("positive").click()
    settled()
    expect(page.locator("#announcement")).to_contain_text("ituximab")
    assert before == 1 and not page.locator("#answer .row").filter(has_text="Rituximab").count()
    enter("diltizaem no effect")
    expect(page.get_by_role("group", name="What is diltizaem?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.slow
def test_a_file_and_a_case_link_are_opened_by_the_page(page: Page) -> None:
    page.goto(f"/patient{link_end({'diseases': ['sle']})}")
    expect(page.get_by_label("SLE", exact=True)).to_be_checked()
    assert page.evaluate("location.hash") == ""
    page.locator("#file-picker").set_input_files(SEED)
    expect(page.get_by_label("Universal")).to_be_checked()
    expect(page.locator("#answer .row").first).to_be_visible()


@pytest.mark.parametrize(
    "address",
    [
        "/patient",
        *(
            pytest.param(f"/patient/{page}", marks=pytest.mark.slow)
            for page in ("why", "letter", "compare", "ask", "file", "link", "map")
        ),
    ],
)
@pytest.mark.parametrize(
    "fields",
    [
        {"patient": "["},
        {"patient": '{"patient": 3, "history": {"a": 1}, "labs": [], "diseases": 4, "calcinosis": "x"}'},
        {"patient": '{"history": [3, {"therapy": null}], "conditions": [[1], null]}'},
        *(
            {"patient": '{"history": {"a": 1}, "labs": [], "conditions": 4, "calcinosis": "x"}', act: told}
            for act, told in (
                ("drop", '["labs","x"]'),
                ("drop", '["history","x"]'),
                ("drop", '["sites","x"]'),
                ("choose", '["labs","x","y"]'),
                ("choose", '["outcomes","x","y"]'),
                ("choose", '["conditions","x","y"]'),
                ("move", '["tried","0","x","condition"]'),
                ("box", "gerd; egfr 28; elbow; diltiazem failed"),
            )
        ),
        {"patient": '{"diseases": ["sle"]}', "answered": '{"a":' * 100_000},
        {"box": "a;" * 600},
        {"box": "diltiazem 240 mg 18 months no effect " * 8000},
        {"file": json.dumps(["ab " * 100_000, "tried", "x"])},
        {"opened": "a" * 1_000_001},
        {"file": "[]"},
        {"file": '["a","b","c"]'},
        {"move": '["tried","99","x","medication"]'},
        {"choose": '["conditions","x","y"]'},
        {"drop": '["labs","x"]'},
        {"back": "3"},
        {"case": "#c=!!"},
        {"history.7.outcome": "ineffective", "unit.x": "mg", "labs.": "3"},
        {"box": "\x00;\x1b[31m;💊" + "x" * 3000},
    ],
)
def test_a_form_that_was_tampered_with_never_ends_in_a_fault(
    client: httpx.Client, address: str, fields: dict[str, str]
) -> None:
    assert client.post(address, data=fields).status_code in (200, 422)


def test_a_treatment_that_is_tapped_back_to_not_recorded_is_gone(client: httpx.Client) -> None:
    tapped = sent(client, ("box", "crest"), ("tried.diltiazem.outcome", "ineffective"))
    assert [one["therapy"] for one in patient_of(tapped)["history"]] == ["diltiazem"]
    fields = [field for field in Controls(tapped).fields if field[0] != "history.0.outcome"]
    assert patient_of(sent(client, *fields, ("history.0.outcome", ""))) == {"diseases": ["crest"]}


def test_a_recorded_disease_without_a_button_is_in_sight(client: httpx.Client) -> None:
    page = sent(client, ("box", "metastatic calcification"))
    assert page.index('value="metastatic calcification" checked') < page.index("<summary>More</summary>")
