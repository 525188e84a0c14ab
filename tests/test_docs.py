"""The documentation says what is so."""

from __future__ import annotations

import re

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.evaluation.published import read_published
from calcinosis_kb.evaluation.scoring import evaluate
from calcinosis_kb.report.evaluation import ORDERS, summaries
from strategies import ROOT

DOCS = ROOT / "docs"


def test_the_figures_of_the_evaluation_are_those_that_it_gives(kb: KnowledgeBase) -> None:
    page = (DOCS / "evaluation.md").read_text(encoding="utf-8")
    for name, summary in summaries(evaluate(kb, read_published(ROOT / "knowledge" / "cases", kb.reader))).items():
        assert summary.interval is not None
        row = next(line for line in page.splitlines() if line.startswith(f"| {ORDERS[name]} |"))
        low, high = summary.interval
        assert f"{summary.mrr:.3f} ({low:.3f}–{high:.3f})" in row
        assert row.endswith(f"| {' | '.join(map(str, [*summary.hits.values(), summary.unsafe_offers]))} |")


def test_the_studies_that_are_told_of_exist(kb: KnowledgeBase) -> None:
    page = (DOCS / "literature.md").read_text(encoding="utf-8")
    named = {word for word in re.findall(r"`([a-z0-9-]+)`", page) if word != "confidence"}
    assert len(named) > 30
    assert named <= {*kb.knowledge.studies, *kb.knowledge.guidelines, *kb.knowledge.references}


def test_every_page_is_linked_from_the_index() -> None:
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    assert {path.name for path in DOCS.glob("*.md")} - {"index.md"} == set(re.findall(r"\(([a-z-]+\.md)\)", index))


def test_links_between_pages_lead_somewhere() -> None:
    for path in [*DOCS.glob("*.md"), *ROOT.glob("*.md")]:
        for link in re.findall(r"\]\(((?!https?:)[^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
