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
    from calcinosis_kb.documents.writing import make_folder, write_file
    from calcinosis_kb.editing.kinds import SCHEMAS
    from calcinosis_kb.editing.schema import as_text, schemas
    from calcinosis_kb.report.documents import document_schemas

    here = checkout()
    if output is None and here.is_installed:
        fix = "name one: calcinosis-kb schema -o schemas"
        raise InputError((Problem("CKB057", "an installed package has no folder for schemas", fix=fix),))
    folder = output or here.root / SCHEMAS
    kb = load(knowledge=here.knowledge, rules=here.rules, engines=("reference",))
    make_folder(folder)
    made = {**schemas(kb.knowledge, kb.rules), **document_schemas()}
    changed = 0
    for name, one in made.items():
        path, content = folder / f"{name}.schema.json", as_text(one).encode()
        if not path.is_file() or path.read_bytes() != content:
            write_file(path, content)
            print(path_here(path), flush=True)
            changed += 1
    print(f"{changed} of {len(made)} schemas changed.", file=sys.stderr)
