"""Choose the knowledge and rules of a command: the checkout around the current folder, else those of the package."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.documents.checkout import Checkout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calcinosis_kb.base import KnowledgeBase

__all__ = ["checkout", "load"]


def checkout() -> Checkout:
    """The checkout around the current folder, else the package's data; says on standard error which, where the two differ."""
    package = Checkout.of_package()
    here = Checkout.around(Path.cwd())
    if here is None or here.root.samefile(package.root):
        return package
    if _hashes(here) != _hashes(package):
        message = f"Using knowledge/ and rules/ of {here.root}, which differ from those that calcinosis-kb was installed with."
        print(message, file=sys.stderr)
    return here


def load(*, overlay: Path | None = None, engines: Sequence[Any] | None = None) -> KnowledgeBase:
    """The knowledge base of `checkout`, as `calcinosis_kb.load` makes it."""
    from calcinosis_kb.base import load as load_folders
    from calcinosis_kb.rules.engine import ENGINES

    here = checkout()
    return load_folders(engines=engines or ENGINES, knowledge=here.knowledge, rules=here.rules, overlay=overlay)


def _hashes(one: Checkout) -> tuple[str, str]:
    from calcinosis_kb.knowledge.loader import content_hash

    return content_hash(one.knowledge), content_hash(one.rules)
