"""Check that every id to which a file refers exists, as declared by the `Names` marks of the models."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from calcinosis_kb.documents.fields import named, shape
from calcinosis_kb.errors import Place, Problem, unknown
from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.models import Therapy

__all__ = ["Space", "missing", "missing_in_knowledge", "spaces"]


_NOUNS = {"labs": "test", "ambiguous": "ambiguous word", "recognised": "list of recognised words"}
"""The name of an entry of a vocabulary, where it is not the vocabulary's name without the last letter."""


@dataclass(frozen=True)
class Space:
    """The ids of one list, and the name of one entry in messages."""

    noun: str
    ids: Collection[str]


def spaces(knowledge: Knowledge, broken: Collection[str] = ()) -> dict[str, Space]:
    """Return every list of ids in the knowledge, by the name that `Names` uses.

    ``broken`` are ids in files that cannot be read; they count as members of every list.
    """
    terms, therapies = knowledge.terms, knowledge.therapies
    vocabularies = {name: Space(_NOUNS.get(name, name.removesuffix("s")), entries) for name, entries in terms}
    families = dict.fromkeys(id_ for id_, therapy in therapies.items() if therapy.kind == "family")
    found = {
        **vocabularies,
        "medications": Space("medication", {**terms.medications, **therapies}),
        "classes": Space("medication class", terms.medications),
        "quantities": Space("test with a unit", dict.fromkeys(id_ for id_, lab in terms.labs.items() if lab.unit)),
        "meanings": Space(
            "therapy, medicine, condition or disease",
            {**therapies, **terms.medications, **terms.conditions, **terms.diseases},
        ),
        "therapies": Space("therapy", therapies),
        "options": Space("therapy", dict.fromkeys(option.id for option in knowledge.options)),
        "families": Space("family", families),
        "kinds": Space("kind of therapy", shape(shape(Therapy).step("kind")).words),
        "nodes": Space("node", {**knowledge.nodes, **therapies}),
        "edges": Space("edge", knowledge.edges),
        "questions": Space("question", knowledge.questions),
        "parts": Space("part of the map", knowledge.outline.parts),
        "sources": Space("study, reference or guideline", knowledge.authorities),
        "studies": Space("study", knowledge.studies),
        "vocabularies": Space("vocabulary", (*vocabularies, "therapies")),
    }
    if not broken:
        return found
    return {name: Space(space.noun, dict.fromkeys([*space.ids, *broken])) for name, space in found.items()}


def missing(
    annotation: Any, value: Any, known: Mapping[str, Space], place: Callable[[tuple[str | int, ...]], Place]
) -> Iterator[Problem]:
    """Find references in a validated value that are not in their list (CKB014). ``place`` maps a path to its place."""
    for path, word, names in named(annotation, value):
        if not names.open and word not in known[names.space].ids:
            space = known[names.space]
            yield unknown(space.noun, word, space.ids, place(path))


def missing_in_knowledge(loaded: Loaded, broken: Collection[str] = ()) -> Iterator[Problem]:
    """Find references to unknown ids in the files of ``knowledge/`` (CKB014)."""
    known = spaces(loaded.knowledge, broken)
    # `integrity` reports a therapy that is used as a family without being one (CKB018).
    known["families"] = known["therapies"]
    for document, kind, value in loaded.contents:
        if value is not None:
            yield from missing(kind.content, value, known, document.place)
