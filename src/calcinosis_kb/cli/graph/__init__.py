"""``calcinosis-kb graph``: walk, question, draw and export the map of mechanisms."""

from __future__ import annotations

import typer

from calcinosis_kb.cli.graph.draw import draw
from calcinosis_kb.cli.graph.export import export
from calcinosis_kb.cli.graph.patient import patient
from calcinosis_kb.cli.graph.questioning import conflicts, gaps, search, without
from calcinosis_kb.cli.graph.walking import compare, neighbours, path, polarity

__all__ = ["graph"]

graph = typer.Typer(
    add_completion=False, help="Walk, question, draw and export the map of mechanisms.", no_args_is_help=True
)
for command in (path, neighbours, compare, polarity, gaps, without, conflicts, search, patient, draw, export):
    graph.command()(command)
