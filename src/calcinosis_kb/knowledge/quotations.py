"""Find a short quote in a text, as strictly as a careful reader would.

Typography may differ (`calcinosis_kb.knowledge.normalform`). A quote may also leave out a part of one sentence ("…") and
insert explanations in square brackets; both are errors if they could change the meaning.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise, product

from calcinosis_kb.knowledge.normalform import BREAK, HYPHEN_AT_LINE_END, MAYBE_HYPHEN, MINUS, NormalForm, normal_form

__all__ = ["Fault", "Found", "find", "plausible"]

_ELLIPSIS = re.compile(r"\s*(?:\[\s*…\s*\]|…)\s*")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_NEGATION = re.compile(
    r"(?i)\b(?:no|not|non|none|nor|never|neither|nobody|nothing|without|cannot|hardly|absen\w+|except\w*|instead|fail\w*|lack\w*)\b"
    r"|n't\b"
)
_SIGNS = "<>≤≥=±≈≠~×+" + MINUS
_STOP = re.compile(r"""([.!?])['")\]]*[⁰¹²³⁴-⁹⁻,]*(?=[ \n]['"(\[]*([^\W_]))|\n""")
_ABBREVIATION = re.compile(r"(?i)\b(?:figs?|tabs?|nos?|vs|approx|ca|cf|refs?|eqs?|pp?|vol|e\.g|i\.e)\Z")
_NAMES_FOLLOW = re.compile(r"(?i)\b(?:vs|cf|dr|prof|e\.g|i\.e)\Z")
_REFERENCE_MARK = re.compile(r"[^\W\d_]{4}[⁰¹²³⁴-⁹]\Z")
"""A superscript after four letters is a reference mark; only unit symbols, which are shorter, have powers."""
_MOST_VARIANTS = 256


@dataclass(frozen=True)
class Found:
    """The place of a quote in the original: from character ``start`` up to, not including, ``end``."""

    start: int
    end: int


@dataclass(frozen=True)
class Fault:
    """Why a quote is refused although its words are in the text."""

    reason: str


Span = tuple[int, int]


def find(quote: str, text: NormalForm) -> Found | Fault | None:
    """Return the first place of a quote in a text, the reason why it is refused, or None if its words are missing.

    >>> text = normal_form("Pain fell in 12–14 of 20 pa-\\ntients (p < 0.05). It did not last.")
    >>> find("in 12-14 of 20 patients (p < 0.05)", text)
    Found(start=10, end=46)
    >>> find("in 12-14 of 20 patients (p > 0.05)", text) is None
    True
    >>> find("Pain fell … did not last", text)
    Fault(reason='the parts around the ellipsis are in different sentences')
    """
    fragments = [part for part in _ELLIPSIS.split(normal_form(quote).text) if part]
    if not fragments or not all(any(map(str.isalnum, _BRACKETS.sub("", part))) for part in fragments):
        return Fault("it has no word outside brackets that could be compared")
    places = [_places(_variants(fragment), text.text) for fragment in fragments]
    if not all(places):
        loosely = [_places(_variants(fragment, harmless=False), text.text) for fragment in fragments]
        return Fault("what it inserts in brackets has a figure, a sign or a negation") if all(loosely) else None
    refused: Fault | None = None
    for chain in _chains(places):
        start, end = text.starts[chain[0][0]], text.ends[chain[-1][1] - 1]
        fault = next((f for left, right in pairwise(chain) if (f := _omission(text.text, left[1], right[0]))), None)
        if fault is None and plausible(quote, start, end):
            return Found(start, end)
        refused = refused or fault
    if refused is None and len(fragments) > 1:
        return Fault("the parts around the ellipsis are in another order")
    return refused


def plausible(quote: str, start: int, end: int) -> bool:
    """Whether a passage from ``start`` to ``end`` has a possible length for a quote.

    A ligature is one character for three, line ends and indents add characters, and only an ellipsis omits more.
    """
    form = normal_form(quote).text
    bare = _BRACKETS.sub("", _ELLIPSIS.sub("", form))
    return 0 <= start < end and len(bare) <= 3 * (end - start) and ("…" in form or end - start <= 4 * len(quote) + 40)


def _variants(fragment: str, *, harmless: bool = True) -> Iterator[str]:
    """Variants of a fragment: each bracket taken literally, as an editor's insertion, or as a letter with changed case."""
    pieces: list[tuple[str, ...]] = []
    done = 0
    for match in _BRACKETS.finditer(fragment):
        before, after = fragment[: match.start()][-1:], fragment[match.end() :][:1]
        inside = match[1]
        pieces.append((fragment[done : match.start()],))
        done = match.end()
        readings = [match.group()]
        apart = not before.isalnum() and before != "-"
        if apart and len(inside) == 1 and inside.isalpha() and after.isalpha():
            readings += [inside.lower(), inside.upper()]
        elif apart and not after.isalnum() and after != "-" and not (harmless and _carries_meaning(inside)):
            readings.append("")
        pieces.append(tuple(readings))
    pieces.append((fragment[done:],))
    for reading in islice(product(*pieces), _MOST_VARIANTS):
        yield re.sub(r"(^| ) +| +($|[,;:.)])", r"\1\2", "".join(reading))


