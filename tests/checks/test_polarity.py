"""Find a swapped sign anywhere on a path to calcinosis, and report it at that edge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec import structs

from calcinosis_kb.checks.edges import check_edges
from calcinosis_kb.checks.polarity import check_polarity
from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.knowledge.loader import Loaded, load_knowledge
from calcinosis_kb.knowledge.mechanism_paths import MechanismPath
from calcinosis_kb.loading import therapy_paths

Paths = dict[str, tuple[MechanismPath, ...]]
OTHER = {"+": "-", "-": "+"}


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load_knowledge(Checkout.of_package().knowledge)


@pytest.fixture(scope="module")
def paths(loaded: Loaded) -> Paths:
    return therapy_paths(loaded.knowledge)


def flipped(loaded: Loaded, paths: Paths, edge: str, predicate: str | None = None) -> tuple[Loaded, Paths]:
    """Return the knowledge with the sign of one edge, and optionally its predicate, reversed."""
    old = loaded.knowledge.edges[edge]
    sign = OTHER[old.sign]
    new = old.model_copy(update={"sign": sign, "predicate": predicate or old.predicate})
    knowledge = loaded.knowledge.model_copy(update={"edges": {**loaded.knowledge.edges, edge: new}})

    def turned(path: MechanismPath) -> MechanismPath:
        if not any(step.edge == edge for step in path.steps):
            return path
        steps = (structs.replace(step, sign=sign) if step.edge == edge else step for step in path.steps)
        return MechanismPath(steps=tuple(steps))

    changed = {therapy: tuple(turned(path) for path in found) for therapy, found in paths.items()}
    return replace(loaded, knowledge=knowledge), changed


def edges_on(loaded: Loaded, paths: Paths) -> dict[str, frozenset[tuple[str, int]]]:
    """The edges on some path, each with the paths that run over it."""
    over: dict[str, set[tuple[str, int]]] = {}
    for therapy, found in paths.items():
        for index, path in enumerate(found):
            for step in path.steps:
                if step.edge in loaded.knowledge.edges:
                    over.setdefault(step.edge, set()).add((therapy, index))
    return {edge: frozenset(runs) for edge, runs in over.items()}


def test_every_path_runs_as_its_therapy_says(loaded: Loaded, paths: Paths) -> None:
    assert [str(problem) for problem in check_polarity(loaded, paths)] == []


def test_every_swapped_sign_is_told_at_its_edge(loaded: Loaded, paths: Paths) -> None:
    edges = edges_on(loaded, paths)
    assert len(edges) > 100
    for edge in edges:
        wrong, changed = flipped(loaded, paths, edge)
        told = [problem.place for problem in check_polarity(wrong, changed)]
        assert told == [loaded.place("edges", edge, "sign")], edge


def test_only_edges_in_a_row_cannot_be_told_apart_without_their_predicate(loaded: Loaded, paths: Paths) -> None:
    """Swapped together with a predicate that fits, the paths are all there is to go by: still the edge, or one that the very
    same paths run over."""
    edges = edges_on(loaded, paths)
    exact = 0
    for edge, runs in edges.items():
        wrong, changed = flipped(loaded, paths, edge, "acts_on")
        (problem,) = check_polarity(wrong, changed)
        same = {str(loaded.place("edges", other, "sign")) for other, over in edges.items() if over == runs}
        assert str(problem.place) in same, edge
        exact += problem.place == loaded.place("edges", edge, "sign")
    print(f"\n{exact} of {len(edges)} edges told exactly, the others in a row with one that is")
    alone = sum(sum(over == runs for over in edges.values()) == 1 for runs in edges.values())
    assert exact >= alone


def test_two_swapped_signs_are_both_told(loaded: Loaded, paths: Paths) -> None:
    wrong, changed = flipped(*flipped(loaded, paths, "e249"), "e250")
    told = {problem.place for problem in check_polarity(wrong, changed)}
    assert told == {loaded.place("edges", edge, "sign") for edge in ("e249", "e250")}


def test_a_sign_is_held_against_its_predicate(loaded: Loaded, paths: Paths) -> None:
    wrong, _ = flipped(loaded, paths, "e153")
    (problem,) = check_edges(wrong)
    assert (problem.code, problem.place) == ("CKB039", loaded.place("edges", "e153", "sign"))
