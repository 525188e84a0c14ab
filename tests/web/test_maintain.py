"""The maintainer's desk on a small checkout: it follows the files, writes studies and cases, and touches nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from strategies import ROOT
from web_server import TOKEN, Running, running

GOLDEN = "all-against-colchicine.case.yaml"
ADDRESSES = [
    "/maintain", "/maintain/state", "/maintain/study", "/maintain/study/badawi-2020", "/maintain/diff", "/maintain/case",
    "/maintain/code/CKB001", "/maintain/job/x",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_edit_there_is_no_desk(client: httpx.Client, server: Running, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, data={"do": "save"}).status_code == 404
    assert httpx.get(f"{server.address}{address}").status_code == 401


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with one golden and one published case, committed to git."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "knowledge", root / "knowledge")
    shutil.copytree(ROOT / "rules", root / "rules")
    shutil.rmtree(root / "knowledge" / "cases")
    (root / "knowledge" / "cases").mkdir()
    (root / "tests" / "cases").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "cases" / GOLDEN, root / "tests" / "cases")
    shutil.copy(ROOT / "knowledge" / "cases" / "abramowicz-2015-1.yaml", root / "knowledge" / "cases")
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "all"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


@pytest.fixture(scope="module")
def desk(checkout: Path) -> Iterator[Running]:
    with running(edit=True, knowledge=checkout / "knowledge", rules=checkout / "rules") as server:
        yield server


@pytest.fixture
def maintainer(desk: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=desk.address, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=120) as client:
        yield client


@pytest.fixture
def plain(browser: Browser, desk: Running) -> Iterator[Page]:
    """A browser without JavaScript."""
    context = browser.new_context(base_url=desk.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(desk.entrance)
    yield page
    context.close()


@pytest.fixture
def live(browser: Browser, desk: Running) -> Iterator[Page]:
    """A browser that has the token; an error in its console fails the test."""
    context = browser.new_context(base_url=desk.address)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(desk.entrance)
    yield page
    context.close()
    assert not refused


def _until(holds: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it has not come to pass"
        time.sleep(0.2)


def _phase(client: httpx.Client) -> str:
    return str(client.get("/maintain/state").json()["phase"])


@pytest.mark.slow
def test_only_this_browser_reads_and_writes(desk: Running, maintainer: httpx.Client, checkout: Path) -> None:
    before = sorted(checkout.rglob("*"))
    for address in ADDRESSES:
        assert httpx.get(f"{desk.address}{address}").status_code == 401
        assert httpx.post(f"{desk.address}{address}").status_code == 401
        assert maintainer.post(address, headers={"Origin": "http://evil.example"}).status_code == 403
    assert maintainer.get("/maintain/study/nothing").status_code == 404
    text = "id: ../../x\n"
    for name in ("..%2F..%2Fx", "....//x", "%00", "a" * 200):
        assert maintainer.get(f"/maintain/study/{name}").status_code in (404, 422)
        assert maintainer.post(f"/maintain/study/{name}", data={"do": "draft", "yaml": text}).status_code in (
            404,
            409,
            422,
        )
    for file in ("../secret.case.yaml", "knowledge/terms.yaml", "/etc/passwd", ""):
        assert maintainer.get("/maintain/case", params={"file": file}).status_code == 422
        assert maintainer.post("/maintain/case", data={"name": file, "yaml": text, "do": "write"}).status_code in (
            409,
            422,
        )
    for revision in ("--output=x", "HEAD; touch x", "no-such", "\0", "-"):
        assert maintainer.get("/maintain/diff", params={"rev": revision}).status_code == 422
    assert sorted(checkout.rglob("*")) == before


@pytest.mark.slow
def test_a_study_is_written_without_javascript(plain: Page, checkout: Path) -> None:
    plain.goto("/maintain")
    plain.get_by_role("link", name="New study").click()
    cited = "TY  - JOUR\nAU  - Carberry, J\nTI  - Invented\nPY  - 2008\nDO  - 10.5555/1\nER  - "
    plain.get_by_label("Paste a citation").fill(cited)
    plain.get_by_role("button", name="Take it over").click()
    expect(plain.locator("#yaml")).to_have_value(re.compile("id: carberry-2008\ncitation:\n  title: Invented"))
    path = checkout / "knowledge" / "studies" / "carberry-2008.yaml"
    plain.get_by_role("button", name="Save", exact=True).click()
    assert "mend what is wrong first" in plain.locator("#says").inner_text()
    assert not path.exists()
    plain.get_by_role("button", name="Save as a draft").click()
    assert plain.url.endswith("/maintain/study/carberry-2008?said=draft")
    assert "draft: true" in path.read_text()

    plain.locator("[name='study.design']").select_option("case_series")
    plain.locator("#yaml").fill(plain.locator("#yaml").input_value().replace("Invented", "Invented here"))
    plain.get_by_role("button", name="Check").click()
    assert "both changed" in plain.locator("#says").inner_text()
    plain.get_by_role("button", name="The YAML").click()
    assert plain.locator("[name='study.citation.title']").input_value() == "Invented here"

    path.write_text(path.read_text() + "# theirs\n")
    plain.get_by_role("button", name="Save as a draft").click()
    assert "# theirs" in plain.locator("pre").inner_text()
    assert "Invented here" in plain.locator("#yaml").input_value()
    assert "# theirs" in path.read_text()
    plain.get_by_role("button", name="Save mine over it").click()
    assert "Invented here" in path.read_text()
    path.unlink()

    plain.goto("/maintain/study")
    plain.locator("#yaml").fill("id: ../../x")
    plain.get_by_role("button", name="Save as a draft").click()
    assert "not a plain file in knowledge/studies" in plain.locator("#says").inner_text()


@pytest.mark.slow
def test_form_and_yaml_follow_each_other_and_show_the_effect(live: Page) -> None:
    live.goto("/maintain/study/badawi-2020")
    live.locator("[name='study.results.0.n']").fill("many")
    expect(live.locator("#yaml")).to_have_value(re.compile("'n': many"))
    expect(live.locator("#found-results\\.0\\.n")).to_contain_text("whole number")
    expect(live.locator("#problems")).to_contain_text("line 16")
    live.get_by_role("button", name="Add to strata").click()
    expect(live.locator("[name='study.results.0.strata.0.disease']")).to_be_focused()
    live.get_by_role("button", name="Remove strata 1").click()
    expect(live.locator("[name='study.results.0.strata.0.disease']")).to_have_count(0)
    live.locator("#yaml").fill(live.locator("#yaml").input_value().replace("many", "3"))
    expect(live.locator("#effect")).to_contain_text("nothing is given on 2 of 3", timeout=90_000)
    live.locator("#yaml").fill(live.locator("#yaml").input_value().replace("partial: 1", "partial: 3"))
    expect(live.locator("[name='study.results.0.outcomes.partial']")).to_have_value("3")
    expect(live.locator("#effect")).to_contain_text("3 of 3", timeout=90_000)
    expect(live.locator("#effect")).to_contain_text("of 2 cases")


@pytest.mark.slow
def test_answers_rest_on_the_last_good_files_while_others_are_broken(maintainer: httpx.Client, checkout: Path) -> None:
    _until(lambda: _phase(maintainer) == "sound")
    answering = maintainer.get("/").headers["etag"]
    path = checkout / "knowledge" / "studies" / "badawi-2020.yaml"
    text = path.read_text()
    path.write_text(text.replace("design: case_report", "design: case_repot"))
    _until(lambda: _phase(maintainer) == "broken")
    first = maintainer.get("/")
    assert "The knowledge on disk is broken: 1 error in knowledge/studies/badawi-2020.yaml" in first.text
    assert first.headers["etag"] != answering
    assert "line 7, column 9" in maintainer.get("/maintain").text
    assert maintainer.post("/patient").status_code == 200
    path.write_text(text.replace("year: 2020", "year: 2021"))
    _until(lambda: _phase(maintainer) == "sound")
    assert "is broken" not in maintainer.get("/").text
    assert maintainer.get("/").headers["etag"] != answering
    path.write_text(text)


@pytest.mark.slow
def test_a_changed_answer_is_accepted_as_a_golden_case(maintainer: httpx.Client, plain: Page, checkout: Path) -> None:
    rule = checkout / "rules" / "safety" / "colchicine.yaml"
    golden = checkout / "tests" / "cases" / GOLDEN
    golden.write_text(golden.read_text().replace("colchicine: {rules", "colchicine: {verdict: avoid, rules"))
    text = rule.read_text()
    rule.write_text(text.replace("effect: avoid", "effect: caution"))
    _until(lambda: "verdict of colchicine is reserve" in maintainer.get("/maintain").text)
    plain.goto("/maintain/diff?rev=HEAD")
    _until(lambda: bool(plain.reload()) and plain.locator("#job").get_attribute("data-state") == "done")
    assert "rules/safety/colchicine.yaml" in plain.locator("#job").inner_text()
    plain.get_by_role("link", name="all-against-colchicine").click()
    assert "colchicine: verdict avoid → reserve" in plain.locator("main").inner_text()
    assert "verdict: avoid" in golden.read_text()
    plain.get_by_role("button", name="Write over the golden case").click()
    assert "Written." in plain.locator("main").inner_text()
    assert "verdict: reserve" in golden.read_text()

    plain.goto("/maintain/case?file=knowledge/cases/abramowicz-2015-1.yaml&therapy=colchicine")
    plain.get_by_role("button", name="Write it as a new golden case").click()
    assert "'why' is" in plain.locator("#problems").inner_text()
    made = golden.with_name("abramowicz-2015-1.case.yaml")
    assert not made.exists()
    plain.locator("#yaml").fill(
        plain.locator("#yaml").input_value().replace("why:", "why: Nothing is known against it.")
    )
    plain.get_by_role("button", name="Write it as a new golden case").click()
    assert "colchicine" in made.read_text()
    rule.write_text(text)
