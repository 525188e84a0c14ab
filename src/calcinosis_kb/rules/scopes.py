"""The options of a knowledge base as the compiler sees them."""

from __future__ import annotations

from calcinosis_kb.knowledge.knowledge import Knowledge
from calcinosis_kb.rules.compiler import Scope

__all__ = ["scopes"]


def scopes(knowledge: Knowledge) -> tuple[Scope, ...]:
    """The options as the compiler sees them."""
    return tuple(Scope(option.id, option.family or option.id, option.kind) for option in knowledge.options)
