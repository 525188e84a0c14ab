"""Every question has one right answer by the knowledge, says why by sources that were read, and is asked once in a set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calcinosis_kb import KnowledgeBase, load
from calcinosis_kb.knowledge.mechanism_paths import polarity
from calcinosis_kb.quiz import SETS, SIZE, Question, question_set
from calcinosis_kb.quiz.question import CHOICES, KINDS
from strategies import examples

Asked = Callable[[str], list[Question]]
any_set = given(st.integers(min_value=1, max_value=999_999))


@pytest.fixture(scope="module")
def asked(kb: KnowledgeBase) -> Asked:
    """The questions of one kind in the listed sets, each once."""
    listed = [one for number in range(1, SETS + 1) for one in question_set(kb, number)]
    each = {(one.text, one.quoted, one.choices): one for one in listed}.values()
    return lambda kind: [one for one in each if one.kind == kind]


@any_set
@examples(400)
def test_a_set_asks_ten_different_questions_of_all_kinds(kb: KnowledgeBase, number: int) -> None:
    found = question_set(kb, number)
    assert len(found) == SIZE
    assert Counter(one.kind for one in found) == dict.fromkeys(KINDS, SIZE // len(KINDS))
    assert len({one.topic for one in found}) == SIZE


@any_set
@examples(400)
def test_a_question_has_four_different_choices_and_one_is_right(kb: KnowledgeBase, number: int) -> None:
    for one in question_set(kb, number):
        assert len({choice.text for choice in one.choices}) == CHOICES
        assert sum(choice.right for choice in one.choices) == 1
        assert one.choices[one.right - 1].right


@any_set
@examples(400)
def test_an_answer_says_why_by_credited_sources(kb: KnowledgeBase, number: int) -> None:
    for one in question_set(kb, number):
        assert one.why
        assert one.sources
        for source in {*one.sources, *(id_ for choice in one.choices for id_ in choice.sources)}:
            assert kb.knowledge.publication(source) is not None
            assert kb.knowledge.authorities[source] not in ("low", "project"), (one.text, source)


def test_the_number_of_a_set_alone_decides_it(kb: KnowledgeBase) -> None:
    assert question_set(kb, 7) == question_set(load(), 7)
    assert question_set(kb, 7) != question_set(kb, 8)


def test_the_right_answer_has_no_favourite_place(kb: KnowledgeBase) -> None:
    places = Counter(one.right for number in range(1, SETS + 1) for one in question_set(kb, number))
    assert all(0.15 < places[place] / places.total() < 0.35 for place in range(1, CHOICES + 1))


def mechanisms(kb: KnowledgeBase, therapy: str) -> set[str]:
    """The names of all mechanisms that any edge gives a therapy, its family or its members."""
    known = kb.knowledge
    of = [therapy, *filter(None, [known.therapies[therapy].family]), *known.members(therapy)]
    reached = {edge.target for id_ in of for edge in known.therapies[id_].mechanisms if edge.target in known.nodes}
    return {known.nodes[id_].name for id_ in reached if known.nodes[id_].kind == "mechanism_of_action"}


def test_a_wrong_mechanism_is_none_of_the_drug(kb: KnowledgeBase, asked: Asked) -> None:
    found = asked("mechanism")
    assert len(found) > SETS
    for one in found:
        own = mechanisms(kb, one.about[0])
        assert [choice.text in own for choice in one.choices] == [choice.right for choice in one.choices]


@pytest.mark.parametrize("kind", ["mechanism", "sign"])
def test_nothing_contested_is_asked_as_a_fact(kb: KnowledgeBase, asked: Asked, kind: str) -> None:
    contested = [edge for edge in kb.knowledge.edges.values() if edge.strength == "contested"]
    claims = {edge.claim for edge in contested}
    for one in asked(kind):
        texts = (one.why, *(choice.why for choice in one.choices))
        assert not any(claim in text for claim in claims for text in texts)
        assert not any("(contested)" in text for text in texts)


def test_nodes_of_a_choice_have_the_sign_that_the_question_says(kb: KnowledgeBase, asked: Asked) -> None:
    names = {node.name: id_ for id_, node in kb.knowledge.nodes.items()}
    among = [one for one in asked("sign") if one.text.startswith("Which of these")]
    assert among
    for one in among:
        wanted = "raising" if "raise" in one.text else "lowering"
        for choice in one.choices:
            assert (polarity(kb.paths(names[choice.text])) == wanted) == choice.right


def test_what_is_contested_is_so_and_the_others_are_not(kb: KnowledgeBase, asked: Asked) -> None:
    found = asked("contested")
    assert len(found) > SIZE
    strengths = {edge.claim: edge.strength for edge in kb.knowledge.edges.values()}
    for one in found:
        assert strengths[one.why] == "contested"
        assert all(text for _, text in one.sides)
        wrong = [choice.why.removeprefix("Established: ") for choice in one.choices if not choice.right]
        assert {strengths[claim] for claim in wrong} == {"established"}


def test_a_patient_was_given_the_right_choice_and_none_of_the_wrong_ones(kb: KnowledgeBase, asked: Asked) -> None:
    found = [one for one in asked("patient") if one.text.endswith("What was given next?")]
    assert len(found) > SIZE
    for one in found:
        (study,) = one.sources
        reported = kb.knowledge.studies[study].patients
        names = {kb.knowledge.therapies[id_].name for patient in reported for id_ in (*patient.given, *patient.failed)}
        assert [choice.text in names for choice in one.choices] == [choice.right for choice in one.choices]


def test_what_is_new_for_a_patient_shares_no_mechanism_with_what_was_tried(kb: KnowledgeBase, asked: Asked) -> None:
    ids = {therapy.name: id_ for id_, therapy in kb.knowledge.therapies.items()}
    found = [one for one in asked("patient") if "nothing tried before" in one.text]
    assert found
    for one in found:
        tried = set().union(*(mechanisms(kb, id_) for id_ in one.about[1:]))
        for choice in one.choices:
            own = mechanisms(kb, ids[choice.text])
            assert own.isdisjoint(tried) if choice.right else own <= tried


def test_no_question_gives_its_answer_away(asked: Asked) -> None:
    for one in asked("mechanism"):
        words = {word for word in one.choices[one.right - 1].text.lower().split() if len(word) > 5}
        assert not any(word in one.text.lower() for word in words)
    for one in asked("study"):
        author = one.choices[one.right - 1].text.partition(" ")[0]
        assert author not in one.quoted
