"""Stories of the pathophysiology: one sentence a screen, with what it rests on and its part of the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from calcinosis_kb.base import KnowledgeBase
from calcinosis_kb.graph.paths import step
from calcinosis_kb.knowledge.pathophysiology import Edge, Sentence, Story
from calcinosis_kb.knowledge.stories import pointed_at
from calcinosis_kb.map.inline import inline_picture, line_ends
from calcinosis_kb.map.scene import chosen
from calcinosis_kb.report.story import Basis, basis
from calcinosis_kb.web.reading.node import address_of
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["STORIES", "STORY"]


class Shown(NamedTuple):
    """A sentence of a story as it is shown: ``rests_on`` are its edges in words, each with the edge, and its own sources."""

    text: str
    picture: Markup
    nodes: tuple[str, ...]
    rests_on: tuple[tuple[str, Basis], ...]
    questions: tuple[str, ...]


def stories_page(service: Service, links: Links | None = None) -> str:
    """Return the list of the stories, each with the picture of its richest sentence."""
    kb = service.kb
    stories = [(story, _cover(kb, story, links or Links())) for _, story in sorted(kb.knowledge.stories.items())]
    return service.render("teaching/stories.html", "/stories", links, stories=stories, line_ends=Markup(line_ends()))


def story_page(service: Service, id_: str, links: Links | None = None) -> str:
    """Return a story with all its sentences; a script shows one at a time."""
    kb = service.kb
    story = kb.knowledge.stories[id_]
    ids = sorted(kb.knowledge.stories)
    return service.render(
        "teaching/story.html",
        f"/story/{id_}",
        links,
        story=story,
        steps=[_shown(kb, sentence, links or Links()) for sentence in story.sentences],
        following=kb.knowledge.stories[ids[(ids.index(id_) + 1) % len(ids)]],
        line_ends=Markup(line_ends()),
    )


def _shown(kb: KnowledgeBase, sentence: Sentence, link: Links) -> Shown:
    rests_on = tuple((_words(kb, one.edge), one) for one in basis(kb.knowledge, sentence))
    nodes, _ = pointed_at(kb.knowledge, sentence)
    return Shown(sentence.text, _picture(kb, sentence, link), nodes, rests_on, sentence.questions)


def _words(kb: KnowledgeBase, edge: Edge | None) -> str:
    """An edge as a sentence without a full stop; empty without one."""
    return step(kb.graph, (edge.source, edge.target, edge.id)).words if edge else ""


def _picture(kb: KnowledgeBase, sentence: Sentence, link: Links) -> Markup:
    """The part of the map that a sentence is about; empty if it names no node."""
    nodes, edges = pointed_at(kb.knowledge, sentence)
    if not nodes:
        return Markup()
    scene = chosen(kb.graph, nodes, edges, "What this sentence is about")
    return Markup(inline_picture(scene, kb.graph, lambda id_: link(address_of(kb.knowledge, id_))))


def _cover(kb: KnowledgeBase, story: Story, link: Links) -> Markup:
    """The picture of the sentence that points to the most nodes; of several, the first."""
    richest = max(story.sentences, key=lambda sentence: len(pointed_at(kb.knowledge, sentence)[0]))
    return _picture(kb, richest, link)


def _records(service: Service) -> Mapping[str, Record]:
    return {id_: Record(story.title, (story.about,)) for id_, story in sorted(service.kb.knowledge.stories.items())}


STORIES = Section("/stories", "overview", stories_page)
STORY = Section("/story/{id}", "story", story_page, _records, nouns="stories")
