"""The reports of ``story``: all stories, or one with the edges and sources behind each sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.local import local_key
from calcinosis_kb.knowledge.pathophysiology import Edge, Sentence, Story
from calcinosis_kb.knowledge.stories import pointed_at
from calcinosis_kb.report.blocks import Block, Heading, Marked, Table, Text
from calcinosis_kb.report.report import KnowledgeReport

__all__ = ["Basis", "StoriesReport", "StoryReport", "basis"]


@dataclass(frozen=True)
class StoriesReport(KnowledgeReport):
    """All stories, printed by ``story``."""

    knowledge: Knowledge

    def data(self) -> list[dict[str, Any]]:
        """Every story, sorted by id, with its title and subject."""
        return [
            {
                "id": id_,
                "title": story.title,
                "about": story.about,
                "sentences": len(story.sentences),
                **local_key(self.knowledge.is_local("stories", id_)),
            }
            for id_, story in sorted(self.knowledge.stories.items())
        ]

    def blocks(self) -> Iterator[Block]:
        rows = [
            (item["id"], f"{item['title']}{self.knowledge.mark('stories', item['id'])}", item["about"])
            for item in self.data()
        ]
        yield Table(("Story", "Title", "What it is about"), rows, ratios=(20, 24, 36))
        yield Text("'calcinosis-kb story STORY' shows one of them.")


@dataclass(frozen=True)
class StoryReport(KnowledgeReport):
    """One story, printed by ``story STORY``."""

    knowledge: Knowledge
    story: Story

    def data(self) -> dict[str, Any]:
        """The sentences, each with its nodes and edges of the graph, its sources and its open questions."""
        return {
            "id": self.story.id,
            "title": self.story.title,
            "about": self.story.about,
            **local_key(self.knowledge.is_local("stories", self.story.id)),
            "sentences": [
                {
                    "text": sentence.text,
                    **dict(zip(("nodes", "edges"), map(list, pointed_at(self.knowledge, sentence)), strict=True)),
                    "paths": [list(path) for path in sentence.paths],
                    "sources": list(sentence.sources),
                    "questions": list(sentence.questions),
                }
                for sentence in self.story.sentences
            ],
        }

    def blocks(self) -> Iterator[Block]:
        """The numbered sentences, then the edges behind each, then the sources."""
        yield Heading(f"{self.story.title}{self.knowledge.mark('stories', self.story.id)}")
        yield Text(self.story.about, style="italic")
        for number, sentence in enumerate(self.story.sentences, start=1):
            yield Text(f"{number}. {sentence.text}")
        rows = [
            (str(number), *_arrow(self.knowledge, rests.edge), ", ".join(rests.sources))
            for number, sentence in enumerate(self.story.sentences, 1)
            for rests in basis(self.knowledge, sentence)
        ]
        yield Heading("What each sentence is based on", level=2)
        yield Table(("", "Edge of the graph", "Strength", "Sources"), rows, ratios=(2, 40, 11, 27))
        questions = dict.fromkeys(id_ for sentence in self.story.sentences for id_ in sentence.questions)
        if questions:
            yield Heading("Not known", level=2)
            yield Marked([("?", self.knowledge.questions[id_].question) for id_ in questions])
        cited = {source for row in rows for source in row[3].split(", ")}
        yield Heading("Sources", level=2)
        yield Marked([("-", f"{id_}: {self.knowledge.cite(id_)}") for id_ in sorted(cited)])


class Basis(NamedTuple):
    """What a sentence rests on: an edge, or without one the ``sources`` that it names itself."""

    edge: Edge | None
    sources: tuple[str, ...]


def basis(knowledge: Knowledge, sentence: Sentence) -> Iterator[Basis]:
    """Yield each edge that a sentence points to, and the sources that it names itself."""
    for id_ in pointed_at(knowledge, sentence)[1]:
        edge = knowledge.edges[id_]
        yield Basis(edge, edge.sources)
    if sentence.sources:
        yield Basis(None, sentence.sources)


def _arrow(knowledge: Knowledge, edge: Edge | None) -> tuple[str, str]:
    """An edge as "A –+→ B" and its strength; nothing without one."""
    if edge is None:
        return "", ""
    ends = ((knowledge.nodes.get(end) or knowledge.therapies[end]).name for end in (edge.source, edge.target))
    joint = f" –{'+' if edge.sign == '+' else '−'}→ "
    return f"{joint.join(ends)}{knowledge.mark('edges', edge.id)}", edge.strength
