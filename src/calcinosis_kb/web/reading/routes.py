"""Addresses of the reading pages."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from calcinosis_kb.errors import nearest
from calcinosis_kb.web.pages import MissingPage, current
from calcinosis_kb.web.reading.quiz import QUIZ
from calcinosis_kb.web.reading.search import INDEX, SEARCH, search_page
from calcinosis_kb.web.reading.section import Section
from calcinosis_kb.web.reading.sections import SECTIONS
from calcinosis_kb.web.service import Service

__all__ = ["PAGES", "router"]

PAGES = (*SECTIONS, *QUIZ, SEARCH, INDEX)
"""Everything that can be read without a patient."""

router = APIRouter(include_in_schema=False)


@router.get(SEARCH.address)
async def get_search(request: Request, q: str = "") -> Response:
    return await current(request, SEARCH.media_type, search_page, q)


async def _get(request: Request, section: Section) -> Response:
    return await current(request, section.media_type, _page, section, **request.path_params)


for _section in (*SECTIONS, INDEX):
    router.add_api_route(_section.address, partial(_get, section=_section), methods=["GET"])


def _page(service: Service, section: Section, id: str | None = None) -> str:  # noqa: A002
    """Return a page. Raises `MissingPage` if there is no such record."""
    if id is None:
        return section.render(service)
    if id not in section.records(service):
        raise MissingPage(_missing(service, section, id))
    return section.render(service, id)


def _missing(service: Service, section: Section, id_: str) -> str:
    """The page that names the records with the nearest ids or names."""
    records = section.records(service)
    names = {
        name.casefold(): known for known, record in records.items() for name in (known, record.name, *record.others)
    }
    near = dict.fromkeys(names[name] for name in nearest(id_.casefold(), names, limit=8))
    return service.render(
        "reading/missing.html",
        section.address,
        noun=section.noun,
        asked=id_,
        near=[(section.address.format(id=known), records[known].name, known) for known in near],
    )
