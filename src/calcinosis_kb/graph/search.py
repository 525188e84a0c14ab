"""Full-text search of nodes, therapies, claims of edges, open questions and studies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from calcinosis_kb.errors import nearest
from calcinosis_kb.graph.node_names import plain
from calcinosis_kb.knowledge.knowledge import Knowledge

__all__ = ["Hit", "SearchResult", "holds", "known_word", "names_of", "search"]

HitKind = Literal["node", "therapy", "question", "edge", "study"]
_KINDS: tuple[HitKind, ...] = ("node", "therapy", "question", "edge", "study")
_IN_TEXT = 3
"""How well a record fits with the words in a text; `_fit` counts names from 0."""


@dataclass(frozen=True)
class Hit:
    """A search hit. ``text`` is the text in which the words occur: a name, description, claim or finding."""

    kind: HitKind
    id: str
    name: str
    text: str


@dataclass(frozen=True)
class SearchResult:
    """The hits, best first. ``read_as`` is the words searched for, corrected where a typed word occurs nowhere."""

    words: str
    read_as: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class _Entry:
    """A searchable record: its names and its other texts."""

    kind: HitKind
    id: str
    name: str
    names: tuple[str, ...]
    texts: tuple[str, ...]


def search(knowledge: Knowledge, words: str) -> SearchResult:
    """Return the records that contain every word, or a word that begins with it, ignoring case and accents.

    Order: the whole name, whole words of a name, beginnings of words, then texts; nodes, therapies, questions, edges, studies.
    A word that occurs nowhere is replaced by the nearest one that does. Words without letters and digits find nothing.

    >>> from calcinosis_kb import load
    >>> found = search(load().knowledge, "osteogneic")
    >>> found.read_as, found.hits[0].id
    ('osteogenic', 'osteogenic_differentiation')
    """
    entries = [(entry, [plain(text) for text in (*entry.names, *entry.texts)]) for entry in _entries(knowledge)]
    wanted = plain(words).split()
    if not wanted:
        return SearchResult(words, "", ())
    hits = _hits(entries, wanted)
    if not hits:
        vocabulary = {word for _, texts in entries for text in texts for word in text.split() if len(word) > 2}
        wanted = [known_word(word, vocabulary) for word in wanted]
        hits = _hits(entries, wanted)
    return SearchResult(words, " ".join(wanted), hits)


def known_word(word: str, vocabulary: set[str]) -> str:
    """Return the word, or the nearest of the vocabulary if none begins with it."""
    if any(known.startswith(word) for known in vocabulary):
        return word
    return next(iter(nearest(word, vocabulary, limit=1, cutoff=0.7)), word)


def _hits(entries: Iterable[tuple[_Entry, list[str]]], wanted: list[str]) -> tuple[Hit, ...]:
    """Records with the words in a name, as well as they fit, then with the words in a text."""
    found: list[tuple[tuple[int, int, str], Hit]] = []
    for entry, texts in entries:
        ranks = [
            (_IN_TEXT if number >= len(entry.names) else _fit(text, wanted), number)
            for number, text in enumerate(texts)
            if holds(text, wanted)
        ]
        if ranks:
            rank, number = min(ranks)
            shown = (*entry.names, *entry.texts)[number]
            found.append(((rank, _KINDS.index(entry.kind), entry.id), Hit(entry.kind, entry.id, entry.name, shown)))
    return tuple(hit for _, hit in sorted(found, key=lambda item: item[0]))


def _fit(name: str, wanted: list[str]) -> int:
    """How well a plain name that holds some words fits them: it is the words, it has them all as whole words, its words begin with them."""
    words = name.split()
    return 0 if words == wanted else 1 if set(wanted) <= set(words) else 2


def holds(text: str, wanted: list[str]) -> bool:
    """Whether a plain text has, for each of some words, a word that begins with it."""
    words = text.split()
    return all(any(word.startswith(one) for word in words) for one in wanted)


def names_of(knowledge: Knowledge, id_: str) -> tuple[str, ...]:
    """Return the names by which a node or therapy is searched; the first is what it is called."""
    if id_ in knowledge.therapies:
        therapy = knowledge.therapies[id_]
        return (therapy.name, id_, *therapy.aliases, *therapy.brands)
    node = knowledge.nodes[id_]
    return (node.name, id_, *(term.label for term in node.ontology if term.match == "exact"))


def _entries(knowledge: Knowledge) -> Iterator[_Entry]:
    for id_, node in knowledge.nodes.items():
        yield _Entry("node", id_, node.name, names_of(knowledge, id_), _texts(node.description))
    for id_, therapy in knowledge.therapies.items():
        yield _Entry("therapy", id_, therapy.name, names_of(knowledge, id_), _texts(therapy.description))
    for id_, question in knowledge.questions.items():
        texts = _texts(question.in_favour, question.against)
        yield _Entry("question", id_, question.question, (question.question, id_), texts)
    for id_, edge in knowledge.edges.items():
        yield _Entry("edge", id_, f"{edge.source} → {edge.target}", (id_,), (edge.claim,))
    for id_, study in knowledge.studies.items():
        findings = tuple(result.finding for result in study.results)
        yield _Entry("study", id_, knowledge.cite(id_), (knowledge.cite(id_), id_), _texts(*findings))


def _texts(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
