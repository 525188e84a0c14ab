"""Make a synthetic graph of mechanisms of any size: typed, signed, layered and deterministic."""

from __future__ import annotations

import random

import networkx as nx

__all__ = ["TARGET", "large_graph"]

TARGET = "outcome"
LAYERS = ("therapy", "mechanism_of_action", "mediator", "cell", "pathophysiology_process", "mediator", "tissue_change")
"""The kinds from left to right. An edge leads one or two layers on, or, one time in thirteen, one layer back: feedback."""
_SHARES = (0.05, 0.05, 0.25, 0.1, 0.2, 0.25, 0.1)
_PREDICATES = (
    *["positively_regulates"] * 5, *["causes"] * 4, *["negatively_regulates"] * 3, *["contributes_to"] * 3,
    *["associated_with"] * 3, *["acts_on"] * 2,
)  # fmt: skip
_STRENGTHS = (*["established"] * 5, *["plausible"] * 4, "contested")


def large_graph(nodes: int, edges: int, seed: int = 1) -> nx.MultiDiGraph[str]:
    """Return a graph with exactly this many nodes and edges; `TARGET` is reached from the last two layers."""
    draw = random.Random(seed)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    layers: list[list[str]] = []
    for number, (kind, share) in enumerate(zip(LAYERS, _SHARES, strict=True)):
        count = round((nodes - 1) * share) if number < len(LAYERS) - 1 else nodes - 1 - len(graph)
        layers.append([f"{kind}-{number}-{index}" for index in range(count)])
        for id_ in layers[-1]:
            graph.add_node(id_, name=id_.replace("-", " "), kind=kind, description=None, theme="synthetic")
    graph.add_node(TARGET, name="Outcome", kind="disease", description=None, theme="synthetic")
    layers.append([TARGET])
    last = len(LAYERS) - 1
    ends = nodes // 100
    starts = [last] * ends + draw.choices(range(last), k=edges - ends)
    turns = draw.choices((1, 1, 2, -1), weights=(4, 4, 4, 1), k=edges)
    predicates, strengths = draw.choices(_PREDICATES, k=edges), draw.choices(_STRENGTHS, k=edges)
    signs, picks = draw.choices("++-", k=edges), draw.choices(range(nodes), k=2 * edges)
    for index, (at, turn, predicate) in enumerate(zip(starts, turns, predicates, strict=True)):
        to = last + 1 if at == last else max(1, min(at + turn, last))
        source, target = (
            layers[where][pick % len(layers[where])] for where, pick in ((at, picks[index]), (to, picks[-index]))
        )
        sign = "-" if predicate == "negatively_regulates" else signs[index]
        graph.add_edge(
            source, target, f"s{index}", predicate=predicate, sign=sign, strength=strengths[index],
            context=("review_or_rationale",), claim="Synthetic.", confidence="textbook", sources=(), effect=None, direction=None,
        )  # fmt: skip
    return graph
