"""Pydantic models of the map: nodes, signed edges, open questions, themes and stories."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from calcinosis_kb.documents.fields import Id, IsDraft, Model, Names, Text
from calcinosis_kb.documents.kinds import FileKind
from calcinosis_kb.knowledge.ids import EdgeId, NodeId, SourceId, Sources

__all__ = [
    "CONFIDENCES",
    "OUTLINE",
    "STORIES",
    "THEMES",
    "Confidence",
    "Context",
    "Direction",
    "Edge",
    "Node",
    "OntologyTerm",
    "Outline",
    "Part",
    "Predicate",
    "Question",
    "Sentence",
    "Sign",
    "Story",
    "Strength",
    "Theme",
    "ThemeOutline",
]

Confidence = Literal["seen_full_text", "seen_abstract", "seen_secondary", "textbook"]
CONFIDENCES: tuple[Confidence, ...] = get_args(Confidence)
"""How much of a source was read, most first."""

Direction = Literal["benefit", "mixed", "no_benefit", "harm"]

Sign = Literal["+", "-"]

Strength = Literal["established", "plausible", "contested"]

Predicate = Literal[
    "acts_on",
    "associated_with",
    "causes",
    "contributes_to",
    "has_part",
    "negatively_regulates",
    "positively_regulates",
    "predisposes_to",
    "subclass_of",
    "treats",
]

Context = Literal[
    "human_calcinosis",
    "human_other",
    "animal",
    "in_vitro",
    "review_or_rationale",
    "vascular_calcification_extrapolation",
]


class OntologyTerm(Model):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9.]*:\S+$")]
    label: Text
    match: Literal["exact", "broad", "narrow", "related"]
    seen_in: Text | None = None


class Edge(Model):
    """A signed edge of the graph: '+' raises the target or accompanies more of it, '-' lowers it."""

    id: Id
    source: NodeId
    predicate: Predicate
    target: NodeId
    sign: Sign
    strength: Strength
    """Established, plausible, or contested by a source."""
    context: Annotated[tuple[Context, ...], Field(min_length=1)]
    claim: Text
    """What the source says, in one sentence."""
    confidence: Confidence
    sources: Sources
    effect: Text | None = None
    direction: Direction | None = None


class Node(Model):
    id: Id
    name: Text
    kind: Literal[
        "trigger",
        "pathophysiology_process",
        "mediator",
        "cell",
        "tissue_change",
        "clinical_feature",
        "disease",
        "risk_factor",
        "mechanism_of_action",
        "therapy",
    ]
    description: Text | None = None
    ontology: tuple[OntologyTerm, ...] = ()
    seen: tuple[Text, ...] = ()


class Question(Model):
    """An open question with arguments for and against it; ``nodes`` are those it is about."""

    id: Id
    question: Text
    in_favour: Text | None = None
    against: Text | None = None
    nodes: tuple[NodeId, ...] = ()


class Sentence(Model):
    """A sentence with its support: edges, chains of nodes along edges (``paths``), studies and sources.

    ``nodes`` are further nodes that it mentions, ``questions`` the open questions about it.
    """

    text: Text
    nodes: tuple[NodeId, ...] = ()
    paths: tuple[Annotated[tuple[NodeId, ...], Field(min_length=2)], ...] = ()
    edges: tuple[EdgeId, ...] = ()
    sources: tuple[SourceId, ...] = ()
    questions: tuple[Annotated[Id, Names("questions")], ...] = ()


class Theme(Model):
    """One file of ``pathophysiology/``: the nodes of a theme and the edges from them.

    ``part`` is the box of the map's first view that holds it, ``about`` a paragraph on it.
    """

    theme: Id
    name: Text
    part: Annotated[Id, Names("parts")]
    about: tuple[Sentence, ...] = ()
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    questions: tuple[Question, ...] = ()


class ThemeOutline(Model):
    """The name, part and paragraph of a theme, and its nodes in the order of its file."""

    name: Text
    part: Id
    about: tuple[Sentence, ...]
    nodes: tuple[Id, ...]


class Part(Model):
    """A part of the map: some themes together."""

    name: Text


class Outline(Model):
    """The first view of the map: its parts, causes before effects, and a sentence that joins them.

    ``therapies`` is the part to which the therapies belong.
    """

    sentence: Sentence
    parts: Annotated[dict[Id, Part], Field(min_length=1)]
    therapies: Annotated[Id, Names("parts")]


class Story(Model):
    """Prose for teaching; each sentence refers to the graph or to a source."""

    id: Id
    draft: IsDraft = False
    """Left out of every answer while true."""
    title: Text
    about: Text
    sentences: Annotated[tuple[Sentence, ...], Field(min_length=1)]


THEMES = FileKind("theme", "knowledge/pathophysiology/*.yaml", Theme)
OUTLINE = FileKind("outline", "knowledge/outline.yaml", Outline)
STORIES = FileKind("story", "knowledge/stories/*.yaml", Story)
