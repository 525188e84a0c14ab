"""Measure how soon the whole map is drawn, relative to a page of the same text without the script. Printed with ``-n 0 -s``."""

from __future__ import annotations

import re
import statistics
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.map.page import as_page

pytestmark = pytest.mark.slow

# The moment of the first frame in which there is something to see.
WATCH = """
(() => {
  const look = (now) => {
    const seen = document.querySelector('#nodes > *') ?? document.querySelector('#still');
    if (seen) window.seenAt = now;
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def first_paint(browser: Browser, path: Path, fragment: str) -> float:
    """Milliseconds from the start of loading, the median of five."""
    took = []
    for _ in range(5):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(WATCH)
        page.goto(f"{path.as_uri()}{fragment}")
        page.wait_for_function("window.seenAt !== undefined")
        took.append(float(page.evaluate("window.seenAt")))
        page.close()
    return statistics.median(took)


def test_the_whole_map_is_soon_seen(kb: KnowledgeBase, browser: Browser, tmp_path: Path) -> None:
    text = as_page(kb)
    drawn, still = tmp_path / "map.html", tmp_path / "still.html"
    drawn.write_text(text, encoding="utf-8")
    # The same bytes to read and parse, without the script that draws.
    bare = re.sub(r"<script>.*?</script>", "", text, flags=re.S).replace("</body>", '<p id="still">.</p></body>')
    still.write_text(bare, encoding="utf-8")
    whole, nothing = first_paint(browser, drawn, "#view=whole"), first_paint(browser, still, "")
    page = browser.new_page()
    page.goto(f"{drawn.as_uri()}#view=whole")
    assert page.locator("#nodes > *").count() > 150
    print(f"\nthe whole map is drawn after {whole:.0f} ms = {whole / nothing:.1f} x a still page's {nothing:.0f} ms")
    print(f"the page is {len(text.encode()) / 1000:.0f} kB")
    assert whole < 5 * nothing
