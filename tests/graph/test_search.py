"""Search over everything that the map rests on."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph.search import search


@pytest.mark.parametrize(
    ("words", "read_as", "first"),
    [
        ("warfarin", "warfarin", ("therapy", "warfarin")),
        ("COUMADIN", "coumadin", ("therapy", "warfarin")),
        ("warfrin", "warfarin", ("therapy", "warfarin")),
        ("B-cell", "b cell", ("node", "b_cell")),
    ],
)
def test_the_best_hit_comes_first(kb: KnowledgeBase, words: str, read_as: str, first: tuple[str, str]) -> None:
    found = search(kb.knowledge, words)
    assert found.read_as == read_as
    assert (found.hits[0].kind, found.hits[0].id) == first


@pytest.mark.parametrize("words", ["", "–", "xyzzyqqq"])
def test_nothing_is_found_for_what_stands_nowhere(kb: KnowledgeBase, words: str) -> None:
    assert search(kb.knowledge, words).hits == ()
