"""Collect the data of the page: nodes, edges, sources, stories and views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from calcinosis_kb.graph.build import TREATMENTS
from calcinosis_kb.graph.node_names import plain
from calcinosis_kb.graph.search import names_of
from calcinosis_kb.graph.walk import CAUSAL
from calcinosis_kb.knowledge.evidence_words import interval_words
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.knowledge.mechanism_paths import STRENGTHS, best_by_sign, polarity
from calcinosis_kb.knowledge.stories import pointed_at
from calcinosis_kb.knowledge.wording import agreeing, verb
from calcinosis_kb.map.layout.text_width import FONT_SIZE
from calcinosis_kb.map.look import KINDS, STATES
from calcinosis_kb.map.page_style import colour_names
from calcinosis_kb.map.page_views import menu, view_data
from calcinosis_kb.map.scene import part_of, part_view, theme_name
from calcinosis_kb.map.selection import drawn_edges
from calcinosis_kb.quiz import Question, question_set
from calcinosis_kb.report.graph.reach import STATE_WORDS

if TYPE_CHECKING:
    from networkx import MultiDiGraph

    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.knowledge.knowledge import Knowledge
    from calcinosis_kb.knowledge.pathophysiology import Sentence
    from calcinosis_kb.map.scene import Scene, SceneNode

__all__ = ["CONTEXTS", "page_data"]

CONTEXTS = {
    "human_calcinosis": "people with calcinosis",
    "human_other": "people with other diseases",
    "animal": "animals",
    "in_vitro": "test tube",
    "vascular_calcification_extrapolation": "calcified vessels",
    "review_or_rationale": "review or rationale",
}
_POLARITIES = {
    "lowering": "It should lower it",
    "raising": "It should raise it",
    "both": "By one way it should lower it, by another raise it",
    "undetermined": "Undetermined",
}
_SETS = 3
"""The sets of the quiz that the page holds."""
_SHOWN_WAYS = 3
"""The paths shown per sign; the therapy's own view shows all of them."""
_LEVELS = {
    1: "1: systematic review of trials",
    2: "2: randomised trial",
    3: "3: cohort",
    4: "4: case series, single cases",
    5: "5: mechanism or opinion",
}


def page_data(kb: KnowledgeBase, scenes: Mapping[str, Scene], boxes: Iterable[SceneNode]) -> dict[str, Any]:
    """Return all data that the page's script reads; ``boxes`` holds each box of the scenes once."""
    parts = _MapData(kb)
    nodes = [*parts.nodes(), *_folded(boxes)]
    numbers = {node["id"]: number for number, node in enumerate(nodes)}
    for node in nodes:
        if "members" in node:
            node["members"] = [numbers[member] for member in node["members"]]
    edges = parts.edges(numbers)
    edge_numbers = {edge["id"]: number for number, edge in enumerate(edges)}
    stories, quiz = parts.stories(), parts.quiz()
    return {
        "target": OUTCOME_NODE,
        "kinds": {kind: word[0].upper() + word[1:] for kind, (_, word) in KINDS.items()},
        "fontSize": FONT_SIZE,
        "sentence": parts.sentence(kb.knowledge.outline.sentence),
        "parts": parts.parts(),
        "themes": parts.themes(),
        "contexts": CONTEXTS,
        "filters": {
            "strength": [[strength, strength] for strength in STRENGTHS],
            "context": list(CONTEXTS.items()),
            "level": list(_LEVELS.items()),
        },
        "colours": colour_names(),
        "nodes": nodes,
        "names": _names(kb.knowledge, nodes),
        "edges": edges,
        "views": {key: view_data(scene, kb.graph, numbers, edge_numbers) for key, scene in scenes.items()},
        "menu": menu(scenes),
        "stories": stories,
        "quiz": quiz,
        "sources": parts.sources(),
        "states": {state: [STATES[state].mark, word] for state, word in STATE_WORDS.items()},
    }


