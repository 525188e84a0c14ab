"""Compare graph queries with brute force on random graphs, and with known facts of the base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import calcinosis_kb.graph
from calcinosis_kb import KnowledgeBase
from calcinosis_kb.errors import InputError
from calcinosis_kb.graph import (
    compare,
    conflicts,
    gaps,
    metapaths,
    neighbours,
    paths,
    polarity,
    search,
    simple_paths,
    without,
)
from calcinosis_kb.graph.gaps import established_way, treatments
from calcinosis_kb.graph.node_names import NodeNames
from calcinosis_kb.graph.walk import Hop, carries
from graphs import TARGET, graphs

if TYPE_CHECKING:
    from networkx import MultiDiGraph

THERAPIES = ("t0", "t1", "t2")


def test_the_public_surface_is_what_it_says() -> None:
    surface = calcinosis_kb.graph.__all__
    assert sorted(surface) == surface
    # Asked twice, because a module that was imported meanwhile must not take a function's place.
    for name in (*surface, *surface):
        assert callable(getattr(calcinosis_kb.graph, name)), name


@given(graphs(), st.integers(1, 4))
def test_neighbours_are_symmetrical(graph: MultiDiGraph[str], depth: int) -> None:
    around = {node: neighbours(graph, node, depth=depth) for node in graph}
    one = {node: neighbours(graph, node) for node in graph}
    for found in one.values():
        for _, link in found.outgoing:
            assert (1, link) in one[link.target].incoming
        for _, link in found.incoming:
            assert (1, link) in one[link.source].outgoing
    for node, found in around.items():
        # Downstream of a node at some distance: the node lies upstream of the far end, no further away.
        for near, link in found.outgoing:
            back = {link_back: far for far, link_back in around[link.target].incoming}
            assert link.source == node or near > 1
            assert 1 <= near <= depth
            assert back[link] == 1
        edges = [link.edge for _, link in found.outgoing]
        assert len(edges) == len(set(edges))


@given(graphs(), st.integers(1, 8))
def test_without_agrees_with_the_graph_from_which_it_is_removed(graph: MultiDiGraph[str], longest: int) -> None:
    found = {therapy: paths(graph, therapy, max_edges=longest) for therapy in THERAPIES}
    things = [*(key for _, _, key in graph.edges(keys=True)), "m0", "p0"]
    for removed in things:
        rest = graph.copy()
        if removed in rest:
            rest.remove_node(removed)
        else:
            source, target, _ = next(hop for hop in graph.edges(keys=True) if hop[2] == removed)
            rest.remove_edge(source, target, key=removed)
        losses = {loss.therapy: loss for loss in without(removed, found)}
        for therapy in THERAPIES:
            left = paths(rest, therapy, max_edges=longest)
            if therapy not in losses:
                assert left == found[therapy]
                continue
            loss = losses[therapy]
            assert list(loss.left) == left
            assert (loss.before, loss.after) == (polarity(found[therapy]), polarity(left))
            lowered = any(path.sign == "-" for path in found[therapy])
            assert loss.rationale_lost == (lowered and not any(path.sign == "-" for path in left))


@given(graphs())
def test_gaps_agree_with_every_path_listed(graph: MultiDiGraph[str]) -> None:
    def strength(hop: Hop) -> str:
        return str(graph.edges[hop]["strength"])

    def leads(source: str, target: str, allowed: set[str]) -> bool:
        def follow(hop: Hop) -> bool:
            return carries(graph, hop) and strength(hop) in allowed

        return next(simple_paths(graph, source, target, follow, max_edges=len(graph)), None) is not None

    every, firm = {"established", "plausible", "contested"}, {"established", "plausible"}
    expected = {}
    for node in ("p0", "p1", "p2"):
        if not leads(node, TARGET, {"established"}):
            continue
        reached = any(leads(therapy, node, every) for therapy in THERAPIES)
        firmly = any(leads(therapy, node, firm) for therapy in THERAPIES)
        acting = {*THERAPIES, *(m for m in ("m0", "m1") if any(leads(t, m, firm) for t in THERAPIES))}
        direct = any(
            source in acting and carries(graph, (source, node, key)) and strength((source, node, key)) in firm
            for source, _, key in graph.in_edges(node, keys=True)
        )
        if not direct:
            expected[node] = "indirect" if firmly else "contested" if reached else "unreached"
    found = gaps(graph, THERAPIES)
    assert {gap.node: gap.kind for gap in found} == expected
    for gap in found:
        way = established_way(graph, gap)
        assert (way.nodes[0], way.nodes[-1], way.strength) == (gap.node, TARGET, "established")
        assert len(way.steps) == gap.distance


@given(graphs())
def test_metapaths_part_the_paths_and_keep_their_order(graph: MultiDiGraph[str]) -> None:
    found = paths(graph, "t0")
    groups = metapaths(graph, found)
    assert sorted(found.index(route.path) for group in groups for route in group.routes) == list(range(len(found)))
    firsts = [found.index(group.routes[0].path) for group in groups]
    assert firsts == sorted(firsts)
    for group in groups:
        assert [found.index(route.path) for route in group.routes] == sorted(
            found.index(route.path) for route in group.routes
        )
        for route in group.routes:
            kinds = [graph.nodes[node]["kind"] for node in route.path.nodes]
            assert list(group.parts[::2]) == kinds
            assert (route.signs.count("-") % 2 == 1) == (route.path.sign == "-")
            assert set(route.sources) == {source for link in route.links for source in link.sources}


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


@given(graphs())
def test_conflicts_hold_every_pair_of_both_signs_and_every_contested_link(graph: MultiDiGraph[str]) -> None:
    found = conflicts(graph, {therapy: paths(graph, therapy) for therapy in THERAPIES})
    opposed = {
        key
        for source, target, key in graph.edges(keys=True)
        if {edge["sign"] for edge in graph[source][target].values()} == {"+", "-"}
    }
    contested = {key for _, _, key, strength in graph.edges(keys=True, data="strength") if strength == "contested"}
    assert {link.edge for dispute in found.disputes for link in dispute.opposed} == opposed
    assert {link.edge for dispute in found.disputes for link in dispute.contested} == contested
    assert [item.therapy for item in found.two_ways] == [t for t in THERAPIES if polarity(paths(graph, t)) == "both"]


def test_every_therapy_that_points_both_ways_is_told_with_its_questions(kb: KnowledgeBase) -> None:
    found = conflicts(kb.graph, {o.id: kb.paths(o.id) for o in kb.knowledge.options}, kb.knowledge.questions.values())
    two_ways = {item.therapy: item for item in found.two_ways}
    assert two_ways["warfarin"].questions == ("gla_driver_or_response",)
    assert "bisphosphonate_osteoclast" in two_ways["alendronate"].questions
    assert set(found.questions) == set(kb.knowledge.questions)
    disputes = {dispute.node: dispute for dispute in found.disputes}
    assert disputes["diltiazem"].questions == ("diltiazem_target",)
    assert {link.target for link in disputes["diltiazem"].contested} == {
        "intracellular_calcium_influx",
        "dystrophic_calcinosis",
    }


def test_the_pyrophosphate_makers_are_a_gap(kb: KnowledgeBase) -> None:
    found = {gap.node: gap.kind for gap in gaps(kb.graph, treatments(kb.knowledge))}
    assert found["enpp1"] == "unreached"
    assert found["extracellular_atp"] == "contested"
    assert found["mgp"] == "indirect"
    assert "tnf" not in found
    assert "hydroxyapatite_deposit" not in found


def test_without_gla_warfarin_has_no_rationale_and_vitamin_k2_turns(kb: KnowledgeBase) -> None:
    every = {option.id: kb.paths(option.id) for option in kb.knowledge.options}
    told = [(loss.therapy, loss.before, loss.after, loss.rationale_lost) for loss in without("gla", every)]
    assert told == [("warfarin", "both", "raising", True), ("vitamin_k2", "both", "lowering", False)]


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


@pytest.mark.parametrize(
    ("named", "node"),
    [
        ("b_cell", "b_cell"),
        ("B cells", None),
        ("IL-6", "il6"),
        ("Interleukin-1β", "il1b"),
        ("CD73", "nt5e"),
        ("TNAP", "alkaline_phosphatase"),
        ("tumor necrosis factor", "tnf"),
        ("calcinosis", "dystrophic_calcinosis"),
        ("Cardizem", "diltiazem"),
        ("MabThera", "rituximab"),
        ("ppi", "ppi"),
        ("JDM", None),
        ("nifedipin", "nifedipine"),
        ("nifedipne", None),
        ("omeprazole", "proton_pump_inhibitor"),
        ("metformin", None),
        ("Hypoxia", "tissue_hypoxia"),
        ("ischaemia", None),
        ("and", None),
        ("", None),
    ],
)
def test_a_node_is_understood_as_it_is_typed(kb: KnowledgeBase, named: str, node: str | None) -> None:
    names = NodeNames(kb.knowledge, kb.names)
    if node is not None:
        assert names.node(named) == node
        return
    with pytest.raises(InputError) as error:
        names.node(named)
    problem = error.value.problems[0]
    assert problem.code == "CKB085"
    near = {"B cells": "b_cell", "JDM": "male_sex", "nifedipne": "nifedipine", "ischaemia": "tissue_hypoxia"}
    if named in near:
        assert near[named] in (*problem.nearest, *problem.valid)


def test_every_node_is_found_by_its_id_and_by_its_name(kb: KnowledgeBase) -> None:
    names = NodeNames(kb.knowledge, kb.names)
    for id_, node in kb.knowledge.nodes.items():
        assert names.node(id_) == id_
        assert names.node(node.name.upper()) == id_
    for id_ in sorted(kb.knowledge.nodes)[::15]:
        assert id_ in {hit.id for hit in search(kb.knowledge, kb.knowledge.nodes[id_].name).hits}


def test_a_search_finds_every_kind_and_the_name_first(kb: KnowledgeBase) -> None:
    found = search(kb.knowledge, "Phosphate")
    assert {hit.kind for hit in found.hits} == {"node", "therapy", "question", "edge", "study"}
    assert found.hits[0].id == "phosphate"
    assert search(kb.knowledge, "PYROPHOSPHATE").hits == search(kb.knowledge, "pyrophosphate").hits
    assert {hit.id for hit in search(kb.knowledge, "Narvaez").hits} >= {"narvaez-2019"}
    assert search(kb.knowledge, "narváez").hits[0].id == search(kb.knowledge, "NARVAEZ").hits[0].id


@pytest.mark.parametrize(
    ("typed", "meant"), [("colchicin", "colchicine"), ("rituximb", "rituximab"), ("hypoxai", "hypoxia")]
)
def test_a_misspelt_word_finds_the_nearest(kb: KnowledgeBase, typed: str, meant: str) -> None:
    found = search(kb.knowledge, typed)
    assert {hit.id for hit in found.hits} == {hit.id for hit in search(kb.knowledge, meant).hits}


def test_what_stands_nowhere_is_not_found(kb: KnowledgeBase) -> None:
    assert search(kb.knowledge, "xyzzyqwert").hits == ()
    assert search(kb.knowledge, " - ").read_as == ""
