"""Choose the knowledge and rules of a command: the checkout around the current folder, else those of the package."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calcinosis_kb.documents.checkout import Checkout
from calcinosis_kb.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calcinosis_kb.base import KnowledgeBase

__all__ = ["checkout", "enter", "load"]


def enter(directory: Path) -> None:
    """Change to a folder of a checkout. Raises `InputError` (CKB078) if that is not possible, or if it is not part of a checkout."""
    message = f"no folder at or above {directory} holds knowledge/ and rules/"
    try:
        os.chdir(directory)
    except OSError as error:
        message = f"{directory} cannot be entered: {error.strerror}"
    else:
        if Checkout.around(Path.cwd()) is not None:
            return
    fix = "name a checkout of calcinosis-kb, or leave -C out"
    raise InputError((Problem("CKB078", message, fix=fix),))


def checkout() -> Checkout:
    """Return the checkout around the current folder, else the package's data; report on standard error if the two differ."""
    package = Checkout.of_package()
    try:
        here = Checkout.around(Path.cwd())
    except OSError:  # the current folder was deleted
        here = None
    if here is None or here.root.samefile(package.root):
        return package
    if _hashes(here) != _hashes(package):
        message = f"Using knowledge/ and rules/ of {here.root}, which differ from those that calcinosis-kb was installed with."
        print(message, file=sys.stderr)
    return here


def load(*, overlay: Path | None = None, engines: Sequence[Any] | None = None) -> KnowledgeBase:
    """Load the knowledge base of `checkout`; see `calcinosis_kb.load`."""
    from calcinosis_kb.base import load as load_folders
    from calcinosis_kb.rules.engine import ENGINES

    here = checkout()
    return load_folders(engines=engines or ENGINES, knowledge=here.knowledge, rules=here.rules, overlay=overlay)


def _hashes(one: Checkout) -> tuple[str, str]:
    from calcinosis_kb.documents.fingerprint import content_hash

    return content_hash(one.knowledge), content_hash(one.rules)
