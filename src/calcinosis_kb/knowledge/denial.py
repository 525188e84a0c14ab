"""Whether an entry of a list says that there is nothing of the kind."""

from __future__ import annotations

import re

from calcinosis_kb.knowledge.spelling import normalise

__all__ = ["is_denial"]

_NOTHING_WORDS = """
    none nil no nothing na nkda nka untreated keine keines kein aucun aucune rien ninguno ninguna nada nessuno
    nessuna niente nenhum nenhuma geen
"""
_NOTHING = frozenset(_NOTHING_WORDS.split())
_DENIAL = re.compile(
    r"(?:no|not|denies|denied|without|never|negative for|absence of|free of|ruled out|kein\w*|sans|sin|senza|sem|pas de|geen)\s+\S",
    re.I,
)


def is_denial(text: str) -> bool:
    """Whether a text says that there is nothing of the kind ("none", "no diabetes").

    >>> is_denial("None"), is_denial("no known heart failure"), is_denial("nifedipine")
    (True, True, False)
    """
    words = normalise(text).split()
    return bool(words) and (all(word in _NOTHING for word in words) or _DENIAL.match(" ".join(words)) is not None)
