"""``calcinosis-kb graph …``: one file a family of commands. Each is imported here so that it registers itself."""

from __future__ import annotations

from calcinosis_kb.cli.graph import draw, export, patient, questioning, walking
from calcinosis_kb.cli.graph.group import graph

__all__ = ["draw", "export", "graph", "patient", "questioning", "walking"]
