"""Resolve what a user types to a node of the graph: by id, name or abbreviation, or by brand or code of a therapy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property

from calcinosis_kb.errors import InputError, Problem, nearest
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE, Knowledge
from calcinosis_kb.knowledge.models import Therapy
from calcinosis_kb.knowledge.names import Names
from calcinosis_kb.knowledge.pathophysiology import Node
from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["NodeNames", "plain"]

_BRACKETS = re.compile(r"\s*\(([^)]*)\)")
_FEW = 6
"""The most names to suggest for a word. A word that occurs in more names is too vague."""
_ABBREVIATION = re.compile(r"[A-Z0-9].*[A-Z0-9]")


def plain(text: str) -> str:
    """Normalise a text for comparison: no case, accents or punctuation, and Greek letters spelt out.

    >>> plain("IL-1β") == plain("il 1 beta")
    True
    """
    return normalise("".join(f" {_greek(letter)} " if "α" <= letter.lower() <= "ω" else letter for letter in text))


def _greek(letter: str) -> str:
    return unicodedata.name(letter).rpartition(" LETTER ")[2].split()[-1]


class NodeNames:
    """Resolve names to the nodes and therapies of one knowledge base."""

    def __init__(self, knowledge: Knowledge, names: Names) -> None:
        self.knowledge = knowledge
        self.names = names

    def node(self, named: str) -> str:
        """Return the id of the node or therapy with this name. Raises `InputError` (CKB085) with the nearest names."""
        every = {*self.knowledge.nodes, *self.knowledge.therapies}
        if named in every:
            return named
        form = plain(named)
        meant = self._index.get(form) or self._index.get(form.replace(" ", "")) or frozenset()
        if len(meant) == 1:
            return next(iter(meant))
        match = self.names.drug(named)
        if match is not None and match.kind != "medication" and not meant:
            return match.id
        meant = meant or self._holding(form)
        if len(meant) == 1:
            return next(iter(meant))
        if meant:
            message = f"'{named}' may mean more than one node"
            raise InputError(
                (Problem("CKB085", message, valid=tuple(sorted(meant)), fix="name one of them by its id"),)
            )
        fix = f"'calcinosis-kb graph search {named}' searches descriptions, claims and studies too"
        raise InputError((Problem("CKB085", f"no node is called '{named}'", nearest=self._nearest(named), fix=fix),))

    def _holding(self, form: str) -> frozenset[str]:
        """The nodes and therapies with all these words in their names, if they are few enough to choose from."""
        words = set(form.split())
        every: list[Node | Therapy] = [*self.knowledge.nodes.values(), *self.knowledge.therapies.values()]
        found = frozenset(one.id for one in every if words and words <= set(plain(one.name).split()))
        return found if len(found) <= _FEW else frozenset()

    def _nearest(self, named: str) -> tuple[str, ...]:
        near = [id_ for word in nearest(plain(named), self._index) for id_ in sorted(self._index[word])]
        drugs = [match.id for match in self.names.nearest_drugs(named) if match.kind != "medication"]
        return tuple(dict.fromkeys([*near, *drugs]))[:4]

    @cached_property
    def _index(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for id_, node in self.knowledge.nodes.items():
            for name in _names(node):
                found.setdefault(plain(name), set()).add(id_)
        # "calcinosis" alone means the outcome that the whole knowledge base is about.
        found["calcinosis"] = {OUTCOME_NODE}
        return {name: frozenset(ids) for name, ids in found.items()}


def _names(node: Node) -> Iterator[str]:
    """The name without its brackets, the abbreviations in the brackets, and the labels of exactly matching terms."""
    yield from (node.id, node.name, _BRACKETS.sub("", node.name))
    yield from (inside for inside in _BRACKETS.findall(node.name) if _ABBREVIATION.fullmatch(inside))
    yield from (term.label for term in node.ontology if term.match == "exact")
