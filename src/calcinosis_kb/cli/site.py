"""``calcinosis-kb site``: write the pages for reading as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from calcinosis_kb.cli.app import OverlayOption, path_here, progress

__all__ = ["LIBRARIES", "site"]

LIBRARIES = ("fastapi", "jinja2")
"""What the pages are made with."""


def site(
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="A new folder, or one of an earlier site.")
    ],
    overlay: OverlayOption = None,
) -> None:
    """Write the pages for reading as files: treatments, studies, the map, stories. No patient page is among them.

    They open from a disk and from any folder of a web host, and have the addresses of 'calcinosis-kb serve'.
    """
    from calcinosis_kb.map.files import LAYOUT
    from calcinosis_kb.report.extras import require

    require((*LIBRARIES, *LAYOUT), "web")
    from calcinosis_kb.cli.checkout import checkout
    from calcinosis_kb.web.service import Service
    from calcinosis_kb.web.settings import Settings
    from calcinosis_kb.web.site import Site

    here = checkout()
    made = Site(Service(Settings(knowledge=here.knowledge, rules=here.rules, overlay=overlay)))
    with progress() as bar:
        task = bar.add_task("Writing pages", total=len(made.pages()))
        number = made.write(output, lambda: bar.advance(task))
    typer.echo(f"{number} files; open {path_here(output / 'index.html')}")
