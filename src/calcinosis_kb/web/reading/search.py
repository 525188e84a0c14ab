"""Search of every record by its names: as a page, and as an index that the search box of each page reads."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import NamedTuple

from calcinosis_kb.graph.node_names import plain
from calcinosis_kb.graph.search import holds, known_word
from calcinosis_kb.web.reading.section import Record, Section
from calcinosis_kb.web.reading.sections import SECTIONS
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["INDEX", "SEARCH", "Entry", "find", "search_page"]

_MOST = 60
"""Number of records that are listed."""


class Entry(NamedTuple):
    """A record with its page; ``text`` is all its names without accents and signs."""

    section: Section
    address: str
    record: Record
    text: str

    def rank(self, words: str) -> int:
        """How well a name fits: the name is meant, another name is, the name begins with it, or the words occur."""
        name = plain(self.record.name)
        if name == words:
            return 0
        if words in map(plain, self.record.others):
            return 1
        return 2 if name.startswith(words) else 3


@lru_cache(maxsize=1)
def _entries(service: Service) -> tuple[Entry, ...]:
    return tuple(
        Entry(section, section.address.format(id=id_), record, plain(" ".join((record.name, id_, *record.others))))
        for section in SECTIONS
        for id_, record in section.records(service).items()
    )


def find(service: Service, text: str) -> tuple[str, list[Entry]]:
    """Return the records with a name that has every word, or a word that begins with it, best first; and the words as they were read.

    Where nothing is found, each word that occurs nowhere is read as the nearest one that does.
    """
    entries, words = _entries(service), plain(text).split()
    hits = _holding(entries, words)
    if words and not hits:
        vocabulary = {word for entry in entries for word in entry.text.split() if len(word) > 2}
        words = [known_word(word, vocabulary) for word in words]
        hits = _holding(entries, words)
    return " ".join(words), hits


def _holding(entries: tuple[Entry, ...], words: list[str]) -> list[Entry]:
    found = [entry for entry in entries if words and holds(entry.text, words)]
    return sorted(found, key=lambda entry: entry.rank(" ".join(words)))


def search_page(service: Service, text: str = "", links: Links | None = None) -> str:
    """Return what was found, or every record where nothing is asked."""
    read_as, hits = find(service, text)
    groups = [
        (section, [(section.address.format(id=id_), record.name) for id_, record in section.records(service).items()])
        for section in (() if text.strip() else SECTIONS)
        if section.of_records
    ]
    return service.render(
        "reading/search.html",
        "/search",
        links,
        asked=text,
        read_as=None if read_as == plain(text) else read_as,
        hits=hits[:_MOST],
        more=max(0, len(hits) - _MOST),
        groups=groups,
    )


def search_index(service: Service, links: Links | None = None) -> str:
    """Return the index as a script; it is read by assets/search.js, also from a file, where a page may not fetch data."""
    link = links or Links()
    rows = [
        [
            link(entry.address),
            entry.section.noun,
            entry.record.name,
            entry.text.removeprefix(plain(entry.record.name)).strip(),
        ]
        for entry in _entries(service)
    ]
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f'document.dispatchEvent(new CustomEvent("search-index", {{ detail: {data} }}));\n'


SEARCH = Section("/search", "search", search_page)
INDEX = Section("/search-index.js", "index", search_index, media_type="text/javascript; charset=utf-8")
