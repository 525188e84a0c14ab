"""Open the map's page from a file in a real Chromium."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.advice.answer import NOTICE
from calcinosis_kb.graph.search import search
from calcinosis_kb.map.page import as_page
from strategies import ROOT, SEED

WIDE, NARROW = (1280, 800), (390, 800)


@pytest.fixture(scope="module")
def files(kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page by itself, and that of the seed patient."""
    folder = tmp_path_factory.mktemp("map")
    found = {"map": folder / "map.html", "patient": folder / "patient.html"}
    found["map"].write_text(as_page(kb), encoding="utf-8")
    found["patient"].write_text(as_page(kb, advice=kb.advise(kb.reader.file(str(SEED)))), encoding="utf-8")
    return found


@dataclass
class Opened:
    """An open page with its requests and console messages."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        return self.page.inner_text("#announcement")

    @property
    def view(self) -> str:
        return self.page.input_value("#view")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        """What has the focus: the id of its element, or what it is called."""
        return str(
            self.page.evaluate("document.activeElement.id || document.activeElement.getAttribute('aria-label') || ''")
        )


Open = Callable[..., Opened]


def data_of(path: Path) -> dict[str, Any]:
    """What a page holds, read from its file."""
    text = path.read_text(encoding="utf-8")
    start = text.index('id="data">') + len('id="data">')
    return dict(json.loads(text[start : text.index("</script>", start)]))


@pytest.fixture(scope="module")
def data(files: dict[str, Path]) -> dict[str, Any]:
    return data_of(files["map"])


@pytest.fixture
def open_page(browser: Browser, files: dict[str, Path]) -> Iterator[Open]:
    """Opens a page from its file. At the end nothing may have been fetched, and the console must be silent."""
    opened: list[Opened] = []

    def open_(
        name: str = "map", fragment: str = "", size: tuple[int, int] = WIDE, path: Path | None = None, **context: Any
    ) -> Opened:
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **context)
        one = Opened(page)
        page.on("request", lambda request: one.requests.append(request.url))
        page.on("console", lambda message: one.complaints.append(message.text))
        page.on("pageerror", lambda error: one.complaints.append(str(error)))
        page.goto(f"{(path or files[name]).as_uri()}{fragment}")
        opened.append(one)
        return one

    yield open_
    for one in opened:
        one.page.close()
        assert one.complaints == []
        assert [url for url in one.requests if not url.startswith(("file:", "data:", "blob:"))] == []


def draw(*arguments: str, code: int = 0) -> str:
    """What ``graph draw`` prints, in a process whose sets have another order."""
    command = [sys.executable, "-m", "calcinosis_kb", "graph", "draw", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONHASHSEED": "7"}, check=False
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_the_file_is_small_and_the_same_bytes_twice(files: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    assert draw("-o", str(path)).splitlines() == [str(path), f"Open it in a browser: {path.as_uri()}"]
    assert path.read_bytes() == files["map"].read_bytes()
    assert len(path.read_bytes()) < 2_000_000


def test_the_command_opens_the_page_with_what_was_asked_for(open_page: Open, kb: KnowledgeBase, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    draw("-o", str(path), "--path", "Coumadin", "gla", "--strength", "plausible", "--look", "dark")
    one = open_page(path=path)
    assert one.view == "path:warfarin:gla"
    nodes = {node for path in kb.paths("warfarin", "gla") if path.strength != "contested" for node in path.nodes}
    assert one.page.locator("#nodes [data-node]").count() == len(nodes)
    assert not one.page.is_checked("input[data-filter=strength][value=contested]")
    assert one.page.is_checked("input[data-filter=strength][value=plausible]")
    assert one.page.get_attribute("html", "data-theme") == "dark"


@pytest.mark.parametrize(
    ("name", "fragment"), [("map", "#view=part:injury"), ("map", "#view=focus:dystrophic_calcinosis"), ("patient", "")]
)
def test_no_box_of_a_view_covers_another(open_page: Open, name: str, fragment: str) -> None:
    boxes = (
        open_page(name, fragment)
        .page.locator("#nodes .box:first-child")
        .evaluate_all(
            "boxes => boxes.map(box => box.getBoundingClientRect()).map(at => [at.left, at.right, at.top, at.bottom])"
        )
    )
    assert len(boxes) > 8
    for number, (left, right, top, bottom) in enumerate(boxes):
        for other in boxes[:number]:
            assert left >= other[1] or right <= other[0] or top >= other[3] or bottom <= other[2]


def test_a_look_for_pictures_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    told = draw("-o", str(path), "--look", "print", code=2)
    assert "CKB093" in told
    assert "light, dark" in told
    assert not path.exists()


def test_nothing_outside_the_file_is_named_but_as_a_link(files: dict[str, Path]) -> None:
    text = files["map"].read_text(encoding="utf-8")
    without_data = re.sub(r'<script type="application/json".*?</script>', "", text, flags=re.S)
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", without_data))
    assert addresses == {"http://www.w3.org/2000/svg"}
    assert "innerHTML" not in text
    assert "eval(" not in text


def test_the_policy_of_the_page_forbids_the_network(open_page: Open) -> None:
    one = open_page()
    policy = one.page.get_attribute("meta[http-equiv=Content-Security-Policy]", "content") or ""
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    refused = one.page.evaluate(
        "new Promise((done) => { addEventListener('securitypolicyviolation', (event) => done(event.violatedDirective));"
        " fetch('https://example.org/').catch(() => undefined); })"
    )
    assert refused == "connect-src"
    assert one.complaints
    one.complaints.clear()


@pytest.mark.slow
def test_hostile_knowledge_stays_text(open_page: Open, tmp_path: Path) -> None:
    """Names are text, and only http and https become links."""
    knowledge = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", knowledge)
    name = "Warfarin</script><script>hacked=1</script><img src=x onerror=hacked=1>"
    therapy = knowledge / "therapies" / "warfarin.yaml"
    therapy.write_text(
        therapy.read_text(encoding="utf-8").replace("name: Warfarin\n", f"name: '{name}'\n"), encoding="utf-8"
    )
    study = knowledge / "studies" / "berger-1987.yaml"
    told = re.sub(r"(?m)^seen:\n", "seen:\n  - javascript:hacked=1\n", study.read_text(encoding="utf-8"))
    assert "javascript:" in told
    study.write_text(told, encoding="utf-8")
    path = tmp_path / "map.html"
    path.write_text(as_page(load(knowledge=knowledge)), encoding="utf-8")
    one = open_page(path=path, fragment="#view=focus:warfarin&node=warfarin")
    assert one.page.inner_text("#about h2") == name
    assert one.page.evaluate("typeof hacked") == "undefined"
    assert one.page.locator("a[href^='javascript']").count() == 0
    assert "javascript:" not in path.read_text(encoding="utf-8")


def test_a_walk_by_keyboard_alone(open_page: Open, data: dict[str, Any]) -> None:
    """From loading: search a therapy, walk to calcinosis, read, be asked, hear a story."""
    one = open_page()
    one.press("Tab", "Tab")
    assert one.focused() == "search"
    one.page.keyboard.type("couma")
    assert one.page.get_attribute("#search", "aria-expanded") == "true"
    assert one.page.get_attribute("#search", "aria-activedescendant") == "found-0"
    one.press("Enter")
    assert one.view == "focus:warfarin"
    assert one.focused().startswith("Warfarin, Therapy")
    for _ in range(8):
        one.press("ArrowRight")
        if "This is calcinosis" in one.said:
            break
    assert "→ Calcinosis cutis, dystrophic" in one.said
    assert one.focused().startswith("Calcinosis cutis")
    one.press("ArrowLeft")
    assert "→ Calcinosis cutis, dystrophic" in one.said
    one.press("Enter")
    assert one.page.is_visible("#about >> text=Leads to")
    while one.focused() != "tab-about":
        one.press("Tab")
    one.press("ArrowRight")
    assert one.focused() == "tab-stories"
    one.press("Tab", "Tab", "Enter")
    assert one.view.startswith("story:")
    assert one.said.startswith("1 of")
    one.press("Enter")
    assert one.said.startswith("2 of")
    one.press("ArrowLeft")
    assert one.said.startswith("1 of")
    one.press("Shift+Tab", "Shift+Tab", "Shift+Tab", "ArrowRight")
    assert one.focused() == "tab-quiz"
    one.press("Tab", "Tab", "Enter")
    assert data["quiz"][0][0]["text"] in one.page.inner_text("#quiz")
    one.press("Enter")
    assert re.search(r"Score: [01] of 1", one.said)
    assert one.focused() == "next-question"


def test_up_and_down_choose_among_the_arrows(open_page: Open) -> None:
    one = open_page(fragment="#view=focus:warfarin&node=moa_vitamin_k_antagonism")
    one.page.focus("#nodes [tabindex='0']")
    said = set()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        one.press(key)
        said.add(one.said)
    assert {text.partition(":")[0] for text in said} == {"1 of 2", "2 of 2"}
    chosen = one.said.partition("→ ")[2].removesuffix(" (plausible)")
    one.press("ArrowRight")
    assert one.focused().startswith(chosen)
    one.press("ArrowLeft")
    assert one.focused().startswith("Vitamin K antagonism")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "fragment", "size", "colours"),
    [
        ("map", "", WIDE, "light"),
        ("map", "", NARROW, "dark"),
        ("map", "#view=focus:warfarin&node=warfarin", WIDE, "dark"),
        ("map", "#view=route:rituximab&panel=text", NARROW, "light"),
        ("map", "#view=story:warfarin-paradox&story=warfarin-paradox&sentence=4&panel=stories", WIDE, "light"),
        ("map", "#view=story:warfarin-paradox&story=warfarin-paradox&sentence=4&panel=stories", NARROW, "dark"),
        ("patient", "", WIDE, "light"),
        ("patient", "", NARROW, "dark"),
    ],
)
def test_axe_finds_nothing_serious(
    open_page: Open, name: str, fragment: str, size: tuple[int, int], colours: str
) -> None:
    one = open_page(name, fragment, size, color_scheme=colours)
    report = Axe().run(one.page).response
    assert len(report["violations"]) + len(report["incomplete"]) < 10
    serious = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in report["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []


def test_axe_would_find_a_poor_contrast(open_page: Open) -> None:
    """The rule of contrast is on: nearly invisible text is found."""
    one = open_page()
    one.page.evaluate("document.querySelector('#view-title').style.color = '#eee'")
    assert "color-contrast" in {violation["id"] for violation in Axe().run(one.page).response["violations"]}


def test_axe_in_the_quiz_and_the_menus(open_page: Open) -> None:
    one = open_page()
    one.page.click("#hide-labels")
    one.page.click("text=Filter")
    one.page.fill("#search", "calc")
    serious = [v["id"] for v in Axe().run(one.page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []


def test_a_link_restores_the_view(open_page: Open) -> None:
    one = open_page()
    one.page.select_option("#view", "theme:vascular")
    one.page.click("text=Filter")
    one.page.uncheck("input[data-filter=strength][value=contested]")
    one.page.focus("#nodes [aria-label^='HIF-1alpha']")
    one.press("Enter")
    shown = one.page.evaluate("[...document.querySelectorAll('.link:not(.filtered)')].length")
    again = open_page(fragment=one.page.evaluate("location.hash"))
    assert again.view == "theme:vascular"
    assert again.page.inner_text("#about h2") == "HIF-1alpha"
    assert again.page.evaluate("[...document.querySelectorAll('.link:not(.filtered)')].length") == shown
    assert not again.page.is_checked("input[data-filter=strength][value=contested]")
    told = open_page(fragment="#view=story:hypoxia-makes-calcium&story=hypoxia-makes-calcium&sentence=3&panel=stories")
    map_, *boxes = told.page.evaluate(
        "[...document.querySelectorAll('#map, #nodes .highlighted')].map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert boxes
    assert all(map_["left"] <= box["left"] and box["right"] <= map_["right"] for box in boxes), "what is told is seen"
    assert told.page.locator("[aria-current=step]").count() == 1
    assert told.page.evaluate("document.querySelector('.story .now') === document.querySelectorAll('.story > li')[2]")


def test_a_link_that_names_what_is_not_there_opens_the_start_and_says_so(open_page: Open) -> None:
    one = open_page(
        fragment="#view=focus:moonlight&node=moonlight&story=none&sentence=99&no-strength=quite&panel=nothing"
    )
    assert one.view == "overview"
    assert one.page.locator(".filtered").count() == 0
    assert one.said == "This page has no view “focus:moonlight”. It shows: From causes to calcinosis."
    assert open_page(fragment="#view=whole").said == ""


@pytest.mark.parametrize(
    ("typed", "said", "offered"),
    [
        ("warfrin", "Nothing is called “warfrin”. The nearest:", ["Warfarin"]),
        ("infliximb", "Nothing is called “infliximb”. The nearest:", ["Infliximab"]),
        ("xyzzyq", "Nothing is called “xyzzyq”.", []),
    ],
)
def test_a_search_that_finds_nothing_says_so_and_offers_the_nearest(
    open_page: Open, typed: str, said: str, offered: list[str]
) -> None:
    one = open_page()
    one.page.fill("#search", typed)
    status = one.page.locator("#search-status")
    assert status.inner_text() == said
    assert (status.bounding_box() or {"height": 0})["height"] > 10, "it is seen, not only heard"
    found = one.page.locator("#found li").all_inner_texts()
    assert [name.splitlines()[0] for name in found[:1]] == offered


def test_a_word_that_was_searched_does_not_stay_under_another_view(open_page: Open) -> None:
    one = open_page()
    one.page.fill("#search", "couma")
    one.press("Enter")
    assert one.page.input_value("#search") == "Warfarin"
    one.page.select_option("#view", "overview")
    assert one.page.input_value("#search") == ""


def test_on_a_touch_screen_only_the_chosen_tab_is_underlined(open_page: Open) -> None:
    page = open_page(size=NARROW, has_touch=True, is_mobile=True).page
    page.tap("#tab-quiz")
    page.keyboard.press("ArrowLeft")
    lines = page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => getComputedStyle(tab).borderBottomColor)")
    assert [line for line in lines if not line.endswith(", 0)")] == [lines[1]]


def test_back_undoes_a_step(open_page: Open) -> None:
    one = open_page()
    one.page.select_option("#view", "whole")
    one.page.select_option("#view", "theme:immunity")
    one.page.go_back()
    assert one.view == "whole"
    one.page.go_back()
    assert one.view == "overview"


def test_filters_leave_out_what_they_say(open_page: Open, kb: KnowledgeBase, data: dict[str, Any]) -> None:
    one = open_page(fragment="#view=whole")
    one.page.click("text=Filter")
    one.page.uncheck("input[data-filter=strength][value=contested]")
    one.page.uncheck("input[data-filter=strength][value=plausible]")
    left, every = map(int, re.findall(r"\d+", one.said))
    edges = data["edges"]
    drawn = {edge for edges_, *_ in data["views"]["whole"]["edges"] for edge in edges_}
    assert every == len(drawn)
    assert left == sum(edges[edge]["strength"] == "established" for edge in drawn)
    one.page.click("text=Show everything")
    one.page.uncheck(f"input[data-filter=level][value='{kb.knowledge.evidence('rituximab').level}']")
    assert one.page.is_hidden("#nodes [aria-label^='Rituximab']")
    one.page.click("text=Show everything")
    assert one.page.is_visible("#nodes [aria-label^='Rituximab']")
    assert one.said.startswith("All ")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("MabThera", "Rituximab"),
        ("rituxi", "Rituximab"),
        ("CD20", "CD20-directed B-cell depletion"),
        ("hif", "HIF-1alpha"),
    ],
)
def test_search_finds_names_brands_and_aliases(open_page: Open, typed: str, name: str) -> None:
    one = open_page()
    one.page.fill("#search", typed)
    assert name in one.page.inner_text("#found li[aria-selected=true]")
    one.press("ArrowDown", "ArrowUp", "Enter")
    assert one.page.inner_text("#about h2") == name
    one.page.fill("#search", "zzzz")
    assert one.page.is_hidden("#found")
    assert "Nothing is called" in one.page.inner_text("#search-status")


def test_the_details_tell_what_the_knowledge_base_does(open_page: Open, kb: KnowledgeBase) -> None:
    one = open_page(fragment="#view=focus:warfarin&node=warfarin")
    told = one.page.inner_text("#about")
    assert "Level 2, no benefit" in told
    assert "by another raise it" in told
    assert "▲ raises" in told
    assert "▼ lowers" in told
    one.page.click("#about summary:has-text('acts by Vitamin K antagonism')")
    links = one.page.evaluate("[...document.querySelectorAll('#about details[open] a')].map((link) => link.href)")
    assert any(link.startswith("https://") for link in links)
    one.page.click("#about >> text=Show its paths to calcinosis")
    assert one.view == "route:warfarin"
    one = open_page(fragment="#view=focus:minocycline&node=minocycline")
    response = kb.knowledge.evidence("minocycline").response
    assert f"{response.responded} of {response.treated}, 95 % interval" in one.page.inner_text("#about")


def test_every_therapy_says_its_polarity_and_why(kb: KnowledgeBase, data: dict[str, Any]) -> None:
    nodes = {node["id"]: node for node in data["nodes"]}
    for option in kb.knowledge.options:
        evidence = nodes[option.id]["evidence"]
        signs = {path.sign for path in kb.paths(option.id)}
        assert {sign for sign, *_ in evidence["ways"]} == signs
        assert evidence["ways"] or evidence["noWay"]


def test_the_quiz_hides_reveals_and_counts(open_page: Open, data: dict[str, Any]) -> None:
    one = open_page(fragment="#view=route:rituximab")
    one.page.click("#hide-labels")
    hidden = one.page.locator("#nodes .unlabelled")
    before = hidden.count()
    assert before == one.page.locator("#nodes [data-node]").count()
    assert all(label.startswith("Hidden ") for label in hidden.evaluate_all("all => all.map((one) => one.ariaLabel)"))
    hidden.first.click()
    assert hidden.count() == before - 1
    for question in data["quiz"][0]:
        assert one.page.inner_text("#quiz .map-question") == question["text"]
        answers = one.page.locator("#quiz .answer")
        assert answers.all_inner_texts() == [choice["text"] for choice in question["choices"]]
        answers.nth(question["right"]).click()
        assert "✓" in answers.nth(question["right"]).inner_text()
        assert question["why"] in one.page.inner_text("#quiz")
        answers.nth(question["right"] - 1).click()  # only the first answer counts
        one.page.click("#next-question")
    assert "10 of 10 right" in one.page.inner_text("#quiz")
    one.page.click("#next-set")
    assert one.page.inner_text("#quiz .map-question") == data["quiz"][1][0]["text"]
    one.page.click("text=End the quiz")
    assert hidden.count() == 0


def test_each_sentence_of_a_story_drives_the_map(open_page: Open, kb: KnowledgeBase, data: dict[str, Any]) -> None:
    one = open_page()
    one.page.click("#tab-stories")
    assert one.page.locator("#stories li").count() == len(kb.knowledge.stories)
    one.page.click("#stories >> text=The warfarin paradox")
    story = kb.knowledge.stories["warfarin-paradox"]
    for number, sentence in enumerate(story.sentences):
        assert sentence.text in one.said
        told = set(one.page.locator("#nodes .highlighted").evaluate_all("all => all.map((one) => one.dataset.node)"))
        names = {data["nodes"][int(node)]["id"] for node in told}
        assert names >= {node for path in sentence.paths for node in path} | set(sentence.nodes)
        assert one.page.locator(".story .now .map-sources > li").count() == len(sentence.sources)
        if number < len(story.sentences) - 1:
            one.page.click("#next-sentence")
    one.page.click("text=All stories")
    assert one.view == "overview"


def test_without_stories_the_panel_says_so(
    open_page: Open, tmp_path: Path, files: dict[str, Path], data: dict[str, Any]
) -> None:
    bare = {**data, "stories": [], "views": {k: v for k, v in data["views"].items() if not k.startswith("story:")}}
    bare["menu"] = [entry for entry in data["menu"] if entry[0] != "Stories"]
    text = files["map"].read_text(encoding="utf-8")
    start = text.index('id="data">') + len('id="data">')
    path = tmp_path / "bare.html"
    body = json.dumps(bare).replace("<", "\\u003c")
    path.write_text(text[:start] + body + text[text.index("</script>", start) :], encoding="utf-8")
    one = open_page(path=path)
    one.page.click("#tab-stories")
    assert "no stories" in one.page.inner_text("#stories")


def test_the_view_is_saved_as_a_picture(open_page: Open, tmp_path: Path, data: dict[str, Any]) -> None:
    one = open_page("patient", "#view=route:rituximab", color_scheme="dark")
    saved = {}
    for suffix in ("svg", "png"):
        one.page.click("text=Save")
        with one.page.expect_download() as waiting:
            one.page.click(f"#save-{suffix}")
        saved[suffix] = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(saved[suffix])
        one.page.click("#view-title")
    root = ET.fromstring(saved["svg"].read_text(encoding="utf-8"))
    words = " ".join(root.itertext())
    assert "Rituximab" in words
    assert NOTICE in words
    assert "rules" in words
    assert "#12161C" in words.replace("#12161c", "#12161C"), "the colours of the theme in force"
    assert not [element for element in root.iter() if "foreignObject" in element.tag]
    picture = saved["png"].read_bytes()
    assert picture.startswith(b"\x89PNG\r\n")
    width, height = (int.from_bytes(picture[at : at + 4], "big") for at in (16, 20))
    assert width == 2 * round(float(root.get("width", "0")))
    assert height > 200
    alone = open_page(path=saved["svg"])
    assert alone.page.locator("svg .node").count() == len(data["views"]["route:rituximab"]["nodes"])


def test_the_text_says_what_the_picture_shows(open_page: Open, data: dict[str, Any]) -> None:
    one = open_page(fragment="#view=route:warfarin&panel=text")
    view, edges = data["views"]["route:warfarin"], data["edges"]
    one.page.click("text=Open all")
    told = one.page.inner_text("#text")
    for index, *_ in data["views"]["route:warfarin"]["nodes"]:
        assert data["nodes"][index]["name"] in told
    drawn = [edge for bundle, *_ in view["edges"] for edge in bundle]
    assert one.page.locator("#text details li").count() == len(drawn)
    for edge in drawn:
        assert f"{edges[edge]['verb']} → {data['nodes'][edges[edge]['target']]['name']}" in told
    one.page.click("text=Filter")
    one.page.uncheck("input[data-filter=strength][value=contested]")
    left = sum(edges[edge]["strength"] != "contested" for edge in drawn)
    assert one.page.locator("#text details li").count() == left < len(drawn)
    assert one.page.locator("#text details[open]").count() > 0, "what was open stays open"
    one.press("Escape")
    assert one.page.is_hidden("#filters"), "Escape closes a menu"
    one.page.click("#text a >> nth=0")
    assert one.view.startswith("focus:")


@pytest.mark.slow
@pytest.mark.parametrize(
    "fragment",
    ["", "#view=whole", "#view=focus:tnf&node=tnf", "#view=overview&panel=text", "#view=overview&panel=quiz"],
)
def test_a_phone_needs_no_sideways_scrolling(open_page: Open, fragment: str) -> None:
    for name in ("map", "patient"):
        one = open_page(name, fragment, NARROW, has_touch=True, is_mobile=True)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
        assert one.page.evaluate("document.querySelector('#steps').getBoundingClientRect().height") > 200
        one.page.click("#form")
        assert one.page.evaluate("document.querySelector('#map').getBoundingClientRect().height") > 200
        assert one.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_fingers_tap_drag_and_pinch(open_page: Open) -> None:
    one = open_page("map", "#view=focus:warfarin&node=warfarin", NARROW, has_touch=True, is_mobile=True)
    one.page.tap("#form")
    one.page.evaluate("document.querySelector('.stage').scrollIntoView({ block: 'start' })")
    one.page.tap("#nodes [aria-label^='Vitamin K antagonism']")
    assert one.page.inner_text("#about h2").startswith("Vitamin K antagonism")
    transform = "new DOMMatrix(getComputedStyle(document.getElementById('camera')).transform)"
    before = one.page.evaluate(f"[{transform}.a, {transform}.e]")
    send = one.page.context.new_cdp_session(one.page).send

    def touch(kind: str, *points: tuple[int, int]) -> None:
        send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y, "id": n} for n, (x, y) in enumerate(points)]},
        )

    touch("touchStart", (200, 300))
    for x in (190, 170, 140):
        touch("touchMove", (x, 300))
    touch("touchEnd")
    dragged = one.page.evaluate(f"[{transform}.a, {transform}.e]")
    assert dragged[0] == before[0]
    assert dragged[1] < before[1]
    touch("touchStart", (150, 300), (250, 300))
    for spread in (60, 80, 100):
        touch("touchMove", (200 - spread, 300), (200 + spread, 300))
    touch("touchEnd")
    assert one.page.evaluate(f"{transform}.a") > dragged[0] * 1.4


def test_wheel_buttons_and_keys_zoom(open_page: Open) -> None:
    one = open_page(fragment="#view=focus:warfarin", reduced_motion="reduce")
    scale = "new DOMMatrix(getComputedStyle(document.getElementById('camera')).transform).a"
    seen = [one.page.evaluate(scale)]
    one.page.hover("#map")
    one.page.mouse.wheel(0, -200)
    seen.append(one.page.evaluate(scale))
    one.page.click("#zoom-in")
    seen.append(one.page.evaluate(scale))
    one.page.focus("#nodes [tabindex='0']")
    one.press("+")
    seen.append(one.page.evaluate(scale))
    assert seen == sorted(set(seen))
    one.page.evaluate("location.hash = '#view=overview'")
    one.page.wait_for_function("document.getElementById('view').value === 'overview'")
    one.page.mouse.wheel(0, -200)
    one.page.focus("#nodes [tabindex='0']")
    one.press("0")
    box = one.page.evaluate(
        "(() => { const a = document.querySelector('#nodes').getBoundingClientRect(),"
        " b = document.querySelector('#map').getBoundingClientRect();"
        " return [a.left >= b.left, a.right <= b.right, a.top >= b.top, a.bottom <= b.bottom]; })()"
    )
    assert box == [True] * 4


LEVELS = ["overview", "part:injury", "theme:immunity"]
OUT_OF_SIGHT = """() => {
  const map = document.querySelector('#map').getBoundingClientRect();
  return [...document.querySelectorAll('#nodes [data-node]')].filter((one) => {
    const at = one.querySelector('.box').getBoundingClientRect();
    return at.left < map.left - 1 || at.right > map.right + 1 || at.top < map.top - 1 || at.bottom > map.bottom + 1;
  }).length;
}"""
TEXT_SIZE = """() => Number.parseFloat(getComputedStyle(document.querySelector('#nodes text')).fontSize)
  * new DOMMatrix(getComputedStyle(document.getElementById('camera')).transform).a"""


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, (1920, 1080)])
def test_what_a_view_shows_is_legible_and_what_it_does_not_show_is_said(open_page: Open, size: tuple[int, int]) -> None:
    one = open_page(size=size)
    assert one.page.evaluate(OUT_OF_SIGHT) == 0, "the first view is seen whole"
    assert one.page.locator("#nodes [aria-label^='Calcinosis']").is_visible()
    for view in ("overview", "part:injury", "theme:diseases", "whole", "focus:rituximab"):
        one.page.evaluate(f"location.hash = '#view={view}'")
        one.page.wait_for_function(f"document.getElementById('view').value === '{view}'")
        assert one.page.evaluate(TEXT_SIZE) >= 11.99, view
        hidden = one.page.evaluate(OUT_OF_SIGHT)
        assert (f"{hidden} of " in one.page.inner_text("#more")) == (hidden > 0), view


@pytest.mark.slow
def test_zooming_opens_a_level_and_goes_back(open_page: Open) -> None:
    """By the wheel, by the buttons and by keys: five boxes, themes, nodes; and back."""
    one = open_page(reduced_motion="reduce")
    for view, name in zip(LEVELS[1:], ("Inflammation, vessels", "Interferon"), strict=True):
        at = one.page.locator(f"#nodes [aria-label^='{name}']").bounding_box()
        assert at is not None
        one.page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        one.page.wait_for_timeout(550)
        for _ in range(4):
            one.page.mouse.wheel(0, -150)
        one.page.wait_for_function(f"document.getElementById('view').value === '{view}'")
    assert one.page.locator("#trail a").all_inner_texts() == ["Map", "Inflammation, vessels and injury"]
    assert "Interferon signals through Janus kinases" in one.page.inner_text("#about")
    one.page.keyboard.press("Escape")
    one.page.wait_for_function("document.getElementById('view').value === 'part:injury'")
    assert one.focused().startswith("Interferon")
    one.press("-")
    assert one.view == "overview"
    one.press("Enter")
    assert one.view == "part:injury"
    one.page.click("#trail a >> text=Map")
    one.page.wait_for_function("document.getElementById('view').value === 'overview'")
    one.page.locator("#zoom-in").dblclick()
    assert one.view != "overview"


def test_motion_is_reduced_where_it_is_asked_for(open_page: Open) -> None:
    for motion, smooth in (("no-preference", True), ("reduce", False)):
        one = open_page(reduced_motion=motion)
        one.page.click("#zoom-in")
        assert one.page.evaluate("document.getElementById('camera').classList.contains('smooth')") is smooth


def test_colours_follow_the_reader_and_the_button(open_page: Open) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    one = open_page(color_scheme="dark")
    dark = one.page.evaluate(paper)
    one.page.click("#theme")
    light = one.page.evaluate(paper)
    assert dark != light == open_page(color_scheme="light").page.evaluate(paper)
    one.page.click("#theme")
    assert one.page.evaluate(paper) == dark


def test_paper_gets_the_map_or_the_names_of_the_drugs_and_the_notice(open_page: Open) -> None:
    for name, printed in (("map", "#map"), ("patient", "#about .state-new >> nth=0")):
        one = open_page(name)
        one.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        one.page.emulate_media(media="print")
        assert one.page.is_hidden(".map-tools")
        assert one.page.is_hidden(".zoom")
        assert one.page.is_visible(printed)
        assert NOTICE in one.page.inner_text("footer")


def test_a_stranger_sees_what_the_patient_has_tried(open_page: Open, kb: KnowledgeBase) -> None:
    """The seed patient: what failed and what is open by name, in rank order, none left out that ranks above one that is named."""
    one = open_page("patient")
    failed, new = one.page.locator(".map-strip .glance").all_inner_texts()
    assert failed.startswith("✗ Tried and failed")
    for drug in ("Diltiazem", "Colchicine", "Pamidronate", "Warfarin", "Surgical excision", "Zoledronic acid"):
        assert drug in failed
    assert new.startswith("★ Not tried, offered")
    advice = kb.advise(kb.reader.file(str(SEED)))
    open_drugs = [item.therapy.name for item in advice.options if item.standing == "untried"]
    named = [name for name in open_drugs if name in new]
    assert named == open_drugs[: len(named)]
    assert len(named) == 8
    told = one.page.inner_text("#about .patient")
    for mechanism in ("calcium channel", "crystal growth", "Vitamin K", "Microtubule", "B-cell depletion"):
        assert mechanism in told
    for words, state in (("Diltiazem", "failed"), ("B cell,", "new"), ("CD20-directed", "new"), ("Warfarin", "failed")):
        label = one.page.get_attribute(f"#nodes .state-{state}[aria-label^='{words}']", "aria-label") or ""
        assert label.endswith("failed" if state == "failed" else "not tried, offered")
    phone = open_page("patient", size=NARROW).page
    for words in ("Warfarin", open_drugs[0], open_drugs[1]):
        box = phone.locator(f"#steps .glance >> text={words}").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < NARROW[1]
    one.page.select_option("#view", "overview")
    one.page.fill("#search", "MabThera")
    one.press("Enter")
    assert "In this patient: not tried, offered" in one.page.inner_text("#about")


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_paper_is_one_page(open_page: Open, size: tuple[int, int]) -> None:
    for name in ("map", "patient"):
        printed = open_page(name, size=size).page.pdf(prefer_css_page_size=True)
        assert re.findall(rb"/Count (\d+)", printed) == [b"1"]


@pytest.mark.slow
def test_a_phone_shows_the_levels_and_a_path_as_steps(open_page: Open, data: dict[str, Any]) -> None:
    one = open_page(size=(390, 844), has_touch=True, is_mobile=True)
    boxes = one.page.locator("#steps .step-box")
    assert boxes.count() == 5
    last = boxes.last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] < 844, "the first view is seen whole"
    sizes = one.page.evaluate(
        "[...document.querySelectorAll('#steps *')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes) >= 12
    one.page.tap("#steps .step-box:has-text('Inflammation')")
    assert "Interferon signals through Janus kinases" in one.page.inner_text("#steps")
    one.page.evaluate("location.hash = '#view=route:warfarin'")
    one.page.wait_for_selector("#steps .flow.path")
    warfarin = next(node for node in data["nodes"] if node["id"] == "warfarin")
    for (sign, _, edges), path in zip(
        warfarin["evidence"]["ways"], one.page.locator("#steps .path").all(), strict=True
    ):
        told = path.locator(".step-box strong").all_inner_texts()
        assert told[1:] == [data["nodes"][data["edges"][edge]["target"]]["name"] for edge in edges]
        lowering = path.locator(".lowering").count()
        assert (lowering % 2 == 1) == (sign == "-")


@pytest.mark.slow
def test_the_page_finds_first_what_the_command_finds_first(open_page: Open, kb: KnowledgeBase) -> None:
    """Whole words and abbreviations before beginnings of words, and no word from its middle."""
    one = open_page()
    for typed in (
        "STS",
        "MTX",
        "rituximab",
        "vitamin k",
        "interleukin",
        "pyrophosphate",
        "warfrin",
        "sodum thiosulfate",
        "mgp",
    ):
        named = [hit for hit in search(kb.knowledge, typed).hits if hit.kind in ("node", "therapy")]
        one.page.fill("#search", typed)
        first = one.page.locator("#found li").first.inner_text().splitlines()[0].partition(" (")[0]
        fitting = {hit.name.partition(" (")[0] for hit in named[:8]}
        assert first in fitting, typed
    one.page.fill("#search", "STS")
    found = one.page.locator("#found li").all_inner_texts()
    assert found
    assert all("thiosulfate" in name.lower() for name in found)


@pytest.mark.slow
def test_a_talk_shows_a_slide_at_a_time_and_saves_it_with_its_caption(open_page: Open, tmp_path: Path) -> None:
    one = open_page(fragment="#view=route:warfarin", reduced_motion="reduce")
    one.page.focus("#nodes [tabindex='0']")
    one.press("f")
    one.page.wait_for_selector("#slide:not([hidden])")
    assert one.page.is_hidden(".map-tools")
    first = one.page.inner_text("#caption")
    assert "calcinosis: Warfarin" in first
    one.press("ArrowRight")
    assert one.page.inner_text("#caption") != first
    assert one.page.inner_text("#slide-count").startswith("2 of ")
    assert one.page.inner_text("#slide-sources").startswith("Sources: ")
    serious = [v["id"] for v in Axe().run(one.page).response["violations"] if v["impact"] in ("serious", "critical")]
    assert serious == []
    with one.page.expect_download() as waiting:
        one.page.click("#slide-svg")
    waiting.value.save_as(tmp_path / "slide.svg")
    words = " ".join(" ".join(ET.fromstring((tmp_path / "slide.svg").read_text(encoding="utf-8")).itertext()).split())
    assert "Sources: " in words
    assert one.page.inner_text("#caption")[:60] in words
    one.press("Escape")
    assert one.page.is_hidden("#slide")
    assert one.view == "route:warfarin"


def test_the_patients_page_carries_notice_and_hashes_and_nothing_personal(
    open_page: Open, files: dict[str, Path], kb: KnowledgeBase, data: dict[str, Any]
) -> None:
    advice = kb.advise(kb.reader.file(str(SEED)))
    one = open_page("patient")
    one.page.click("footer summary")
    footer = one.page.inner_text("footer")
    assert NOTICE in footer
    for word in (advice.knowledge.version, advice.knowledge.hash, advice.rules_hash, *advice.engines):
        assert word in footer
    assert data_of(files["patient"])["patient"].keys() <= set(kb.graph)
    added = set(re.findall(r"[\w.-]+", files["patient"].read_text(encoding="utf-8")))
    added -= set(re.findall(r"[\w.-]+", files["map"].read_text(encoding="utf-8")))
    for personal in ("63", "female", "131", "8.3", "shoulders", "universalis", "nunes-2019-1", SEED.name):
        assert personal not in added
    assert data["patient"] is None
    assert open_page().page.locator(".map-strip").count() == 0
