"""What counts as known by title: measured on the titles of the base."""

from __future__ import annotations

import itertools
import re

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.editing.watch.found import Found
from calcinosis_kb.editing.watch.held import LEAST_LIKENESS, Held, Match, is_near, likeness
from calcinosis_kb.editing.watch.merging import merged
from calcinosis_kb.knowledge.models import Citation


def titles(kb: KnowledgeBase) -> dict[str, Citation]:
    known = kb.knowledge
    records = {id_: record.citation for kind in (known.studies, known.guidelines) for id_, record in kind.items()}
    return {id_: citation for id_, citation in sorted(records.items()) if citation.title}


def test_no_two_publications_of_the_base_are_near_by_title_unless_they_are_one(kb: KnowledgeBase) -> None:
    """Two pairs are: a study and a guideline of one paper, and one paper that was encoded under two ids. A third pair is alike (84)."""
    found = []
    for (one, ours), (other, theirs) in itertools.combinations(titles(kb).items(), 2):
        if ours.year and theirs.year and abs(ours.year - theirs.year) > 1:
            continue
        alike = likeness(ours.title or "", theirs.title or "")
        if alike > 80 and {one.removesuffix("-review"), other.removesuffix("-review")} != {one}:
            found.append((one, other, round(alike)))
    assert [pair for pair in found if pair[2] < 100] == [("medscape-2020-treatment", "nunley-2020", 84)]
    assert len(found) == 3


@pytest.mark.parametrize(
    "spell",
    [
        str.upper,
        lambda title: f"{title}.",
        lambda title: re.sub(r"[:,–-]", " ", title),
        lambda title: title.replace("sulfate", "sulphate"),
        lambda title: title.replace("ae", "e"),
        lambda title: title[:-1],
    ],
    ids=["capitals", "full stop", "punctuation", "sulphate", "American", "an end lost"],
)
def test_another_spelling_of_a_title_is_near(kb: KnowledgeBase, spell: object) -> None:
    for id_, citation in titles(kb).items():
        assert likeness(citation.title or "", spell(citation.title)) > LEAST_LIKENESS, id_  # type: ignore[operator]


@pytest.mark.parametrize(
    ("other", "near"),
    [
        (Citation(title="Colchicine in calcinosis of the hand", year=2021, first_author="Liñán Barroso"), True),
        (Citation(title="Colchicine in calcinosis of the hand"), True),
        (Citation(title="Colchicine in calcinosis of the hand", year=2022), False),
        (Citation(title="Colchicine in calcinosis of the hand", first_author="Other"), False),
        (Citation(title="Colchicine in calciphylaxis of the leg"), False),
        (Citation(), False),
    ],
)
def test_year_and_author_may_not_contradict(other: Citation, near: bool) -> None:
    one = Citation(title="Colchicine in Calcinosis of the Hand.", year=2020, first_author="Linan-Barroso")
    assert is_near(one, other) is near


def test_a_short_title_needs_the_author() -> None:
    one, other = Citation(title="Calcinosis cutis", year=2020), Citation(title="Calcinosis cutis", year=2020)
    assert not is_near(one, other)
    assert is_near(*(citation.model_copy(update={"first_author": "Doe"}) for citation in (one, other)))


def test_one_title_with_two_identifiers_is_two_publications() -> None:
    held = Held({"doe-2020": Citation(title="Colchicine in calcinosis of the hand", doi="10.1234/a")})
    citation = Citation(title="Colchicine in calcinosis of the hand", pmid="91")
    assert held.match(citation) == Match("doe-2020", "title")
    assert held.match(citation.model_copy(update={"doi": "10.1234/b"})) == Match("doe-2020", "near")
    assert held.match(citation.model_copy(update={"doi": "10.1234/A"})) == Match("doe-2020", "doi")


def test_a_record_that_shares_identifiers_with_two_makes_them_one() -> None:
    one = Found(Citation(title="A first form of it", doi="10.1234/a"), ("pubmed",), ("Review",))
    other = Found(Citation(title="Something else", pmid="91", year=2020), ("pubmed",))
    both = Found(Citation(title="A last form", doi="10.1234/A", pmid="91", journal="J Ex"), ("europe_pmc",))
    (found,) = merged([one, other, both])
    assert found.citation == Citation(title="A first form of it", doi="10.1234/a", pmid="91", year=2020, journal="J Ex")
    assert (found.services, found.types) == (("pubmed", "europe_pmc"), ("Review",))
