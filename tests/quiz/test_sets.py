"""Every question has one right answer by the knowledge, says why by sources that were read, and is asked once in a set."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.knowledge.mechanism_paths import polarity
from calcinosis_kb.quiz import SETS, SIZE, Question, question_set
from calcinosis_kb.quiz.question import CHOICES, KINDS

KB = load()
SETS_OF_ALL = st.integers(min_value=1, max_value=SETS * 3)


def questions(kind: str) -> list[Question]:
    """The questions of one kind in the listed sets, each once."""
    found = {
        (one.text, one.quoted, one.choices): one for number in range(1, SETS + 1) for one in question_set(KB, number)
    }
    return [one for one in found.values() if one.kind == kind]


@given(SETS_OF_ALL)
def test_a_set_asks_ten_different_questions_of_all_kinds(number: int) -> None:
    asked = question_set(KB, number)
    assert len(asked) == SIZE
    assert Counter(one.kind for one in asked) == dict.fromkeys(KINDS, SIZE // len(KINDS))
    assert len({one.topic for one in asked}) == SIZE


@given(SETS_OF_ALL)
def test_a_question_has_four_different_choices_and_one_is_right(number: int) -> None:
    for one in question_set(KB, number):
        assert len({choice.text for choice in one.choices}) == CHOICES
        assert sum(choice.right for choice in one.choices) == 1
        assert one.choices[one.right - 1].right


@given(SETS_OF_ALL)
def test_an_answer_says_why_by_credited_sources(number: int) -> None:
    for one in question_set(KB, number):
        assert one.why
        assert one.sources
        for source in {*one.sources, *(id_ for choice in one.choices for id_ in choice.sources)}:
            assert KB.knowledge.publication(source) is not None
            assert KB.knowledge.authorities[source] not in ("low", "project"), (one.text, source)


def test_the_number_of_a_set_alone_decides_it() -> None:
    assert question_set(KB, 7) == question_set(load(), 7)
    assert question_set(KB, 7) != question_set(KB, 8)


def test_the_right_answer_has_no_favourite_place() -> None:
    places = Counter(one.right for number in range(1, SETS + 1) for one in question_set(KB, number))
    assert all(0.15 < places[place] / places.total() < 0.35 for place in range(1, CHOICES + 1))


def mechanisms(kb: KnowledgeBase, therapy: str) -> set[str]:
    """The names of all mechanisms that any edge gives a therapy or its family."""
    known = kb.knowledge
    of = [therapy, *filter(None, [known.therapies[therapy].family])]
    return {
        known.nodes[edge.target].name
        for id_ in of
        for edge in known.therapies[id_].mechanisms
        if edge.target in known.nodes
    }


def test_a_wrong_mechanism_is_none_of_the_drug() -> None:
    asked = questions("mechanism")
    assert len(asked) > SETS
    for one in asked:
        own = mechanisms(KB, one.about[0])
        assert [choice.text in own for choice in one.choices] == [choice.right for choice in one.choices]


@pytest.mark.parametrize("kind", ["mechanism", "sign"])
def test_nothing_contested_is_asked_as_a_fact(kind: str) -> None:
    contested = [edge for edge in KB.knowledge.edges.values() if edge.strength == "contested"]
    claims = {edge.claim for edge in contested}
    for one in questions(kind):
        texts = (one.why, *(choice.why for choice in one.choices))
        assert not any(claim in text for claim in claims for text in texts)
        assert not any("(contested)" in text for text in texts)


def test_nodes_of_a_choice_have_the_sign_that_the_question_says() -> None:
    names = {node.name: id_ for id_, node in KB.knowledge.nodes.items()}
    among = [one for one in questions("sign") if one.text.startswith("Which of these")]
    assert among
    for one in among:
        wanted = "raising" if "raise" in one.text else "lowering"
        for choice in one.choices:
            assert (polarity(KB.paths(names[choice.text])) == wanted) == choice.right


def test_what_is_contested_is_so_and_the_others_are_not() -> None:
    asked = questions("contested")
    assert len(asked) > SIZE
    strengths = {edge.claim: edge.strength for edge in KB.knowledge.edges.values()}
    for one in asked:
        assert strengths[one.why] == "contested"
        assert all(text for _, text in one.sides)
        wrong = [choice.why.removeprefix("Established: ") for choice in one.choices if not choice.right]
        assert {strengths[claim] for claim in wrong} == {"established"}


def test_a_patient_was_given_the_right_choice_and_none_of_the_wrong_ones() -> None:
    asked = questions("patient")
    assert len(asked) > SIZE
    for one in asked:
        (study,) = one.sources
        reported = KB.knowledge.studies[study].patients
        names = {KB.knowledge.therapies[id_].name for patient in reported for id_ in (*patient.given, *patient.failed)}
        assert [choice.text in names for choice in one.choices] == [choice.right for choice in one.choices]


def test_no_question_gives_its_answer_away() -> None:
    for one in questions("mechanism"):
        words = {word for word in one.choices[one.right - 1].text.lower().split() if len(word) > 5}
        assert not any(word in one.text.lower() for word in words)
    for one in questions("study"):
        author = one.choices[one.right - 1].text.partition(" ")[0]
        assert author not in one.quoted
