"""Find the passage of a text that is most similar to a missing quote, and describe the differences."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from calcinosis_kb.knowledge.normalform import HYPHEN_AT_LINE_END, MAYBE_HYPHEN, MINUS, NormalForm, normal_form

__all__ = ["Passage", "nearest_passage"]

_JOINTS = re.compile(f"[{MAYBE_HYPHEN}{HYPHEN_AT_LINE_END}]")
_TOKEN = re.compile(
    rf"{MINUS}?[0-9]+(?:[.,][0-9]+)*[⁰¹²³⁴-⁹⁺⁻]*|[^\W\d_]+(?:[-'{MAYBE_HYPHEN}{HYPHEN_AT_LINE_END}][^\W_]+)*[⁰¹²³⁴-⁹⁺⁻]*|\S"
)
_ALIKE = 0.5
"""The share of a quote's words that a passage must have to be shown."""


@dataclass(frozen=True)
class Passage:
    """A passage of the original from ``start`` to ``end``, and how a quote differs from it, in sentences."""

    start: int
    end: int
    text: str
    differences: tuple[str, ...]


@dataclass(frozen=True)
class _Words:
    """The words, numbers and signs of a text with their places in its normal form."""

    form: NormalForm
    words: list[str]
    spans: list[tuple[int, int]]

    @classmethod
    def of(cls, form: NormalForm) -> _Words:
        matches = list(_TOKEN.finditer(form.text))
        return cls(form, [_JOINTS.sub("", match.group()) for match in matches], [match.span() for match in matches])

    def shown(self, first: int, last: int) -> str:
        """The original text from one word up to, not including, another."""
        return self.form.passage(self.spans[first][0], self.spans[last - 1][1]) if first < last else ""


def nearest_passage(quote: str, text: NormalForm) -> Passage | None:
    """Return the passage that shares most words with a quote, or None if none has half of them.

    >>> passage = nearest_passage("a fall (p < 0.05)", normal_form("It was a fall (p > 0.05) of pain."))
    >>> passage.text, passage.differences
    ('a fall (p > 0.05)', ('the text says "p > 0.05", the quote "p < 0.05"',))
    """
    wanted, whole = _Words.of(normal_form(quote)), _Words.of(text)
    if not wanted.words or not whole.words:
        return None
    first, shared = _window(wanted.words, whole.words)
    if shared < _ALIKE * len(wanted.words):
        return None
    size = len(wanted.words)
    if shared == size and whole.words[first : first + size] != wanted.words:
        left, right = first, first + size
        differences = [f'the words are in another order: the text says "{whole.shown(left, right)}"']
    else:
        left, right, differences = _compared(first, wanted, whole)
    start, end = text.starts[whole.spans[left][0]], text.ends[whole.spans[right - 1][1] - 1]
    return Passage(start, end, whole.shown(left, right), tuple(differences))


def _compared(first: int, wanted: _Words, whole: _Words) -> tuple[int, int, list[str]]:
    """The passage around the word ``first``, as its first word and the one after its last, and the differences in it."""
    size = len(wanted.words)
    last = min(len(whole.words), first + size + 3)
    first = max(0, first - 3)
    matcher = SequenceMatcher(None, whole.words[first:last], wanted.words, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    opcodes = [code[1:] for code in matcher.get_opcodes() if code[0] != "equal"]
    # Words of the window beyond either end of the quote are not a difference.
    changes = _joined([(i, j, k, m) for i, j, k, m in opcodes if k < m or 0 < k < size])
    left, right = first + blocks[0].a, first + blocks[-1].a + blocks[-1].size
    differences = []
    for i, j, k, m in changes:
        # Beyond an end, only as many words are compared as the quote has there.
        i, j = first + (max(i, j - m) if k == 0 else i), first + (min(j, i + m - k) if m == size else j)
        left, right = min(left, i), max(right, j)
        before, after = int(i > 0 and k > 0), int(j < len(whole.words) and m < size)
        says, quoted = whole.shown(i - before, j + after), wanted.shown(k - before, m + after)
        differences.append(f'the text says "{says}", the quote "{quoted}"')
    if not differences:
        differences = ["the words are the same, but the quote parts, joins or cuts one of them"]
    return left, right, list(dict.fromkeys(differences))


def _window(wanted: list[str], whole: list[str]) -> tuple[int, int]:
    """The start of the stretch with most of the wanted words, and their number; the first of equals."""
    size = len(wanted)
    missing = Counter(wanted)
    shared, best, most = 0, 0, -1
    for index, word in enumerate(whole):
        shared += missing[word] > 0
        missing[word] -= 1
        if index >= size:
            left = whole[index - size]
            missing[left] += 1
            shared -= missing[left] > 0
        if shared > most:
            best, most = max(0, index - size + 1), shared
    return best, most


def _joined(changes: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Join changes that are separated by at most one word."""
    joined: list[tuple[int, int, int, int]] = []
    for i, j, k, m in changes:
        if joined and k - joined[-1][3] <= 1 and i - joined[-1][1] <= 1:
            i, _, k, _ = joined.pop()
        joined.append((i, j, k, m))
    return joined
