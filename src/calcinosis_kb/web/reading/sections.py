"""Every reading page, by its address. A new kind of page is added here, and is then served, searched and written as files."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from calcinosis_kb.errors import nearest
from calcinosis_kb.web.pages import MissingPage, html_page
from calcinosis_kb.web.reading import matrix
from calcinosis_kb.web.reading.section import Section
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["SECTIONS", "router", "section_page"]

SECTIONS: tuple[Section, ...] = (matrix.THERAPIES,)

router = APIRouter(include_in_schema=False)


async def _get(request: Request, address: str) -> Response:
    return await html_page(request, section_page, address, **request.path_params)


for _section in SECTIONS:
    router.add_api_route(_section.address, partial(_get, address=_section.address), methods=["GET"])


def section_page(service: Service, address: str, id: str | None = None, links: Links | None = None) -> str:  # noqa: A002
    """Return the page of a section, of the record ``id`` if it has several. Raises `MissingPage` if there is no such record."""
    section = next(section for section in SECTIONS if section.address == address)
    if id is None:
        return section.render(service, links=links)
    records = section.records(service)
    if id not in records:
        raise MissingPage(_missing(service, section, id))
    return section.render(service, id, links=links)


def _missing(service: Service, section: Section, id_: str) -> str:
    """The page that names the records with the nearest ids or names."""
    records = section.records(service)
    names = {
        name.casefold(): known for known, record in records.items() for name in (known, record.name, *record.others)
    }
    near = dict.fromkeys(names[name] for name in nearest(id_.casefold(), names, limit=8))
    values: dict[str, Any] = {
        "noun": section.noun,
        "asked": id_,
        "near": [(section.address.format(id=known), records[known].name, known) for known in near],
    }
    return service.render("reading/missing.html", section.address, **values)
