"""Cache what loading made, so that an answer need not parse hundreds of YAML files and compile their rules.

The YAML is always the truth: a snapshot is used only while the hashes of its files are the same, for the Python and the
package that wrote it, and while its content has the digest that it was written with. It is rebuilt where it is missing, stale,
damaged or changed. It holds no patient data. It is a pickle, which may do anything when it is read, so it lies in the user's
private cache folder (``$XDG_CACHE_HOME/calcinosis-kb``, or ``~/.cache/calcinosis-kb``) and is trusted as the user's other
programs are. Its first line is JSON: the words that shell completion proposes.
"""

from __future__ import annotations

import io
import pickle
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from calcinosis_kb._version import __version__
from calcinosis_kb.documents.cache import cache_folder, cached, keep
from calcinosis_kb.documents.fingerprint import change_mark, content_hash

if TYPE_CHECKING:
    from calcinosis_kb.contents import Contents, Strata
    from calcinosis_kb.documents.overlay import Overlay

__all__ = ["cached_contents"]

_NAMED: dict[str, Any] = {"__all__": {"name", "title", "aliases", "brands"}}
_WORDS: dict[str, Any] = {"therapies": _NAMED, "nodes": _NAMED, "themes": _NAMED, "stories": _NAMED, "terms": True}
"""The parts of the knowledge that completion reads."""


def cached_contents(knowledge: Path, rules: Path, overlay: Overlay | None = None) -> Contents:
    """The contents of two folders with an overlay, from the snapshot where it is current.

    Raises `KnowledgeError` where the YAML cannot be loaded. A cache that cannot be read or written costs only time.
    """
    package = change_mark(Path(__file__).parent, ".py")
    base = f"{__version__}-{MAGIC_NUMBER.hex()}-{package}-{content_hash(knowledge)}-{content_hash(rules)}"
    # Places in the snapshot name the overlay's folder as it was given.
    key = f"{base}-{overlay.hash}-{sha256(overlay.name.encode()).hexdigest()[:8]}" if overlay is not None else base
    try:
        path = cache_folder() / f"{key}.snapshot"
    except RuntimeError:  # a user without a home has no cache
        path = None
    content = cached(path) if path is not None else None
    if content is not None:
        try:
            kept: tuple[Strata, Contents] = pickle.loads(content.partition(b"\n")[2])
            return kept[1]
        except Exception:  # whatever keeps a copy from being read, only time is lost
            pass

    from calcinosis_kb.loading import contents  # an answer from the snapshot needs none

    made = contents(knowledge, rules, overlay)
    if path is not None and keep(path, _as_bytes(made)):
        _clear(path, base)
    return made


def _as_bytes(made: Contents) -> bytes:
    words = made.knowledge.model_dump_json(include=_WORDS, exclude_defaults=True)
    file = io.BytesIO(f"{words}\n".encode())
    file.seek(0, io.SEEK_END)
    # To ask for the strata compiles the rules, and the contents hold them from then on.
    _Pickler(file, pickle.HIGHEST_PROTOCOL).dump((made.strata, made))
    return file.getvalue()


class _Pickler(pickle.Pickler):
    """Writes only the fields of a model. Pydantic's own way is twice as slow to read, and to validate again three times."""

    def reducer_override(self, value: Any) -> Any:
        return (_model, (type(value), value.__dict__)) if isinstance(value, BaseModel) else NotImplemented


def _model(kind: type[BaseModel], fields: dict[str, Any]) -> BaseModel:
    """Make a model of what its pickle holds, as `BaseModel.__setstate__` does."""
    model = kind.__new__(kind)
    _set(model, "__dict__", fields)
    _set(model, "__pydantic_fields_set__", set())
    _set(model, "__pydantic_extra__", None)
    _set(model, "__pydantic_private__", None)
    return model


_set = object.__setattr__
"""Models are frozen. There are thousands of them, and to set their state by pydantic's own way takes twice as long."""


def _clear(path: Path, base: str) -> None:
    """Remove older snapshots; that of ``base`` stays beside one with an overlay, and the other way round."""
    for other in path.parent.glob("*.snapshot"):
        is_base, with_overlay = other.stem == base, other.stem.startswith(f"{base}-")
        if other != path and not (is_base or (path.stem == base and with_overlay)):
            with suppress(OSError):
                other.unlink()
