"""The graph of mechanisms, and the questions that can be put to it.

Each function takes the networkx ``MultiDiGraph`` of `KnowledgeBase.graph` (or one like it), or the paths found in it. They are
imported when they are asked for, because an answer for a patient needs none of them.

>>> from calcinosis_kb import load
>>> from calcinosis_kb.graph import paths, polarity
>>> polarity(paths(load().graph, "warfarin"))
'both'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

# At once and not on demand: the module of the same name would take the function's place.
from calcinosis_kb.graph.paths import paths, polarity

if TYPE_CHECKING:
    from calcinosis_kb.graph.comparison import compare
    from calcinosis_kb.graph.disputes import conflicts
    from calcinosis_kb.graph.finder import search
    from calcinosis_kb.graph.neighbourhood import neighbours
    from calcinosis_kb.graph.removal import without
    from calcinosis_kb.graph.routes import metapaths
    from calcinosis_kb.graph.untargeted import gaps
    from calcinosis_kb.graph.walk import simple_paths

__all__ = [
    "compare", "conflicts", "gaps", "metapaths", "neighbours", "paths", "polarity", "search", "simple_paths", "without"
]  # fmt: skip

_HOMES = {
    "compare": "comparison",
    "conflicts": "disputes",
    "gaps": "untargeted",
    "metapaths": "routes",
    "neighbours": "neighbourhood",
    "search": "finder",
    "simple_paths": "walk",
    "without": "removal",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
