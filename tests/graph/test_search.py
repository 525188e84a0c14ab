"""Search over everything that the map rests on."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph import search


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


def test_a_search_finds_every_kind_and_the_name_first(kb: KnowledgeBase) -> None:
    found = search(kb.knowledge, "Phosphate")
    assert {hit.kind for hit in found.hits} == {"node", "therapy", "question", "edge", "study"}
    assert found.hits[0].id == "phosphate"
    assert search(kb.knowledge, "PYROPHOSPHATE").hits == search(kb.knowledge, "pyrophosphate").hits
    assert {hit.id for hit in search(kb.knowledge, "Narvaez").hits} >= {"narvaez-2019"}
    assert search(kb.knowledge, "narváez").hits[0].id == search(kb.knowledge, "NARVAEZ").hits[0].id


@pytest.mark.parametrize(
    ("typed", "meant"), [("colchicin", "colchicine"), ("rituximb", "rituximab"), ("hypoxai", "hypoxia")]
)
def test_a_misspelt_word_finds_the_nearest(kb: KnowledgeBase, typed: str, meant: str) -> None:
    found = search(kb.knowledge, typed)
    assert {hit.id for hit in found.hits} == {hit.id for hit in search(kb.knowledge, meant).hits}


def test_words_without_letters_are_read_as_nothing(kb: KnowledgeBase) -> None:
    assert search(kb.knowledge, " - ").read_as == ""
