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
NAMED = 5
"""The number of therapies that a message names; the others are only counted."""


def check_polarity(loaded: Loaded, paths: Paths) -> Iterator[Problem]:
    """Find paths of the wrong sign, at the edge that explains most of them (CKB041), and mechanisms that lead nowhere (CKB042).

    A wrong sign of an edge reverses exactly the paths through it. So the suspect is the edge whose other sign would correct
    the most paths, minus those it would make wrong; this is repeated for the remaining paths. Edges in a row are on the
    same paths and cannot be separated that way: the suspect is then an edge whose sign contradicts its predicate, else
    the one nearest to the therapies, else the first in the files.
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
    suspect = loaded.knowledge.edges[edge]
    return suspect.sign != SIGNS.get(suspect.predicate, suspect.sign)


def _wrong(loaded: Loaded, paths: Paths) -> Iterator[tuple[str, int, MechanismPath]]:
    for id_, found in paths.items():
        declared = loaded.knowledge.polarity(id_)
        raising = frozenset(declared.raises_through if declared else ())
        for index, path in enumerate(found):
            if path.sign != ("+" if raising.intersection(path.nodes) else "-"):
                yield id_, index, path


def _turned(loaded: Loaded, paths: Paths, edge: str, wrong: set[tuple[str, int]]) -> Problem:
    therapies = list(dict.fromkeys(id_ for id_, _ in sorted(wrong)))
    named = ", ".join(therapies[:NAMED]) + (f" and {len(therapies) - NAMED} others" if len(therapies) > NAMED else "")
    example = min((paths[id_][index] for id_, index in wrong), key=lambda path: (len(path.steps), path.nodes))
    suspect = loaded.knowledge.edges[edge]
    other = "-" if suspect.sign == "+" else "+"
    message = f"with the sign '{suspect.sign}' of {edge} the paths of {named} contradict the expected direction: {example.words}"
    if example.sign == "+":
        fix = (
            f"write sign: '{other}', or, if the source says that they raise calcinosis, name a node of the path under "
        )
        fix += "'polarity: raises_through' of the therapy"
    else:
        fix = f"write sign: '{other}', or remove the node of the path from 'polarity: raises_through' of the therapy"
    return Problem("CKB041", message, loaded.place("edges", edge, "sign"), fix=fix)


def _declared(loaded: Loaded, paths: Paths) -> Iterator[Problem]:
    """Compare the declared polarity of therapies with their paths."""
    seen: set[str] = set()
    for id_, found in paths.items():
        therapy = loaded.knowledge.therapies[id_]
        declared = loaded.knowledge.polarity(id_)
        if not found and loaded.knowledge.mechanisms(id_) and (declared is None or declared.expected != "undetermined"):
            message = f"no path leads from the mechanisms of '{id_}' to calcinosis"
            fix = "add the missing edges, or write under 'polarity' that it is undetermined, and why"
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
        message = f"the paths of '{id_}' and 'raises_through' give '{expected}', not '{declared.expected}'"
        place = loaded.place("therapies", id_, "polarity", "expected")
        yield Problem("CKB041", message, place, fix=f"write 'expected: {expected}', or correct 'raises_through'")
