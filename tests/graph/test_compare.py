"""Comparison of two therapies, on random graphs and on the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.graph import compare
from graphs import graphs

if TYPE_CHECKING:
    from networkx import MultiDiGraph


@given(graphs())
def test_a_comparison_parts_what_the_paths_hold(graph: MultiDiGraph[str]) -> None:
    one, other = compare(graph, "t0", "t1"), compare(graph, "t1", "t0")
    assert set(one.paths.shared) == set(other.paths.shared)
    assert one.paths.first == other.paths.second
    assert one.mechanisms.first == other.mechanisms.second
    for sides in (one.mechanisms, one.processes, one.paths):
        assert not {*sides.shared} & {*sides.first, *sides.second}
    same = compare(graph, "t0", "t0")
    assert (same.paths.first, same.paths.second) == ((), ())


def test_two_drugs_of_a_family_share_everything(kb: KnowledgeBase) -> None:
    found = compare(kb.graph, "alendronate", "pamidronate")
    assert found.mechanisms.shared == (
        "moa_crystal_growth_inhibition",
        "moa_macrophage_suppression",
        "moa_osteoclast_inhibition",
    )
    assert (found.paths.first, found.paths.second) == ((), ())
    apart = compare(kb.graph, "warfarin", "vitamin_k2")
    assert "mgp_carboxylation" in apart.processes.shared
    assert apart.mechanisms.shared == ()
