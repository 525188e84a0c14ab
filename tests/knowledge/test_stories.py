"""Every sentence of a story cites an edge or a source that holds its figures."""

from __future__ import annotations

import json

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.documents.strict_yaml import parse
from calcinosis_kb.documents.validation import validate
from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.loader import Loaded, load_knowledge
from calcinosis_kb.knowledge.pathophysiology import Story
from calcinosis_kb.knowledge.references import missing, spaces
from calcinosis_kb.knowledge.stories import check_stories, pointed_at
from commandline import call
from strategies import ROOT


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load_knowledge(ROOT / "knowledge")


def problems(loaded: Loaded, sentence: str) -> list[Problem]:
    document = parse(f"id: told\ntitle: t\nabout: a\nsentences:\n  - {sentence}\n", "told.yaml")
    story, wrong = validate(document, Story)
    assert story is not None, wrong
    knowledge = loaded.knowledge.model_copy(update={"stories": {"told": story}})
    unknown = missing(Story, story, spaces(knowledge), document.place)
    return [*unknown, *check_stories(Loaded(knowledge, {**loaded.documents, ("stories", "told"): document}))]


@pytest.mark.parametrize(
    ("sentence", "code", "column"),
    [
        ("{text: Nothing carries this.}", "CKB095", 12),
        ("{text: Nothing carries this., nodes: [warfarin], questions: [sex]}", "CKB095", 12),
        ("{text: Six of 9 improved., sources: [robertson-2003]}", "CKB096", 12),
        ("{text: It fell in 173 children., sources: [lian-1982]}", "CKB096", 12),
        ("{text: a, paths: [[warfarin, gla, mgp]]}", "CKB097", 39),
        ("{text: a, paths: [[mgp, warfarin]]}", "CKB097", 29),
        ("{text: a, edges: [e9999]}", "CKB014", 23),
        ("{text: a, paths: [[warfarin, moa_vitamin_k]]}", "CKB014", 34),
        ("{text: a, sources: [robertson-2033]}", "CKB014", 25),
        ("{text: a, edges: [e116], nodes: [warfarine]}", "CKB014", 38),
        ("{text: a, edges: [e116], questions: [sexes]}", "CKB014", 42),
    ],
)
def test_a_sentence_that_does_not_hold_is_told_at_its_place(
    loaded: Loaded, sentence: str, code: str, column: int
) -> None:
    found = problems(loaded, sentence)
    assert {problem.code for problem in found} == {code}
    place = found[0].place
    assert place is not None
    assert (place.file, place.line, place.column) == ("told.yaml", 5, column)


@pytest.mark.parametrize(
    "sentence",
    [
        "{text: Eight of nine improved., sources: [robertson-2003]}",
        "{text: 'Among 1,547 patients 606 took one.', sources: [csrg-ccb]}",
        "{text: Interleukin IL-6 and one of them., edges: [e040]}",
        "{text: It belongs to them., paths: [[pamidronate, bisphosphonate, moa_crystal_growth_inhibition]]}",
    ],
)
def test_a_sentence_that_holds_passes(loaded: Loaded, sentence: str) -> None:
    assert problems(loaded, sentence) == []


def test_the_stories_that_were_asked_for_are_told(kb: KnowledgeBase) -> None:
    stories = kb.knowledge.stories
    assert {
        "hypoxia-makes-calcium", "warfarin-paradox", "diltiazem-and-verapamil", "inflammation-or-crystals",
        "patient-of-the-case-report",
    } <= set(stories)  # fmt: skip
    for story in stories.values():
        for sentence in story.sentences:
            nodes, _ = pointed_at(kb.knowledge, sentence)
            assert nodes or sentence.sources, sentence.text


def test_a_path_points_to_its_nodes_and_edges(kb: KnowledgeBase) -> None:
    sentence = kb.knowledge.stories["warfarin-paradox"].sentences[3]
    nodes, edges = pointed_at(kb.knowledge, sentence)
    assert nodes[:3] == ("warfarin", "moa_vitamin_k_antagonism", "mgp_carboxylation")
    assert set(edges) == {"e235", "e236", "e114", "e111", "e239"}


def test_the_command_tells_a_story(kb: KnowledgeBase) -> None:
    listed = json.loads(call("story", "--format", "json").stdout)
    assert [story["id"] for story in listed] == sorted(kb.knowledge.stories)
    told = call("story", "warfarin-paradox").stdout
    for sentence in kb.knowledge.stories["warfarin-paradox"].sentences:
        assert sentence.text in " ".join(told.split())
    data = json.loads(call("story", "warfarin-paradox", "--format", "json").stdout)
    assert data["sentences"][0]["edges"] == ["e116", "e115", "e235"]


def test_a_story_that_is_none_is_refused_with_the_nearest() -> None:
    done = call("story", "warfarin-parodox")
    assert (done.returncode, done.stdout) == (2, "")
    assert "CKB098" in done.stderr
    assert "warfarin-paradox" in done.stderr
