"""Age literature searches relative to a given day, never to the clock."""

from __future__ import annotations

from datetime import date

from calcinosis_kb.checks.searches import check_searches, months_behind
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.knowledge.loader import load_knowledge


def test_a_search_is_held_against_the_latest_or_a_day() -> None:
    loaded = load_knowledge(Checkout.of_package().knowledge)
    assert list(check_searches(loaded)) == []
    searched = loaded.knowledge.therapies["alendronate"].last_searched
    assert searched is not None
    just, before = date(searched.year + 2, searched.month, searched.day), date(searched.year + 2, searched.month, 1)
    assert (
        months_behind(loaded.knowledge, "alendronate", just),
        months_behind(loaded.knowledge, "alendronate", before),
    ) == (24, 23)
    told = [problem.place for problem in check_searches(loaded, just)]
    assert loaded.place("therapies", "alendronate", "last_searched") in told
    late = list(check_searches(loaded, date(2040, 1, 1)))
    assert len(late) == len(loaded.knowledge.options)
    assert {problem.severity for problem in late} == {"warning"}
