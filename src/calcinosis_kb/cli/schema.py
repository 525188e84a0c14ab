"""``calcinosis-kb schema``: write the JSON Schemas, with which an editor completes and checks YAML files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import path_here
from calcinosis_kb.cli.checkout import checkout
from calcinosis_kb.errors import InputError, Problem

__all__ = ["schema"]


def schema(
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The folder to write to, by default docs/schemas of the checkout."),
    ] = None,
) -> None:
    """Write a JSON Schema for each kind of YAML file, for editors, and for each JSON document that the commands print."""
    from calcinosis_kb.base import load
    from calcinosis_kb.editing.kinds import SCHEMAS
    from calcinosis_kb.editing.schema import write_schemas
    from calcinosis_kb.report.documents import every_schema

    here = checkout()
    if output is None and here.is_installed:
        fix = "name one: calcinosis-kb schema -o schemas"
        raise InputError((Problem("CKB057", "an installed package has no folder for schemas", fix=fix),))
    folder = output or here.root / SCHEMAS
    kb = load(knowledge=here.knowledge, rules=here.rules, engines=("reference",))
    made = every_schema(kb.knowledge, kb.rules)
    changed = write_schemas(folder, made)
    for path in changed:
        print(path_here(path), flush=True)
    print(f"{len(changed)} of {len(made)} schemas changed.", file=sys.stderr)
