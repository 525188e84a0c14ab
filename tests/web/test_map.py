"""The map on the server: its page and its files."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse, read_text
from strategies import SEED


@pytest.mark.slow
def test_the_map_is_served_without_inline_script_or_style(client: httpx.Client, kb: KnowledgeBase) -> None:
    page = client.get("/map")
    assert page.status_code == 200
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page.text)
    scripts = re.findall(r"<script([^>]*)>([^<]*)</script>", page.text)
    assert [text for kind, text in scripts if "application/json" not in kind] == [""]
    data = json.loads(next(text for kind, text in scripts if "application/json" in kind))
    assert {node["id"] for node in data["nodes"]} >= set(kb.graph)
    for address in re.findall(r'(?:href|src)="(/map/[^"]+)"', page.text):
        assert client.get(address).status_code == 200
    assert client.get("/map/moonlight.js").status_code == 404


def test_a_node_has_a_page_with_its_edges_sources_and_therapies(client: httpx.Client, kb: KnowledgeBase) -> None:
    page = client.get("/node/b_cell").text
    for edge in kb.graph.edges(keys=True, data=True):
        if "b_cell" in edge[:2]:
            assert f'id="{edge[2]}"' in page
    assert 'href="/therapy/rituximab"' in page
    assert 'href="/map#view=focus:b_cell&amp;node=b_cell"' in page
    assert "<svg" in page
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    cited = {
        source
        for edge in kb.knowledge.edges.values()
        if "b_cell" in (edge.source, edge.target)
        for source in edge.sources
    }
    assert {f"/study/{source}" for source in cited if source in kb.knowledge.studies} <= set(
        re.findall('href="([^"]+)"', page)
    )
    missing = client.get("/node/b_cel")
    assert missing.status_code == 404
    assert "/node/b_cell" in missing.text


@pytest.mark.slow
def test_the_patients_map_comes_by_post_and_marks_the_boxes(client: httpx.Client) -> None:
    patient = {key: value for key, value in parse(read_text(SEED), SEED.name).data.items() if key != "case"}
    page = client.post("/patient/map", data={"patient": json.dumps(patient)})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    found = re.search(r'id="data">(.*?)</script>', page.text, re.S)
    assert found is not None
    states = json.loads(found[1])["patient"]
    assert states["diltiazem"][0] == "failed"
    assert states["b_cell"][0] == "new"
    assert "Back to the answer" in page.text
    without = client.post("/patient/map", data={"patient": "{}"})
    assert "this is the map without one" in without.text


@pytest.mark.slow
def test_the_served_map_works_under_the_policy_and_axe_finds_nothing(page: Page) -> None:
    for size, colours, path in (
        ((1280, 800), "light", "/map"),
        ((390, 844), "dark", "/map#rituximab"),
        ((1280, 800), "dark", "/node/b_cell"),
    ):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.goto(path)
        if path == "/map":
            page.focus("#nodes [tabindex='0']")
            page.keyboard.press("Enter")
            assert page.locator("#trail a").count() == 1
        serious = [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
        assert serious == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
