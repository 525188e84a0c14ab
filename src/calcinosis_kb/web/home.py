"""The first page, with three doors: for a patient, for learning, for maintaining; and the page for an address that is none."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from calcinosis_kb.errors import nearest
from calcinosis_kb.web.pages import html_page
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["home", "missing_page", "router"]

_PAGES = {
    "/patient": "A patient",
    "/therapies": "Treatments by disease",
    "/map": "The map",
    "/stories": "Stories",
    "/quiz": "Quiz",
    "/conflicts": "Where sources disagree",
    "/gaps": "What no therapy acts on",
    "/trials": "Registered trials",
}
"""The pages that a mistyped address may mean."""

_SHOWN = 100
"""The longest part of an address that its page shows."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def get_home(request: Request) -> Response:
    return await html_page(request, home)


def home(service: Service, links: Links | None = None) -> str:
    """Return the first page."""
    return service.render("home.html", "/", links)


def missing_page(service: Service, path: str) -> str:
    """Return the page that says that an address is none, with the nearest ones."""
    near = [(address, _PAGES[address], address) for address in nearest(path[:_SHOWN], _PAGES)]
    return service.render("reading/missing.html", "/search", noun="page", asked=path[:_SHOWN], near=near)
