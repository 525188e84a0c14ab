"""Random signed multigraphs of therapies, mechanisms and processes, for the properties of the queries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
from hypothesis import strategies as st

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["TARGET", "THERAPIES", "graphs"]

TARGET = "dystrophic_calcinosis"
THERAPIES = ("t0", "t1", "t2")

KINDS = {
    "therapy": THERAPIES,
    "mechanism_of_action": ("m0", "m1"),
    "pathophysiology_process": ("p0", "p1", "p2"),
    "disease": (TARGET,),
}


@st.composite
def graphs(draw: st.DrawFn) -> MultiDiGraph[str]:
    """A graph of nine nodes; circles, parallel edges of either sign and edges that carry nothing on are all allowed."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for kind, ids in KINDS.items():
        for id_ in ids:
            graph.add_node(id_, name=id_.title(), kind=kind, description=None)
    nodes = sorted(graph)
    edge = st.tuples(
        st.sampled_from(nodes),
        st.sampled_from(nodes),
        st.sampled_from(["causes", "acts_on", "contributes_to", "negatively_regulates", "associated_with"]),
        st.sampled_from("+-"),
        st.sampled_from(["established", "plausible", "contested"]),
    )
    for number, (source, target, predicate, sign, strength) in enumerate(draw(st.lists(edge, max_size=22))):
        if source != target:
            graph.add_edge(
                source,
                target,
                key=f"e{number:02}",
                predicate=predicate,
                sign=sign,
                strength=strength,
                context=("in_vitro",),
                claim=f"{source} {predicate} {target}.",
                sources=(f"study-{number}",),
            )
    return graph
