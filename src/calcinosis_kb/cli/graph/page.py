"""``graph draw -o map.html``: the map as a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from calcinosis_kb.advice.answer import Advice
    from calcinosis_kb.base import KnowledgeBase
    from calcinosis_kb.knowledge.pathophysiology import Strength
    from calcinosis_kb.map.scene import Scene

__all__ = ["PAGE", "write_page"]

PAGE = ".html"


def write_page(
    kb: KnowledgeBase,
    output: Path,
    advice: Advice | None,
    opening: Scene | None,
    theme: str | None,
    strength: Strength,
    look: str | None,
) -> None:
    """Writes the page and says so. ``theme`` is the id of the theme that the opening scene is of, where it is of one.

    Raises `InputError`: CKB093 for a look that only pictures have, CKB054 and CKB057 as the pictures do.
    """
    from calcinosis_kb.documents.writing import write_file
    from calcinosis_kb.map.page import LOOKS, as_page

    wanted = look or "auto"
    if wanted not in LOOKS:
        message = f"the page has no look '{wanted}'"
        fix = "leave '--theme' out: on paper the page is without colours of itself"
        raise InputError((Problem("CKB093", message, valid=LOOKS[1:], fix=fix),))
    view = (_key(opening, theme), opening) if opening else None
    write_file(output, as_page(kb, advice=advice, opening=view, strength=strength, look=wanted).encode())
    print(output)


def _key(scene: Scene, theme: str | None) -> str:
    """What the address of the page calls a view."""
    if not scene.focus:
        return f"theme:{theme}"
    return f"{'focus' if len(scene.focus) == 1 else 'path'}:{':'.join(scene.focus)}"
