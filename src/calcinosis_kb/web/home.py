"""The first page: three doors, for a patient, for learning, for maintaining."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from calcinosis_kb.web.pages import html_page
from calcinosis_kb.web.service import Service
from calcinosis_kb.web.templating import Links

__all__ = ["home", "router"]

router = APIRouter(include_in_schema=False)


@router.get("/")
async def get_home(request: Request) -> Response:
    return await html_page(request, home)


def home(service: Service, links: Links | None = None) -> str:
    """Return the first page."""
    return service.render("home.html", "/", links)
