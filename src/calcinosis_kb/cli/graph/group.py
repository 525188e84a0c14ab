"""The group that the ``graph`` commands belong to."""

from __future__ import annotations

import typer

from calcinosis_kb.cli.app import app

__all__ = ["graph"]

graph = typer.Typer(help="The map of mechanisms: walk it and question it.", no_args_is_help=True)
app.add_typer(graph, name="graph")
