"""``calcinosis-kb --version``: the version, with the hashes of what answers are made from."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from calcinosis_kb._version import __version__
from calcinosis_kb.characters import visible
from calcinosis_kb.cli.checkout import load
from calcinosis_kb.errors import CalcinosisError

__all__ = ["print_version"]


def print_version() -> None:
    """Print the version on the first line, then knowledge, rules, engines and Python; or why the knowledge cannot be read."""
    print(f"calcinosis-kb {__version__}")
    overlay = os.environ.get("CALCINOSIS_KB_OVERLAY")
    try:
        kb = load(overlay=Path(overlay) if overlay else None)
    except CalcinosisError as error:
        first, *others = error.problems
        more = f" (and {len(others)} more: 'calcinosis-kb check' lists them)" if others else ""
        place = f" {first.place}" if first.place else ""
        print(f"knowledge and rules cannot be read: {first.code}{place}: {visible(first.message)}{more}")
        print(f"Python {platform.python_version()}")
        return
    from calcinosis_kb.report.version import version_document
    from calcinosis_kb.rules.durable import MISSING, available

    told = version_document(kb)
    knowledge, rules = told["knowledge"], told["rules"]
    print(f"knowledge {knowledge['hash']}, {knowledge['therapies']} therapies, {knowledge['studies']} studies")
    if "overlay" in knowledge:
        print(f"overlay {knowledge['overlay']}")
    print(f"rules {rules['hash']}, {rules['rules']} rules")
    print(f"engines {', '.join(told['engines'])}")
    if not available():
        print(MISSING)
    print(f"Python {told['python']}")
