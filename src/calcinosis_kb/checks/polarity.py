"""Check that each therapy's paths lower calcinosis or declare why not, and name the edge that is probably wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from calcinosis_kb.checks.edges import SIGNS
from calcinosis_kb.errors import Problem
from calcinosis_kb.knowledge.loader import Loaded
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.knowledge.models import PolarityNote

__all__ = ["check_polarity"]

Paths = Mapping[str, Sequence[MechanismPath]]
TOLD = 5
"""Therapies that are named; of more only how many there are."""


def check_polarity(loaded: Loaded, paths: Paths) -> Iterator[Problem]:
    """Paths of the wrong sign, at the edge that explains most of them (CKB041), and mechanisms that lead nowhere (CKB042).

    An edge whose sign is wrong turns every path around that runs over it, and no other. So of all edges the one is
    suspected whose other sign would correct the most paths, less those that it would spoil; then the rest is looked at again.
    Edges in a row, which the same paths run over, cannot be told apart by paths: then an edge whose sign contradicts its
    predicate is meant, else the one nearest to the therapies, else the first in the files.
    """
    yield from _declared(loaded, paths)
    wrong = {(id_, index) for id_, index, path in _wrong(loaded, paths)}
    over: dict[str, set[tuple[str, int]]] = {}
    distance: dict[str, int] = {}
    for id_, found in paths.items():
        for index, path in enumerate(found):
            for steps, step in enumerate(path.steps):
                if step.edge in loaded.knowledge.edges:
                    over.setdefault(step.edge, set()).add((id_, index))
                    distance[step.edge] = min(steps, distance.get(step.edge, steps))
    order = {edge: number for number, edge in enumerate(loaded.knowledge.edges)}

    def guilt(edge: str) -> tuple[int, bool, int, int]:
        fixed = len(over[edge] & wrong) - len(over[edge] - wrong)
        return (fixed, _contradicts(loaded, edge), -distance[edge], -order[edge])

    while wrong:
        suspect = max(over, key=guilt)
        fixes = guilt(suspect)[0] > 0
        if not fixes:
            suspect = min((edge for edge in over if over[edge] & wrong), key=lambda edge: (distance[edge], order[edge]))
        yield _turned(loaded, paths, suspect, over[suspect] & wrong)
        wrong = wrong ^ over[suspect] if fixes else wrong - over[suspect]


def _contradicts(loaded: Loaded, edge: str) -> bool:
    told = loaded.knowledge.edges[edge]
    return told.sign != SIGNS.get(told.predicate, told.sign)


def _wrong(loaded: Loaded, paths: Paths) -> Iterator[tuple[str, int, MechanismPath]]:
    for id_, found in paths.items():
        declared = loaded.knowledge.polarity(id_)
        raising = frozenset(declared.raises_through if declared else ())
        for index, path in enumerate(found):
            if path.sign != ("+" if raising.intersection(path.nodes) else "-"):
                yield id_, index, path


def _turned(loaded: Loaded, paths: Paths, edge: str, wrong: set[tuple[str, int]]) -> Problem:
    therapies = list(dict.fromkeys(id_ for id_, _ in sorted(wrong)))
    named = ", ".join(therapies[:TOLD]) + (f" and {len(therapies) - TOLD} others" if len(therapies) > TOLD else "")
    example = min((paths[id_][index] for id_, index in wrong), key=lambda path: (len(path.steps), path.nodes))
    told = loaded.knowledge.edges[edge]
    other = "-" if told.sign == "+" else "+"
    message = (
        f"with the sign '{told.sign}' of {edge} the paths of {named} run against what is expected: {example.words}"
    )
    if example.sign == "+":
        fix = f"write sign: '{other}', or, where the source says that they raise calcinosis, name a node of the path under "
        fix += "'polarity: raises_through' of the therapy"
    else:
        fix = f"write sign: '{other}', or remove from 'polarity: raises_through' of the therapy the node that the path goes through"
    return Problem("CKB041", message, loaded.place("edges", edge, "sign"), fix=fix)


def _declared(loaded: Loaded, paths: Paths) -> Iterator[Problem]:
    """What therapies say of their polarity, against the paths that there are."""
    seen: set[str] = set()
    for id_, found in paths.items():
        therapy = loaded.knowledge.therapies[id_]
        declared = loaded.knowledge.polarity(id_)
        if not found and loaded.knowledge.mechanisms(id_) and (declared is None or declared.expected != "undetermined"):
            message = f"no path leads from the mechanisms of '{id_}' to calcinosis"
            fix = "add the edges that are missing, or say under 'polarity' that it is undetermined, and why"
            place = loaded.place("therapies", id_, "mechanisms" if therapy.mechanisms else "id")
            yield Problem("CKB042", message, place, fix=fix)
        owner = id_ if therapy.polarity or not therapy.family else therapy.family
        if declared is not None and owner not in seen:
            seen.add(owner)
            yield from _unfounded(loaded, owner, declared, found)


def _unfounded(loaded: Loaded, id_: str, declared: PolarityNote, found: Sequence[MechanismPath]) -> Iterator[Problem]:
    nodes = {node for path in found for node in path.nodes}
    for index, node in enumerate(declared.raises_through):
        if node not in nodes:
            message = f"no path of '{id_}' to calcinosis goes through '{node}'"
            place = loaded.place("therapies", id_, "polarity", "raises_through", index)
            yield Problem("CKB041", message, place, fix="name a node of a path; 'calcinosis-kb graph path' shows them")
    raising = sum(bool(set(declared.raises_through).intersection(path.nodes)) for path in found)
    expected = "undetermined" if not found else "raising" if raising == len(found) else "both"
    if declared.expected != expected and nodes.issuperset(declared.raises_through):
        message = f"'{declared.expected}' is not what the paths of '{id_}' and 'raises_through' give: {expected}"
        place = loaded.place("therapies", id_, "polarity", "expected")
        yield Problem("CKB041", message, place, fix=f"write 'expected: {expected}', or correct 'raises_through'")
