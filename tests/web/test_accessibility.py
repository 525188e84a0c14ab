"""axe-core finds nothing on any kind of page and in any state, in light and in dark, its contrast rule on."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from calcinosis_kb.web.reading.section import Section
from calcinosis_kb.web.reading.sections import SECTIONS
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.settings import Settings
from strategies import SEED

SEED_FILE = {key: value for key, value in yaml.safe_load(SEED.read_text(encoding="utf-8")).items() if key != "case"}
STATES: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "example": ("/patient", SEED_FILE, {"why": "rituximab"}),
    "impossible value": ("/patient", SEED_FILE | {"labs": {"egfr": "much"}, "patient": {"age": 500}}, {}),
    "not understood": ("/patient", {"diseases": ["crest"], "history": [{"therapy": "diltiazam"}], "conditions": ["gerdx"]}, {}),
    "child": ("/patient", {"diseases": ["jdm"], "patient": {"age": 6, "sex": "male"}}, {}),
    "pregnancy": ("/patient", {"diseases": ["sle"], "patient": {"age": 31, "sex": "female", "pregnant": True}}, {}),
    "reasoning": ("/patient/why", SEED_FILE, {"why": "sodium_thiosulfate_iv"}),
    "comparison": ("/patient/compare", SEED_FILE, {"rows": ["rituximab", "minocycline"]}),
    "letter": ("/patient/letter", SEED_FILE, {"rows": ["rituximab", "minocycline"]}),
}  # fmt: skip
"""States of the patient pages: the address, the patient file, and further fields."""

POST = """([address, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action: address});
  for (const [name, value] of fields) form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  document.body.append(form);
  form.submit();
}"""


PAGES = [section for section in SECTIONS if section.media_type.startswith("text/html")]
"""The kinds of reading page."""


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(Settings())


def found(page: Page) -> list[tuple[str, str, str]]:
    """What axe finds on a page in light, and of contrast in dark: the rule, the element, the scheme."""
    seen = []
    for scheme, options in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_load_state("networkidle")
        violations = Axe().run(page, options=options).response["violations"]
        seen += [(one["id"], node["html"][:200], scheme) for one in violations for node in one["nodes"]]
    return seen


@pytest.mark.slow
def test_a_poor_contrast_would_be_found(page: Page) -> None:
    page.evaluate("document.querySelector('h1').style.color = '#eee'")
    assert {(rule, scheme) for rule, _, scheme in found(page)} == {("color-contrast", "light")}


@pytest.mark.slow
@pytest.mark.parametrize("address", ["/", "/patient", "/search?q=warfrin", "/therapy/no-such-therapy"])
def test_axe_finds_nothing_on_a_page(page: Page, address: str) -> None:
    page.goto(address)
    assert found(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("section", PAGES, ids=lambda section: section.address)
def test_axe_finds_nothing_on_a_page_to_read(page: Page, service: Service, section: Section) -> None:
    page.goto(section.pages(service)[0][0])
    assert found(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_a_state(page: Page, state: str, width: int) -> None:
    address, patient, more = STATES[state]
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/patient")
    fields = [("patient", json.dumps(patient))]
    for name, value in more.items():
        fields += [(name, one) for one in (value if isinstance(value, list) else [value])]
    with page.expect_navigation():
        page.evaluate(POST, [address, fields])
    assert found(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
