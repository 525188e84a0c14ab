"""What a title names is a word of it."""

from __future__ import annotations

import pytest

from calcinosis_kb.editing.watch.found import Found
from calcinosis_kb.editing.watch.ranking import rank
from calcinosis_kb.knowledge.models import Citation
from calcinosis_kb.knowledge.searchstring import read_search


@pytest.mark.parametrize(
    ("title", "reasons"),
    [
        ("Topical STS for calcinosis", ("its title names STS, calcinosis",)),
        ("Plaster casts and calcinosis", ("its title names calcinosis",)),
        ("(STS) in scleroderma", ("its title names STS",)),
        ("Bisphosphonates and calcinosis", ("its title names bisphosphonate, calcinosis",)),
        ("Nothing of either", ()),
    ],
)
def test_only_whole_beginnings_of_words_are_named(title: str, reasons: tuple[str, ...]) -> None:
    term = read_search("(STS OR bisphosphonate) AND calcinosis")
    found = rank(Found(Citation(title=title), ("pubmed",)), term)
    assert found.reasons == reasons
    assert found.missing == 2 - (len(reasons) and reasons[0].count(",") + 1)
