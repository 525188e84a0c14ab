"""The page of a node of the map: what leads to it, what it leads to, and which therapies act on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markupsafe import Markup

from calcinosis_kb.graph.neighbours import Link, neighbours
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.mechanism_paths import STRENGTHS
from calcinosis_kb.knowledge.pathophysiology import Strength
from calcinosis_kb.map.inline import inline_picture, line_ends
from calcinosis_kb.map.look import KINDS
from calcinosis_kb.map.page_data import CONTEXTS
from calcinosis_kb.map.scene import focus, part_of
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["NODE", "address_of"]


class Actor(NamedTuple):
    """A therapy that acts on a node: by which mechanism of action, if not directly, and in which direction."""

    therapy: str
    mechanism: str | None
    lowers: bool
    strength: Strength


def address_of(knowledge: Knowledge, id_: str) -> str:
    """Return the address of the page of a node or therapy."""
    return f"/therapy/{id_}" if id_ in knowledge.therapies else f"/node/{id_}"


def _node(service: Service, id_: str, links: Links | None = None) -> str:
    knowledge, graph = service.kb.knowledge, service.kb.graph
    link = links or Links()
    found = neighbours(graph, id_)
    theme = graph.nodes[id_]["theme"]
    return service.render(
        "reading/node.html",
        f"/node/{id_}",
        links,
        node=knowledge.nodes[id_],
        kind=KINDS[knowledge.nodes[id_].kind][1],
        theme=theme,
        part=knowledge.outline.parts[part_of(knowledge, theme)].name,
        sides=(
            ("What leads to it", [one for _, one in found.incoming]),
            ("What it leads to", [one for _, one in found.outgoing]),
        ),
        actors=list(_actors(service, [one for _, one in found.incoming])),
        questions=[question for question in knowledge.questions.values() if id_ in question.nodes],
        contexts=CONTEXTS,
        address=lambda other: address_of(knowledge, other),
        line_ends=Markup(line_ends()),
        picture=Markup(inline_picture(focus(graph, id_), graph, lambda other: link(address_of(knowledge, other)))),
    )


def _actors(service: Service, incoming: list[Link]) -> Iterator[Actor]:
    """The therapies that act on a node directly, or by a mechanism of action that does, strongest first."""
    knowledge = service.kb.knowledge
    found: dict[tuple[str, str | None, bool], Strength] = {}
    for link in incoming:
        if link.predicate == "treats":
            continue
        lowers = link.sign == "-"
        if link.source in knowledge.therapies:
            found.setdefault((link.source, None, lowers), link.strength)
        elif knowledge.nodes[link.source].kind == "mechanism_of_action":
            for option in knowledge.options:
                if any(edge.target == link.source for edge in knowledge.mechanisms(option.id)):
                    found.setdefault((option.id, link.source, lowers), link.strength)
    order = sorted(found.items(), key=lambda item: (STRENGTHS.index(item[1]), item[0][0], item[0][1] or ""))
    return (Actor(*key, strength) for key, strength in order)


def _records(service: Service) -> Mapping[str, Record]:
    """The nodes; one that is also a therapy has the page of the therapy."""
    knowledge = service.kb.knowledge
    return {id_: Record(node.name) for id_, node in knowledge.nodes.items() if id_ not in knowledge.therapies}


NODE = Section("/node/{id}", "node of the map", _node, _records, nouns="nodes of the map")
