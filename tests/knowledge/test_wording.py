"""Word edges in English."""

from __future__ import annotations

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph.neighbours import link
from calcinosis_kb.knowledge.spelling import in_sentence
from calcinosis_kb.knowledge.wording import agreeing, is_plural


@pytest.mark.parametrize(
    ("name", "plural"),
    [
        ("Calcium-channel blockers", True),
        ("CD19 CAR T cells", True),
        ("General measures (warmth, no smoking, no trauma)", True),
        ("Reactive oxygen species", True),
        ("Wound care and antibiotics for infected deposits", True),
        ("Warfarin", False),
        ("Sodium thiosulfate, intravenous", False),
        ("Resorption of deposits", False),
        ("Ulceration over deposits", False),
        ("Capillary loss", False),
        ("Skin fibrosis", False),
        ("Systemic lupus erythematosus", False),
        ("Diabetes", False),
    ],
)
def test_the_head_of_a_name_says_whether_it_is_plural(name: str, plural: bool) -> None:
    assert is_plural(name) is plural


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("acts by", "act by"),
        ("causes", "cause"),
        ("goes with less", "go with less"),
        ("has been given for", "have been given for"),
        ("is one of the", "are one of the"),
    ],
)
def test_a_verb_agrees_with_its_subject(singular: str, plural: str) -> None:
    assert agreeing(singular, "Bisphosphonates") == plural
    assert agreeing(singular, "Warfarin") == singular


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("Chronic inflammation", "chronic inflammation"),
        ("L-type calcium channel blockade", "L-type calcium channel blockade"),
        ("T cell", "T cell"),
        ("IL-1β", "IL-1β"),
        ("Janus kinase inhibition", "Janus kinase inhibition"),
        ("pH", "pH"),
    ],
)
def test_an_ordinary_word_loses_its_capital_inside_a_sentence(name: str, within: str) -> None:
    assert in_sentence(name) == within


def test_every_link_of_a_plural_source_has_a_plural_verb(kb: KnowledgeBase) -> None:
    for source, target, key in kb.graph.edges(keys=True):
        name = kb.graph.nodes[source]["name"]
        verb = link(kb.graph, (source, target, key)).words.removeprefix(f"{name} ").split()[0]
        assert verb.endswith("s") is not is_plural(name), key


def test_a_member_stays_the_subject_of_what_its_family_does(kb: KnowledgeBase) -> None:
    member, family = kb.paths("nifedipine")[0].words, kb.paths("calcium_channel_blocker")[0].words
    assert member.startswith("Nifedipine acts by") or ", one of the calcium-channel blockers, acts by " in member
    assert member.endswith("So it should lower it.")
    assert family.startswith("Calcium-channel blockers act by ")
    assert family.endswith("So they should lower it.")
