"""Check that everything which a file names exists, as the `Names` marks of the models declare it."""

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
"""What an entry of a vocabulary is called where its name without the last letter does not say it."""


@dataclass(frozen=True)
class Space:
    """The ids of one list, and what one of them is called in a message."""

    noun: str
    ids: Collection[str]


def spaces(knowledge: Knowledge, broken: Collection[str] = ()) -> dict[str, Space]:
    """Every list of ids of the knowledge, by the name that `Names` uses.

    ``broken`` are ids that stand in files that cannot be read; each may be in any list.
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
    """Every name in a validated value that its list does not hold (CKB014). ``place`` gives the place of a path."""
    for path, word, names in named(annotation, value):
        if not names.open and word not in known[names.space].ids:
            space = known[names.space]
            yield unknown(space.noun, word, space.ids, place(path))


def missing_in_knowledge(loaded: Loaded, broken: Collection[str] = ()) -> Iterator[Problem]:
    """Every name in the files of ``knowledge/`` that nothing has (CKB014)."""
    known = spaces(loaded.knowledge, broken)
    # Of a therapy that is named as a family and is not one, `integrity` says so (CKB018).
    known["families"] = known["therapies"]
    for document, kind, value in loaded.contents:
        if value is not None:
            yield from missing(kind.content, value, known, document.place)
