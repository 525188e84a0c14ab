"""Build the graph of mechanisms, search its paths and answer questions about it.

Each function takes the networkx ``MultiDiGraph`` of `KnowledgeBase.graph`, or the paths found in it.

>>> from calcinosis_kb import load
>>> from calcinosis_kb.graph import paths, polarity
>>> polarity(paths(load().graph, "warfarin"))
'both'
"""

from __future__ import annotations

from calcinosis_kb.graph.compare import compare
from calcinosis_kb.graph.conflicts import conflicts
from calcinosis_kb.graph.gaps import gaps, treatments
from calcinosis_kb.graph.metapaths import metapaths
from calcinosis_kb.graph.neighbours import neighbours
from calcinosis_kb.graph.paths import paths
from calcinosis_kb.graph.search import search
from calcinosis_kb.graph.walk import simple_paths
from calcinosis_kb.graph.without import without
from calcinosis_kb.knowledge.mechanism_paths import polarity

__all__ = [
    "compare", "conflicts", "gaps", "metapaths", "neighbours", "paths", "polarity", "search", "simple_paths", "treatments",
    "without",
]  # fmt: skip