def _carries_meaning(insertion: str) -> bool:
    return any(c.isnumeric() or c in _SIGNS for c in insertion) or bool(_NEGATION.search(insertion))


def _places(variants: Iterable[str], text: str) -> list[Span]:
    """The places of a fragment's variants in a text where no word or number is cut at either end."""
    found: set[Span] = set()
    for variant in variants:
        pattern = _pattern(variant)
        match = pattern.search(text)
        while match:
            if not _cut(text, match.start(), match.end()):
                found.add(match.span())
            match = pattern.search(text, match.start() + 1)
    return sorted(found)


def _pattern(fragment: str) -> re.Pattern[str]:
    """The pattern of a fragment in the normal form of a text."""
    parts: list[str] = []
    for index, character in enumerate(fragment):
        before, after = fragment[index - 1] if index else "", fragment[index + 1 : index + 2]
        joint = HYPHEN_AT_LINE_END if not (before.isalpha() and after.isalpha()) else MAYBE_HYPHEN + HYPHEN_AT_LINE_END
        if character.isspace():
            # A hanging hyphen ("pre- and post-operative") may be at a line end too.
            hangs = f"|(?<=[{MAYBE_HYPHEN}{HYPHEN_AT_LINE_END}])" if before == "-" else ""
            parts.append(f"(?:[ \n]{hangs})")
        elif character in (MAYBE_HYPHEN, HYPHEN_AT_LINE_END):
            optional = "?" if character == MAYBE_HYPHEN else ""
            parts.append(f"(?:-[ \n]|[-{MAYBE_HYPHEN}{HYPHEN_AT_LINE_END}]){optional}")
        elif character in ("-", BREAK) and before.isnumeric() and after.isnumeric():
            parts.append(f"[-{BREAK}{HYPHEN_AT_LINE_END}]")
        elif character == "-":
            hanging = MAYBE_HYPHEN + HYPHEN_AT_LINE_END if after.isspace() else joint
            parts.append(f"[-{hanging}]")
        else:
            parts.append(re.escape(character) + (f"{MAYBE_HYPHEN}?" if character.isalpha() and after.isalpha() else ""))
    return re.compile("".join(parts))


def _cut(text: str, start: int, end: int) -> bool:
    """Whether the ends of a passage cut a word or compound, or a number from its sign, comparator, power or unit."""
    first, last = text[start], text[end - 1]
    before, further = text[max(0, start - 1) : start], text[max(0, start - 2) : max(0, start - 1)]
    after, beyond = text[end : end + 1], text[end + 1 : end + 2]
    if first.isalnum() and before:
        if before.isalnum() or before in (MAYBE_HYPHEN, HYPHEN_AT_LINE_END) or (before in "-/'" and further.isalnum()):
            return True
        if first.isnumeric() and (before in _SIGNS or (before in ".," and further.isnumeric())):
            return True
    if last.isalnum() and after and not _REFERENCE_MARK.search(text[max(0, end - 4) : end + 1]):
        if after.isalnum() or after in (MAYBE_HYPHEN, HYPHEN_AT_LINE_END) or (after in "-/'" and beyond.isalnum()):
            return True
        if last.isnumeric() and (after in "%‰°±×⁺⁻₊₋" or (after in ".," and beyond.isnumeric())):
            return True
    return bool(last in _SIGNS and after.isalnum())


def _chains(places: list[list[Span]]) -> Iterator[list[Span]]:
    """For each place of the first fragment, the nearest later place of each following fragment."""
    for first in places[0]:
        chain = [first]
        for candidates in places[1:]:
            index = bisect_left(candidates, (chain[-1][1], 0))
            if index == len(candidates):
                break
            chain.append(candidates[index])
        else:
            yield chain


def _omission(text: str, start: int, end: int) -> Fault | None:
    """Why the part of a text from ``start`` to ``end`` must not be left out, or None."""
    gap = text[start:end]
    if gap.strip() in ("…", "[…]"):
        return None
    if any(_ends_sentence(text, match) for match in _STOP.finditer(text, max(0, start - 1)) if match.start() < end):
        return Fault("the parts around the ellipsis are in different sentences")
    negation = _NEGATION.search(gap)
    return Fault(f"the ellipsis leaves out a negation, '{negation.group()}'") if negation else None


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    if match[1] is None:
        return True
    following = match[2]
    if following.islower():
        return False
    so_far = text[max(0, match.start() - 8) : match.start()]
    known = _ABBREVIATION if following.isnumeric() else _NAMES_FOLLOW
    return not (match[1] == "." and known.search(so_far))
