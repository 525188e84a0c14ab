"""Find slips that YAML reads as text: a word broken at its hyphen, an entry that became part of a text, a doubled apostrophe."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from calcinosis_kb.documents.document import Document, Path_
from calcinosis_kb.errors import Place, Problem

__all__ = ["check_texts"]

_BROKEN = re.compile(r"(?P<word>[\w-]*\w-)\s(?!(?:and|or|to|nor|than|versus|vs)\b)(?P<rest>\w+)")
_DOUBLED = re.compile(r"(?P<word>\w+'')\w*")
_ENTRY = re.compile(r"(?:^\s*|\s- )(?P<key>[a-z_]+):(?=\s|$)")


def check_texts(documents: Iterable[Document]) -> Iterator[Problem]:
    """Find broken words (CKB069), doubled apostrophes (CKB071) and swallowed entries (CKB079).

    A swallowed entry is a ``key:`` inside a text, if files of the same folder have that key.
    """
    folders: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        folders["/".join(document.name.split("/")[-3:-1])].append(document)
    for together in folders.values():
        keys = {path[-1] for document in together for path in document.key_marks}
        for document in together:
            yield from _swallowed(document, keys)
            for path, text in _texts(document.data):
                if "- " in text or "-\n" in text:
                    yield from _broken(document, path, text)
                if "''" in text:
                    yield from _doubled(document, path, text)


def _texts(data: Any) -> Iterator[tuple[Path_, str]]:
    """Every text of a document with its path."""
    waiting: list[tuple[Path_, Any]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            waiting.extend(((*path, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, index), inner) for index, inner in enumerate(value))


def _broken(document: Document, path: Path_, text: str) -> Iterator[Problem]:
    """Find words broken at a hyphen: YAML joins the lines with a space. "short- and long-term" is correct."""
    for found in _BROKEN.finditer(text):
        place = _place(document, path, found["word"])
        fix = f"keep '{found['word']}{found['rest']}' on one line"
        yield Problem("CKB069", f"the text reads '{found['word']} {found['rest']}'", place, fix=fix)


def _doubled(document: Document, path: Path_, text: str) -> Iterator[Problem]:
    """Find two apostrophes in a row, which mean one only between single quotes."""
    for found in _DOUBLED.finditer(text):
        place = _place(document, path, found["word"])
        right = found[0].replace("''", "'")
        yield Problem("CKB071", f"the text has two apostrophes in a row: {found[0]}", place, fix=f"write {right}")


def _swallowed(document: Document, keys: set[str | int]) -> Iterator[Problem]:
    """Find the first line of each entry that was indented into a text: it looks like a key but is not one of the document."""
    real = set(document.key_marks.values())
    last = -1
    for number, line in enumerate(document.text.splitlines()):
        for found in _ENTRY.finditer(line):
            if found["key"] in keys and (number, found.start("key")) not in real:
                if number > last + 1:
                    place = Place(document.name, number + 1, found.start("key") + 1)
                    fix = "indent it as an entry of its own, or remove the colon from the sentence"
                    yield Problem("CKB079", f"'{found['key']}:' is read as part of the text around it", place, fix=fix)
                last = number


def _place(document: Document, path: Path_, word: str) -> Place:
    """The first place of a word in a text, or the start of the text if a line break splits the word."""
    start = document.place(path)
    for number, line in enumerate(document.text.splitlines()[start.line - 1 :], start.line):
        column = line.find(word, start.column - 1 if number == start.line else 0)
        if column >= 0:
            return Place(start.file, number, column + 1)
    return start
