"""Normalise names: case, accents, punctuation, British and American spelling, and spelling in other languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["CODE_SYSTEMS", "enumerated", "in_sentence", "international", "normalise"]

CODE_SYSTEMS = frozenset({"rxnorm", "atc", "omop"})
"""The systems of codes that may stand for the name of a medicine, as in rxnorm:3443."""

# British and American spellings get one form, which is never shown.
_SPELLINGS = (("oe", "e"), ("ae", "e"), ("aluminium", "aluminum"), ("sulph", "sulf"), ("tumour", "tumor"))
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"})
_NOT_WORD = re.compile(r"[\W_]+")

# Letters that an INN avoids so that a name is similar in all languages ("f" for "ph", "t" for "th", "e" for "ae" and
# "oe", "i" for "y", no "h" and no "k"), and the endings that languages add.
_LETTERS = (
    ("ph", "f"),
    ("th", "t"),
    ("ch", "c"),
    ("rh", "r"),
    ("y", "i"),
    ("k", "c"),
    ("z", "s"),
    ("qu", "c"),
    ("x", "s"),
)
_DOUBLED = re.compile(r"(.)\1+")
_ENDING = re.compile(r"(?:ium|um|us|em|es|os|as|[aeiou])$")
_SHORTEST = 6
"""The length in letters below which names without their ending are too similar."""


def normalise(text: str) -> str:
    """Return a name without case, accents, punctuation and differences of British and American spelling, in any script.

    >>> normalise("Œsophageal  stricture") == normalise("esophageal-stricture")
    True
    >>> normalise("ジルチアゼム")
    'ジルチアゼム'
    """
    if not text.isascii():
        text = _plain(text)
    text = _NOT_WORD.sub(" ", text.casefold()).strip()
    for one, other in _SPELLINGS:
        text = text.replace(one, other)
    return text


def _plain(text: str) -> str:
    """A text without case, accents and ligatures, with one character per letter."""
    text = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).casefold()
    # In Japanese a voicing mark makes another letter; elsewhere such marks are accents.
    text = "".join(letter for letter in text if letter in "\u3099\u309a" or not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", text)


def international(text: str) -> str:
    """Return a key that is the same for the names of a substance in several languages; "" if the name is too short.

    Source of the letters: World Health Organization, general principles for devising international nonproprietary names
    (f instead of ph, t instead of th, e instead of ae or oe, i instead of y; h and k are avoided).

    >>> international("methotrexate") == international("Metotrexato") == international("methotrexatum")
    True
    >>> international("zinc")
    ''
    """
    words = [_key(word) for word in normalise(text).split()]
    return " ".join(words) if all(len(word) >= _SHORTEST - 1 for word in words) else ""


def _key(word: str) -> str:
    for one, other in _LETTERS:
        word = word.replace(one, other)
    return _ENDING.sub("", _DOUBLED.sub(r"\1", word.replace("h", "")))


_PROPER = ("Barrett", "Janus", "Keutel", "Paget", "Pneumocystis", "Raynaud")
"""First words of names that keep their capital inside a sentence."""


def enumerated(words: Sequence[str], last: str) -> str:
    """Join words with a word before the last one.

    >>> enumerated(["a", "b", "c"], "and"), enumerated(["a"], "and"), enumerated([], "or")
    ('a, b and c', 'a', '')
    """
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def in_sentence(name: str) -> str:
    """Return a name for use inside a sentence: abbreviations and proper names keep their capitals.

    >>> in_sentence("Active hepatitis B"), in_sentence("HIV infection"), in_sentence("A deposit over the lung")
    ('active hepatitis B', 'HIV infection', 'a deposit over the lung')
    >>> in_sentence("Raynaud phenomenon"), in_sentence("L-type calcium channel blockade"), in_sentence("B cell")
    ('Raynaud phenomenon', 'L-type calcium channel blockade', 'B cell')
    """
    first = name.split()[0]
    symbol = first[1:] != first[1:].lower() or first[1:2] == "-" or (len(first) == 1 and first != "A")
    return name if symbol or name.startswith(_PROPER) else name[0].lower() + name[1:]
