"""The data of the page: indices, sources and addresses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from calcinosis_kb import KnowledgeBase
from calcinosis_kb.knowledge.knowledge import OUTCOME_NODE
from calcinosis_kb.map.page_data import page_data
from calcinosis_kb.map.scene import overview, route


@pytest.fixture(scope="module")
def data(kb: KnowledgeBase) -> dict[str, Any]:
    scenes = {
        "overview": overview(kb.knowledge, kb.graph),
        "route:warfarin": route(kb.graph, "warfarin", OUTCOME_NODE),
    }
    return page_data(kb, scenes, {node.id: node for scene in scenes.values() for node in scene.nodes}.values())


def test_every_node_and_edge_of_the_graph_is_there_once(kb: KnowledgeBase, data: dict[str, Any]) -> None:
    assert sorted(node["id"] for node in data["nodes"] if node["kind"] != "theme") == sorted(kb.graph)
    assert [edge["id"] for edge in data["edges"]] == sorted(key for _, _, key in kb.graph.edges(keys=True))
    assert json.loads(json.dumps(data)), "it is plain data"


def test_an_index_leads_to_what_it_stands_for(kb: KnowledgeBase, data: dict[str, Any]) -> None:
    names, cites = [node["id"] for node in data["nodes"]], [source["cite"] for source in data["sources"]]
    ends = {key: (source, target) for source, target, key in kb.graph.edges(keys=True)}
    for edge in data["edges"]:
        assert (names[edge["source"]], names[edge["target"]]) == ends[edge["id"]]
        cited = kb.graph.edges[(*ends[edge["id"]], edge["id"])]["sources"]
        assert [cites[number] for number in edge["sources"]] == [kb.knowledge.cite(source) for source in cited]
    for view in data["views"].values():
        assert view["nodes"]
        placed = {number for number, *_ in view["nodes"]}
        assert all({source, target} <= placed for _, source, target, *_ in view["edges"])
    for theme in (node for node in data["nodes"] if node["kind"] == "theme"):
        assert all(names[member] in kb.graph for member in theme["members"])


def test_steps_count_the_arrows_to_calcinosis(data: dict[str, Any]) -> None:
    steps = {number: node["steps"] for number, node in enumerate(data["nodes"]) if "steps" in node}
    names = [node["id"] for node in data["nodes"]]
    assert steps[names.index(OUTCOME_NODE)] == 0
    targets: dict[int, set[int]] = {}
    for edge in data["edges"]:
        targets.setdefault(edge["source"], set()).add(edge["target"])
    for number, far in steps.items():
        assert far == 0 or any(steps.get(target) == far - 1 for target in targets[number]), names[number]


def test_every_address_is_one_that_a_browser_opens_as_a_page(data: dict[str, Any]) -> None:
    addresses = [address for source in data["sources"] for _, address in source["links"]]
    assert addresses
    assert all(address.startswith(("https://", "http://")) for address in addresses)
