"""Names of therapies and nodes as questions write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from calcinosis_kb.knowledge.spelling import in_sentence

__all__ = ["gives_away", "in_text", "listed", "named"]

_TELLING = 6
"""Letters in a row that a name and an answer must share for the one to give the other away."""


def named(name: str) -> str:
    """Return a name for use inside a sentence, its route in brackets.

    >>> named("Sodium thiosulfate, intravenous"), named("TNF neutralisation")
    ('sodium thiosulfate (intravenous)', 'TNF neutralisation')
    """
    return re.sub(r", (.+)$", r" (\1)", in_sentence(name))


def in_text(name: str, kind: str) -> str:
    """Return the name of a node for use inside a sentence; cells are spoken of in the plural.

    >>> in_text("Macrophage (activated)", "cell"), in_text("B cell", "cell"), in_text("Tissue hypoxia", "tissue_change")
    ('activated macrophages', 'B cells', 'tissue hypoxia')
    """
    if kind != "cell":
        return named(name)
    cell, _, state = named(name).partition(" (")
    return f"{state.removesuffix(')')} {cell}s".strip()


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def gives_away(name: str, answer: str) -> bool:
    """Whether a name holds a good part of a word of the answer, so that nobody need know anything.

    >>> gives_away("Intravenous immunoglobulin", "Immunoglobulin immunomodulation"), gives_away("Warfarin", "Vitamin K antagonism")
    (True, False)
    """
    words = re.findall(r"[a-z]+", answer.lower())
    pieces = {word[at : at + _TELLING] for word in words for at in range(len(word) - _TELLING + 1)}
    return any(piece in name.lower() for piece in pieces)
