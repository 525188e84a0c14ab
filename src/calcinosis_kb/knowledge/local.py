"""The key ``local`` of a JSON document, which marks whatever depends on an overlay."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

__all__ = ["Local", "local_key"]


class Local(TypedDict, total=False):
    """Part of a document that may depend on an overlay."""

    local: Literal[True]
    """Present if it comes from an overlay or depends on one."""


def local_key(is_local: bool) -> Local:
    """Return the key, or an empty dict if it does not apply.

    >>> {"rule": "a", **local_key(True)}, {"rule": "b", **local_key(False)}
    ({'rule': 'a', 'local': True}, {'rule': 'b'})
    """
    return {"local": True} if is_local else {}
