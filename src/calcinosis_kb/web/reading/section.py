"""A kind of reading page: its address, its records and how it is rendered, declared once for the server and for files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from calcinosis_kb.web.service import Service

__all__ = ["Record", "Section"]


class Record(NamedTuple):
    """What a page is about, as the search knows it: its name, and other names by which readers look for it."""

    name: str
    others: tuple[str, ...] = ()


def _no_records(_: Service) -> Mapping[str, Record]:
    return {}


@dataclass(frozen=True)
class Section:
    """Pages of one kind.

    ``address``: the address of the page, in which "{id}" stands for a record. ``noun`` and ``nouns``: what one and what all of
    them are, as the search says. ``render`` returns a page, given the service, the id of the record if there is one, and
    ``links``. ``records`` are those that have a page, by id, in the order in which they are listed.
    ``media_type`` is that of what is rendered.
    """

    address: str
    noun: str
    render: Callable[..., str]
    records: Callable[[Service], Mapping[str, Record]] = field(default=_no_records)
    media_type: str = "text/html; charset=utf-8"
    nouns: str = ""

    @property
    def of_records(self) -> bool:
        """Whether there is a page for each record, not only one."""
        return "{id}" in self.address

    def pages(self, service: Service) -> tuple[tuple[str, str | None], ...]:
        """Return the address of each of its pages, with the id of the record."""
        if not self.of_records:
            return ((self.address, None),)
        return tuple((self.address.format(id=id_), id_) for id_ in self.records(service))
