"""Check the sentences of stories, themes and the outline: resolve the references of each sentence, and whether they support its claim."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from calcinosis_kb.documents.document import Document
from calcinosis_kb.documents.fields import named
from calcinosis_kb.errors import Place, Problem
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.pathophysiology import OUTLINE, Edge, Sentence
from calcinosis_kb.knowledge.references import spaces

__all__ = ["check_stories", "edges_between", "pointed_at"]

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:\.\d+)?(?![\w-])")
"""A number; the 6 of "IL-6" and the 25 of "25-hydroxy" are parts of names."""
_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_FIGURES = {word: str(number) for number, word in enumerate(_WORDS, start=2)}
"""Number words; "one" is left out because it is rarely a number."""


def edges_between(knowledge: Knowledge, source: str, target: str) -> tuple[Edge, ...]:
    """Return the edges from one node or therapy to another, by id."""
    found = (edge for edge in knowledge.edges.values() if (edge.source, edge.target) == (source, target))
    return tuple(sorted(found, key=lambda edge: edge.id))


def pointed_at(knowledge: Knowledge, sentence: Sentence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of all nodes and all edges to which a sentence refers, including those of its paths, in order."""
    edges = [knowledge.edges[id_] for id_ in sentence.edges]
    edges += [edge for path in sentence.paths for pair in pairwise(path) for edge in edges_between(knowledge, *pair)]
    along = [node for path in sentence.paths for node in path]
    ends = [end for edge in edges for end in (edge.source, edge.target)]
    return tuple(dict.fromkeys([*sentence.nodes, *along, *ends])), tuple(dict.fromkeys(edge.id for edge in edges))


def check_stories(loaded: Loaded, broken: Collection[str] = ()) -> Iterator[Problem]:
    """Find sentences without support (CKB095 to CKB097), except sentences with unknown references (CKB014).

    If there are ``broken`` ids, which are in files that cannot be read, no claim is checked.
    """
    if broken:
        return
    known = spaces(loaded.knowledge)
    for sentence, at in _sentences(loaded):
        if all(word in known[names.space].ids for _, word, names in named(Sentence, sentence)):
            yield from _claim(loaded.knowledge, sentence, at)


def _sentences(loaded: Loaded) -> Iterator[tuple[Sentence, _At]]:
    """The sentences of the stories, of the themes and of the outline."""
    for id_, story in loaded.knowledge.stories.items():
        for index, sentence in enumerate(story.sentences):
            yield sentence, _At(loaded.documents["stories", id_], ("sentences", index))
    for id_, theme in loaded.knowledge.themes.items():
        for index, sentence in enumerate(theme.about):
            yield sentence, _At(loaded.documents["themes", id_], ("about", index))
    yield loaded.knowledge.outline.sentence, _At(loaded.documents["file", OUTLINE.pattern], ("sentence",))


@dataclass(frozen=True)
class _At:
    """The position of a sentence in its file."""

    document: Document
    root: tuple[str | int, ...]

    def place(self, *path: str | int) -> Place:
        return self.document.place((*self.root, *path))


def _claim(knowledge: Knowledge, sentence: Sentence, at: _At) -> Iterator[Problem]:
    if not (sentence.edges or sentence.paths or sentence.sources):
        fix = "name its support under 'edges', 'paths' or 'sources', or remove the sentence"
        yield Problem("CKB095", "the sentence has no edge and no source", at.place("text"), fix=fix)
    for number, path in enumerate(sentence.paths):
        for step, (source, target) in enumerate(pairwise(path)):
            if not edges_between(knowledge, source, target) and not _belongs(knowledge, source, target):
                message = f"no edge leads from '{source}' to '{target}'"
                fix = "name the nodes between them, or swap the two"
                yield Problem("CKB097", message, at.place("paths", number, step + 1), fix=fix)
    # The 240 of "240-480" and the 63 of "63-year-old" in a source count too.
    given = set(re.findall(r"\d+(?:\.\d+)?", _spelled_out(" ".join(_texts(knowledge, sentence)))))
    for figure in _figures(sentence.text):
        if figure not in given:
            message = f"no edge, source or question of the sentence gives the number {figure}"
            yield Problem(
                "CKB096", message, at.place("text"), fix="correct the number, or name the source that gives it"
            )


def _belongs(knowledge: Knowledge, therapy: str, family: str) -> bool:
    return therapy in knowledge.therapies and knowledge.therapies[therapy].family == family


def _figures(text: str) -> tuple[str, ...]:
    """Return the numbers of a text in order, including number words ("nine" is 9).

    >>> _figures("In nine of 17, IL-6 fell by 2.5; 1987.")
    ('9', '17', '2.5', '1987')
    """
    return tuple(dict.fromkeys(_NUMBER.findall(_spelled_out(text))))


def _spelled_out(text: str) -> str:
    """A text with number words as digits, and without commas between thousands."""
    words = re.sub(r"[A-Za-z]+", lambda match: _FIGURES.get(match[0].lower(), match[0]), text)
    return re.sub(r"(?<=\d),(?=\d{3}\b)", "", words)


def _texts(knowledge: Knowledge, sentence: Sentence) -> Iterator[str]:
    """The text of everything to which a sentence refers."""
    for id_ in pointed_at(knowledge, sentence)[1]:
        yield knowledge.edges[id_].claim
    for id_ in sentence.sources:
        yield knowledge.cite(id_)
        if id_ in knowledge.studies:
            for result in knowledge.studies[id_].results:
                yield from _values(result.model_dump(exclude_none=True))
        elif id_ in knowledge.guidelines:
            yield from _values(knowledge.guidelines[id_].model_dump(exclude_none=True))
        else:
            yield knowledge.references[id_].note or ""
    for id_ in sentence.questions:
        yield from _values(knowledge.questions[id_].model_dump(exclude_none=True))


def _values(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        data = data.values()
    if isinstance(data, str | int | float):
        yield str(data)
    else:
        for inner in data:
            yield from _values(inner)
