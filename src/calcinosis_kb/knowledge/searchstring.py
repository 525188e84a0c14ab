"""Read a search string: words and phrases with AND, OR, NOT and parentheses, as PubMed, Europe PMC and ClinicalTrials.gov read them.

What only one of them understands is refused: tags of fields, wildcards, and two operators side by side without parentheses, which each
service would take in an order of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from calcinosis_kb.documents.fields import Text

__all__ = ["SearchString", "Term", "read_search"]

_TOKEN = re.compile(r"\s*(?:(?P<sign>[()])|(?P<term>\"[^\"\[\]():*]+\"|[^\s\"\[\]():*]+))")
_OPERATORS = ("AND", "OR", "NOT")
_DEEPEST = 20


@dataclass(frozen=True)
class Term:
    """A word or phrase, or several terms joined by one operator; ``text`` is a word as written, with its quotation marks."""

    text: str = ""
    operator: str = ""
    parts: tuple[Term, ...] = ()

    def tagged(self, tag: str) -> str:
        """The string with a tag behind each word and phrase, as PubMed limits them to a field.

        >>> read_search('("sodium thiosulfate" OR STS) AND calcinosis').tagged("[tiab]")
        '("sodium thiosulfate"[tiab] OR STS[tiab]) AND calcinosis[tiab]'
        """
        if not self.parts:
            return f"{self.text}{tag}"
        inner = (f"({part.tagged(tag)})" if part.parts else part.tagged(tag) for part in self.parts)
        return f" {self.operator} ".join(inner)

    @property
    def words(self) -> tuple[str, ...]:
        """The words and phrases without quotation marks; those that are excluded are left out."""
        wanted = self.parts[:1] if self.operator == "NOT" else self.parts
        return tuple(word for part in wanted for word in part.words) if self.parts else (self.text.strip('"'),)

    @property
    def sides(self) -> tuple[Term, ...]:
        """What a record must hold all of: the terms that AND joins, or the term itself."""
        if self.operator == "NOT":
            return self.parts[0].sides
        return self.parts if self.operator == "AND" else (self,)


def read_search(text: str) -> Term:
    """Read a search string. Raises `ValueError` that says what is wrong.

    >>> [side.words for side in read_search('(pamidronate OR "pamidronic acid") AND calcinosis').sides]
    [('pamidronate', 'pamidronic acid'), ('calcinosis',)]
    >>> read_search("pamidronate AND calcinosis OR ulcer")
    Traceback (most recent call last):
    ...
    ValueError: put parentheses around what 'AND' joins before 'OR'
    """
    tokens = list(_tokens(text))
    term, rest = _expression(tokens, 0)
    if rest < len(tokens):
        raise ValueError("a parenthesis is closed that was not opened")
    return term


def _tokens(text: str) -> Iterator[str]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if not found:
            raise ValueError(
                f"write words, \"phrases\", AND, OR, NOT and parentheses only, not '{text[at:].strip()[:20]}'"
            )
        yield found["sign"] or found["term"]
        at = found.end()


def _expression(tokens: list[str], at: int, depth: int = 0) -> tuple[Term, int]:
    if depth > _DEEPEST:
        raise ValueError("the parentheses are too deep")
    operator = ""
    part, at = _part(tokens, at, depth)
    parts = [part]
    while at < len(tokens) and tokens[at] != ")":
        word = tokens[at]
        if word not in _OPERATORS:
            raise ValueError(f"write AND, OR or NOT before '{word}', or quotation marks around a phrase")
        if operator and (word != operator or word == "NOT"):
            raise ValueError(f"put parentheses around what '{operator}' joins before '{word}'")
        operator = word
        part, at = _part(tokens, at + 1, depth)
        parts.append(part)
    return (Term(operator=operator, parts=tuple(parts)) if operator else parts[0]), at


def _part(tokens: list[str], at: int, depth: int) -> tuple[Term, int]:
    word = tokens[at] if at < len(tokens) else ")"
    if word in (*_OPERATORS, ")"):
        raise ValueError("a word or phrase is missing" + (f" before '{word}'" if at < len(tokens) else " at the end"))
    if word != "(":
        return Term(word), at + 1
    term, at = _expression(tokens, at + 1, depth + 1)
    if at >= len(tokens):
        raise ValueError("a parenthesis is not closed")
    return term, at + 1


def _readable(text: str) -> str:
    read_search(text)
    return text


SearchString = Annotated[Text, AfterValidator(_readable)]
"""A search string that `read_search` reads."""
