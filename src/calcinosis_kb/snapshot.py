"""Cache what loading made, so that an answer need not parse hundreds of YAML files.

The YAML is always the truth: a snapshot is used only while the hashes of its files are the same and its content has the digest
that it was written with. It is validated like any input, and rebuilt where it is missing, stale, damaged or changed. It holds
no patient data. It lies in the user's private cache folder (``$XDG_CACHE_HOME/calcinosis-kb``, or ``~/.cache/calcinosis-kb``).
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from calcinosis_kb._version import __version__
from calcinosis_kb.documents.cache import cache_folder, cached, keep
from calcinosis_kb.knowledge.loader import content_hash
from calcinosis_kb.loading import Contents, contents

if TYPE_CHECKING:
    from calcinosis_kb.documents.overlay import Overlay

__all__ = ["cached_contents"]


def cached_contents(knowledge: Path, rules: Path, overlay: Overlay | None = None) -> Contents:
    """The contents of two folders with an overlay, from the snapshot where it is current.

    Raises `KnowledgeError` where the YAML cannot be loaded. A cache that cannot be read or written costs only time.
    """
    base = f"{__version__}-{content_hash(knowledge)}-{content_hash(rules)}"
    # Places in the snapshot name the overlay's folder as it was given.
    key = f"{base}-{overlay.hash}-{sha256(overlay.name.encode()).hexdigest()[:8]}" if overlay is not None else base
    try:
        path = cache_folder() / f"{key}.json"
    except RuntimeError:  # a user without a home has no cache
        return contents(knowledge, rules, overlay)
    content = cached(path)
    if content is not None:
        # Another build of this version may have had other models.
        with suppress(ValidationError):
            return Contents.model_validate_json(content)
    made = contents(knowledge, rules, overlay)
    if keep(path, made.model_dump_json(exclude_defaults=True).encode()):
        _clear(path, base)
    return made


def _clear(path: Path, base: str) -> None:
    """Remove older snapshots; that of ``base`` stays beside one with an overlay, and the other way round."""
    for other in path.parent.glob("*.json"):
        is_base, with_overlay = other.stem == base, other.stem.startswith(f"{base}-")
        if other != path and not (is_base or (path.stem == base and with_overlay)):
            with suppress(OSError):
                other.unlink()