def _names(knowledge: Knowledge, nodes: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """Every name by which a node is searched: as it is compared, as it is written, and the number of the node."""
    return [
        (plain(name), name, number)
        for number, node in enumerate(nodes)
        if "opens" not in node
        for name in dict.fromkeys(names_of(knowledge, node["id"]))
    ]


def _folded(boxes: Iterable[SceneNode]) -> list[dict[str, Any]]:
    """The boxes of folded themes."""
    return [
        {
            "id": box.id,
            "name": box.name,
            "kind": "theme",
            "opens": box.opens,
            "held": _held(box),
            "members": box.members,
        }
        for box in sorted(boxes, key=lambda box: box.id)
        if box.members
    ]


def _held(box: SceneNode) -> str:
    """The small print of a folded box: what it holds."""
    return " ".join(box.lines[len(box.lines) - box.captions :])


class _MapData:
    """The nodes, edges and sources, and the indices by which they refer to each other."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self.kb = kb
        self.graph: MultiDiGraph[str] = kb.graph
        self.drawn = {edge.id for edge in drawn_edges(self.graph)}
        self._edges = {id_: number for number, id_ in enumerate(sorted(id_ for *_, id_ in self.graph.edges(keys=True)))}
        self._sources: dict[str, int] = {}

    def nodes(self) -> list[dict[str, Any]]:
        """Every node and therapy, by id; ``steps``: number of arrows from it to calcinosis; ``onward``: the first edge of its best way."""
        steps, onward = self._steps(), self._onward()
        nodes = [self._node(id_, steps.get(id_)) for id_ in sorted(self.graph)]
        return [
            {**node, **({"onward": self._edges[onward[node["id"]]]} if node["id"] in onward else {})} for node in nodes
        ]

    def edges(self, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
        """Every edge by id, its ends by index."""
        found = sorted(self.graph.edges(keys=True, data=True), key=lambda edge: edge[2])
        return [
            {
                "id": id_,
                "source": numbers[source],
                "target": numbers[target],
                "verb": self._verb(source, target, edge),
                "sign": edge["sign"],
                "strength": edge["strength"],
                "contexts": list(edge["context"]),
                "claim": edge["claim"],
                "sources": self._cited(edge["sources"]),
                **({} if id_ in self.drawn else {"undrawn": True}),
            }
            for source, target, id_, edge in found
        ]

    def stories(self) -> list[dict[str, Any]]:
        """The stories, each sentence with the nodes, edges and sources that it points to."""
        knowledge = self.kb.knowledge
        found = []
        for id_ in sorted(knowledge.stories):
            story = knowledge.stories[id_]
            sentences = []
            for sentence in story.sentences:
                nodes, edges = pointed_at(knowledge, sentence)
                sentences.append(
                    {
                        "text": sentence.text,
                        "nodes": list(nodes),
                        "edges": list(edges),
                        "sources": self._cited(sentence.sources),
                    }
                )
            found.append({"id": id_, "title": story.title, "about": story.about, "sentences": sentences})
        return found

    def parts(self) -> dict[str, Any]:
        """The parts of the map: their names, the view that opens each, whether it acts on the others, and its themes."""
        knowledge = self.kb.knowledge
        themes = [*knowledge.themes, TREATMENTS]
        return {
            id_: {
                "name": part.name,
                "view": part_view(knowledge, id_),
                "acts": id_ == knowledge.outline.therapies,
                "themes": [theme for theme in themes if part_of(knowledge, theme) == id_],
            }
            for id_, part in knowledge.outline.parts.items()
        }

    def themes(self) -> dict[str, Any]:
        """The themes, each with its paragraph."""
        knowledge = self.kb.knowledge
        return {
            id_: {
                "name": theme_name(knowledge, id_),
                "part": part_of(knowledge, id_),
                "about": [
                    self.sentence(one) for one in (knowledge.themes[id_].about if id_ in knowledge.themes else ())
                ],
            }
            for id_ in (*knowledge.themes, TREATMENTS)
        }

    def sentence(self, sentence: Sentence) -> dict[str, Any]:
        """A sentence with its sources and those of the edges that support it."""
        knowledge = self.kb.knowledge
        edges = pointed_at(knowledge, sentence)[1]
        cited = [*sentence.sources, *(source for edge in edges for source in knowledge.edges[edge].sources)]
        return {"text": sentence.text, "edges": list(edges), "sources": self._cited(dict.fromkeys(cited))}

    def quiz(self) -> list[list[dict[str, Any]]]:
        """The first sets of the quiz."""
        return [[self._question(one) for one in question_set(self.kb, number)] for number in range(1, _SETS + 1)]

    def _question(self, question: Question) -> dict[str, Any]:
        return {
            "text": question.text,
            "quoted": question.quoted,
            "choices": [
                {"text": choice.text, "why": choice.why, "sources": self._cited(choice.sources)}
                for choice in question.choices
            ],
            "right": question.right - 1,
            "why": question.why,
            "sides": [list(side) for side in question.sides],
            "sources": self._cited(question.sources),
            "nodes": list(question.about),
        }

    def sources(self) -> list[dict[str, Any]]:
        """Every source cited so far, in order of index."""
        return [
            {"cite": self.kb.knowledge.cite(id_), "links": list(_links(self.kb.knowledge, id_))}
            for id_ in self._sources
        ]

    def _verb(self, source: str, target: str, edge: Mapping[str, Any]) -> str:
        singular = verb(edge["predicate"], edge["sign"], self.graph.nodes[target]["kind"])
        return agreeing(singular, self.graph.nodes[source]["name"])

    def _cited(self, sources: Iterable[str]) -> list[int]:
        return [self._sources.setdefault(id_, len(self._sources)) for id_ in sources]

    def _steps(self) -> dict[str, int]:
        import networkx as nx

        causal = nx.DiGraph(
            (source, target)
            for source, target, id_, edge in self.graph.edges(keys=True, data=True)
            if edge["predicate"] in CAUSAL and id_ in self.drawn
        )
        return dict(nx.single_source_shortest_path_length(causal.reverse(), OUTCOME_NODE))

    def _onward(self) -> dict[str, str]:
        """The edge by which each node goes on to calcinosis: as strong as can be, then as short."""
        found: dict[str, str] = {}
        for strength in STRENGTHS:
            causal = [edge for edge in drawn_edges(self.graph, strength) if edge.causal]
            reached = [OUTCOME_NODE, *found]
            while reached:
                ends = set(reached)
                new = {
                    edge.source: edge.id
                    for edge in reversed(causal)
                    if edge.target in ends and edge.source not in found
                }
                new.pop(OUTCOME_NODE, None)
                found.update(new)
                reached = list(new)
        return found

    def _node(self, id_: str, steps: int | None) -> dict[str, Any]:
        attributes = self.graph.nodes[id_]
        node: dict[str, Any] = {
            "id": id_,
            "name": attributes["name"],
            "kind": attributes["kind"],
            "theme": attributes["theme"],
        }
        if attributes["description"]:
            node["about"] = attributes["description"]
        if steps is not None:
            node["steps"] = steps
        therapy = self.kb.knowledge.therapies.get(id_)
        if therapy:
            aliases = [*therapy.aliases, *therapy.brands]
            if aliases:
                node["aliases"] = aliases
            node["evidence"] = self._evidence(id_)
        return node

    def _evidence(self, id_: str) -> dict[str, Any]:
        knowledge = self.kb.knowledge
        evidence = knowledge.evidence(id_)
        paths = self.kb.paths(id_)
        return {
            "level": evidence.level,
            "words": _evidence_sentence(knowledge, id_),
            "polarity": _POLARITIES[polarity(paths)],
            "ways": [
                [path.sign, path.words, [self._edges[step.edge] for step in path.steps]]
                for path in best_by_sign(paths, _SHOWN_WAYS)
            ],
            "noWay": knowledge.therapies[id_].no_mechanism or "No path of the graph leads from it to calcinosis.",
        }


def _evidence_sentence(knowledge: Knowledge, id_: str) -> str:
    """Level, direction, responders of treated patients, and published grades, in words."""
    evidence = knowledge.evidence(id_)
    parts = [f"Level {evidence.level}, {(evidence.direction or 'mechanism only').replace('_', ' ')}."]
    response = evidence.response
    if response.treated:
        interval = interval_words(response.responded, response.treated)
        shown = f"{response.responded} of {response.treated}{f', 95 % interval {interval}' if interval else ''}"
        parts.append(f"Responded: {shown}.")
    elif not evidence.findings:
        parts.append("No study of patients is listed.")
    grades = dict.fromkeys(f"{grade.level} ({study})" for study, grade in knowledge.published_grades(id_))
    if grades:
        parts.append(f"Published level: {', '.join(grades)}.")
    return " ".join(parts)


def _links(knowledge: Knowledge, source: str) -> Iterator[tuple[str, str]]:
    """Links to a source: by its identifiers, and to the addresses where it was read."""
    if source in knowledge.references:
        reference = knowledge.references[source]
        pmid, doi, pmcid, seen = reference.pmid, reference.doi, reference.pmcid, reference.seen
    else:
        record = knowledge.studies.get(source) or knowledge.guidelines[source]
        pmid, doi, pmcid, seen = record.citation.pmid, record.citation.doi, record.citation.pmcid, record.seen
    found = []
    if pmid:
        found.append(("PubMed", f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"))
    if doi:
        found.append(("DOI", f"https://doi.org/{doi}"))
    if pmcid:
        found.append(("PMC", f"https://pmc.ncbi.nlm.nih.gov/articles/{pmcid}/"))
    yield from found
    linked = {urlsplit(address).hostname for _, address in found}
    for address in seen:
        # A YAML file may hold any address; only http and https become links.
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname and parts.hostname not in linked:
            yield f"seen at {parts.hostname}", address
